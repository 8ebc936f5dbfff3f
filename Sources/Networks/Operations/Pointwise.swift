import Tensors

/// An operation on one tensor, element by element.
struct Pointwise: Operation {
  let operation: UnaryOperation

  var name: String { operation.rawValue }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(operands[0].shape, operation.resultType(operands[0].dtype))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try operands[0].apply(operation)
  }

  var keeps: Kept {
    switch operation {
    case .negate: []
    case .exponential, .squareRoot, .reciprocal, .sigmoid, .hyperbolicTangent, .relu, .exponentialMinusOne:
      .result
    default: .operands
    }
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    if operation == .negate { return [try -g] }
    if keeps == .result {
      let y = record.result
      switch operation {
      case .exponential: return [try g * y]
      case .exponentialMinusOne: return [try g * (y + 1)]
      case .squareRoot: return [try g * 0.5 / y]
      case .reciprocal: return [try -(g * y * y)]
      case .sigmoid: return [try g * y * (1 - y)]
      case .hyperbolicTangent: return [try g * (1 - y * y)]
      default: return [try Tensor.where(y .> 0, g, Tensor(0, dtype: g.dtype))]
      }
    }
    let x = record.operands[0]
    switch operation {
    case .absolute: return [try g * x.sign()]
    case .square: return [try g * x * 2]
    case .logarithm: return [try g / x]
    case .logarithm2: return [try g / (x * 0.693147180559945309)]
    case .logarithm10: return [try g / (x * 2.302585092994045684)]
    case .logarithm1p: return [try g / (x + 1)]
    case .sine: return [try g * x.cos()]
    case .cosine: return [try -(g * x.sin())]
    case .tangent: return [try g * (1 + x.tan().square())]
    case .arcSine: return [try g / (1 - x * x).sqrt()]
    case .arcCosine: return [try -(g / (1 - x * x).sqrt())]
    case .arcTangent: return [try g / (1 + x * x)]
    case .hyperbolicSine: return [try g * x.apply(.hyperbolicCosine)]
    case .hyperbolicCosine: return [try g * x.apply(.hyperbolicSine)]
    case .softplus: return [try g * x.sigmoid()]
    case .errorFunction: return [try g * (-(x * x)).exp() * 1.128379167095512574]
    default: return [try Tensor.zeros(g.shape, g.dtype)]
    }
  }
}

extension Variable {
  /// Applies an operation to every element; see `Tensor.apply`.
  public func apply(_ operation: UnaryOperation) throws -> Variable {
    try Variable.apply(Pointwise(operation: operation), [self])
  }

  public func abs() throws -> Variable { try apply(.absolute) }
  public func sqrt() throws -> Variable { try apply(.squareRoot) }
  public func square() throws -> Variable { try apply(.square) }
  public func exp() throws -> Variable { try apply(.exponential) }
  public func log() throws -> Variable { try apply(.logarithm) }
  public func tanh() throws -> Variable { try apply(.hyperbolicTangent) }
  public func sigmoid() throws -> Variable { try apply(.sigmoid) }
  public func relu() throws -> Variable { try apply(.relu) }
}

/// The same numbers in another type.
struct Cast: Operation {
  let dtype: DType

  var name: String { "asType" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec { TensorSpec(operands[0].shape, dtype) }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try operands[0].asType(dtype)
  }

  var keeps: Kept { [] }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] { [try g.asType(record.specs[0].dtype)] }
}

extension Variable {
  /// The same numbers in another type; see `Tensor.asType`.
  public func asType(_ dtype: DType) throws -> Variable {
    dtype == self.dtype ? self : try Variable.apply(Cast(dtype: dtype), [self])
  }
}

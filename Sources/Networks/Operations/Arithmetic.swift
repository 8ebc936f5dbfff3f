import Tensors

/// An operation on two tensors, element by element, with broadcasting.
struct Arithmetic: Operation {
  let operation: BinaryOperation

  var name: String { operation.symbol }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let shape = try operands[0].shape.broadcast(with: operands[1].shape)
    return TensorSpec(shape, operation.resultType(operands[0].dtype, operands[1].dtype))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try Tensor.apply(operation, operands[0], operands[1])
  }

  var keeps: Kept { operation == .add || operation == .subtract ? [] : .operands }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    func part(_ index: Int, _ gradient: () throws -> Tensor) throws -> Tensor? {
      record.wanted[index] ? try gradient().summed(to: record.specs[index].shape) : nil
    }
    if operation == .add { return [try part(0) { g }, try part(1) { g }] }
    if operation == .subtract { return [try part(0) { g }, try part(1) { try -g }] }
    let (a, b) = (record.operands[0], record.operands[1])
    switch operation {
    case .multiply: return [try part(0) { try g * b }, try part(1) { try g * a }]
    case .divide: return [try part(0) { try g / b }, try part(1) { try -(g * a / (b * b)) }]
    case .remainder: return [try part(0) { g }, try part(1) { try -(g * (a / b).apply(.truncate)) }]
    case .power:
      return [
        try part(0) { try g * b * (a ** (b - 1)) },
        // 0 to any power does not change with the exponent; log(0) would make that a NaN.
        try part(1) { try g * (a ** b) * Tensor.where(a .> 0, a, Tensor(1, dtype: a.dtype)).log() },
      ]
    case .minimum, .maximum:
      let first = try operation == .minimum ? a .< b : a .> b
      let share = try Tensor.apply(.add, first.asType(g.dtype), (a .== b).asType(g.dtype) * 0.5)
      return [try part(0) { try g * share }, try part(1) { try g * (1 - share) }]
    case .arcTangent2:
      let square = try a * a + b * b
      return [try part(0) { try g * b / square }, try part(1) { try -(g * a / square) }]
    default: return [nil, nil]
    }
  }
}

/// An operation on a tensor and a plain number.
struct ScalarArithmetic: Operation {
  let operation: BinaryOperation
  let scalar: Scalar
  /// Whether the number stands on the left.
  let isReversed: Bool

  var name: String { operation.symbol }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(operands[0].shape, operation.resultType(operands[0].dtype, scalar))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    isReversed
      ? try Tensor.apply(operation, scalar, operands[0]) : try Tensor.apply(operation, operands[0], scalar)
  }

  var keeps: Kept {
    switch operation {
    case .add, .subtract: []
    case .multiply: []
    case .divide where !isReversed: []
    default: .operands
    }
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let c = scalar.doubleValue
    switch operation {
    case .add: return [g]
    case .subtract: return [isReversed ? try -g : g]
    case .multiply: return [try g * .double(c)]
    case .divide where !isReversed: return [try g / .double(c)]
    default: break
    }
    let x = record.operands[0]
    switch operation {
    case .divide: return [try g * .double(-c) / (x * x)]
    case .remainder: return [isReversed ? try -(g * (.double(c) / x).apply(.truncate)) : g]
    case .power:
      return [
        isReversed
          ? try g * (.double(c) ** x) * .double(Tensor(.double(c), dtype: .float64).log().item().doubleValue)
          : try g * .double(c) * (x ** .double(c - 1))
      ]
    case .minimum, .maximum:
      let first = try operation == .minimum ? x .< .double(c) : x .> .double(c)
      return [try g * (first.asType(g.dtype) + (x .== .double(c)).asType(g.dtype) * 0.5)]
    default: return [nil]
    }
  }
}

extension Variable {
  /// Applies an operation to two variables element by element; see `Tensor.apply`.
  public static func apply(_ operation: BinaryOperation, _ a: Variable, _ b: Variable) throws -> Variable {
    try apply(Arithmetic(operation: operation), [a, b])
  }
  public static func apply(_ operation: BinaryOperation, _ a: Variable, _ b: Scalar) throws -> Variable {
    if let b = try constant(b, beside: a) { return try apply(operation, a, b) }
    return try apply(ScalarArithmetic(operation: operation, scalar: b, isReversed: false), [a])
  }
  public static func apply(_ operation: BinaryOperation, _ a: Scalar, _ b: Variable) throws -> Variable {
    if let a = try constant(a, beside: b) { return try apply(operation, a, b) }
    return try apply(ScalarArithmetic(operation: operation, scalar: a, isReversed: true), [b])
  }

  /// A number as an operand of its own beside a deferred one, so that a plan serves other numbers too.
  private static func constant(_ scalar: Scalar, beside other: Variable) throws -> Variable? {
    guard other.isDeferred, other.dtype.isFloating else { return nil }
    return Variable(try Tensor(scalar, dtype: other.dtype))
  }

  public static func + (a: Variable, b: Variable) throws -> Variable { try apply(.add, a, b) }
  public static func + (a: Variable, b: Scalar) throws -> Variable { try apply(.add, a, b) }
  public static func + (a: Scalar, b: Variable) throws -> Variable { try apply(.add, a, b) }
  public static func - (a: Variable, b: Variable) throws -> Variable { try apply(.subtract, a, b) }
  public static func - (a: Variable, b: Scalar) throws -> Variable { try apply(.subtract, a, b) }
  public static func - (a: Scalar, b: Variable) throws -> Variable { try apply(.subtract, a, b) }
  public static func * (a: Variable, b: Variable) throws -> Variable { try apply(.multiply, a, b) }
  public static func * (a: Variable, b: Scalar) throws -> Variable { try apply(.multiply, a, b) }
  public static func * (a: Scalar, b: Variable) throws -> Variable { try apply(.multiply, a, b) }
  public static func / (a: Variable, b: Variable) throws -> Variable { try apply(.divide, a, b) }
  public static func / (a: Variable, b: Scalar) throws -> Variable { try apply(.divide, a, b) }
  public static func / (a: Scalar, b: Variable) throws -> Variable { try apply(.divide, a, b) }
  public static func ** (a: Variable, b: Variable) throws -> Variable { try apply(.power, a, b) }
  public static func ** (a: Variable, b: Scalar) throws -> Variable { try apply(.power, a, b) }
  public static func ** (a: Scalar, b: Variable) throws -> Variable { try apply(.power, a, b) }
  public static prefix func - (a: Variable) throws -> Variable { try a.apply(.negate) }

  /// Every element limited to `lower ... upper`; a nil side is open. No gradient passes where it limits.
  public func clip(_ lower: Scalar?, _ upper: Scalar?) throws -> Variable {
    if let lower, let upper, lower.doubleValue > upper.doubleValue {
      throw TensorError(
        .value, "clip expects a lower limit that is not above the upper one, but \(lower) and \(upper) came.")
    }
    var result = self
    if let lower { result = try Variable.apply(.maximum, result, lower) }
    if let upper { result = try Variable.apply(.minimum, result, upper) }
    return result
  }
}

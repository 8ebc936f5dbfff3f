import CKernels

/// An element-wise operation on two tensors.
public enum BinaryOperation: String, CaseIterable, Sendable {
  case add, subtract, multiply, divide, remainder, power, minimum, maximum, arcTangent2
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case and, or

  var code: cnn_binary_operation {
    switch self {
    case .add: CNN_ADD
    case .subtract: CNN_SUBTRACT
    case .multiply: CNN_MULTIPLY
    case .divide: CNN_DIVIDE
    case .remainder: CNN_REMAINDER
    case .power: CNN_POWER
    case .minimum: CNN_MINIMUM
    case .maximum: CNN_MAXIMUM
    case .arcTangent2: CNN_ARCTANGENT2
    case .equal: CNN_EQUAL
    case .notEqual: CNN_NOT_EQUAL
    case .less: CNN_LESS
    case .lessOrEqual: CNN_LESS_OR_EQUAL
    case .greater: CNN_GREATER
    case .greaterOrEqual: CNN_GREATER_OR_EQUAL
    case .and: CNN_AND
    case .or: CNN_OR
    }
  }

  /// As it is written: `+`, `<=`, `minimum`.
  public var symbol: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    case .power: "**"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .and: "&&"
    case .or: "||"
    case .minimum, .maximum, .arcTangent2: rawValue
    }
  }

  /// Whether it answers with true and false.
  public var isLogical: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or: true
    default: false
    }
  }

  /// The type in which operands of these types are computed with.
  func computingType(_ a: DType, _ b: DType) -> DType {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .power: .arithmetic(a, b)
    case .arcTangent2: DType.promoted(a, b).floatingForm
    default: .promoted(a, b)
    }
  }
}

/// An element-wise operation on one tensor.
public enum UnaryOperation: String, CaseIterable, Sendable {
  case negate, absolute, sign, square, relu
  case floor, ceiling, round, truncate
  case reciprocal, squareRoot, exponential, exponentialMinusOne
  case logarithm, logarithm2, logarithm10, logarithm1p
  case sine, cosine, tangent, arcSine, arcCosine, arcTangent
  case hyperbolicSine, hyperbolicCosine, hyperbolicTangent
  case sigmoid, softplus, errorFunction
  case not, isNaN, isFinite

  var code: cnn_unary_operation {
    switch self {
    case .negate: CNN_NEGATE
    case .absolute: CNN_ABSOLUTE
    case .sign: CNN_SIGN
    case .square: CNN_SQUARE
    case .relu: CNN_RELU
    case .floor: CNN_FLOOR
    case .ceiling: CNN_CEILING
    case .round: CNN_ROUND
    case .truncate: CNN_TRUNCATE
    case .reciprocal: CNN_RECIPROCAL
    case .squareRoot: CNN_SQUARE_ROOT
    case .exponential: CNN_EXPONENTIAL
    case .exponentialMinusOne: CNN_EXPONENTIAL_MINUS_ONE
    case .logarithm: CNN_LOGARITHM
    case .logarithm2: CNN_LOGARITHM_2
    case .logarithm10: CNN_LOGARITHM_10
    case .logarithm1p: CNN_LOGARITHM_1P
    case .sine: CNN_SINE
    case .cosine: CNN_COSINE
    case .tangent: CNN_TANGENT
    case .arcSine: CNN_ARC_SINE
    case .arcCosine: CNN_ARC_COSINE
    case .arcTangent: CNN_ARC_TANGENT
    case .hyperbolicSine: CNN_HYPERBOLIC_SINE
    case .hyperbolicCosine: CNN_HYPERBOLIC_COSINE
    case .hyperbolicTangent: CNN_HYPERBOLIC_TANGENT
    case .sigmoid: CNN_SIGMOID
    case .softplus: CNN_SOFTPLUS
    case .errorFunction: CNN_ERROR_FUNCTION
    case .not: CNN_NOT
    case .isNaN: CNN_IS_NAN
    case .isFinite: CNN_IS_FINITE
    }
  }

  /// Whether it answers with true and false.
  public var isLogical: Bool { self == .not || self == .isNaN || self == .isFinite }

  /// The type in which an operand of this type is computed with.
  func computingType(_ type: DType) -> DType {
    switch self {
    case .not: type
    case .negate, .absolute, .sign, .square, .relu: .arithmetic(type, type)
    case .floor, .ceiling, .round, .truncate: type
    default: type.floatingForm
    }
  }
}

extension DType {
  var code: cnn_dtype {
    switch self {
    case .float32: CNN_F32
    case .float64: CNN_F64
    case .int64: CNN_I64
    case .uint8: CNN_U8
    case .bool: CNN_BOOL
    }
  }
}

extension BinaryOperation {
  /// The type of the result for operands of these types.
  package func resultType(_ a: DType, _ b: DType) -> DType { isLogical ? .bool : computingType(a, b) }

  /// The type of the result when a plain number is one of the operands.
  package func resultType(_ a: DType, _ b: Scalar) -> DType {
    isLogical ? .bool : computingType(a, b.dtype(meeting: a))
  }
}

extension UnaryOperation {
  /// The type of the result for an operand of this type.
  package func resultType(_ type: DType) -> DType { isLogical ? .bool : computingType(type) }
}

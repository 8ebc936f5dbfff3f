/// A plain number, which adapts to the tensor it meets.
///
/// A double meeting a float tensor takes that tensor's type, meeting integers it gives float32; a whole
/// number meeting floats becomes one of them, meeting uint8 or bool gives int64.
public enum Scalar: Sendable, Hashable {
  case int(Int)
  case double(Double)
  case bool(Bool)

  public var doubleValue: Double {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    case .bool(let value): value ? 1 : 0
    }
  }

  /// The type of a tensor made of this number alone.
  public var dtype: DType {
    switch self {
    case .int: .int64
    case .double: .float32
    case .bool: .bool
    }
  }

  /// The type in which it meets a tensor of type `other`: never a wider float than the tensor's own.
  func dtype(meeting other: DType) -> DType {
    switch self {
    case .int: other.isFloating ? other : .int64
    case .double: other.floatingForm
    case .bool: .bool
    }
  }
}

extension Scalar: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral {
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Scalar: CustomStringConvertible {
  /// As Swift prints it.
  public var description: String {
    switch self {
    case .int(let value): "\(value)"
    case .double(let value): "\(value)"
    case .bool(let value): "\(value)"
    }
  }
}

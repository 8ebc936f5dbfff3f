/// The kind of number that a tensor holds.
public enum DType: String, CaseIterable, Sendable, CustomStringConvertible {
  case float32, float64, int64, uint8, bool

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .float32: 4
    case .float64, .int64: 8
    case .uint8, .bool: 1
    }
  }

  public var isFloating: Bool { self == .float32 || self == .float64 }
  public var isInteger: Bool { self == .int64 || self == .uint8 }
  public var description: String { rawValue }

  /// With its article, for sentences: "an int64 tensor".
  var tensorText: String { self == .int64 ? "an int64 tensor" : "a \(self) tensor" }

  /// The type in which a function such as `sqrt` answers: float64 stays, everything else becomes float32.
  public var floatingForm: DType { self == .float64 ? .float64 : .float32 }

  /// The smallest type that holds the values of both: what joining tensors gives.
  ///
  /// float64 wins over everything, float32 over integers, int64 over uint8, uint8 over bool.
  public static func promoted(_ a: DType, _ b: DType) -> DType {
    a.order >= b.order ? a : b
  }

  /// The type of `a + b`, `a - b`, `a * b`, `a / b`, `a % b` and `a ** b`.
  ///
  /// As `promoted`, but uint8 and bool meeting each other give int64: 200 + 100 is 300, where a byte would
  /// wrap round to 44.
  public static func arithmetic(_ a: DType, _ b: DType) -> DType {
    let type = promoted(a, b)
    return type == .uint8 || type == .bool ? .int64 : type
  }

  private var order: Int {
    switch self {
    case .bool: 0
    case .uint8: 1
    case .int64: 2
    case .float32: 3
    case .float64: 4
    }
  }
}

/// A Swift type that a tensor can hold: `Float`, `Double`, `Int`, `UInt8` or `Bool`.
public protocol TensorElement: Sendable {
  static var dtype: DType { get }
}

extension Float: TensorElement { public static var dtype: DType { .float32 } }
extension Double: TensorElement { public static var dtype: DType { .float64 } }
extension Int: TensorElement { public static var dtype: DType { .int64 } }
extension UInt8: TensorElement { public static var dtype: DType { .uint8 } }
extension Bool: TensorElement { public static var dtype: DType { .bool } }

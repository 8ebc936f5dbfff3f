/// A JSON value that keeps what a reader would otherwise lose: the order of keys and the text of numbers.
public enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number by its own text, so that `1.0`, `1e3` and 20-digit integers survive reading and writing.
  case number(String)
  case string(String)
  case array([JSON])
  case object(Object)

  /// The deepest nesting that is read.
  public static let depthLimit = 512

  public init(_ value: Int) { self = .number(String(value)) }

  /// JSON has no infinities and no NaN: these become `null`.
  public init(_ value: Double) { self = value.isFinite ? .number(value.description) : .null }

  /// Reads one JSON text, strictly as RFC 8259 has it. Half of a surrogate pair in an escape becomes U+FFFD.
  public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
    let result =
      bytes.withContiguousStorageIfAvailable { JSONParser.parse($0) }
      ?? Array(bytes).withUnsafeBufferPointer { JSONParser.parse($0) }
    self = try result.get()
  }

  public static func parse(_ text: String) throws(JSONError) -> JSON { try JSON(parsing: text.utf8) }

  /// The member of an object; nil for other values too.
  public subscript(key: String) -> JSON? { objectValue?[key] }

  /// The element of an array; nil outside of it and for other values.
  public subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  public var isNull: Bool { self == .null }

  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  public var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }

  public var objectValue: Object? { if case .object(let value) = self { value } else { nil } }

  /// The number as an integer, where it is one exactly (`3`, `3.0`, `3e2`).
  public var intValue: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }

  /// The nearest double; infinite where the number is beyond the doubles.
  public var doubleValue: Double? { if case .number(let text) = self { Double(text) } else { nil } }

  /// The same value with the keys of every object in the order of their code points.
  public var sortedByKey: JSON {
    switch self {
    case .array(let elements): .array(elements.map(\.sortedByKey))
    case .object(let object): .object(object.sortedByKey)
    default: self
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self.init(value) }
  public init(floatLiteral value: Double) { self.init(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Object(elements.map { (key: $0.0, value: $0.1) }))
  }
  public init(nilLiteral: ()) { self = .null }
}

/// A value of the language: 16 plain bytes.
///
/// Numbers, booleans and nil are held inside; everything else is a pointer to an object on the language's heap
/// with a count of its own. Copying a `Value` does not touch the count: whoever stores one for longer calls
/// `retained()`, whoever gives one up calls `release()`.
///
/// The rule for built-ins: arguments are borrowed, results are owned. So return either a value just made or
/// `argument.retained()`.
package struct Value {
  package enum Kind: UInt8, Sendable {
    /// A variable before its first value, or an argument that was not given.
    case absent
    /// Left behind in a variable while a method changes its value in place.
    case moved
    case none
    case bool
    case integer
    case double
    // From here on the payload points to a counted object.
    case string
    /// `.same`
    case implicitMember
    case array
    case dictionary
    case tuple
    case range
    case closure
    case boundMethod
    case instance
    case enumCase
    case host
    /// A Swift object of the language itself: built-in, struct or enum type, namespace, error.
    case reference
    /// A captured variable; never seen by programs.
    case box
  }

  package let payload: UInt64
  package let kind: Kind

  @inline(__always)
  init(kind: Kind, payload: UInt64) {
    self.payload = payload
    self.kind = kind
  }

  @inline(__always)
  init<Object>(_ kind: Kind, _ object: UnsafeMutablePointer<Object>) {
    payload = UInt64(UInt(bitPattern: object))
    self.kind = kind
  }

  package static var absent: Value { Value(kind: .absent, payload: 0) }
  static var moved: Value { Value(kind: .moved, payload: 0) }
  package static var none: Value { Value(kind: .none, payload: 0) }

  @inline(__always) package init(_ value: Bool) { self.init(kind: .bool, payload: value ? 1 : 0) }
  @inline(__always) package init(_ value: Int) {
    self.init(kind: .integer, payload: UInt64(bitPattern: Int64(value)))
  }
  @inline(__always) package init(_ value: Double) { self.init(kind: .double, payload: value.bitPattern) }

  // MARK: Reading scalars; the kind must have been checked

  @inline(__always) package var asInteger: Int { Int(Int64(bitPattern: payload)) }
  @inline(__always) package var asDouble: Double { Double(bitPattern: payload) }
  @inline(__always) package var asBool: Bool { payload != 0 }

  @inline(__always) package var isInteger: Bool { kind == .integer }
  @inline(__always) package var isDouble: Bool { kind == .double }
  @inline(__always) package var isNone: Bool { kind == .none }
  @inline(__always) package var isAbsent: Bool { kind == .absent }

  /// The number as a double, for integers too; nil for everything else.
  @inline(__always) package var number: Double? {
    switch kind {
    case .double: asDouble
    case .integer: Double(asInteger)
    default: nil
    }
  }

  // MARK: Counting

  @inline(__always) var isObject: Bool { kind.rawValue >= Kind.string.rawValue }

  @inline(__always) var header: UnsafeMutablePointer<ObjectHeader> {
    UnsafeMutablePointer(bitPattern: UInt(payload)).unsafelyUnwrapped
  }

  @inline(__always) func object<Object>(_: Object.Type) -> UnsafeMutablePointer<Object> {
    UnsafeMutablePointer(bitPattern: UInt(payload)).unsafelyUnwrapped
  }

  @inline(__always) package func retain() {
    if isObject { header.pointee.count &+= 1 }
  }

  /// The same value, counted once more.
  @inline(__always) package func retained() -> Value {
    retain()
    return self
  }

  @inline(__always) package func release() {
    if isObject {
      let header = header
      header.pointee.count &-= 1
      if header.pointee.count == 0 { Heap.free(self) }
    }
  }

  /// Whether nobody else holds the object, so that it may be changed in place.
  @inline(__always) package var isUnique: Bool { header.pointee.count == 1 }
}

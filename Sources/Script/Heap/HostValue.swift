/// How the language sees a value of the engine (tensor, picture, network, ...).
///
/// A conforming class has value semantics through `copy()`: the machine copies before it changes a value that
/// somebody else holds too. Members and methods come from the `Registry`, under `typeName`.
package protocol HostValue: AnyObject {
  /// The name users know the type by, and the key of its table in the registry.
  var typeName: String { get }

  /// What `print` writes.
  func text() -> String

  /// An independent value, for copy on write.
  func copy() -> any HostValue

  /// Whether copies are the same object, so that `x[0].name = value` reaches what everybody sees.
  var isShared: Bool { get }

  /// `-x`, `!x`; nil when the type has no such operator.
  func unary(_ operation: UnaryOperator) throws -> Value?

  /// `self op other`, or `other op self` when `isReversed`; nil when the type has no such operator.
  func binary(_ operation: BinaryOperator, _ other: Value, isReversed: Bool) throws -> Value?

  /// `x[...]`; nil when the type cannot be indexed.
  func element(at subscripts: [Subscript]) throws -> Value?

  /// `x[...] = value`; false when the type's elements cannot be assigned.
  func assign(_ value: Value, at subscripts: [Subscript]) throws -> Bool

  /// `x.name = value`; false when the type has no such member to set.
  func setMember(_ name: String, _ value: Value) throws -> Bool

  /// Whether it counts as true in a condition. Throws an error that says what to write instead.
  func truth() throws -> Bool

  /// How many elements `for in` visits; nil when it cannot be looped over.
  var iterationCount: Int? { get }
  /// The element `for in` visits, 0 ..< iterationCount.
  func iterationElement(_ index: Int) throws -> Value

  /// Raw memory for `t[i, j]` as instructions; nil where elements must go through `element(at:)`.
  func stridedView() -> StridedView?
  /// Makes the storage this value's own; called before the first write through a view.
  func prepareForWriting() throws

  /// Whether two values are the same for dictionary keys and `==` inside arrays.
  func isEqual(to other: any HostValue) -> Bool
  func hash(into hasher: inout Hasher)

  /// Calls the value as a function (`net(x)`); nil when it cannot be called.
  func call(_ call: Call) throws -> Value?
  /// The parameters of `call`.
  var callParameters: [Builtin.Parameter] { get }
}

extension HostValue {
  package func copy() -> any HostValue { self }
  package var isShared: Bool { false }
  package func unary(_ operation: UnaryOperator) throws -> Value? { nil }
  package func binary(_ operation: BinaryOperator, _ other: Value, isReversed: Bool) throws -> Value? { nil }
  package func element(at subscripts: [Subscript]) throws -> Value? { nil }
  package func assign(_ value: Value, at subscripts: [Subscript]) throws -> Bool { false }
  package func setMember(_ name: String, _ value: Value) throws -> Bool { false }
  package func truth() throws -> Bool {
    throw ScriptError(.type, "a condition must be true or false, but this is a \(typeName)")
  }
  package var iterationCount: Int? { nil }
  package func iterationElement(_ index: Int) throws -> Value { .none }
  package func stridedView() -> StridedView? { nil }
  package func prepareForWriting() throws {}
  package func isEqual(to other: any HostValue) -> Bool { self === other }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
  package func call(_ call: Call) throws -> Value? { nil }
  package var callParameters: [Builtin.Parameter] { [] }
}

/// One of the comma-separated parts of `x[...]`.
package enum Subscript {
  /// Borrowed.
  case value(Value)
  /// Half-open; nil sides are open. Negative numbers count from the end.
  case range(lower: Int?, upper: Int?)
  /// `...` for all axes that are not named.
  case ellipsis
}

/// Raw memory of a host value, row by row.
package struct StridedView {
  package enum Element: UInt8, Sendable { case float32, float64, int64, uint8, bool }

  package var base: UnsafeMutableRawPointer
  package var element: Element
  package var shape: [Int]
  /// In elements.
  package var strides: [Int]

  package init(base: UnsafeMutableRawPointer, element: Element, shape: [Int], strides: [Int]) {
    self.base = base
    self.element = element
    self.shape = shape
    self.strides = strides
  }
}

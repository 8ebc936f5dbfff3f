import Base
import Display
import Script

/// A value of the engine that knows how it looks in a front end.
package protocol Presentable {
  /// Every form of it; `text/plain` must be among them.
  func bundle(in machine: Machine) throws -> MIMEBundle
}

/// A value of the engine that is made of numbers, for `assertClose` and conversions.
package protocol NumericContents {
  /// The lengths of its axes; empty for a single number.
  var numericShape: [Int] { get }
  /// All numbers, row by row.
  func numericValues() throws -> [Double]
  /// Its only number as something whose operations the running gradient remembers; nil for plain numbers.
  func followedNumber() throws -> Value?
}

extension NumericContents {
  package func followedNumber() throws -> Value? { nil }
}

/// How any value shows in a front end.
package enum Presentation {
  /// What a cell answers with when this is its last value: nothing for nil, and nothing for an instance whose
  /// `show()` has put something among the outputs by itself.
  package static func result(of value: Value, _ machine: Machine) throws -> MIMEBundle? {
    var current = value.retained()
    defer { current.release() }
    for _ in 0..<showLimit {
      if current.isNone || current.isAbsent { return nil }
      guard current.kind == .instance, let shown = try callShow(of: current, machine) else {
        return try bundle(of: current, machine)
      }
      // Another value stands for the instance; a string is its text.
      current.release()
      current = shown
      if let text = shown.stringValue { return MIMEBundle(text: text) }
    }
    throw endless(current)
  }

  /// The forms of any value. A string is quoted, so that `"3"` and `3` look different.
  package static func bundle(of value: Value, _ machine: Machine) throws -> MIMEBundle {
    if value.kind == .host, let presentable = value.hostValue as? any Presentable {
      return try presentable.bundle(in: machine)
    }
    if let text = value.stringValue { return MIMEBundle(text: Values.quoted(text)) }
    return MIMEBundle(text: try machine.text(of: value))
  }

  private static let showLimit = 32

  private static func endless(_ value: Value) -> ScriptError {
    ScriptError(
      .recursion, "`show()` of \(value.describedKind) shows itself again and again",
      suggestion: "let it show its parts, or return a string")
  }

  /// The owned result of the instance's own `show()`; nil when it has none.
  private static func callShow(of value: Value, _ machine: Machine) throws -> Value? {
    let context = machine.library
    guard context.showDepth < showLimit else { throw endless(value) }
    context.showDepth += 1
    defer { context.showDepth -= 1 }
    return try machine.callMethod("show", on: value, [])
  }
}

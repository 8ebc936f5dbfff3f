/// An error that a user can cause and must be able to read.
///
/// Every error that leaves the engine, a file reader or a built-in conforms to it, so that the language can
/// show it in one way: what went wrong in one plain sentence, then one suggestion when it is likely right.
public protocol PlainError: Error, CustomStringConvertible {
  /// The family the error belongs to, shown before the message: "ShapeError", "FileError", ...
  var kind: ErrorKind { get }
  /// One or two plain sentences: what was expected and what came, with the numbers filled in.
  var message: String { get }
  /// What to write instead, when that is likely right.
  var suggestion: String? { get }
}

extension PlainError {
  public var suggestion: String? { nil }
  public var description: String { "\(kind.rawValue): \(message)" }
}

/// The families of errors a user meets; the raw value is the name that front ends show.
public enum ErrorKind: String, Sendable {
  case syntax = "SyntaxError"
  case name = "NameError"
  case type = "TypeError"
  case value = "ValueError"
  case shape = "ShapeError"
  case index = "IndexError"
  case key = "KeyError"
  case arithmetic = "ArithmeticError"
  case file = "FileError"
  case memory = "MemoryError"
  case recursion = "RecursionError"
  case assertion = "AssertionError"
  case input = "InputError"
  case thrown = "Error"
  case interrupted = "Interrupted"
}

import Base

/// An error of a running program.
package final class ScriptError: PlainError, @unchecked Sendable {
  // Unchecked: errors are made, filled in and shown on the compute thread alone.

  package let kind: ErrorKind
  package let message: String
  package var suggestion: String?
  package var notes: [Diagnostic.Note]
  /// Where it happened, innermost first; filled in by the machine as the error leaves each function.
  package var frames: [TraceFrame] = []
  /// How many more calls there were.
  package var omittedFrames = 0
  /// What to underline instead of the whole call.
  var underline: SourceRange?
  /// The argument of the failing call to underline, when it is one argument's fault.
  package var argument: Int?
  /// What `throw` threw, owned; nil for errors of the language itself.
  package private(set) var thrown: Value?

  package init(
    _ kind: ErrorKind, _ message: String, suggestion: String? = nil, notes: [Diagnostic.Note] = [],
    argument: Int? = nil
  ) {
    self.kind = kind
    self.message = message
    self.suggestion = suggestion
    self.notes = notes
    self.argument = argument
  }

  /// An error that carries a value of the program; takes over one count of it.
  init(throwing value: Value, message: String) {
    kind = .thrown
    self.message = message
    notes = []
    thrown = value
  }

  deinit { thrown?.release() }

  /// Any error as one of ours.
  package static func wrapping(_ error: any Error) -> ScriptError {
    switch error {
    case let error as ScriptError: error
    case let error as any PlainError:
      ScriptError(error.kind, error.message, suggestion: error.suggestion.map(EngineWording.translated))
    default: ScriptError(.value, "\(error)")
    }
  }
}

import Base

/// Something wrong, or surprising, at a place of the source.
package struct Diagnostic: Sendable {
  package struct Note: Sendable {
    package var message: String
    package var range: SourceRange?
    package init(_ message: String, at range: SourceRange? = nil) {
      self.message = message
      self.range = range
    }
  }

  package var kind: ErrorKind
  /// Plain sentences: what was expected and what came.
  package var message: String
  package var range: SourceRange
  package var notes: [Note]
  /// What to write instead, when that is likely right.
  package var suggestion: String?

  package init(
    _ kind: ErrorKind = .syntax, _ message: String, at range: SourceRange, notes: [Note] = [],
    suggestion: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.range = range
    self.notes = notes
    self.suggestion = suggestion
  }
}

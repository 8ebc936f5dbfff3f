import Base

/// Why a notebook cannot be run.
package struct NotebookError: PlainError, Equatable {
  package let message: String
  package let suggestion: String?
  package var kind: ErrorKind { .file }

  init(_ message: String, suggestion: String? = nil) {
    self.message = message
    self.suggestion = suggestion
  }
}

import Base

/// Why a picture could not be read, written or changed.
public struct PictureError: PlainError, Equatable {
  public let kind: ErrorKind
  public let message: String
  public let suggestion: String?

  package init(_ kind: ErrorKind, _ message: String, suggestion: String? = nil) {
    self.kind = kind
    self.message = message
    self.suggestion = suggestion
  }

  package static func file(_ message: String, suggestion: String? = nil) -> PictureError {
    PictureError(.file, message, suggestion: suggestion)
  }

  package static func value(_ message: String, suggestion: String? = nil) -> PictureError {
    PictureError(.value, message, suggestion: suggestion)
  }

  static func interrupted(_ work: String) -> PictureError {
    PictureError(.interrupted, "interrupted while \(work)")
  }
}

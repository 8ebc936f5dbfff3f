/// A command line that cannot be understood. Commands print it on standard error and exit with status 2.
public struct UsageError: PlainError, Equatable {
  public let message: String
  public let suggestion: String?
  public var kind: ErrorKind { .value }

  public init(_ message: String, suggestion: String? = nil) {
    self.message = message
    self.suggestion = suggestion
  }

  public init(unknownOption option: String, known: [String]) {
    let best = EditDistance.best(for: option, among: known)
    self.init("there is no option `\(option)`", suggestion: best.map { "did you mean `\($0)`?" })
  }
}

import Glibc

/// What the kernel tells whoever looks after it: on stderr, or in a file.
final class Log: Sendable {
  enum Level: String, CaseIterable, Comparable {
    case error, warning, info, debug

    static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .info: 2
      case .debug: 3
      }
    }
  }

  private let level: Level
  private let descriptor: Int32

  /// Writes lines up to `level` to stderr.
  init(level: Level = .error) {
    self.level = level
    descriptor = STDERR_FILENO
  }

  /// Appends everything to a file; nil with `errno` set where it cannot be opened.
  init?(file path: String) {
    level = .debug
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o644)
    if descriptor < 0 { return nil }
  }

  func error(_ text: @autoclosure () -> String) { write(.error, text) }
  func warning(_ text: @autoclosure () -> String) { write(.warning, text) }
  func info(_ text: @autoclosure () -> String) { write(.info, text) }
  func debug(_ text: @autoclosure () -> String) { write(.debug, text) }

  private func write(_ level: Level, _ text: () -> String) {
    guard level <= self.level else { return }
    let line = Bytes("\(Timestamp().text) cnn-kernel \(level.rawValue): \(text())\n".utf8)
    // One call for a whole line, so that lines of several threads do not mix.
    _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}

import Glibc

/// What a run says on standard error. On a terminal progress is one line that changes; elsewhere there is a
/// line for each cell that ended.
struct RunVoice: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"

  func show(_ progress: NotebookRunner.Progress, _ path: String) {
    switch progress {
    case .began(let cell, let count): showPassing("\(path): cell \(cell) of \(count)")
    case .ended(let cell, let count, let seconds, let error):
      if isTerminal { return write("\r\u{1B}[K") }
      let name = error.map { "  \($0.name)" } ?? ""
      say("\(path): cell \(cell) of \(count)  \(Self.text(seconds))\(name)")
    }
  }

  /// A line that the next one replaces, for those who watch.
  func showPassing(_ text: String) {
    if isTerminal { write("\r\u{1B}[K\(text)") }
  }

  func say(_ text: String) { write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n") }

  private func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(STDERR_FILENO, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count > 0 { written += count } else if errno != EINTR { return }
      }
    }
  }

  /// A duration with two digits behind the point: "1.25 s".
  static func text(_ seconds: Double) -> String {
    let hundredths = Int(exactly: (seconds * 100).rounded()) ?? 0
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
  }
}

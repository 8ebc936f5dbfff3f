import Base
import Glibc
import Session

/// `cnn-repl run`: notebooks without Jupyter, one after the other, each in a session of its own.
///
/// Everything it says goes to standard error; what cells print goes into the notebook.
package struct RunCommand {
  private let options: RunOptions
  /// Told of each session that starts, so that a signal finds the one to interrupt.
  private let sessionStarted: (Session) -> Void
  private let isTerminal = isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"

  package init(_ options: RunOptions, sessionStarted: @escaping (Session) -> Void = { _ in }) {
    self.options = options
    self.sessionStarted = sessionStarted
  }

  /// How all of it ended.
  package enum Ending: Equatable {
    case success, failure, interrupted
  }

  /// To be called on a compute thread.
  package func run() -> Ending {
    var ending = Ending.success
    for path in options.notebooks {
      switch run(path) {
      case .success: continue
      case .failure: ending = .failure
      case .interrupted: return .interrupted
      }
    }
    return ending
  }

  private func run(_ path: String) -> Ending {
    do {
      let notebook = try Notebook(parsing: RegularFile.read(path), name: path)
      try notebook.checkLanguage(name: path)
      return try run(notebook, path)
    } catch {
      report(path, error)
      return .failure
    }
  }

  private func run(_ notebook: Notebook, _ path: String) throws -> Ending {
    // A folder that cannot be made is better known before an hour of training.
    if let folder = options.outputFolder { try RegularFile.createFolder(folder) }
    let runner = NotebookRunner(notebook, allowsErrors: options.allowsErrors) { show($0, path) }
    var configuration = SessionConfiguration()
    configuration.workingDirectory = Self.folder(of: path)
    let session = Session(configuration)
    sessionStarted(session)
    let clock = ContinuousClock.now
    let ending = runner.run(in: session)
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    let destination = options.destination(of: path)
    if let destination { try RegularFile.replace(destination, with: runner.notebook.serialized()) }
    let written = destination.map { ", written to \($0)" } ?? ""
    switch ending {
    case .finished:
      say("\(path): \(runner.runnableCells.count) cells in \(Self.text(seconds))\(written)")
      return .success
    case .failed(let cell, let error):
      say("\(path): cell \(cell) failed\(written)")
      say(error.plainText)
      return .failure
    case .interrupted(let cell):
      say("\(path): interrupted in cell \(cell)\(written)")
      return .interrupted
    }
  }

  /// On a terminal one line that changes; elsewhere one line for each cell that ended.
  private func show(_ progress: NotebookRunner.Progress, _ path: String) {
    switch progress {
    case .began(let cell, let count):
      if isTerminal { write("\r\u{1B}[K\(path): cell \(cell) of \(count)") }
    case .ended(let cell, let count, let seconds, let error):
      if isTerminal {
        write("\r\u{1B}[K")
      } else {
        say("\(path): cell \(cell) of \(count)  \(Self.text(seconds))\(error.map { "  \($0.name)" } ?? "")")
      }
    }
  }

  private func report(_ path: String, _ error: any Error) {
    guard let plain = error as? any PlainError else { return say("\(path): \(error)") }
    say("cnn-repl: \(plain.message)\(plain.suggestion.map { "; \($0)" } ?? "")")
  }

  private func say(_ text: String) { write(text + "\n") }

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

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A duration with two digits behind the point: "1.25 s".
  private static func text(_ seconds: Double) -> String {
    let hundredths = Int(exactly: (seconds * 100).rounded()) ?? 0
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
  }
}

import Base
import Session

/// Runs a whole program once: from a file, from standard input or from the command line.
struct ScriptRun {
  enum Ending: Equatable {
    case success, failure, interrupted
  }

  let device: TerminalDevice
  let session: Session
  /// Where the pictures that it shows are written to; nil for nowhere.
  let folder: PictureFolder?

  /// `name` is how errors call the program; `showsResult` writes the value of its last expression.
  func run(_ code: String, name: String, showsResult: Bool) -> Ending {
    let host = TerminalHost(
      device, lines: LineSource(device), safepoint: session.interruption.safepoint,
      wishes: TerminalHost.Wishes(showsResults: showsResult, folder: folder))
    let cell = Cell(Self.withoutInterpreterLine(code), name: name, storesHistory: false)
    let result = session.execute(cell, host: host)
    host.finish(result)
    switch result.outcome {
    case .success: return .success
    case .failure: return .failure
    case .interrupted: return .interrupted
    }
  }

  /// `#!/usr/bin/env cnn-repl` becomes a comment, so that the lines keep their numbers.
  static func withoutInterpreterLine(_ code: String) -> String {
    code.hasPrefix("#!") ? "//" + code.dropFirst(2) : code
  }
}

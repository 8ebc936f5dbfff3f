import Base
import Glibc
import Session

/// `cnn-repl` at work: prompt, script or code, on the compute thread.
package struct ReplCommand {
  private let options: ReplOptions
  private let device: TerminalDevice
  private let sessionStarted: (Session) -> Void

  package init(_ options: ReplOptions, device: TerminalDevice, sessionStarted: @escaping (Session) -> Void) {
    self.options = options
    self.device = device
    self.sessionStarted = sessionStarted
  }

  package enum Ending: Equatable {
    case exit(Int32)
    case interrupted
  }

  package func run() -> Ending {
    do throws(FileError) {
      switch options.action {
      case .prompt: return prompt()
      case .script(let path):
        return run(try RegularFile.read(path, allowingPipes: true), name: path)
      case .standardInput:
        return run(try RegularFile.readAll(STDIN_FILENO, path: "standard input"), name: "standard input")
      case .code(let code, let showsResult): return run(code, name: "-e", showsResult: showsResult)
      case .version:
        device.write("Swift CNN \(Session.languageVersion)\n")
      case .help:
        device.write(ReplOptions.help + "\n")
      }
      return .exit(0)
    } catch {
      device.write("cnn-repl: \(error.message)\n", to: STDERR_FILENO)
      return .exit(1)
    }
  }

  private func prompt() -> Ending {
    var configuration = SessionConfiguration()
    if device.isTerminal { configuration.historyFile = History.defaultFile() }
    let session = start(configuration)
    defer { session.history.flush() }
    return .exit(Repl(device, session: session, folder: folder(name: "picture")).run())
  }

  private func run(_ bytes: [UInt8], name: String) -> Ending {
    guard let code = String(validating: bytes, as: UTF8.self) else {
      device.write("cnn-repl: `\(name)` is not text in UTF-8\n", to: STDERR_FILENO)
      return .exit(1)
    }
    return run(code, name: name, showsResult: false)
  }

  private func run(_ code: String, name: String, showsResult: Bool) -> Ending {
    var configuration = SessionConfiguration()
    configuration.arguments = options.arguments
    let isFile = if case .script = options.action { true } else { false }
    let script = ScriptRun(
      device: device, session: start(configuration),
      folder: folder(name: isFile ? PictureFolder.name(of: name) : "picture"))
    switch script.run(code, name: name, showsResult: showsResult) {
    case .success: return .exit(0)
    case .failure: return .exit(1)
    case .interrupted: return .interrupted
    }
  }

  private func folder(name: String) -> PictureFolder? {
    options.outputFolder.map { PictureFolder($0, name: name) }
  }

  private func start(_ configuration: SessionConfiguration) -> Session {
    let session = Session(configuration)
    sessionStarted(session)
    return session
  }
}

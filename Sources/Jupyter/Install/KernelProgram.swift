import Glibc
import Session

/// The program `cnn-kernel`.
package enum KernelProgram {
  private enum ExitStatus {
    static let failure: Int32 = 1
    static let usage: Int32 = 2
  }

  /// Does what the arguments ask for, without the program's own name, and returns the exit status.
  package static func run(_ arguments: [String]) -> Int32 {
    do {
      switch try KernelCommand(arguments) {
      case .help: tell(KernelCommand.usage)
      case .version: tell("cnn-kernel \(Session.languageVersion)")
      case .install(let name, let place):
        let specification = try KernelSpec(name: name, in: place)
        try specification.install()
        tell("installed the kernel \"\(specification.name)\" in \(specification.folder)")
      case .uninstall(let name, let place):
        let specification = try KernelSpec(name: name, in: place)
        try specification.uninstall()
        tell("removed the kernel \"\(specification.name)\" from \(specification.folder)")
      case .run(let file, let log): try serve(file, try openLog(log))
      }
      return EXIT_SUCCESS
    } catch let error as KernelCommand.UsageError {
      complain(error.description)
      return ExitStatus.usage
    } catch {
      complain("\(error)")
      return ExitStatus.failure
    }
  }

  private static func serve(_ file: String, _ log: Log) throws -> Never {
    var connection = try ConnectionFile(path: file)
    let given = connection
    let kernel = try Kernel(&connection, log: log)
    if ConnectionFile.Channel.allCases.contains(where: given.leavesOpen) { try connection.write(to: file) }
    var configuration = SessionConfiguration()
    configuration.historyFile = History.defaultFile()
    kernel.run(configuration)
  }

  private static func openLog(_ option: String?) throws -> Log {
    guard let option else { return Log() }
    if let level = Log.Level(rawValue: option) { return Log(level: level) }
    guard let log = Log(file: option) else {
      throw KernelSpec.Problem("cannot write the log \(option): \(String(cString: strerror(errno)))")
    }
    return log
  }

  private static func tell(_ text: String) { print(text) }

  private static func complain(_ text: String) {
    let line = Bytes("cnn-kernel: \(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

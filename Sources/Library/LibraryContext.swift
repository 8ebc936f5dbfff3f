import Base
import Display
import Glibc
import Script

/// What built-ins may ask of the session that runs them; set as the machine's `context`.
///
/// It is used on the compute thread only. The session points its closures at the execution that is running.
package final class LibraryContext {
  package typealias Write = (_ text: String, _ toStderr: Bool) -> Void
  package typealias Show = (_ bundle: MIMEBundle, _ id: String?) -> Void
  package typealias Update = (_ id: String, _ bundle: MIMEBundle) -> Void
  package typealias ClearOutput = (_ wait: Bool) -> Void
  package typealias Input = (_ prompt: String, _ isPassword: Bool) throws -> String
  package typealias Page = (_ bundle: MIMEBundle) -> Void

  /// Writes to one of the text streams.
  package let write: Write
  /// Shows a value among the cell's outputs.
  package let display: Show
  /// Shows something else where an earlier value with this id is shown.
  package let update: Update
  package let clearOutput: ClearOutput
  package let input: Input
  /// Shows a page of help beside the outputs.
  package let page: Page

  /// Where relative paths start; nil for the process's own directory.
  package var workingDirectory: String?
  /// The arguments of a script.
  package var arguments: [String]
  /// What the engine's built-ins keep per session: random streams, palettes.
  package var engineState: AnyObject?
  /// How many `show()` methods are running inside each other.
  var showDepth = 0

  private var warned: Set<String> = []
  private var displayCount = 0

  package init(
    workingDirectory: String? = nil, arguments: [String] = [], write: @escaping Write,
    display: @escaping Show, update: @escaping Update, clearOutput: @escaping ClearOutput,
    input: @escaping Input, page: @escaping Page
  ) {
    self.workingDirectory = workingDirectory
    self.arguments = arguments
    self.write = write
    self.display = display
    self.update = update
    self.clearOutput = clearOutput
    self.input = input
    self.page = page
  }

  /// Writes a warning to the error stream, once for each place it is about.
  package func warnOnce(_ message: String, at place: Origin? = nil) {
    var line = "warning: \(message)"
    if let place {
      let position = place.source.position(of: Int(place.range.start))
      line += " (\(place.source.name), line \(position.line))"
      guard warned.insert("\(ObjectIdentifier(place.source)) \(place.range.start) \(message)").inserted else {
        return
      }
    } else {
      guard warned.insert(message).inserted else { return }
    }
    write(line + "\n", true)
  }

  /// A display id that no other display of this session has.
  func freshDisplayID() -> String {
    displayCount += 1
    return "display-\(getpid())-\(displayCount)"
  }

  /// The path as the system takes it: `~` is the home directory, relative paths start at the notebook.
  package func resolve(path: String) -> String {
    if path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") {
      return String(cString: home) + path.dropFirst()
    }
    guard !path.hasPrefix("/"), let workingDirectory, !workingDirectory.isEmpty else { return path }
    return workingDirectory.hasSuffix("/") ? workingDirectory + path : workingDirectory + "/" + path
  }
}

extension Machine {
  /// The session's side of this machine.
  package var library: LibraryContext {
    guard let context else { preconditionFailure("a machine runs built-ins only inside a session") }
    return unsafeDowncast(context, to: LibraryContext.self)
  }
}

extension Call {
  package var context: LibraryContext { machine.library }
}

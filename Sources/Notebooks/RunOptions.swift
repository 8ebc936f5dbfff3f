import Base
import Glibc

/// What `cnn-repl run` was asked to do.
package struct RunOptions: Equatable, Sendable {
  package var notebooks: [String] = []
  package var outputFolder: String?
  package var isInPlace = false
  package var allowsErrors = false
  /// Compares the outputs with the saved ones.
  package var checks = false
  /// The most seconds that one cell may take.
  package var timeout: Double?
  package var parameters: [Parameter] = []
  /// Where the results go as JUnit XML.
  package var junitFile: String?
  /// Writes a page for each notebook.
  package var writesHTML = false
  /// How many notebooks run at a time.
  package var jobs = 1
  package var showsHelp = false
  /// Set by the program for the processes that it starts: the open file that takes the report.
  package var reportFile: Int32?

  private static let flags = ["--inplace", "--allow-errors", "--check", "--html", "--help"]
  private static let valued = ["--output-dir", "--timeout", "--parameter", "--junit", "--jobs"]
  private static let shortNames = ["-h": "--help", "-p": "--parameter", "-j": "--jobs"]
  private static let needs = [
    "--output-dir": "the name of a folder", "--timeout": "a number of seconds",
    "--parameter": "a name and a value, as in `-p epochs=3`", "--junit": "the name of a file",
    "--jobs": "a number of notebooks",
  ]

  /// Reads the arguments behind `run`.
  package init(parsing arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-"), argument != "-" else {
        notebooks.append(argument)
        continue
      }
      if argument == "--" {
        notebooks += rest
        break
      }
      let (name, attached) = Self.split(argument)
      if Self.valued.contains(name) || name == "--report-to" {
        let needed = Self.needs[name] ?? "a value"
        guard let value = attached ?? rest.popFirst(), !value.isEmpty else {
          throw UsageError("`\(Self.written(argument, name))` needs \(needed)")
        }
        try set(name, value, needed)
      } else if Self.flags.contains(name) {
        if attached != nil { throw UsageError("the option `\(name)` takes no value") }
        set(name)
      } else {
        throw UsageError(unknownOption: name, known: Self.flags + Self.valued)
      }
    }
    guard !showsHelp else { return }
    guard !notebooks.isEmpty else { throw UsageError("`run` needs the name of a notebook") }
    if isInPlace, outputFolder != nil {
      throw UsageError("`--inplace` and `--output-dir` cannot be used together")
    }
    try checkOutputNames()
  }

  /// Where the executed notebook is written; nil when it is not.
  package func destination(of notebook: String) -> String? {
    if isInPlace { return notebook }
    return outputFolder.map { Self.joined($0, Self.baseName(notebook)) }
  }

  /// Where the page of a notebook is written, beside it when no folder is named; nil when it is not.
  package func page(of notebook: String) -> String? {
    guard writesHTML else { return nil }
    let path = outputFolder.map { Self.joined($0, Self.baseName(notebook)) } ?? notebook
    return (path.hasSuffix(".ipynb") ? String(path.dropLast(6)) : path) + ".html"
  }

  /// The arguments for a process that runs one of the notebooks and reports to an open file.
  func arguments(for notebook: String, reportingTo file: Int32) -> [String] {
    var arguments = ["run", "--report-to=\(file)"]
    if isInPlace { arguments.append("--inplace") }
    if let outputFolder { arguments.append("--output-dir=\(outputFolder)") }
    if allowsErrors { arguments.append("--allow-errors") }
    if checks { arguments.append("--check") }
    if let timeout { arguments.append("--timeout=\(timeout)") }
    if writesHTML { arguments.append("--html") }
    for parameter in parameters { arguments += ["-p", parameter.text] }
    return arguments + ["--", notebook]
  }

  private mutating func set(_ flag: String) {
    switch flag {
    case "--inplace": isInPlace = true
    case "--allow-errors": allowsErrors = true
    case "--check": checks = true
    case "--html": writesHTML = true
    default: showsHelp = true
    }
  }

  private mutating func set(_ name: String, _ value: String, _ needed: String) throws(UsageError) {
    switch name {
    case "--output-dir": outputFolder = value
    case "--junit": junitFile = value
    case "--parameter":
      let parameter = try Parameter(parsing: value)
      parameters.removeAll { $0.name == parameter.name }
      parameters.append(parameter)
    case "--timeout":
      // A year: beyond it a clock's numbers end.
      guard let seconds = Double(value), seconds > 0, seconds <= 31_536_000 else {
        throw UsageError("`--timeout` needs \(needed) above 0, not `\(value)`")
      }
      timeout = seconds
    case "--jobs":
      guard let count = Int(value), (1...256).contains(count) else {
        throw UsageError("`--jobs` needs \(needed) from 1 to 256, not `\(value)`")
      }
      jobs = count
    default:
      guard let file = Int32(value), fcntl(file, F_GETFD) >= 0 else {
        throw UsageError("`\(name)` needs the number of an open file")
      }
      reportFile = file
    }
  }

  /// Two notebooks of one name would overwrite each other in the output folder.
  private func checkOutputNames() throws(UsageError) {
    var seen: [String: String] = [:]
    for notebook in notebooks {
      guard let path = destination(of: notebook) ?? page(of: notebook),
        let other = seen.updateValue(notebook, forKey: path)
      else { continue }
      if other == notebook { throw UsageError("`\(notebook)` is named twice") }
      let name = Self.baseName(path)
      throw UsageError("`\(other)` and `\(notebook)` would both be written to the same `\(name)`")
    }
  }

  private static func baseName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func joined(_ folder: String, _ name: String) -> String {
    (folder.hasSuffix("/") ? folder : folder + "/") + name
  }

  /// The option as it was typed.
  private static func written(_ argument: String, _ name: String) -> String {
    argument.hasPrefix("--") ? name : argument
  }

  /// `--name=value` in its two parts, a short name in full.
  private static func split(_ argument: String) -> (name: String, value: String?) {
    if argument == "--in-place" { return ("--inplace", nil) }
    if let name = shortNames[argument] { return (name, nil) }
    guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else {
      return (argument, nil)
    }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }
}

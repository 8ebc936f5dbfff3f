import Base

/// What `cnn-repl run` was asked to do.
package struct RunOptions: Equatable, Sendable {
  package var notebooks: [String] = []
  package var outputFolder: String?
  package var isInPlace = false
  package var allowsErrors = false
  package var showsHelp = false

  /// Reads the arguments behind `run`.
  package init(parsing arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let (name, attached) = Self.split(argument)
      switch name {
      case "--inplace", "--in-place": isInPlace = true
      case "--allow-errors": allowsErrors = true
      case "--help", "-h": showsHelp = true
      case "--output-dir":
        guard let folder = attached ?? rest.popFirst(), !folder.isEmpty else {
          throw UsageError("`--output-dir` needs the name of a folder")
        }
        outputFolder = folder
        continue
      case "--":
        notebooks += rest
        rest = []
      case _ where argument.hasPrefix("-") && argument != "-":
        throw UsageError(
          unknownOption: name, known: ["--inplace", "--allow-errors", "--help", "--output-dir"])
      default:
        notebooks.append(argument)
        continue
      }
      if attached != nil { throw UsageError("the option `\(name)` takes no value") }
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
    return outputFolder.map { ($0.hasSuffix("/") ? $0 : $0 + "/") + Self.baseName(notebook) }
  }

  package static let help = """
    usage: cnn-repl run NOTEBOOK... [--output-dir DIR | --inplace] [--allow-errors]

    Runs the code cells of each notebook in order, without Jupyter. Progress and errors
    go to standard error. The exit status is 0 when every cell ran, 1 when one failed.

      --output-dir DIR   write the executed notebooks into this folder
      --inplace          write them over the notebooks themselves
      --allow-errors     go on after a cell that fails; the error is kept as its output

    Without --output-dir and --inplace nothing is written. A notebook that fails is still
    written, up to the cell that failed. Cells tagged `skip-execution` are not run, and
    those tagged `raises-exception` may fail.
    """

  /// Two notebooks of one name would overwrite each other in the output folder.
  private func checkOutputNames() throws(UsageError) {
    guard outputFolder != nil else { return }
    var seen: [String: String] = [:]
    for notebook in notebooks {
      let name = Self.baseName(notebook)
      if let other = seen.updateValue(notebook, forKey: name) {
        throw UsageError("`\(other)` and `\(notebook)` would both be written to the same `\(name)`")
      }
    }
  }

  private static func baseName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// `--name=value` in its two parts.
  private static func split(_ argument: String) -> (name: String, value: String?) {
    guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else { return (argument, nil) }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }
}

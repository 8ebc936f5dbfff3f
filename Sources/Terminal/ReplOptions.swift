import Base

/// What `cnn-repl` was asked to do, notebooks apart.
package struct ReplOptions: Equatable, Sendable {
  package enum Action: Equatable, Sendable {
    case prompt
    case script(path: String)
    case standardInput
    case code(String, showsResult: Bool)
    case version
    case help
  }

  package var action = Action.prompt
  /// What the program finds as its arguments.
  package var arguments: [String] = []
  /// Where pictures that a program shows are written to; nil for nowhere.
  package var outputFolder: String?

  /// Reads the arguments behind the command's own name. Those behind the program belong to it.
  package init(parsing arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let first = rest.first, try takeOption(first, &rest) {}
    guard let first = rest.popFirst() else { return }
    switch first {
    case "--version", "-V": action = .version
    case "--help", "-h": action = .help
    case "-": action = .standardInput
    case "-e", "-p":
      guard let code = rest.popFirst() else { throw UsageError("`\(first)` needs code to run") }
      action = .code(code, showsResult: first == "-p")
    case "--":
      guard let path = rest.popFirst() else { return }
      action = .script(path: path)
    case _ where first.hasPrefix("-"):
      throw UsageError(unknownOption: first, known: ["--version", "--help", "--output-dir"])
    default: action = .script(path: first)
    }
    if action == .version || action == .help, let extra = rest.first {
      throw UsageError("`\(first)` takes nothing more, but `\(extra)` follows")
    }
    self.arguments = Array(rest)
  }

  /// Takes an option that stands before the program, with its value.
  private mutating func takeOption(_ first: String, _ rest: inout ArraySlice<String>) throws(UsageError)
    -> Bool
  {
    let name = "--output-dir"
    guard first == name || first.hasPrefix(name + "=") else { return false }
    rest.removeFirst()
    let folder = first == name ? rest.popFirst() : String(first.dropFirst(name.count + 1))
    guard let folder, !folder.isEmpty else { throw UsageError("`\(name)` needs the name of a folder") }
    outputFolder = folder
    return true
  }

  package static let help = """
    usage: cnn-repl                          a prompt
           cnn-repl FILE.cnn [ARGUMENT...]   run a script
           cnn-repl -e CODE [ARGUMENT...]    run code; nothing is printed but what it prints
           cnn-repl -p CODE [ARGUMENT...]    run code and print the value of its last expression
           cnn-repl - [ARGUMENT...]          run a script from standard input
           cnn-repl run NOTEBOOK...          run notebooks (see `cnn-repl run --help`)
           cnn-repl --version | --help

      --output-dir DIR   before any of the first five: the pictures and plots that are shown are
                         also written there, as PNG files

    When a script fails, its error is on standard error and the exit status is 1; the exit
    status 2 means that the command line was wrong. Code that comes to the prompt through a
    pipe is run cell by cell, and every result is printed.

    At the prompt Enter runs what is complete and continues what is not; Alt-Enter always
    starts a new line. Up and Down go through the history, Ctrl-R searches it, Tab completes,
    Ctrl-C drops the line or interrupts the running cell, Ctrl-D on an empty line ends the
    session. `:help` lists all keys and commands.

    Environment: NO_COLOR and TERM=dumb are honoured; CNN_PICTURES chooses how pictures are
    drawn (kitty, iterm2, sixel, blocks or none) where the terminal is not known for what it
    can; CNN_HISTORY names the history file, or none when it is empty.
    """
}

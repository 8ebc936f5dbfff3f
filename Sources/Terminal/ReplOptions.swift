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

  /// Reads the arguments behind the command's own name. Those behind the program belong to it.
  package init(parsing arguments: [String]) throws(UsageError) {
    guard let first = arguments.first else { return }
    var rest = Array(arguments.dropFirst())
    switch first {
    case "--version", "-V": action = .version
    case "--help", "-h": action = .help
    case "-": action = .standardInput
    case "-e", "-p":
      guard !rest.isEmpty else { throw UsageError("`\(first)` needs code to run") }
      action = .code(rest.removeFirst(), showsResult: first == "-p")
    case "--":
      guard !rest.isEmpty else { return }
      action = .script(path: rest.removeFirst())
    case _ where first.hasPrefix("-"):
      throw UsageError(unknownOption: first, known: ["--version", "--help"])
    default: action = .script(path: first)
    }
    if action == .version || action == .help, let extra = rest.first {
      throw UsageError("`\(first)` takes nothing more, but `\(extra)` follows")
    }
    self.arguments = rest
  }

  package static let help = """
    usage: cnn-repl                          a prompt
           cnn-repl FILE.cnn [ARGUMENT...]   run a script
           cnn-repl -e CODE [ARGUMENT...]    run code; nothing is printed but what it prints
           cnn-repl -p CODE [ARGUMENT...]    run code and print the value of its last expression
           cnn-repl - [ARGUMENT...]          run a script from standard input
           cnn-repl run NOTEBOOK...          run notebooks (see `cnn-repl run --help`)
           cnn-repl --version | --help

    When a script fails, its error is on standard error and the exit status is 1; the exit
    status 2 means that the command line was wrong. Code that comes to the prompt through a
    pipe is run cell by cell, and every result is printed.

    At the prompt Enter runs what is complete and continues what is not; Alt-Enter always
    starts a new line. Up and Down go through the history, Tab completes, Ctrl-C drops the
    line or interrupts the running cell, Ctrl-D on an empty line ends the session.
    """
}

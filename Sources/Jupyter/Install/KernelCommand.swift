/// What the arguments of `cnn-kernel` ask for.
enum KernelCommand: Equatable {
  case run(connectionFile: String, log: String?)
  case install(name: String, place: Place)
  case uninstall(name: String, place: Place)
  case version
  case help

  /// Where a kernel is made known.
  enum Place: Equatable {
    /// In the person's own Jupyter folder.
    case user
    /// In the Python environment that is active.
    case activeEnvironment
    case prefix(String)
  }

  /// A sentence about arguments that make no sense.
  struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  static let usage = """
    The Jupyter kernel of Swift CNN.

    usage: cnn-kernel install [--user | --sys-prefix | --prefix DIR] [--name NAME]
           cnn-kernel uninstall [--user | --sys-prefix | --prefix DIR] [--name NAME]
           cnn-kernel -f FILE [--log FILE|LEVEL]
           cnn-kernel --version | --help

    install      makes the kernel known to Jupyter
    uninstall    takes that back
      --user         for this person (the default)
      --sys-prefix   in the Python environment that is active
      --prefix DIR   in DIR/share/jupyter/kernels
      --name NAME    under another name than swift-cnn
    -f FILE, --connection-file FILE
                 runs the kernel for a front end, which wrote FILE
    --log FILE|LEVEL
                 error, warning, info or debug: what is told on stderr; else a file that is told everything
    """

  init(_ arguments: [String]) throws(UsageError) {
    var rest = Self.separated(arguments)[...]
    switch rest.first {
    case "install", "uninstall":
      let isInstall = rest.removeFirst() == "install"
      var name = KernelSpec.defaultName
      var place: Place?
      while let argument = rest.popFirst() {
        switch argument {
        case "--user": place = try Self.only(.user, place)
        case "--sys-prefix": place = try Self.only(.activeEnvironment, place)
        case "--prefix": place = try Self.only(.prefix(Self.value(of: argument, &rest)), place)
        case "--name": name = try Self.value(of: argument, &rest)
        case "-h", "--help":
          self = .help
          return
        default: throw Self.unknown(argument)
        }
      }
      let chosen = place ?? .user
      self = isInstall ? .install(name: name, place: chosen) : .uninstall(name: name, place: chosen)
    case nil:
      throw UsageError(description: "nothing to do: a connection file, install or uninstall is expected")
    default:
      var file: String?
      var log: String?
      while let argument = rest.popFirst() {
        switch argument {
        case "-f", "--connection-file": file = try Self.value(of: argument, &rest)
        case "--log": log = try Self.value(of: argument, &rest)
        case "--version":
          self = .version
          return
        case "-h", "--help":
          self = .help
          return
        default: throw Self.unknown(argument)
        }
      }
      guard let file else { throw UsageError(description: "a connection file is expected: -f FILE") }
      self = .run(connectionFile: file, log: log)
    }
  }

  /// Splits `--option=value` into two.
  private static func separated(_ arguments: [String]) -> [String] {
    arguments.flatMap { argument -> [String] in
      guard argument.hasPrefix("--"), let sign = argument.firstIndex(of: "=") else { return [argument] }
      return [String(argument[..<sign]), String(argument[argument.index(after: sign)...])]
    }
  }

  private static func value(of option: String, _ rest: inout ArraySlice<String>) throws(UsageError) -> String
  {
    guard let value = rest.popFirst(), !value.isEmpty else {
      throw UsageError(description: "\(option) needs a value")
    }
    return value
  }

  private static func only(_ place: Place, _ earlier: Place?) throws(UsageError) -> Place {
    guard earlier == nil else {
      throw UsageError(description: "--user, --sys-prefix and --prefix exclude each other")
    }
    return place
  }

  private static func unknown(_ argument: String) -> UsageError {
    UsageError(description: "\"\(argument)\" is not known; cnn-kernel --help tells what is")
  }
}

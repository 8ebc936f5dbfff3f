/// What the arguments ask for.
struct Options {
  enum Work { case read, list }

  static let help = """
    usage: cnn-files read [--memory BYTES] [--seconds N] [--] FILE
           cnn-files list [--memory BYTES] [--seconds N] [--] FILE

    Reads the tensors of an HDF5 file (.h5, .hdf5, Keras weights) or a MATLAB file (.mat, versions 5 and 7.3).
    `list` prints what is in it as JSON; `read` writes the length of that JSON as 8 bytes, little-endian, the
    JSON, and all numbers row by row. The program gives itself no more memory and time than it is told.
    """

  var work = Work.read
  var path = ""
  var memory: Int?
  var seconds: Int?

  /// Nil when the arguments cannot be understood.
  init?(_ arguments: [String]) {
    guard let first = arguments.first, first == "read" || first == "list" else { return nil }
    work = first == "read" ? .read : .list
    var rest = arguments.dropFirst()
    while let option = rest.first, option.hasPrefix("--"), option != "--" {
      rest = rest.dropFirst()
      guard let value = rest.popFirst().flatMap({ Int($0) }), value > 0 else { return nil }
      switch option {
      case "--memory": memory = value
      case "--seconds": seconds = value
      default: return nil
      }
    }
    if rest.first == "--" { rest = rest.dropFirst() }
    guard rest.count == 1, let path = rest.first, !path.isEmpty else { return nil }
    self.path = path
  }
}

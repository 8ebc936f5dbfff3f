/// Why a file cannot be read, in one plain sentence for standard error.
struct Problem: Error {
  let text: String

  init(_ text: String) { self.text = text }

  static let damaged = Problem("the file is damaged or was cut off")
  static func memory(_ bytes: Int) -> Problem {
    Problem("there is not enough memory to read it: one piece takes \(bytes) bytes")
  }
}

/// What is read at most, far beyond any honest file, so that a hostile one ends in a sentence.
enum Limits {
  /// Groups in groups, and structs in cells in structs.
  static let depth = 64
  /// Data sets, groups, variables, fields, cells and texts.
  static let objects = 200_000
  /// Bytes of all texts together, for they go into the header.
  static let text = 64 << 20
  /// Attributes of one object; Keras writes a handful.
  static let attributes = 1000
  /// The most axes that a tensor of the engine can have.
  static let rank = 8
}

/// Why a text is not JSON, and where.
public struct JSONError: PlainError, Equatable {
  /// What was expected and what came, without the place.
  public let problem: String
  /// Counted from 1, in lines.
  public let line: Int
  /// Counted from 1, in Unicode scalars of the line.
  public let column: Int
  /// The text ended too early, as a file does that was cut off.
  public let isCutOff: Bool

  public var kind: ErrorKind { .value }
  public var message: String { "this is not valid JSON: line \(line), column \(column): \(problem)" }

  init(_ problem: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>, isCutOff: Bool = false) {
    var line = 1
    var column = 1
    for byte in bytes[..<min(offset, bytes.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.problem = problem
    self.line = line
    self.column = column
    self.isCutOff = isCutOff
  }
}

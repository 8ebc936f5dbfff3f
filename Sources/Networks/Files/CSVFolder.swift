import Base
import Glibc
import Tensors

/// Reads weights that are kept as a folder of text files, one for each tensor, as the course's FaceNet is.
public enum CSVFolder {
  /// A tensor for each `.csv` file in a folder, under the file's name without its ending, sorted by name.
  ///
  ///     let weights = try CSVFolder.read(folder: "weights")
  ///     weights["bn1_b"]?.shape          // (64), float32
  ///
  /// Rows of a file are lines; numbers stand apart by commas, blanks or tabs. A single row or a single column
  /// gives a tensor with one axis, anything else one with two. Numbers are written as in C's own locale
  /// ("-1.5", "2e-3", "inf", "nan"); empty lines and those that begin with # are passed over. Other files
  /// are left alone.
  ///
  /// - Throws: A file error for a folder that is not there or holds no `.csv` file, a value error for text
  ///   that is no number and for rows of different length; both name file and line.
  public static func read(folder path: String) throws -> NamedTensors {
    let files = try names(in: path).filter { $0.lowercased().hasSuffix(".csv") && !$0.hasPrefix(".") }
    guard !files.isEmpty else {
      throw TensorError(
        .file, "The folder `\(path)` holds no .csv files.",
        suggestion: "name the folder in which the files of weights lie")
    }
    var result = NamedTensors()
    for file in files.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      try Safepoint.poll()
      let place = path.hasSuffix("/") ? path + file : "\(path)/\(file)"
      result[String(file.dropLast(4))] = try tensor(readFrom: place)
    }
    return result
  }

  /// The tensor of one file.
  static func tensor(readFrom path: String) throws -> Tensor {
    var status = stat()
    if stat(path, &status) == 0 {
      // The text and, from the shortest numbers ("0,"), twice as much again.
      try MemoryBudget.require(Int(status.st_size), of: 3, for: "the numbers in `\(path)`")
    }
    var parser = CSVParser(try RegularFile.read(path), named: path)
    return try parser.tensor()
  }

  private static func names(in folder: String) throws -> [String] {
    guard !folder.utf8.contains(0), let directory = opendir(folder.isEmpty ? "." : folder) else {
      throw TensorError(
        .file,
        FileError("The folder cannot be read:", folder, folder.utf8.contains(0) ? EINVAL : errno).message
          + ".")
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      guard names.count < 100_000 else {
        throw TensorError(.file, "The folder `\(folder)` holds more than 100000 files.")
      }
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { name in
          name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }
}

/// Turns lines of numbers into a tensor.
private struct CSVParser {
  private let bytes: [UInt8]
  private let name: String
  private var offset = 0
  private var line = 1
  private var values: [Float] = []
  private var rows = 0
  private var columns = 0

  init(_ bytes: [UInt8], named name: String) {
    self.bytes = bytes
    self.name = name
    // A byte order mark, as spreadsheets put it in front.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  mutating func tensor() throws -> Tensor {
    while offset < bytes.count {
      try row()
      // The line's end, and the place of the next one.
      if offset < bytes.count {
        offset += 1
        line += 1
      }
    }
    guard rows > 0 else {
      throw TensorError(.value, "The file `\(name)` holds no numbers.", suggestion: "get the file again")
    }
    return try Tensor(values, shape: rows == 1 || columns == 1 ? [values.count] : Shape([rows, columns]))
  }

  private mutating func row() throws {
    skipBlanks()
    guard let first = peek else { return }
    guard first != UInt8(ascii: "#") else {
      while peek != nil { offset += 1 }
      return
    }
    var count = 0
    while true {
      values.append(try number(column: count + 1))
      count += 1
      if values.count & 0xFFFF == 0 { try Safepoint.poll() }
      skipBlanks()
      guard let next = peek else { break }
      if next == UInt8(ascii: ",") {
        offset += 1
        skipBlanks()
      }
    }
    if rows == 0 { columns = count }
    guard count == columns else {
      throw TensorError(
        .value,
        "The rows of `\(name)` must have the same length, but the first has \(columns) and line "
          + "\(line) has \(count).")
    }
    rows += 1
  }

  private mutating func number(column: Int) throws -> Float {
    let start = offset
    while let byte = peek, byte != UInt8(ascii: ","), !Self.isBlank(byte) { offset += 1 }
    // No number is longer in writing, short of thousands of needless digits.
    let text = String(decoding: bytes[start..<min(offset, start + 1024)], as: UTF8.self)
    if let value = Double(text) { return Float(value) }
    let shown =
      text.isEmpty ? "nothing stands there" : "`\(FilesProgram.plain(String(text.prefix(40))))` came"
    throw TensorError(
      .value, "The file `\(name)` should hold numbers, but in line \(line), entry \(column), \(shown).",
      suggestion: line == 1 && !text.isEmpty ? "take headings out of the file, or put a # in front" : nil)
  }

  /// The next byte of the line; nil at its end.
  private var peek: UInt8? {
    guard offset < bytes.count, bytes[offset] != 0x0A else { return nil }
    return bytes[offset]
  }

  private mutating func skipBlanks() {
    while let byte = peek, Self.isBlank(byte) { offset += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}

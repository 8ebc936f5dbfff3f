import Base
import Foundation
import Networks
import Tensors

/// The folder of small files that NumPy and safetensors wrote; `make.py` in it says how.
let arrayFixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "Fixtures").path

/// The kind, message and suggestion of the error that the work throws.
func fileComplaint(_ work: () throws -> some Any) -> String {
  do {
    _ = try work()
    return "no error"
  } catch let error as any PlainError {
    return error.description + (error.suggestion.map { " [\($0)]" } ?? "")
  } catch {
    return "another error: \(error)"
  }
}

/// A folder for one test, removed afterwards.
func withArrayFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "arrays-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Writes the bytes to a file that messages call by `name`, and lets the body have its path.
func withArrayFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  try withArrayFolder { folder in
    // Other ways to write a file wait for the disk, which thousands of files take long for.
    guard let file = fopen("\(folder)/file", "wb") else { throw FileError("cannot write", folder, errno) }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return try body("\(folder)/file")
  }
}

/// What reading these bytes as a `.npy` file called `a.npy` complains about.
func npyComplaint(_ bytes: [UInt8]) throws -> String {
  try withArrayFile(bytes) { path in fileComplaint { try NumPyFile.read(path, named: "a.npy") } }
}

/// What reading these bytes as an archive called `a.npz` complains about.
func npzComplaint(_ bytes: [UInt8]) throws -> String {
  try withArrayFile(bytes) { path in fileComplaint { try NumPyFile.read(archive: path, named: "a.npz") } }
}

/// The bytes of a `.npy` file with this header text and these numbers.
func npy(_ header: String, _ numbers: [UInt8] = [], version: UInt8 = 1, length: Int? = nil) -> [UInt8] {
  let length = length ?? header.utf8.count
  return [0x93] + "NUMPY".utf8 + [version, 0] + littleEndian(length, version == 1 ? 2 : 4) + header.utf8
    + numbers
}

/// The header text of an array.
func npyHeader(_ type: String, _ shape: String, fortran: Bool = false) -> String {
  "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }"
}

/// A number as `count` bytes, the lowest first.
func littleEndian(_ number: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

/// The checksum of zip archives, bit by bit.
func zipChecksum(_ bytes: [UInt8]) -> Int {
  var sum: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
  }
  return Int(~sum)
}

/// A zip archive that is put together field by field, so that every field can lie.
struct HandmadeZip {
  struct Entry {
    var name = "a.npy"
    /// The bytes as they are in the archive.
    var packed: [UInt8]
    var method = 0
    var flags = 0
    var size: Int
    var sum: Int
    var compressedSize: Int
    var localName: String?
    var offset: Int?
    /// 64-bit values, with the fields they stand for set to the mark.
    var large: [Int] = []

    /// An entry that is stored as it is.
    init(named name: String = "a.npy", _ content: [UInt8]) {
      self.name = name
      packed = content
      size = content.count
      sum = zipChecksum(content)
      compressedSize = content.count
    }

    /// An entry that is deflated, in one block of bytes as they are.
    init(named name: String = "a.npy", deflating content: [UInt8]) {
      self.init(named: name, content)
      packed = [1] + littleEndian(content.count, 2) + littleEndian(~content.count, 2) + content
      method = 8
      compressedSize = packed.count
    }
  }

  var entries: [Entry]
  var comment: [UInt8] = []
  var count: Int?
  var directorySize: Int?
  var directoryOffset: Int?

  init(_ entries: Entry...) { self.entries = entries }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let name = Array(entry.name.utf8)
      let local = Array((entry.localName ?? entry.name).utf8)
      let offset = entry.offset ?? bytes.count
      bytes +=
        [0x50, 0x4B, 3, 4] + littleEndian(20, 2) + littleEndian(entry.flags, 2)
        + littleEndian(entry.method, 2) + littleEndian(0, 4)
      bytes +=
        littleEndian(entry.sum, 4) + littleEndian(entry.compressedSize, 4) + littleEndian(entry.size, 4)
      bytes += littleEndian(local.count, 2) + littleEndian(0, 2) + local + entry.packed
      let extra =
        entry.large.isEmpty
        ? []
        : littleEndian(1, 2) + littleEndian(entry.large.count * 8, 2)
          + entry.large.flatMap { littleEndian($0, 8) }
      directory +=
        [0x50, 0x4B, 1, 2] + littleEndian(20, 2) + littleEndian(20, 2) + littleEndian(entry.flags, 2)
      directory += littleEndian(entry.method, 2) + littleEndian(0, 4) + littleEndian(entry.sum, 4)
      directory +=
        littleEndian(entry.compressedSize, 4) + littleEndian(entry.size, 4) + littleEndian(name.count, 2)
      directory +=
        littleEndian(extra.count, 2) + littleEndian(0, 2 + 2 + 2 + 4) + littleEndian(offset, 4) + name + extra
    }
    let start = bytes.count
    bytes += directory + [0x50, 0x4B, 5, 6] + littleEndian(0, 4)
    bytes += littleEndian(count ?? entries.count, 2) + littleEndian(count ?? entries.count, 2)
    bytes += littleEndian(directorySize ?? directory.count, 4) + littleEndian(directoryOffset ?? start, 4)
    return bytes + littleEndian(comment.count, 2) + comment
  }
}

import CZlib
import Tensors

/// Writes a zip archive as Python's `zipfile` reads it.
///
/// An entry's header is written first with its sizes open, and put right when they are known, so that a
/// tensor goes to the file piece by piece.
final class ZipWriter {
  private struct Written {
    let name: [UInt8]
    let isDeflated: Bool
    let offset: Int
    var checksum: UInt32 = 0
    var compressedSize = 0
    var size = 0
  }

  private let output: ArrayOutput
  /// The largest number for a 32-bit field; what is above goes into fields of 64 bits.
  private let fieldLimit: Int
  private var entries: [Written] = []

  /// - Parameter fieldLimit: Made small by tests, which cannot write 4 GB.
  init(_ output: ArrayOutput, fieldLimit: Int = 0xFFFF_FFFE) {
    self.output = output
    self.fieldLimit = fieldLimit
  }

  /// Adds an entry out of two pieces: what stands before the numbers, and the numbers.
  func add(_ name: String, _ header: [UInt8], _ content: UnsafeRawBufferPointer, deflated: Bool) throws {
    let size = header.count + content.count
    // Numbers that cannot be compressed grow a little.
    let isLarge = size + size >> 8 + 1024 > fieldLimit
    var entry = Written(name: Array(name.utf8), isDeflated: deflated, offset: output.position, size: size)
    guard entry.name.count <= 0xFFFF else {
      throw output.place.entry(name).error(.value, "has a name of more than 65,535 bytes")
    }
    try output.write(localHeader(entry, isLarge: isLarge))
    let start = output.position
    let sink = EntrySink(output, deflater: deflated ? try Deflater(output) : nil)
    try header.withUnsafeBytes { try sink.write($0) }
    try sink.write(content)
    try sink.finish()
    entry.checksum = sink.checksum
    entry.compressedSize = output.position - start
    try output.rewrite(localHeader(entry, isLarge: isLarge), at: entry.offset)
    entries.append(entry)
  }

  /// Writes the directory that an archive ends with.
  func finish() throws {
    let start = output.position
    for entry in entries { try output.write(directoryHeader(entry)) }
    let end = output.position
    let count = entries.count
    var bytes: [UInt8] = []
    if count > min(0xFFFE, fieldLimit) || start > fieldLimit || end - start > fieldLimit {
      bytes.append(signature: 6, 6)
      bytes.append(44, bytes: 8)
      bytes.append(0x032D, bytes: 2)
      bytes.append(45, bytes: 2)
      bytes.append(0, bytes: 8)
      for number in [count, count, end - start, start] { bytes.append(number, bytes: 8) }
      bytes.append(signature: 6, 7)
      bytes.append(0, bytes: 4)
      bytes.append(end, bytes: 8)
      bytes.append(1, bytes: 4)
    }
    bytes.append(signature: 5, 6)
    bytes.append(0, bytes: 4)
    for _ in 0..<2 { bytes.append(count > min(0xFFFE, fieldLimit) ? 0xFFFF : count, bytes: 2) }
    bytes.append(end - start > fieldLimit ? 0xFFFF_FFFF : end - start, bytes: 4)
    bytes.append(start > fieldLimit ? 0xFFFF_FFFF : start, bytes: 4)
    bytes.append(0, bytes: 2)
    try output.write(bytes)
  }

  private func localHeader(_ entry: Written, isLarge: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(signature: 3, 4)
    appendCommon(entry, isLarge: isLarge, to: &bytes)
    bytes.append(isLarge ? 0xFFFF_FFFF : entry.compressedSize, bytes: 4)
    bytes.append(isLarge ? 0xFFFF_FFFF : entry.size, bytes: 4)
    bytes.append(entry.name.count, bytes: 2)
    bytes.append(isLarge ? 20 : 0, bytes: 2)
    bytes += entry.name
    if isLarge { bytes.appendLargeFields([entry.size, entry.compressedSize]) }
    return bytes
  }

  private func directoryHeader(_ entry: Written) -> [UInt8] {
    let numbers = [entry.size, entry.compressedSize, entry.offset]
    let large = numbers.filter { $0 > fieldLimit }
    func field(_ number: Int) -> Int { number > fieldLimit ? 0xFFFF_FFFF : number }
    var bytes: [UInt8] = []
    bytes.append(signature: 1, 2)
    // Made on Unix, by version 4.5 of the format.
    bytes.append(0x032D, bytes: 2)
    appendCommon(entry, isLarge: !large.isEmpty, to: &bytes)
    bytes.append(field(entry.compressedSize), bytes: 4)
    bytes.append(field(entry.size), bytes: 4)
    bytes.append(entry.name.count, bytes: 2)
    bytes.append(large.isEmpty ? 0 : 4 + large.count * 8, bytes: 2)
    bytes.append(0, bytes: 6)
    // A regular file that its owner may write and everybody read.
    bytes.append(0o100644 << 16, bytes: 4)
    bytes.append(field(entry.offset), bytes: 4)
    bytes += entry.name
    if !large.isEmpty { bytes.appendLargeFields(large) }
    return bytes
  }

  /// The fields that both headers have in the same order, from the version to the checksum.
  private func appendCommon(_ entry: Written, isLarge: Bool, to bytes: inout [UInt8]) {
    bytes.append(isLarge ? 45 : 20, bytes: 2)
    bytes.append(entry.name.allSatisfy { $0 < 0x80 } ? 0 : 0x800, bytes: 2)
    bytes.append(entry.isDeflated ? 8 : 0, bytes: 2)
    // Midnight of the first day that the format knows, so that the same tensors give the same file.
    bytes.append(0, bytes: 2)
    bytes.append(0x21, bytes: 2)
    bytes.append(Int(entry.checksum), bytes: 4)
  }
}

extension [UInt8] {
  /// Appends a little-endian number.
  fileprivate mutating func append(_ number: Int, bytes count: Int) {
    for index in 0..<count { append(UInt8(truncatingIfNeeded: number >> (index * 8))) }
  }

  fileprivate mutating func append(signature first: UInt8, _ second: UInt8) {
    self += [0x50, 0x4B, first, second]
  }

  /// Appends the extra field that holds 64-bit sizes.
  fileprivate mutating func appendLargeFields(_ numbers: [Int]) {
    append(1, bytes: 2)
    append(numbers.count * 8, bytes: 2)
    for number in numbers { append(number, bytes: 8) }
  }
}

/// Takes the content of one entry: its checksum, and where it is asked for, the deflated form of it.
private final class EntrySink {
  private let output: ArrayOutput
  private let deflater: Deflater?
  private var sum = crc32(0, nil, 0)

  init(_ output: ArrayOutput, deflater: Deflater?) {
    self.output = output
    self.deflater = deflater
  }

  var checksum: UInt32 { UInt32(truncatingIfNeeded: sum) }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + 1 << 18)
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      sum = crc32(sum, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(piece.count))
      if let deflater { try deflater.write(piece) } else { try output.write(piece) }
      start = end
    }
  }

  func finish() throws { try deflater?.finish() }
}

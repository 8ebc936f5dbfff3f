import Base
import Tensors

/// One file within a zip archive, as the archive's directory describes it.
struct ZipEntry {
  let name: String
  let nameBytes: [UInt8]
  let isDeflated: Bool
  let checksum: UInt32
  let compressedSize: Int
  /// The size once it is unpacked.
  let size: Int
  /// Where its own header is.
  let offset: Int
  /// Where the next entry or the directory begins: what belongs to this entry ends before.
  var limit: Int
}

/// The directory of a zip archive, whose entries are read one by one and never written anywhere.
///
/// The format is PKWARE's APPNOTE.TXT as Python's `zipfile` writes it: stored or deflated entries, with or
/// without data descriptors, and with the 64-bit fields (zip64) of large archives.
struct ZipArchive {
  let input: ArrayInput
  /// In the order of the directory, which is that in which they were written.
  let entries: [ZipEntry]

  /// Room for a million entries; an archive of weights has some hundreds.
  private static let directoryLimit = 64 << 20

  private struct Directory {
    var offset: Int
    var size: Int
    var count: Int
    /// Where what describes the directory begins: its end.
    var end: Int
  }

  init(_ input: ArrayInput) throws {
    self.input = input
    let place = input.place
    let directory = try ZipArchive.directory(of: input)
    guard directory.size <= ZipArchive.directoryLimit, directory.count <= directory.size / 46 else {
      throw place.error(
        "is damaged: its directory should list \(directory.count) entries in \(byteText(directory.size))")
    }
    try place.namingMemory {
      try MemoryBudget.require(directory.size, of: 8, for: "the directory of an archive")
    }
    let bytes = try input.bytes(at: directory.offset, count: directory.size)
    var entries: [ZipEntry] = []
    entries.reserveCapacity(directory.count)
    var offset = 0
    while offset < bytes.count {
      try input.poll()
      guard let (entry, end) = try ZipArchive.entry(in: bytes, at: offset, directory, place) else {
        throw place.error("is damaged: entry \(entries.count + 1) of its directory makes no sense")
      }
      entries.append(entry)
      offset = end
    }
    guard entries.count == directory.count else {
      throw place.error(
        "is damaged: its directory should list \(directory.count) entries, but lists \(entries.count)")
    }
    self.entries = try ZipArchive.separated(entries, directory, place)
  }

  /// The unpacked bytes of an entry.
  func stream(of entry: ZipEntry) throws -> ZipEntryStream {
    let place = input.place.entry(entry.name)
    let header = try input.bytes(at: entry.offset, count: 30)
    guard header.starts(with: [0x50, 0x4B, 3, 4]), let method = header.number(at: 8, bytes: 2),
      let nameSize = header.number(at: 26, bytes: 2), let extraSize = header.number(at: 28, bytes: 2),
      nameSize == entry.nameBytes.count, method == (entry.isDeflated ? 8 : 0),
      entry.offset + 30 + nameSize + extraSize + entry.compressedSize <= entry.limit,
      try input.bytes(at: entry.offset + 30, count: nameSize) == entry.nameBytes
    else {
      throw place.error("is damaged: its own header does not agree with the archive's directory")
    }
    let start = entry.offset + 30 + nameSize + extraSize
    return try ZipEntryStream(
      entry, FileRange(input, offset: start, count: entry.compressedSize, place: place))
  }

  // MARK: The directory

  /// Finds the directory from the record at the end of the file.
  private static func directory(of input: ArrayInput) throws -> Directory {
    let place = input.place
    let start = try input.bytes(at: 0, count: min(4, input.size))
    guard start.starts(with: [0x50, 0x4B]) else {
      if start.starts(with: [0x93, 0x4E]) {
        throw place.error("is one NumPy array (.npy); an archive of arrays (.npz) was expected")
      }
      throw place.error("is not an archive of arrays (.npz): it does not begin as a zip file does")
    }
    // The record has 22 bytes and a comment of up to 65,535.
    let tailSize = min(input.size, 22 + 0xFFFF)
    let tailStart = input.size - tailSize
    let tail = try input.bytes(at: tailStart, count: tailSize)
    let places = stride(from: tailSize - 22, through: 0, by: -1)
    guard
      let found = places.first(where: { tail.hasSignature(5, 6, at: $0) && isEnd(tail, $0) })
    else {
      throw place.error("is cut off: the directory that a zip file ends with is not there")
    }
    let end = tailStart + found
    var directory = Directory(offset: 0, size: 0, count: 0, end: end)
    if end >= 20, case let locator = try input.bytes(at: end - 20, count: 20),
      locator.hasSignature(6, 7, at: 0)
    {
      guard let record = try largeDirectory(locator, input, locatorAt: end - 20) else {
        throw place.error("is damaged: its 64-bit directory record makes no sense")
      }
      directory = record
    } else {
      guard tail.number(at: found + 4, bytes: 4) == 0, let size = tail.number(at: found + 12, bytes: 4),
        let offset = tail.number(at: found + 16, bytes: 4), let count = tail.number(at: found + 10, bytes: 2)
      else { throw place.error("is one part of an archive that was split, which is not read") }
      directory = Directory(offset: offset, size: size, count: count, end: end)
    }
    let (sum, overflow) = directory.offset.addingReportingOverflow(directory.size)
    guard !overflow, sum == directory.end else {
      throw place.error(
        "is damaged: its directory of \(byteText(directory.size)) should be at byte \(directory.offset) and "
          + "end at byte \(directory.end)")
    }
    return directory
  }

  /// Whether the end record at this place reaches exactly to the end of the file.
  private static func isEnd(_ tail: [UInt8], _ offset: Int) -> Bool {
    tail.number(at: offset + 20, bytes: 2) == tail.count - offset - 22
  }

  /// The directory as the record for large archives gives it; nil where that makes no sense.
  private static func largeDirectory(
    _ locator: [UInt8], _ input: ArrayInput, locatorAt limit: Int
  ) throws -> Directory? {
    guard let offset = locator.number(at: 8, bytes: 8), offset <= limit - 56 else { return nil }
    let record = try input.bytes(at: offset, count: 56)
    guard record.hasSignature(6, 6, at: 0), record.number(at: 16, bytes: 8) == 0,
      let count = record.number(at: 32, bytes: 8), let size = record.number(at: 40, bytes: 8),
      let start = record.number(at: 48, bytes: 8)
    else { return nil }
    return Directory(offset: start, size: size, count: count, end: offset)
  }

  /// The entry that the directory has at an offset, and where the next one is; nil where that makes no sense.
  private static func entry(
    in bytes: [UInt8], at start: Int, _ directory: Directory, _ place: FilePlace
  ) throws -> (ZipEntry, end: Int)? {
    guard bytes.hasSignature(1, 2, at: start), let flags = bytes.number(at: start + 8, bytes: 2),
      let method = bytes.number(at: start + 10, bytes: 2),
      let checksum = bytes.number(at: start + 16, bytes: 4),
      var compressedSize = bytes.number(at: start + 20, bytes: 4),
      var size = bytes.number(at: start + 24, bytes: 4),
      let nameSize = bytes.number(at: start + 28, bytes: 2),
      let extraSize = bytes.number(at: start + 30, bytes: 2),
      let commentSize = bytes.number(at: start + 32, bytes: 2),
      var offset = bytes.number(at: start + 42, bytes: 4)
    else { return nil }
    let nameEnd = start + 46 + nameSize
    let end = nameEnd + extraSize + commentSize
    guard end <= bytes.count else { return nil }
    if size == 0xFFFF_FFFF || compressedSize == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      var fields = LargeFields(bytes[nameEnd..<(nameEnd + extraSize)])
      guard fields.replace(&size), fields.replace(&compressedSize), fields.replace(&offset) else {
        return nil
      }
    }
    let name = String(decoding: bytes[(start + 46)..<nameEnd], as: UTF8.self)
    let entryPlace = place.entry(name)
    guard flags & 0x2041 == 0 else { throw entryPlace.error("is encrypted, which is not read") }
    guard method == 0 || method == 8 else {
      throw entryPlace.error(
        "is compressed in a way that is not read (number \(method) of the zip format)",
        suggestion: "write it with np.savez or np.savez_compressed in Python")
    }
    guard method == 8 || size == compressedSize else {
      throw entryPlace.error(
        "is damaged: it is not compressed, but should take \(byteText(compressedSize)) for \(byteText(size))")
    }
    // The densest stretch of a deflated stream is two bits for 258 bytes.
    let (most, overflow) = compressedSize.multipliedReportingOverflow(by: 1032)
    guard method == 0 || overflow || size <= most else {
      throw entryPlace.error(
        "is damaged: \(byteText(compressedSize)) cannot unpack to \(byteText(size)), as its directory says"
      )
    }
    let entry = ZipEntry(
      name: name, nameBytes: Array(bytes[(start + 46)..<nameEnd]), isDeflated: method == 8,
      checksum: UInt32(truncatingIfNeeded: checksum), compressedSize: compressedSize, size: size,
      offset: offset,
      limit: directory.offset)
    return (entry, end)
  }

  /// The entries with their limits; those that lie over each other or outside of the file are refused.
  private static func separated(
    _ entries: [ZipEntry], _ directory: Directory, _ place: FilePlace
  ) throws -> [ZipEntry] {
    var entries = entries
    var limit = directory.offset
    for index in entries.indices.sorted(by: { entries[$0].offset > entries[$1].offset }) {
      // Compared by what is left, because the sum of what the file says could overflow.
      let room = limit - entries[index].offset - 30 - entries[index].nameBytes.count
      guard room >= 0, room >= entries[index].compressedSize else {
        throw place.entry(entries[index].name).error(
          "is damaged: it should lie at byte \(entries[index].offset) and have "
            + "\(byteText(entries[index].compressedSize)), which reaches into what follows")
      }
      entries[index].limit = limit
      limit = entries[index].offset
    }
    return entries
  }
}

/// The 64-bit sizes of an entry, which stand in for those that are too large for their 32-bit fields.
private struct LargeFields {
  private var values: ArraySlice<Int?> = []

  init(_ extra: ArraySlice<UInt8>) {
    let extra = Array(extra)
    var offset = 0
    while let kind = extra.number(at: offset, bytes: 2), let size = extra.number(at: offset + 2, bytes: 2) {
      if kind == 1 {
        values = stride(from: 0, to: size - 7, by: 8).map { extra.number(at: offset + 4 + $0, bytes: 8) }[...]
        return
      }
      offset += 4 + size
    }
  }

  /// Puts the next 64-bit value where the 32-bit field only says that there is one; false when it is missing.
  mutating func replace(_ field: inout Int) -> Bool {
    guard field == 0xFFFF_FFFF else { return true }
    guard let value = values.popFirst() ?? nil else { return false }
    field = value
    return true
  }
}

extension [UInt8] {
  /// The little-endian number at an offset; nil where it reaches beyond the end or is beyond `Int`.
  func number(at offset: Int, bytes count: Int) -> Int? {
    guard offset >= 0, count <= self.count, offset <= self.count - count else { return nil }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(self[offset + index]) << UInt64(index * 8) }
    return Int(exactly: value)
  }

  /// Whether a record of the zip format begins here; each has a mark of "PK" and two bytes.
  func hasSignature(_ first: UInt8, _ second: UInt8, at offset: Int) -> Bool {
    offset >= 0 && offset + 4 <= count && self[offset] == 0x50 && self[offset + 1] == 0x4B
      && self[offset + 2] == first && self[offset + 3] == second
  }
}

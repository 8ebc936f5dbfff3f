import CZlib

/// The unpacked bytes of one entry of an archive, compared with its checksum at the end.
final class ZipEntryStream: ByteStream {
  let place: FilePlace
  private(set) var remaining: Int
  private let source: FileRange
  private let inflater: Inflater?
  private let expected: UInt32
  private var checksum: UInt

  /// - Parameter source: The entry's bytes as they are in the archive.
  init(_ entry: ZipEntry, _ source: FileRange) throws {
    place = source.place
    remaining = entry.size
    expected = entry.checksum
    self.source = source
    inflater = entry.isDeflated ? try Inflater(source) : nil
    checksum = crc32(0, nil, 0)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    guard buffer.count <= remaining else { throw endsEarly(wanted: buffer.count) }
    // In pieces that are still in the processor's cache when their checksum is taken.
    var start = 0
    while start < buffer.count {
      let end = min(buffer.count, start + 1 << 18)
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end])
      if let inflater { try inflater.read(into: piece) } else { try source.read(into: piece) }
      checksum = crc32(checksum, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(piece.count))
      start = end
    }
    remaining -= buffer.count
  }

  func finish() throws {
    try inflater?.finish()
    guard UInt32(truncatingIfNeeded: checksum) == expected else {
      throw place.error(
        "is damaged: its checksum is \(hexadecimal(UInt32(truncatingIfNeeded: checksum))), but should be "
          + hexadecimal(expected))
    }
  }

  private func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

/// The one thing a viewer must know of a photo's EXIF data: how the camera was held.
///
/// Whatever is wrong with the data, the answer is only "upright": EXIF comes from strangers.
enum EXIF {
  /// The orientation in a TIFF structure, which is what EXIF data is.
  static func orientation(tiff bytes: some RandomAccessCollection<UInt8>) -> Orientation {
    let reader = TIFFReader(bytes)
    guard let reader, let directory = reader.long(at: 4), let count = reader.short(at: directory) else {
      return .upright
    }
    for entry in 0..<count {
      // Twelve bytes each: tag, type, count, value.
      let start = directory &+ 2 &+ entry &* 12
      guard let tag = reader.short(at: start) else { return .upright }
      guard tag == 0x0112 else { continue }
      guard reader.short(at: start + 2) == 3, reader.long(at: start + 4) == 1,
        let value = reader.short(at: start + 8)
      else { return .upright }
      return Orientation(rawValue: value) ?? .upright
    }
    return .upright
  }
}

/// Reads numbers of either byte order at any offset, answering nil outside the data.
private struct TIFFReader<Bytes: RandomAccessCollection<UInt8>> {
  let bytes: Bytes
  let isLittleEndian: Bool

  init?(_ bytes: Bytes) {
    self.bytes = bytes
    switch Array(bytes.prefix(4)) {
    case [0x49, 0x49, 0x2A, 0x00]: isLittleEndian = true
    case [0x4D, 0x4D, 0x00, 0x2A]: isLittleEndian = false
    default: return nil
    }
  }

  func short(at offset: Int) -> Int? { number(at: offset, bytes: 2) }
  func long(at offset: Int) -> Int? { number(at: offset, bytes: 4) }

  private func number(at offset: Int, bytes count: Int) -> Int? {
    guard offset >= 0, bytes.count >= count, offset <= bytes.count - count else { return nil }
    let start = bytes.index(bytes.startIndex, offsetBy: offset)
    let field = bytes[start..<bytes.index(start, offsetBy: count)]
    return isLittleEndian
      ? field.reversed().reduce(0) { $0 << 8 | Int($1) }
      : field.reduce(0) { $0 << 8 | Int($1) }
  }
}

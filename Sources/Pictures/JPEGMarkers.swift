/// What stands in the segments before a JPEG's pixels and decides how these are read.
struct JPEGMarkers {
  /// How the camera was held.
  private(set) var orientation = Orientation.upright
  /// Whether an Adobe program wrote it: then ink amounts (CMYK) are stored inverted.
  private(set) var isAdobe = false
  /// Bits per sample: 8, rarely 12.
  private(set) var bitDepth = 8

  init(_ bytes: [UInt8]) {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      // Fill bytes and markers without content.
      if marker == 0xFF {
        position += 1
        continue
      }
      if marker == 0x01 || (0xD0...0xD8).contains(marker) {
        position += 2
        continue
      }
      // The pixels begin, or the picture ends.
      if marker == 0xDA || marker == 0xD9 { return }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let start = position + 4
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { return }
      note(marker, bytes[start..<end])
      position = end
    }
  }

  private mutating func note(_ marker: UInt8, _ content: ArraySlice<UInt8>) {
    switch marker {
    case 0xE1 where content.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]):
      let found = EXIF.orientation(tiff: content.dropFirst(6))
      if found != .upright { orientation = found }
    case 0xEE where content.starts(with: "Adobe".utf8):
      isAdobe = true
    case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
      if let depth = content.first { bitDepth = Int(depth) }
    default: break
    }
  }
}

import Base
import Pictures
import Testing

@Suite struct EXIFTests {
  /// A JPEG whose EXIF segment holds the given TIFF bytes.
  private func photo(tiff: [UInt8]) throws -> [UInt8] {
    let plain = try PixelBuffer(width: 24, height: 16, channels: 3, samples: quarters).encodedAsJPEG()
    let content = Array("Exif\0\0".utf8) + tiff
    let length = content.count + 2
    return plain.prefix(2) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + content
      + plain.dropFirst(2)
  }

  private let entry: [UInt8] = [0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]

  @Test func bothByteOrders() throws {
    let little = try photo(tiff: [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0] + entry)
    #expect(try Picture.decode(little, named: "little.jpg").width == 16)
    let big = try photo(tiff: [
      0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0,
    ])
    #expect(try Picture.decode(big, named: "big.jpg").width == 16)
  }

  @Test func nonsenseMeansUpright() throws {
    let nonsense: [[UInt8]] = [
      [], [0x49], [0x49, 0x49, 0x2A, 0], [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0],
      // The directory lies outside, at the last byte, or claims more entries than there are.
      [0x49, 0x49, 0x2A, 0, 0xFF, 0xFF, 0xFF, 0xFF], [0x49, 0x49, 0x2A, 0, 7, 0, 0, 0],
      [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0],
      // An orientation that does not exist, of another type, or cut off.
      [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0],
      [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 2, 0, 1, 0, 0, 0, 6, 0, 0, 0],
      [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0],
    ]
    for tiff in nonsense {
      #expect(try Picture.decode(try photo(tiff: tiff), named: "odd.jpg").width == 24)
    }
  }

  @Test func longWorkCanBeInterrupted() throws {
    let safepoint = Safepoint()
    safepoint.raise(.interrupt)
    let file = try PixelBuffer(width: 50, height: 50, channels: 3).encodedAsPNG()
    #expect(
      complaint { try Picture.decode(file, named: "big.png", safepoint: safepoint) }
        == "Interrupted: interrupted while reading big.png")
    #expect(
      complaint { try PixelBuffer(width: 50, height: 50, channels: 3).encodedAsPNG(safepoint: safepoint) }
        == "Interrupted: interrupted while writing a picture")
  }
}

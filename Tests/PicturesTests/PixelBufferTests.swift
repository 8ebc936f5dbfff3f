import Pictures
import Testing

@Suite struct PixelBufferTests {
  /// 1 2 3 / 4 5 6
  let small: PixelBuffer
  init() throws { small = try PixelBuffer(width: 3, height: 2, channels: 1, samples: [1, 2, 3, 4, 5, 6]) }

  @Test func turning() {
    #expect(small.flippedHorizontally().samples == [3, 2, 1, 6, 5, 4])
    #expect(small.flippedVertically().samples == [4, 5, 6, 1, 2, 3])
    #expect(small.rotatedHalf().samples == [6, 5, 4, 3, 2, 1])
    #expect(small.rotatedClockwise().samples == [4, 1, 5, 2, 6, 3])
    #expect(small.rotatedCounterclockwise().samples == [3, 6, 2, 5, 1, 4])
    #expect(small.transposed().samples == [1, 4, 2, 5, 3, 6])
    #expect(small.oriented(.transversed).samples == [6, 3, 5, 2, 4, 1])
    #expect((small.transposed().width, small.transposed().height) == (2, 3))
  }

  @Test(arguments: [1, 2, 3, 4])
  func turningBackGivesTheSame(channels: Int) throws {
    let picture = try PixelBuffer(
      width: 5, height: 3, channels: channels, samples: (0..<15 * channels).map { UInt8($0) })
    #expect(picture.rotatedClockwise().rotatedCounterclockwise() == picture)
    #expect(picture.rotatedClockwise().rotatedClockwise() == picture.rotatedHalf())
    #expect(picture.flippedVertically().flippedHorizontally() == picture.rotatedHalf())
    #expect(picture.oriented(.transversed).oriented(.transversed) == picture)
  }

  @Test func channels() throws {
    let colour = try PixelBuffer(width: 2, height: 1, channels: 4, samples: [255, 0, 0, 255, 0, 0, 255, 0])
    #expect(colour.grey().samples == [76, 255])
    #expect(colour.rgb().samples == [255, 0, 0, 255, 255, 255])
    let half = try PixelBuffer(width: 1, height: 1, channels: 2, samples: [100, 128])
    #expect(half.grey().samples == [177])
    #expect(half.rgb().samples == [177, 177, 177])
    #expect(half.rgba().samples == [100, 100, 100, 128])
    #expect(small.rgb().grey() == small)
    #expect(small.rgba().rgb().grey() == small)
  }

  @Test func cropping() throws {
    #expect(try small.cropped(x: 1, y: 0, width: 2, height: 2).samples == [2, 3, 5, 6])
    #expect(
      complaint { try small.cropped(x: 2, y: 0, width: 2, height: 2) }
        == "ValueError: a part of 2 x 2 pixels at (2, 0) does not lie inside a picture of 3 x 2 pixels")
    #expect(throws: PictureError.self) { try small.cropped(x: .max, y: 0, width: .max, height: 1) }
  }

  @Test func resizing() throws {
    let edge = try PixelBuffer(width: 4, height: 1, channels: 1, samples: [0, 0, 100, 200])
    #expect(try edge.resized(width: 2, height: 1).samples == [0, 150])
    #expect(try edge.resized(width: 2, height: 1, by: .nearest).samples == [0, 200])
    #expect(try edge.resized(width: 8, height: 1, by: .nearest).samples == [0, 0, 0, 0, 100, 100, 200, 200])
    #expect(
      try edge.resized(width: 8, height: 2).samples == [
        0, 0, 0, 25, 75, 125, 175, 200, 0, 0, 0, 25, 75, 125, 175, 200,
      ])
    // Three pixels into two: each covers one and a half.
    let three = try PixelBuffer(width: 3, height: 1, channels: 1, samples: [0, 90, 180])
    #expect(try three.resized(width: 2, height: 1, by: .area).samples == [30, 150])
  }

  @Test(arguments: [Resampling.automatic, .nearest, .bilinear, .area])
  func resizingKeepsAPlainColour(method: Resampling) throws {
    let plain = try PixelBuffer(
      width: 7, height: 5, channels: 3, samples: pixels(width: 7, height: 5) { _, _ in [10, 200, 255] })
    for (width, height) in [(1, 1), (3, 11), (20, 2), (7, 5), (100, 1)] {
      let resized = try plain.resized(width: width, height: height, by: method)
      #expect(resized.samples == pixels(width: width, height: height) { _, _ in [10, 200, 255] })
    }
  }

  @Test func transparentColoursDoNotBleed() throws {
    let pair = try PixelBuffer(width: 2, height: 1, channels: 4, samples: [200, 100, 0, 255, 0, 255, 255, 0])
    #expect(try pair.resized(width: 1, height: 1).samples == [200, 100, 0, 128])
  }

  @Test func sizesThatCannotBe() {
    #expect(
      complaint { try PixelBuffer(width: 2, height: 2, channels: 3, samples: [1]) }
        == "ValueError: a picture of 2 x 2 pixels with 3 channels needs 2 * 2 * 3 = 12 bytes, but 1 were given"
    )
    #expect(
      complaint { try PixelBuffer(width: 2, height: 2, channels: 5) }
        == "ValueError: a picture has 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGBA) channels, not 5")
    #expect(
      complaint { try PixelBuffer(width: 0, height: 2, channels: 1) }
        == "ValueError: the sides of a picture are between 1 and 1,000,000 pixels, not 0 x 2")
    #expect(
      complaint { try PixelBuffer(width: 1_000_000, height: 1_000_000, channels: 4) }
        == "ValueError: a picture of 1000000 x 1000000 pixels with 4 channels would need 4000000 MB; "
        + "the limit is 512 MB")
  }
}

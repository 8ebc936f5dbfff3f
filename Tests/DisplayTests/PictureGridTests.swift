import Base
import Display
import Pictures
import Testing

@Suite struct PictureGridTests {
  private func noise(_ width: Int, _ height: Int, channels: Int = 3) throws -> PixelBuffer {
    var state: UInt32 = 1
    let samples = (0..<width * height * channels).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    return try PixelBuffer(width: width, height: height, channels: channels, samples: samples)
  }

  @Test func tinyPicturesShowTheirPixels() throws {
    let tiny = try PixelBuffer(width: 2, height: 2, channels: 1, samples: [0, 255, 255, 0])
    let bundle = PictureGrid(tiny).bundle
    let shown = try picture(bundle)
    #expect(shown.width == 260 && shown.height == 260)
    #expect((shown[0, 0, 0], shown[129, 129, 0], shown[130, 129, 0], shown[259, 259, 0]) == (0, 0, 255, 0))
    #expect(bundle.plainText == "picture of 2 × 2 pixels, grey")
    #expect(text(bundle, "image/svg+xml").contains("image-rendering=\"pixelated\""))
  }

  @Test func photosStaySmall() throws {
    // Noise is the worst that can be compressed.
    let bundle = PictureGrid(try noise(1500, 1000)).bundle
    #expect(size(bundle) < 1_600_000)
    #expect(bundle.metadata["image/png"]?["width"]?.intValue == 800)
    #expect(bundle.metadata["image/png"]?["height"]?.intValue == 533)
    #expect(text(bundle, "image/svg+xml").contains("data:image/jpeg;base64,"))
    #expect(XMLCheck(text(bundle, "image/svg+xml")) != nil)
    let photo = try noise(420, 300)
    try expectFigure(PictureGrid((0..<12).map { _ in .init(photo) }).bundle)
  }

  @Test func transparencyIsKept() throws {
    let clear = try PixelBuffer(width: 300, height: 200, channels: 4)
    #expect(try picture(PictureGrid(clear).bundle).channels == 4)
  }

  @Test func grids() throws {
    let digit = try noise(28, 28, channels: 1)
    for count in [1, 2, 3, 7, 10, 30, 450] {
      let items = (0..<count).map {
        PictureGrid.Item(digit, title: "no. \($0)", note: count < 4 ? "note" : nil)
      }
      let bundle = PictureGrid(items, title: "Digits").bundle
      try expectFigure(bundle)
      let svg = try #require(XMLCheck(text(bundle, "image/svg+xml")))
      #expect(svg.elements.filter { $0 == "image" }.count == min(count, 400))
      #expect(svg.texts.contains("Digits") && svg.texts.contains("no. 0"))
      let width = try #require(bundle.metadata["image/png"]?["width"]?.intValue)
      #expect(width <= 960)
    }
    #expect(PictureGrid([]).text == "no pictures")
    _ = PictureGrid([]).bundle
  }

  @Test func oddShapes() throws {
    for (width, height) in [(1, 1), (1, 5000), (5000, 1), (3000, 10), (161, 2)] {
      let thin = try noise(width, height)
      let bundle = PictureGrid(thin).bundle
      #expect(try picture(bundle).width >= 1)
      #expect(XMLCheck(text(bundle, "image/svg+xml")) != nil)
      _ = PictureGrid([.init(thin, title: "a"), .init(thin)], columns: 1, width: 100_000).bundle
    }
  }

  @Test func mapping() throws {
    func map(_ values: [Double], _ scale: PictureMapping.Scale) -> [UInt8]? {
      PictureMapping.picture(values: values, width: values.count, height: 1, scale: scale)?.samples
    }
    #expect(map([0, 127.6, 255, 300], .bytes) == [0, 128, 255, 255])
    #expect(map([-1, 0.5, 1, .nan], .unit) == [0, 128, 255, 0])
    #expect(map([10, 20, 30], .normalised) == [0, 128, 255])
    #expect(map([5, 5], .normalised) == [255, 255])
    #expect(map([0, 50], .range(0, 100)) == [0, 128])
    let signed = try #require(map([-2, 0, 1], .signed))
    #expect(Array(signed[3..<6]) == [255, 255, 255])
    #expect(signed[2] > signed[0] && signed[6] > signed[8])
    #expect(PictureMapping.chosenScale([0, 1], 1) == .unit)
    #expect(PictureMapping.chosenScale([0, 9], 1) == .bytes)
    #expect(PictureMapping.chosenScale([0, 900], 1) == .normalised)
    #expect(PictureMapping.chosenScale([-1, 1], 1) == .signed)
    #expect(PictureMapping.picture(values: [1], width: 2, height: 1) == nil)
  }
}

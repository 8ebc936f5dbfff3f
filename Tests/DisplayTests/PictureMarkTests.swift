import Display
import Pictures
import Testing

@Suite("Boxes on pictures") struct PictureMarkTests {
  private func grid(_ width: Int, _ height: Int, _ marks: [PictureMark], copies: Int = 1) throws
    -> PictureGrid
  {
    var item = PictureGrid.Item(try PixelBuffer(width: width, height: height, channels: 3))
    item.marks = marks
    return PictureGrid([PictureGrid.Item](repeating: item, count: copies))
  }

  @Test func framesAndNames() throws {
    let marks = [
      PictureMark(x1: 10, y1: 10, x2: 60, y2: 50, label: "car 0.91", group: 1),
      PictureMark(x1: 70, y1: 60, x2: 20, y2: 30, label: "dog", group: 2),
    ]
    let bundle = try grid(100, 80, marks).bundle
    try expectFigure(bundle)
    #expect(bundle.plainText == "picture of 100 × 80 pixels, RGB: 2 boxes: car 0.91, dog")
    let svg = text(bundle, "image/svg+xml")
    let check = try #require(XMLCheck(svg))
    #expect(check.texts.contains("car 0.91") && check.texts.contains("dog"))
    for group in 1...2 { #expect(svg.contains(Palette.series(group).hex)) }
    // The picture is shown four times as large; the frame is seen in its colour.
    let shown = try picture(bundle)
    let color = Palette.series(1)
    let scale = Double(shown.width) / (400 + 24)
    let (x, y) = (Int((12 + 10 * 4) * scale), Int((12 + 30 * 4) * scale))
    #expect((shown[x, y, 0], shown[x, y, 1], shown[x, y, 2]) == (color.red, color.green, color.blue))
  }

  @Test func oddBoxes() throws {
    let odd = [
      PictureMark(x1: .nan, y1: 0, x2: 5, y2: 5, label: "nan"),
      PictureMark(x1: 0, y1: 0, x2: .infinity, y2: 5, label: "endless"),
      PictureMark(x1: -1e30, y1: -1e30, x2: 1e30, y2: 1e30, label: "everything"),
      PictureMark(x1: 200, y1: 200, x2: 300, y2: 300, label: "elsewhere"),
      PictureMark(x1: 5, y1: 5, x2: 5, y2: 5, label: "point", group: -3),
      PictureMark(x1: 1, y1: 1, x2: 9, y2: 9, label: String(repeating: "wide ", count: 100), group: .max),
      PictureMark(x1: 1, y1: 1, x2: 9, y2: 9, label: "<&\">", group: .min),
    ]
    for (width, height) in [(1, 1), (10, 10), (300, 200), (900, 30)] {
      let bundle = try grid(width, height, odd).bundle
      try expectFigure(bundle)
      let check = try #require(XMLCheck(text(bundle, "image/svg+xml")))
      #expect(!check.texts.contains("nan") && !check.texts.contains("endless"))
    }
    let shown = try #require(XMLCheck(text(try grid(100, 100, odd).bundle, "image/svg+xml")))
    #expect(shown.texts.contains("everything") && !shown.texts.contains("elsewhere"))
  }

  @Test func manyBoxes() throws {
    let crowd = (0..<3000).map {
      PictureMark(x1: Double($0 % 50), y1: 0, x2: 60, y2: 60, label: "no. \($0)", group: $0)
    }
    let bundle = try grid(64, 64, crowd).bundle
    #expect(size(bundle) < 1_600_000)
    #expect(bundle.plainText.hasPrefix("picture of 64 × 64 pixels, RGB: 3000 boxes: no. 0, no. 1, "))
    // Small pictures among many have frames alone.
    let many = try grid(64, 64, Array(crowd.prefix(2)), copies: 100).bundle
    #expect(!text(many, "image/svg+xml").contains(">no. 0<"))
  }
}

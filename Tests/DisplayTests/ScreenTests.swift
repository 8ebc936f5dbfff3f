import Display
import Pictures
import Testing

/// What a bundle gives to a terminal.
@Suite struct ScreenTests {
  @Test func tablesAndPlotsFitTheWidth() {
    let table = Table(
      columns: [.init("name"), .init("value")], rows: [["a", .text(String(repeating: "x", count: 90))]])
    let plot = Plot(series: [.line(y: [1, 2, 3])])
    for bundle in [table.bundle, plot.bundle, Figure([plot]).bundle] {
      for width in [40, 60, 120] {
        let lines = bundle.text(columns: width).split(separator: "\n")
        #expect(lines.allSatisfy { TextWidth.columns($0) <= width })
      }
      #expect(bundle.text(columns: 80) == bundle.plainText)
    }
    #expect(MIMEBundle(text: "plain").text(columns: 3) == "plain")
  }

  @Test func picturesHavePixels() throws {
    let picture = try PixelBuffer(width: 2, height: 1, channels: 3, samples: [255, 0, 0, 0, 0, 255])
    let bundle = PictureGrid(picture).bundle
    #expect(bundle.pictureFile?.ending == "png")
    let pixels = try #require(bundle.pixels)
    #expect(pixels.samples.count == pixels.width * pixels.height * 4)
    #expect(Array(pixels.samples.prefix(4)) == [255, 0, 0, 255])
    #expect(Array(pixels.samples.suffix(4)) == [0, 0, 255, 255])
    #expect(pixels.shownWidth >= 2)
    #expect(MIMEBundle(text: "none").pixels == nil)
    var broken = MIMEBundle(text: "broken")
    broken["image/png"] = .data([1, 2, 3])
    #expect(broken.pixels == nil)
  }
}

import Display
import Foundation
import Testing

@Suite struct PlotTests {
  private let epochs = (1...12).map(Double.init)
  private var curve: [Double] { epochs.map { exp(-$0 / 3) } }

  @Test func lines() throws {
    let plot = Plot(
      title: "Loss & accuracy <1>", xLabel: "epoch", yLabel: "loss",
      series: [
        .line(x: epochs, y: curve, label: "training"),
        .line(x: epochs, y: curve.map { $0 + 0.1 }, label: "validation", markers: true, dashed: true),
      ])
    try expectFigure(plot.bundle)
    let svg = try #require(XMLCheck(text(plot.bundle, "image/svg+xml")))
    for words in ["Loss & accuracy <1>", "epoch", "loss", "training", "validation", "12"] {
      #expect(svg.texts.contains(words), "\(words)")
    }
    #expect(svg.elements.filter { $0 == "polyline" }.count >= 2)
    // Both ends of the names' colours are in the picture.
    let pixels = try picture(plot.bundle)
    #expect(pixels.width == 1120 && pixels.height == 680)
    for color in [Palette.series[0], Palette.series[1]] {
      #expect(
        (0..<pixels.height).contains { y in
          (0..<pixels.width).contains { x in
            pixels[x, y, 0] == color.red && pixels[x, y, 1] == color.green && pixels[x, y, 2] == color.blue
          }
        })
    }
  }

  @Test func aLineGoesThroughItsPoints() throws {
    // A straight line from corner to corner of the ranges: known coordinates in the SVG.
    var plot = Plot(series: [.line(x: [0, 10], y: [0, 100])])
    plot.xRange = 0...10
    plot.yRange = 0...100
    let svg = text(plot.bundle, "image/svg+xml")
    let line = try #require(svg.split(separator: "<polyline").last { $0.contains("#0072b2") })
    let points = try #require(line.split(separator: "points=\"").last?.split(separator: "\"").first)
    let numbers = points.split { $0 == " " || $0 == "," }.compactMap { Double($0) }
    #expect(numbers.count == 4)
    // Right and up.
    #expect(numbers[2] == 540 && numbers[2] > numbers[0] && numbers[3] < numbers[1])
  }

  @Test func asText() {
    var plot = Plot(title: "Ramp", series: [.line(x: [0, 1], y: [0, 1])])
    plot.yRange = 0...1
    plot.xRange = 0...1
    let lines = plot.text(width: 34, height: 4).split(separator: "\n").map(String.init)
    #expect(lines.count == 7)
    #expect(lines[1].contains("⠉") || lines[1].contains("⠊"))
    #expect(lines.allSatisfy { TextWidth.columns($0) <= 34 })
    #expect(lines[6].contains("0") && lines[6].contains("1"))
  }

  @Test func bars() throws {
    let plot = Plot(series: [.bars(names: ["cat", "dog"], values: [3, 1])])
    try expectFigure(plot.bundle)
    #expect(plot.text(width: 30) == "cat ████████████████████████ 3\ndog ████████ 1")
    let long = (0..<9).map { "a rather long class name \($0)" }
    try expectFigure(Plot(series: [.bars(names: long, values: (0..<9).map { Double($0) - 3 })]).bundle)
    let groups = Plot(
      series: [
        .bars(names: ["a", "b"], values: [1, 2], label: "x"),
        .bars(names: ["a", "b"], values: [2, .nan], label: "y"),
      ])
    try expectFigure(groups.bundle)
  }

  @Test func histogramCountsAll() throws {
    let histogram = Histogram([0, 0.5, 1, 1, 2, 10, .nan, -.infinity], bins: 5)
    #expect(histogram.counts == [4, 1, 0, 0, 1])
    #expect(histogram.outside == 2)
    #expect(Histogram([1, 2, 2, 3, 3, 3]).counts == [1, 2, 3])
    #expect(Histogram([4, 4, 4]).counts == [3])
    #expect(Histogram([]).counts == [0])
    let wide = Histogram([-Double.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude], bins: 2)
    #expect(wide.counts.reduce(0, +) == 3)
    try expectFigure(Plot(series: [.histogram((0..<1000).map { sin(Double($0)) })]).bundle)
  }

  @Test func heatMaps() throws {
    let small = Plot(title: "Sobel", series: [.heatMap([1, 0, -1, 2, 0, -2, 1, 0, -1], rows: 3, columns: 3)])
    try expectFigure(small.bundle)
    #expect(
      small.text() == """
        Sobel
          │  0  1  2
        ──┼─────────
        0 │  1  0 -1
        1 │  2  0 -2
        2 │  1  0 -1
        """)
    try expectFigure(
      Plot(series: [.heatMap((0..<64 * 300).map { sin(Double($0)) }, rows: 64, columns: 300)]).bundle)
    try expectFigure(Plot(series: [.heatMap([.nan, 1], rows: 2, columns: 2)]).bundle)
    try expectFigure(Plot(title: "none", series: [.heatMap([], rows: 0, columns: 0)]).bundle)
  }

  @Test(
    arguments: [
      [], [1], [.nan, .nan], [0, 0, 0], [1e300, -1e300], [.greatestFiniteMagnitude, 0],
      [.leastNonzeroMagnitude, .leastNormalMagnitude],
      [1, 1 + 1e-15], [.infinity, 3], [-1e-9, 1e-9], [1e15, 2e15], [123456.7, 123456.8],
    ] as [[Double]])
  func anyNumbersCanBePlotted(values: [Double]) throws {
    for scale in [Plot.Scale.linear, .logarithmic] {
      try expectFigure(
        Plot(title: "t", xScale: scale, yScale: scale, series: [.line(y: values, label: "l")]).bundle)
      try expectFigure(Plot(title: "t", yScale: scale, series: [.scatter(x: values, y: values)]).bundle)
    }
    try expectFigure(Plot(title: "t", series: [.histogram(values)]).bundle)
    try expectFigure(Plot(title: "t", series: [.bars(names: ["a"], values: values)]).bundle)
    try expectFigure(Plot(title: "t", series: [.heatMap(values, rows: 1, columns: values.count)]).bundle)
    try expectFigure(Plot(title: "t", series: []).bundle)
  }

  @Test func sizeDoesNotGrowWithData() throws {
    let many = (0..<300_000).map { sin(Double($0) * 12.9898) }
    #expect(size(Plot(series: [.line(y: many)]).bundle) < 300_000)
    #expect(size(Plot(series: [.scatter(x: many.reversed(), y: many)]).bundle) < 700_000)
    let holes = many.enumerated().map { $0.offset % 2 == 0 ? $0.element : .nan }
    #expect(size(Plot(series: [.line(y: holes)]).bundle) < 700_000)
  }

  @Test func figures() throws {
    let plots = [Plot(title: "a", series: [.line(y: curve)]), Plot(title: "b", series: [.line(y: curve)])]
    let figure = Figure(plots + plots, title: "All")
    try expectFigure(figure.bundle)
    #expect(figure.text().contains("\n\nb\n"))
    try expectFigure(Figure([Plot(title: "one", series: [])]).bundle)
  }
}

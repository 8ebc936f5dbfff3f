import Display
import Tensors
import Testing

@Suite struct TensorDisplayTests {
  private func html(_ shape: [Int], _ values: [Float]) -> String {
    TensorDisplay.html(TensorContent(shape: shape, dtype: "float32", elements: .floats(values)))
  }

  /// The texts of all cells, in order.
  private func cells(_ html: String) -> [String] {
    html.split(separator: "<td").dropFirst().compactMap { part in
      part.split(separator: ">", maxSplits: 1).last?.split(separator: "<").first.map(String.init)
    }
  }

  @Test func smallMatrix() throws {
    let html = html([2, 3], [-5, -4, 0, 8, -10, 2])
    #expect(cells(html) == ["-5", "-4", "0", "8", "-10", "2"])
    #expect(html.contains("float32 · shape (2, 3) · -10 to 8"))
    let check = try #require(XMLCheck("<div>\(html)</div>"))
    #expect(!check.elements.contains("style") && !check.elements.contains("svg"))
    // Zero is white, the largest magnitude is the darkest blue with white text.
    #expect(html.contains("background-color:#ffffff;color:#000000;border:1px solid #d5d8dc\">0<"))
    #expect(html.contains("background-color:#0a3f75;color:#ffffff;border:1px solid #d5d8dc\">-10<"))
  }

  @Test func decimalsAreShared() {
    #expect(cells(html([3], [0.5, 1, 2.25])) == ["0.50", "1.00", "2.25"])
    #expect(cells(html([2], [1.0 / 3, 100])) == ["0.333", "100.000"])
    #expect(cells(html([2], [1e-5, 3e7])) == ["1e-05", "3e+07"])
    #expect(cells(html([3], [.nan, .infinity, -.infinity])) == ["nan", "inf", "-inf"])
  }

  @Test func integersAreExact() {
    let content = TensorContent(shape: [2], dtype: "int64", elements: .integers([.max, -1]))
    #expect(cells(TensorDisplay.html(content)) == ["9223372036854775807", "-1"])
  }

  @Test func channelsArePlanes() {
    let html = html([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(html.contains("<code>[..., 0]</code>") && html.contains("<code>[..., 1]</code>"))
    #expect(cells(html) == ["0", "2", "4", "6", "1", "3", "5", "7"])
    let batch = TensorContent(shape: [1, 1, 2, 2], dtype: "float32", elements: .floats([0, 1, 2, 3]))
    #expect(TensorDisplay.html(batch).contains("<code>[0, ..., 1]</code>"))
  }

  @Test func longVectorsAreFolded() {
    let html = html([25], (0..<25).map(Float.init))
    #expect(cells(html).count == 25)
    #expect(html.split(separator: "<tr>").count == 1 + 3)
  }

  @Test(arguments: [
    [], [1], [0], [0, 5], [20, 20], [401], [1, 1, 1, 1, 1, 1, 1, 1], [2, 0, 3], [3, 3, 3, 10],
  ])
  func everyShapeIsShown(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let html = html(shape, (0..<count).map { Float($0) - 3 })
    #expect(XMLCheck("<div>\(html)</div>") != nil)
    #expect(html.contains("float32 · shape (\(shape.map(String.init).joined(separator: ", ")))"))
    #expect(html.utf8.count < 120_000)
  }

  @Test func largeTensorsAreSummedUp() {
    var values = [Float](repeating: 0, count: 1_000_000)
    for index in values.indices where index % 2 == 1 { values[index] = Float(index % 101) / 100 }
    values[7] = .nan
    let html = html([1000, 1000], values)
    #expect(html.utf8.count < 12_000)
    #expect(Array(cells(html).prefix(3)) == ["1,000,000", "0", "1"])
    #expect(html.contains("&lt;0.1 %"))
    #expect(html.contains("display:inline-block"))
  }

  @Test func extremesDoNotTrap() {
    let extreme = TensorContent(
      shape: [1000], dtype: "float64",
      elements: .doubles(
        (0..<1000).map { $0 % 2 == 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude }))
    #expect(!TensorDisplay.html(extreme).isEmpty)
    let tiny = TensorContent(
      shape: [1000], dtype: "float64",
      elements: .doubles((0..<1000).map { Double($0) * .leastNonzeroMagnitude }))
    #expect(!TensorDisplay.html(tiny).isEmpty)
    #expect(!html([500], [Float](repeating: .nan, count: 500)).isEmpty)
  }

  @Test func statistics() {
    let content = TensorContent(shape: [5], dtype: "float32", elements: .floats([1, 2, 3, .nan, .infinity]))
    let statistics = TensorStatistics(content)
    #expect((statistics.least, statistics.most, statistics.mean) == (1, 3, 2))
    #expect((statistics.standardDeviation - 0.816496580927726).magnitude < 1e-12)
    #expect((statistics.nans, statistics.infinities, statistics.zeros) == (1, 1, 0))
  }

  @Test func realTensors() throws {
    let matrix = try Tensor([1.5, 2, -3, 4], shape: Shape([2, 2]), dtype: .float64)
    let bundle = try TensorDisplay.bundle(matrix)
    #expect(text(bundle, "text/html").contains("float64 · shape (2, 2) · -3 to 4"))
    #expect(bundle.plainText == matrix.description)
    let mask = try TensorDisplay.bundle(Tensor([true, false]))
    #expect(cells(text(mask, "text/html")) == ["true", "false"])
  }
}

import Display
import Testing

@Suite struct TableTests {
  private let table = Table(
    title: "LeNet-5",
    columns: [.init("layer"), .init("output", .right), .init("parameters", .right), .init("share")],
    rows: [
      ["CONV1", .code("(28, 28, 8)"), .count(608), .bar(fraction: 0.01, label: "1 %")],
      ["FC3", .code("(120)"), .count(48_120), .bar(fraction: 0.75, label: "75 %")],
    ],
    footers: [["total", .empty, .count(62_158), .empty]], note: "two of five layers")

  @Test func asText() {
    #expect(
      table.text() == """
        LeNet-5
        layer       output  parameters  share
        ─────────────────────────────────────────────────
        CONV1  (28, 28, 8)         608  ▏            1 %
        FC3          (120)      48,120  █████████    75 %
        ─────────────────────────────────────────────────
        total                   62,158
        two of five layers
        """)
  }

  @Test(arguments: [20, 30, 40, 60])
  func narrow(width: Int) {
    for line in table.text(width: width).split(separator: "\n").dropFirst().dropLast() {
      #expect(TextWidth.columns(line) <= max(width, 4 * 4 + 6))
    }
  }

  @Test func asHTML() throws {
    let html = table.html
    // Well-formed as XML too, once it has one root.
    let check = try #require(XMLCheck("<div>\(html)</div>"))
    #expect(check.elements.filter { $0 == "tr" }.count == 4)
    #expect(check.texts.contains("48,120"))
    #expect(!html.contains("<style") && !html.contains("<script") && !html.contains("<svg"))
  }

  @Test func hostileTextStaysText() throws {
    let bad = Table(
      title: "<script>alert(1)</script>", columns: [.init("a\"><b>")],
      rows: [["<img src=x onerror=alert(1)>"], [.code("</code>")], [.number("1\u{0}2")]])
    let check = try #require(XMLCheck("<div>\(bad.html)</div>"))
    #expect(
      !check.elements.contains("script") && !check.elements.contains("img") && !check.elements.contains("b"))
    #expect(bad.text().split(separator: "\n").count == 6)
  }

  @Test func longTablesAreShortened() {
    let long = Table(columns: [.init("n", .right)], rows: (0..<10_000).map { [.count($0)] })
    #expect(long.text().split(separator: "\n").count == 2 + 501)
    #expect(long.text().contains("… 9,500 more rows …"))
    #expect(long.html.utf8.count < 100_000)
    #expect(long.text().hasSuffix("9,999"))
  }

  @Test func raggedRows() {
    let ragged = Table(columns: [.init("a"), .init("b")], rows: [["1"], ["1", "2", "3"], []])
    #expect(ragged.text() == "a  b\n────\n1\n1  2\n")
    #expect(Table(columns: []).text() == "")
  }
}

import Base
import Notebooks
import Pictures
import Testing

@Suite struct OutputComparisonTests {
  private func stream(_ text: JSON, _ name: String = "stdout") -> JSON {
    ["output_type": "stream", "name": .string(name), "text": text]
  }

  private func result(_ data: JSON) -> JSON {
    ["output_type": "execute_result", "data": data, "metadata": [:], "execution_count": 1]
  }

  private func compare(_ saved: String, _ now: String) -> [String] {
    OutputComparison.differences(saved: [stream(.string(saved))], now: [stream(.string(now))])
  }

  @Test(arguments: [
    ("[1.00001, 2]", "[1.0, 2]"), ("loss 0.1234567", "loss 0.1234561"), ("took 12.3 ms", "took 9 s"),
    ("3µs", "200 ns"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("1e-09", "0"), ("x\u{2212}1.5", "x-1.5"),
    ("1.5e-3 s.", "2 min."), ("same", "same"), ("1.", "1."), ("a-.5", "a-0.5"),
  ])
  func sameTexts(_ saved: String, _ now: String) {
    #expect(compare(saved, now) == [])
    #expect(compare(now, saved) == [])
  }

  @Test(arguments: [
    ("[1, 2]", "[1, 3]"), ("[1, 2]", "[1 2]"), ("shape 5", "shape 5, 5"), ("5", "-5"), ("0.5 x", "0.501 x"),
    ("12 m", "13 m"), ("12 sheep", "13 sheep"), ("25636712", "25636713"), ("nan", "1"), ("1", ""),
    ("5 µm", "6 µm"),
  ])
  func differentTexts(_ saved: String, _ now: String) {
    #expect(compare(saved, now) != [])
    #expect(compare(now, saved) != [])
  }

  @Test func showsTheLinesThatChanged() {
    let lines = (1...9).map { "line \($0)" }
    var changed = lines
    changed[4] = "another \u{1B}[31m"
    changed.insert("new", at: 5)
    #expect(
      compare(lines.joined(separator: "\n"), changed.joined(separator: "\n")) == [
        "stdout:", "    line 4", "  - line 5", "  + another \u{FFFD}[31m", "  + new", "    line 6",
      ])
  }

  @Test func longDifferencesAreCut() {
    let many = (0..<3000).map { "a\($0)" }.joined(separator: "\n")
    let others = (0..<3000).map { "b\($0)" }.joined(separator: "\n")
    let found = compare(many, others)
    #expect(found.count == 42)
    #expect(found.last == "  ... and 5960 more lines")
  }

  @Test func piecesOfAStreamAreOne() {
    #expect(
      OutputComparison.differences(
        saved: [stream("a\nb\n")], now: [stream("a\n"), stream(["b", "\n"])]) == [])
    #expect(
      OutputComparison.differences(saved: [stream("a"), stream("b", "stderr")], now: [stream("a")])
        == ["the outputs were stdout, stderr and are stdout", "  a", "- b"])
  }

  @Test func valuesAndTheirForms() {
    let five = result(["text/plain": "5"])
    #expect(OutputComparison.differences(saved: [five], now: [result(["text/plain": ["5"]])]) == [])
    #expect(
      OutputComparison.differences(saved: [five], now: [result(["text/plain": "6"])])
        == ["text/plain:", "  - 5", "  + 6"])
    #expect(OutputComparison.differences(saved: [five], now: []).first?.hasSuffix("and are nothing") == true)
    let both = result(["text/html": "5", "text/plain": "5"])
    #expect(OutputComparison.differences(saved: [five], now: [both]) != [])
    let json = result(["application/json": ["b": 1.00001, "a": [1]], "text/plain": ""])
    let other = result(["text/plain": "", "application/json": ["a": [1], "b": 1.0]])
    #expect(OutputComparison.differences(saved: [json], now: [other]) == [])
  }

  @Test func anErrorIsADifferenceEvenWhereValuesVary() {
    let error: JSON = ["output_type": "error", "ename": "Error", "evalue": "no", "traceback": ["x"]]
    let tags = ["nondeterministic"]
    #expect(OutputComparison.differences(saved: [stream("0.5")], now: [stream("0.7")], tags: tags) == [])
    #expect(OutputComparison.differences(saved: [stream("0.5")], now: [], tags: tags) == [])
    #expect(
      OutputComparison.differences(saved: [stream("0.5")], now: [error], tags: tags).prefix(2)
        == ["the outputs were stdout and are error", "Error: no"])
    let other: JSON = ["output_type": "error", "ename": "Error", "evalue": "yes", "traceback": ["x"]]
    #expect(
      OutputComparison.differences(saved: [error], now: [other])
        == ["the error's message:", "  - no", "  + yes"])
  }

  // MARK: Pictures

  private func picture(
    _ grey: UInt8, width: Int = 8, channels: Int = 3, dot: UInt8? = nil
  ) throws -> String {
    var buffer = try PixelBuffer(width: width, height: 8, channels: channels, filledWith: grey)
    if let dot { buffer[0, 0, 0] = dot }
    return Base64.encode(try buffer.encodedAsPNG())
  }

  private func differences(_ saved: String, _ now: String) -> [String] {
    OutputComparison.differences(
      saved: [result(["image/png": .string(saved)])], now: [result(["image/png": .string(now)])])
  }

  @Test func picturesAreComparedByTheirPixels() throws {
    let plain = try picture(9)
    #expect(differences(plain, plain + "\n") == [])
    #expect(differences(plain, try picture(9, dot: 20)) == [])
    #expect(differences(plain, try picture(9, channels: 1)) == [])
    #expect(
      differences(plain, try picture(12))
        == ["image/png: the pictures differ in 64 of 64 pixels (100.0 %), by up to 3 of 255"])
    #expect(
      differences(plain, try picture(9, dot: 200))
        == ["image/png: the pictures differ in 1 of 64 pixels (1.6 %), by up to 191 of 255"])
    #expect(
      differences(plain, try picture(9, width: 9))
        == ["image/png: the picture had 8 x 8 pixels and has 9 x 8"])
    #expect(differences(plain, "*") == ["image/png: the new picture is not written in Base64"])
    #expect(differences(plain, "AAAA").first?.contains("the new picture is not a PNG or JPEG") == true)
  }

  @Test func picturesInsideOfDrawingsToo() throws {
    func svg(_ picture: String, _ x: String) -> JSON {
      result([
        "image/svg+xml": .string("<svg><image x=\"\(x)\" href=\"data:image/png;base64,\(picture)\"/></svg>")
      ])
    }
    let saved = svg(try picture(9), "1.5")
    #expect(
      OutputComparison.differences(saved: [saved], now: [svg(try picture(9, dot: 20), "1.50001")]) == [])
    #expect(
      OutputComparison.differences(saved: [saved], now: [svg(try picture(12), "1.5")]) == [
        "image/svg+xml: inside of it, the pictures differ in 64 of 64 pixels (100.0 %), by up to 3 of 255"
      ])
  }
}

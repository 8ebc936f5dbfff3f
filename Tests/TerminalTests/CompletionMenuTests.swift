import Session
import Terminal
import Testing

@Suite struct CompletionMenuTests {
  private let plain = Style(isColoured: false)

  private func menu(_ words: [String], typed: String) -> CompletionMenu {
    let items = words.map { Completions.Item(text: $0, type: "function", signature: "(x)") }
    return CompletionMenu(items, range: 0..<typed.count, original: EditBuffer(typed))
  }

  @Test func arrowsGoRound() {
    var menu = menu(["max", "maxPool2d", "mean"], typed: "m")
    #expect(menu.buffer.text == "m")
    menu.move(by: -1)
    #expect(menu.buffer.text == "mean")
    menu.move(by: 1)
    #expect(menu.buffer.text == "max")
    menu.move(by: 8)
    #expect(menu.buffer.text == "mean")
    menu.move(by: .max)
    menu.move(by: .min)
    #expect(menu.chosen != nil)
    var empty = self.menu([], typed: "q")
    empty.move(by: 1)
    #expect(empty.buffer.text == "q")
  }

  @Test func whatWasTypedExactlyComesFirst() {
    let menu = menu(["MaxPool2D", "max"], typed: "ma")
    #expect(menu.items.map(\.text) == ["max", "MaxPool2D"])
  }

  @Test func listsNameKindAndSignature() {
    var menu = menu(["max", "mean"], typed: "m")
    menu.move(by: 1)
    let lines = menu.lines(width: 40, height: 20, style: plain)
    #expect(lines == ["▸ max   function  (x)", "  mean  function  (x)"])
  }

  @Test func scrollsToWhatIsChosen() {
    var menu = menu((0..<50).map { "name\($0)" }, typed: "n")
    for _ in 0..<30 { menu.move(by: 1) }
    let lines = menu.lines(width: 40, height: 20, style: plain)
    #expect(lines.count == 9)
    #expect(lines.contains { $0.hasPrefix("▸ name29") })
    #expect(lines.last == "  30 of 50")
  }

  @Test(arguments: [1, 2, 5, 12, 40], [1, 2, 5, 40])
  func linesFitAnyScreen(_ width: Int, _ height: Int) {
    var menu = menu(["漢字漢字漢字漢字漢字", "a\u{1B}[31m\nb", String(repeating: "long", count: 40)], typed: "")
    menu.move(by: 1)
    for line in menu.lines(width: width, height: height, style: plain) {
      #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 })
      #expect(
        EditorLayout(EditBuffer(line), prompt: Prompt(first: .init("")), width: 400).cursorColumn
          < max(width, 4))
    }
  }

  @Test(arguments: [
    (["maxPool2d", "MaxPool2D"], "maxP", "maxPool2d"), (["Dense", "Dropout"], "d", "D"),
    (["zeros", "zip"], "z", "z"), ([], "z", ""), (["one"], "o", "one"),
  ])
  func findsTheCommonStart(_ words: [String], _ typed: String, _ common: String) {
    let items = words.map { Completions.Item(text: $0, type: "function") }
    #expect(Completions(start: 0, end: 0, items: items).commonStart(behind: typed) == common)
  }
}

@Suite struct SignatureLineTests {
  private let hint = SignatureHint(
    name: "conv2d", parameters: ["x", "filters", "stride = 1", "padding = .valid"], current: 2,
    summary: "how far the window goes on")

  @Test(arguments: [
    (200, "conv2d(x, filters, ‹stride = 1›, padding = .valid) — how far the window goes on"),
    (70, "conv2d(x, filters, ‹stride = 1›, padding = .valid) — how far the win…"),
    (60, "conv2d(x, filters, ‹stride = 1›, padding = .valid)"),
    (50, "conv2d(x, filters, ‹stride = 1›, padding = .vali…"),
    (30, "conv2d(…, ‹stride = 1›, padd…"),
  ])
  func keepsTheParameterAtTheCursor(_ width: Int, _ line: String) {
    let text = SignatureLine.text(hint, width: width, style: Style(isColoured: false))
    #expect(text.count < max(width, 9))
    #expect(text == line)
  }

  @Test func namesFunctionsWithoutParameters() {
    let hint = SignatureHint(name: "clock", parameters: [], current: 7)
    #expect(SignatureLine.text(hint, width: 80, style: Style(isColoured: false)) == "clock()")
    #expect(SignatureLine.text(hint, width: 0, style: Style(isColoured: true)).contains("clock()"))
  }
}

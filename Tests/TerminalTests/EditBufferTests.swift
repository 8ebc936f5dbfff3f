import Terminal
import Testing

@Suite struct EditBufferTests {
  /// A buffer written with `|` where the cursor stands.
  private func buffer(_ marked: String) -> EditBuffer {
    let parts = marked.split(separator: "|", omittingEmptySubsequences: false)
    var buffer = EditBuffer(parts.joined())
    while buffer.cursor > parts[0].count { buffer.moveLeft() }
    return buffer
  }

  private func marked(_ buffer: EditBuffer) -> String {
    var characters = buffer.characters
    characters.insert("|", at: buffer.cursor)
    return String(characters)
  }

  @Test(arguments: [
    ("ab|c", Key.text("x"), "abx|c"), ("ab|c", .backspace, "a|c"), ("|abc", .backspace, "|abc"),
    ("ab|c", .delete, "ab|"), ("abc|", .delete, "abc|"),
    ("ab|c", .left, "a|bc"), ("|abc", .left, "|abc"), ("ab|c", .right, "abc|"), ("abc|", .right, "abc|"),
    ("a\nb|c\nd", .control("a"), "a\n|bc\nd"), ("a\n|bc\nd", .control("e"), "a\nbc|\nd"),
    ("a\nb|c\nd", .control("k"), "a\nb|\nd"), ("a\nb|\nd", .control("k"), "a\nb|d"),
    ("abc|", .control("k"), "abc|"), ("a\nbc|d", .control("u"), "a\n|d"),
    ("let x = foo.bar |y", .control("w"), "let x = |y"), ("one  |", .control("w"), "|"),
    ("foo.bar|", .altBackspace, "foo.|"), ("foo.bar|", .wordLeft, "foo.|bar"),
    ("|foo.bar", .wordRight, "foo|.bar"), ("foo| .bar", .alt("d"), "foo|"), ("a|b", .altEnter, "a\n|b"),
    ("        |x", .backspace, "    |x"), ("   |x", .backspace, "  |x"), ("        |", .text("}"), "    }|"),
    ("a|b", .alt("<"), "|ab"), ("a|b", .alt(">"), "ab|"), ("a|b", .backTab, "a|b"), ("a|b", .pageUp, "a|b"),
    ("a|b", .paste("x\n\ty"), "ax\n    y|b"), ("a|", .unknown, "a|"), ("", .delete, "|"),
  ])
  func doesWhatAKeyMeans(_ before: String, _ key: Key, _ after: String) {
    var buffer = buffer(before)
    buffer.apply(key)
    #expect(marked(buffer) == after)
  }

  @Test func movesBetweenLinesInTheSameColumn() {
    var text = buffer("long line\nab\nlonger|line")
    let first = text.moveUp()
    #expect(marked(text) == "long line\nab|\nlongerline")
    let second = text.moveUp()
    #expect(marked(text) == "lo|ng line\nab\nlongerline")
    let third = text.moveUp()
    #expect([first, second, third] == [true, true, false])
    let down = [text.moveDown(), text.moveDown(), text.moveDown()]
    #expect(down == [true, true, false])
    #expect(marked(text) == "long line\nab\nlo|ngerline")
  }

  @Test func pastesWhatWasCut() {
    var text = buffer("one two|")
    text.apply(.control("w"))
    text.apply(.control("a"))
    text.apply(.control("y"))
    #expect(marked(text) == "two|one ")
  }

  @Test func anAccentJoinsItsLetter() {
    var text = buffer("e|x")
    text.insert("\u{301}")
    #expect(text.characters.count == 2)
    text.apply(.backspace)
    #expect(marked(text) == "|x")
  }

  @Test func replacesWhatACompletionCovers() {
    var text = buffer("f(pri|)")
    text.replace(2..<5, with: "print")
    #expect(marked(text) == "f(print|)")
    text.replace(-10..<1000, with: "")
    #expect(marked(text) == "|")
    text.move(to: 99)
    text.move(to: -1)
    #expect(text.cursor == 0)
  }

  @Test func countsScalarsInFrontOfTheCursor() {
    #expect(buffer("e\u{301}🇩🇪|x").scalarOffset == 4)
    #expect(buffer("|x").scalarOffset == 0)
  }

  @Test func everyRowOfKeysIsSurvived() {
    var generator = SystemRandomNumberGenerator()
    let keys: [Key] = [
      .text("a"), .text("漢"), .text("\u{301}"), .text("}"), .text("🇩"), .text("🇪"),
      .paste("x\r\n\ty\u{200D}"),
      .altEnter, .backspace, .delete, .left, .right, .wordLeft, .wordRight, .home, .end, .control("k"),
      .control("u"), .control("w"), .control("y"), .altBackspace, .alt("d"), .alt("<"), .alt(">"), .up,
      .unknown,
    ]
    for _ in 0..<300 {
      var buffer = EditBuffer()
      for _ in 0..<60 {
        buffer.apply(keys.randomElement(using: &generator) ?? .unknown)
        if Bool.random(using: &generator) { _ = buffer.moveUp() } else { _ = buffer.moveDown() }
        let width = Int.random(in: -1...12, using: &generator)
        let layout = EditorLayout(buffer, prompt: Prompt(first: .init("> ")), width: width)
        #expect(layout.window(height: width).contains(layout.cursorRow))
      }
    }
  }
}

@Suite struct InputHistoryTests {
  @Test func goesBackAndForth() {
    var history = InputHistory(["a", "b", "b"])
    let back = [
      history.previous(replacing: "draft"), history.previous(replacing: "b"),
      history.previous(replacing: "a"),
    ]
    #expect(back == ["b", "a", nil])
    let forth = [
      history.next(replacing: "a"), history.next(replacing: "b"), history.next(replacing: "draft"),
    ]
    #expect(forth == ["b", "draft", nil])
  }

  @Test func remembersWhatIsEnteredOnce() {
    var history = InputHistory([])
    history.append("x")
    history.append("x")
    history.append("y")
    let back = [
      history.previous(replacing: ""), history.previous(replacing: "y"), history.previous(replacing: "x"),
    ]
    #expect(back == ["y", "x", nil])
    history.rewind()
    let again = history.previous(replacing: "")
    #expect(again == "y")
  }
}

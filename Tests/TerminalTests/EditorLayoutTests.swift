import Terminal
import Testing

@Suite struct EditorLayoutTests {
  private let prompt = Prompt(first: Prompt.Part("> "), next: Prompt.Part(". "))

  @Test(arguments: [
    ("", 10, ["> "], 0, 2),
    ("abc", 10, ["> abc"], 0, 5),
    ("12345678", 10, ["> 12345678", ""], 1, 0),
    ("123456789", 10, ["> 12345678", "9"], 1, 1),
    ("a\nb", 10, ["> a", ". b"], 1, 3),
    ("a\n", 10, ["> a", ". "], 1, 2),
    ("1234567漢", 10, ["> 1234567", "漢"], 1, 2),
    ("e\u{301}\u{1}", 10, ["> e\u{301}^A"], 0, 5),
    ("😀🇩🇪", 10, ["> 😀🇩🇪"], 0, 6),
  ])
  func breaksRowsWhereTheScreenEnds(_ text: String, _ width: Int, _ rows: [String], _ row: Int, _ column: Int)
  {
    let layout = EditorLayout(EditBuffer(text), prompt: prompt, width: width)
    #expect(layout.rows == rows)
    #expect(layout.cursorRow == row)
    #expect(layout.cursorColumn == column)
  }

  @Test func findsTheCursorInside() {
    var buffer = EditBuffer("ab\ncd")
    buffer.moveLeft()
    buffer.moveLeft()
    let layout = EditorLayout(buffer, prompt: prompt, width: 10)
    #expect(layout.cursorRow == 1)
    #expect(layout.cursorColumn == 2)
  }

  @Test func showsTheRowsAroundTheCursor() {
    var buffer = EditBuffer((0..<50).map { "\($0)" }.joined(separator: "\n"))
    #expect(EditorLayout(buffer, prompt: prompt, width: 10).window(height: 10) == 40..<50)
    while buffer.moveUp() {}
    #expect(EditorLayout(buffer, prompt: prompt, width: 10).window(height: 10) == 0..<10)
    for _ in 0..<25 { _ = buffer.moveDown() }
    #expect(EditorLayout(buffer, prompt: prompt, width: 10).window(height: 10).contains(25))
    #expect(EditorLayout(EditBuffer("a"), prompt: prompt, width: 10).window(height: 10) == 0..<1)
  }

  @Test func coloursEndWithTheRow() {
    let colors = ["", "<", "<", "<", ""]
    let layout = EditorLayout(EditBuffer("a12\nb"), prompt: prompt, width: 4, colors: colors)
    #expect(layout.rows == ["> a<1\u{1B}[0m", "<2\u{1B}[0m", ". b"])
    #expect(layout.widths == [4, 1, 3])
  }

  @Test func controlCharactersAreDrawnAsText() {
    let layout = EditorLayout(EditBuffer("\u{1B}\u{9B}\u{7F}"), prompt: prompt, width: 20)
    #expect(layout.rows == ["> ^[^?^?"])
  }

  @Test func coloursOfThePromptTakeNoRoom() {
    let coloured = Prompt(first: Prompt.Part("> ", style: "\u{1B}[1;34m"))
    let layout = EditorLayout(EditBuffer("a"), prompt: coloured, width: 10)
    #expect(layout.rows == ["\u{1B}[1;34m> \u{1B}[0ma"])
    #expect(layout.cursorColumn == 3)
  }
}

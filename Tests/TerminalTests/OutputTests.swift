import Base
import Display
import Glibc
import Terminal
import Testing

@Suite struct OutputRowsTests {
  @Test(arguments: [
    ("a\n", 10, 1), ("a", 10, 1), ("\n", 10, 1), ("1234567890\n", 10, 1), ("12345678901\n", 10, 2),
    ("漢漢漢\n", 4, 2), ("a\n\nb\n", 10, 3),
  ])
  func countsWhatATextTakes(_ text: String, _ width: Int, _ rows: Int) {
    #expect(OutputRows.count(text, width: width) == rows)
  }

  @Test func givesUpWhereTheCursorGoesItsOwnWays() {
    var rows = OutputRows()
    rows.add("one\ntwo", width: 80, limit: 20)
    #expect(rows.rows == 1)
    #expect(rows.column == 3)
    rows.add(" more\n\r", width: 80, limit: 20)
    #expect(rows.rows == nil)
    rows.add("x\n", width: 80, limit: 20)
    #expect(rows.isAtLineStart)
    var many = OutputRows()
    for _ in 0..<30 { many.add("x\n", width: 80, limit: 20) }
    #expect(many.rows == nil)
    many.addRows(.max)
    many.addRows(.min)
    var some = OutputRows()
    some.addRows(3)
    some.addRows(.max)
    #expect(some.rows == nil)
  }
}

@Suite struct WordWrapTests {
  @Test(arguments: [
    ("short", 30, ["short"]),
    ("  hint: a sentence that is too long for it", 30, ["  hint: a sentence that is too", "  long for it"]),
    (
      "\u{1B}[31mTypeError\u{1B}[0m: expects what nobody has given", 30,
      ["\u{1B}[31mTypeError\u{1B}[0m: expects what nobody", "has given"]
    ),
    ("  1 | let code = thatIsLonger + thanTheScreen", 30, ["  1 | let code = thatIsLonger + thanTheScreen"]),
    (String(repeating: "x", count: 50), 30, [String(repeating: "x", count: 50)]),
    ("any text", 3, ["any text"]),
  ])
  func breaksBetweenWords(_ line: String, _ width: Int, _ lines: [String]) {
    #expect(WordWrap.lines(line, width: width) == lines)
  }
}

@Suite struct PictureScreenTests {
  private func picture(_ width: Double, _ height: Double) -> ScreenPicture {
    ScreenPicture(
      width: 2, height: 2, samples: [UInt8](repeating: 9, count: 16), shownWidth: width, shownHeight: height)
  }

  @Test(arguments: [
    (640.0, 480.0, 100, 100, 80, 30), (640, 480, 40, 100, 40, 15), (640, 480, 100, 10, 27, 10),
    (1, 1, 100, 100, 1, 1), (1, 1e9, 80, 24, 1, 24), (1e300, 1, 80, 24, 80, 1), (8, 16, 0, 0, 1, 1),
  ])
  func fitsThePictureIntoTheScreen(
    _ width: Double, _ height: Double, _ columns: Int, _ rows: Int, _ fitColumns: Int, _ fitRows: Int
  ) {
    let size = PictureScreen.size(
      picture(width, height), columns: columns, rows: rows, cellWidth: 8, cellHeight: 16)
    #expect(size.columns == fitColumns)
    #expect(size.rows == fitRows)
  }

  @Test func sizesOfLettersMayBeMissing() {
    let size = PictureScreen.size(picture(160, 160), columns: 80, rows: 24, cellWidth: 0, cellHeight: 0)
    #expect(size == (20, 10))
  }
}

@Suite struct TerminalAnswerTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func isTakenOutOfWhatIsTyped() {
    var input = bytes("ab\u{1B}[?62;4;22cde")
    #expect(TerminalAnswer(taking: &input)?.attributes == [62, 4, 22])
    #expect(input == bytes("abde"))
    for text in ["", "abc", "\u{1B}[?62;4", "\u{1B}[?1;2y", "\u{1B}[A", "\u{1B}[?"] {
      var input = bytes(text)
      #expect(TerminalAnswer(taking: &input) == nil)
      #expect(input == bytes(text))
    }
    var odd = bytes("\u{1B}[?99999999999999999999;4c")
    #expect(TerminalAnswer(taking: &odd)?.attributes == [4])
  }
}

@Suite struct PictureFolderTests {
  private func bundle(_ bytes: [UInt8]) -> MIMEBundle {
    var bundle = MIMEBundle(text: "a picture")
    bundle["image/png"] = .data(bytes)
    return bundle
  }

  @Test func numbersThePicturesOfAScript() throws {
    var template = Array("/tmp/pictures-XXXXXX".utf8CString)
    #expect(mkdtemp(&template) != nil)
    let root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { for name in ["/out/a-1.png", "/out/a-2.png", "/out", ""] { remove(root + name) } }
    let folder = PictureFolder(root + "/out", name: "a")
    try folder.write(MIMEBundle(text: "no picture"))
    #expect(access(root + "/out", F_OK) != 0)
    try folder.write(bundle([1]), id: "x")
    try folder.write(bundle([2]))
    try folder.write(bundle([3]), id: "x")
    #expect(try RegularFile.read(root + "/out/a-1.png") == [3])
    #expect(try RegularFile.read(root + "/out/a-2.png") == [2])
  }

  @Test(arguments: [
    ("course/digits.cnn", "digits"), ("a", "a"), ("", "picture"), ("/", "picture"), (".cnn", "picture"),
  ])
  func isCalledAsTheScript(_ script: String, _ name: String) {
    #expect(PictureFolder.name(of: script) == name)
  }
}

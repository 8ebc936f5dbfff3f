import Terminal
import Testing

@Suite struct KeyDecoderTests {
  private func keys(_ text: String) -> [Key] { keys(Array(text.utf8)) }

  private func keys(_ bytes: [UInt8]) -> [Key] {
    var decoder = KeyDecoder()
    return bytes.compactMap { decoder.feed($0) }
  }

  @Test(arguments: [
    ("a", Key.text("a")), ("é", .text("é")), ("漢", .text("漢")), ("😀", .text("😀")), ("\r", .enter),
    ("\n", .enter),
    ("\t", .tab), ("\u{7F}", .backspace), ("\u{1}", .control("a")), ("\u{1B}[A", .up), ("\u{1B}OA", .up),
    ("\u{1B}[D", .left), ("\u{1B}[1;5C", .wordRight), ("\u{1B}[1;3D", .wordLeft), ("\u{1B}[1;2C", .right),
    ("\u{1B}b", .alt("b")), ("\u{1B}\r", .altEnter), ("\u{1B}\u{7F}", .altBackspace), ("\u{1B}[3~", .delete),
    ("\u{1B}[Z", .backTab), ("\u{1B}[13;2u", .altEnter), ("\u{1B}[13u", .enter),
    ("\u{1B}[27;2;13~", .altEnter),
    ("\u{1B}[27;5~", .unknown), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1F}", .control("_")),
    ("\u{1B}[H", .home), ("\u{1B}[4~", .end), ("\u{1B}[15~", .unknown), ("\u{1B}[?1;2c", .unknown),
    ("\u{1B}[200~a\r\nb\rc\u{1B}[x\u{1B}[201~", .paste("a\nb\nc\u{1B}[x")),
  ])
  func readsAKey(_ bytes: String, _ key: Key) {
    #expect(keys(bytes) == [key])
    #expect(keys(bytes + "x") == [key, .text("x")])
  }

  @Test func aLoneEscapeWaitsForWhatFollows() {
    var decoder = KeyDecoder()
    let escape = decoder.feed(0x1B)
    #expect(escape == nil)
    #expect(decoder.isWaiting)
    let lone = decoder.flush()
    #expect(lone == .escape)
    #expect(!decoder.isWaiting)
    let next = decoder.feed(UInt8(ascii: "a"))
    #expect(next == .text("a"))
  }

  @Test func aBrokenLetterDoesNotSwallowTheNext() {
    #expect(keys([0xC3, UInt8(ascii: "a")]) == [.text("a")])
    #expect(keys([0xFF, UInt8(ascii: "a")]) == [.unknown, .text("a")])
    #expect(keys([0xED, 0xA0, 0x80, UInt8(ascii: "a")]) == [.unknown, .text("a")])
  }

  @Test func everySequenceOfBytesIsSurvived() {
    var generator = SystemRandomNumberGenerator()
    let start: [UInt8] = [
      0x1B, UInt8(ascii: "["), UInt8(ascii: "O"), 0x32, 0x3B, UInt8(ascii: "~"), 0xE6, 0x80, 0x41,
    ]
    for _ in 0..<2000 {
      let bytes = (0..<40).map { _ in start.randomElement(using: &generator) ?? 0 }
      _ = keys(bytes)
    }
    #expect(keys("\u{1B}[" + String(repeating: "9", count: 10_000) + "A").last == .text("A"))
    #expect(keys("\u{1B}[99999999999999999999;9A") == [.up])
  }
}

import Base
import Testing

@Suite struct JSONTests {
  @Test func keepsKeyOrderAndNumberText() throws {
    let text = #"{"z":1.0,"a":1e3,"m":12345678901234567890123,"b":-0,"c":[1.50,2E+2]}"#
    #expect(try JSON.parse(text).serialized() == text)
  }

  @Test(arguments: [
    "0", "-0", "-1.5e-10", "true", "false", "null", #""""#, #""a\"b\\c""#, "[]", "{}", "[[],{}]",
    #"{"":null}"#, #""é漢😀""#, #""\u0000\u001f\b\f\n\r\t""#, "\"\u{7F}\u{2028}\"",
  ])
  func writesWhatItRead(_ text: String) throws {
    #expect(try JSON.parse(text).serialized() == text)
    #expect(try JSON.parse(" \t\r\n" + text + "\n").serialized() == text)
  }

  @Test(arguments: [
    (#""\u0041\/""#, "A/"), (#""\ud83d\ude00""#, "😀"), (#""\uD83D""#, "\u{FFFD}"),
    (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
    (#""a\u0000b""#, "a\0b"),
  ])
  func readsEscapes(_ text: String, _ expected: String) throws {
    let value = try #require(try JSON.parse(text).stringValue)
    #expect(Array(value.unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(arguments: [
    ("", 1, 1, "expected a value, found the end of the text"),
    ("  ", 1, 3, "expected a value, found the end of the text"),
    ("[1,]", 1, 4, "expected a value, found `]`"),
    ("[1 2]", 1, 4, "expected `,` or `]`, found `2`"),
    ("{\"a\" 1}", 1, 6, "expected `:` after a key, found `1`"),
    ("{a:1}", 1, 2, "expected a key in quotes, found `a`"),
    ("{\"a\":1,}", 1, 8, "expected a key in quotes, found `}`"),
    ("01", 1, 1, "a number must not start with 0"),
    ("-", 1, 2, "expected a digit, found the end of the text"),
    ("1.", 1, 3, "expected a digit after the decimal point, found the end of the text"),
    ("1e", 1, 3, "expected a digit in the exponent, found the end of the text"),
    ("+1", 1, 1, "expected a value, found `+`"),
    ("NaN", 1, 1, "expected a value, found `N`"),
    ("nul", 1, 1, "expected a value, found `n`"),
    ("[1]]", 1, 4, "expected the end of the text after the value, found `]`"),
    ("\"a\nb\"", 1, 3, "a string must write control characters as escapes, found the control character 0x0a"),
    ("\"\\x\"", 1, 3, "`\\` must be followed by one of \" \\ / b f n r t u, found `x`"),
    ("\"\\u12g4\"", 1, 6, "`\\u` must be followed by four hexadecimal digits, found `g`"),
    ("{\n  \"é\": 1,\n  \"é\" = 2\n}", 3, 7, "expected `:` after a key, found `=`"),
    ("[\"é", 1, 2, "the text ends inside a string, which starts here"),
    ("[\"a\\", 1, 2, "the text ends inside a string, which starts here"),
    ("é", 1, 1, "expected a value, found `é`"),
    ("\u{FEFF}1", 1, 1, "the text starts with a byte order mark, which JSON does not allow"),
  ])
  func namesThePlaceOfAMistake(_ text: String, _ line: Int, _ column: Int, _ problem: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
    #expect(error?.problem == problem)
    #expect(error?.line == line)
    #expect(error?.column == column)
  }

  @Test(arguments: ["[1, 2", "{\"a\":", "\"abc", "[tru", "{\"a\": 1", "\"\\u00", "12."])
  func tellsThatATextWasCutOff(_ text: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
    #expect(error?.isCutOff == (text != "[tru"))
  }

  @Test(arguments: [
    [0xFF], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC3, 0x22], [0x80],
  ])
  func refusesWhatIsNotUTF8(_ bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
  }

  @Test func limitsNesting() throws {
    let limit = JSON.depthLimit
    let allowed = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    #expect(try JSON.parse(allowed).serialized() == allowed)
    for opening in ["[", "{\"a\":", "[{\"a\":"] {
      let error = #expect(throws: JSONError.self) {
        try JSON.parse(String(repeating: opening, count: 100_000))
      }
      #expect(error?.problem == "nested more than 512 levels deep")
    }
  }

  @Test func everyCutOfATextIsRefusedWithoutHarm() throws {
    let text = Array(#"{"a":[1.5e3,"x\u00e9\ud83d\ude00é",{"b":null}],"c":true}"#.utf8)
    for length in text.indices {
      #expect(throws: JSONError.self) { try JSON(parsing: text.prefix(length)) }
    }
    for index in text.indices {
      for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0xFF] {
        var changed = text
        changed[index] = byte
        if let value = try? JSON(parsing: changed) {
          #expect(try JSON.parse(value.serialized()) == value)
        }
      }
    }
  }

  @Test func readsBytesThatAreNotContiguous() throws {
    #expect(try JSON(parsing: "[1]".utf8.lazy.map { $0 }) == [1])
  }

  @Test func writesNotebookStyle() throws {
    let value: JSON = ["a": [1, ["b": "x"]], "e": [], "o": [:]]
    #expect(
      value.serialized(indent: 1) == """
        {
         "a": [
          1,
          {
           "b": "x"
          }
         ],
         "e": [],
         "o": {}
        }
        """)
    #expect(try JSON.parse(value.serialized(indent: 4)) == value)
  }

  @Test func sortsKeysByCodePoint() {
    let value: JSON = ["b": ["z": 1, "A": 2], "é": 3, "a": 4]
    #expect(value.sortedByKey.serialized() == #"{"a":4,"b":{"A":2,"z":1},"é":3}"#)
  }

  @Test func readsNumbers() {
    #expect(JSON.number("3.0").intValue == 3)
    #expect(JSON.number("3e2").intValue == 300)
    #expect(JSON.number("3.5").intValue == nil)
    #expect(JSON.number("99999999999999999999").intValue == nil)
    #expect(JSON.number("1e999").intValue == nil)
    #expect(JSON.number("0.1").doubleValue == 0.1)
    #expect(JSON(Int.min).serialized() == "-9223372036854775808")
    #expect(JSON(1e-7).serialized() == "1e-07")
    #expect(JSON(Double.nan) == .null)
    #expect(JSON(-Double.infinity) == .null)
  }

  @Test func reachesIntoValuesWithoutTrapping() throws {
    let value: JSON = ["a": [1, "x", true, nil]]
    #expect(value["a"]?[0]?.intValue == 1)
    #expect(value["a"]?[1]?.stringValue == "x")
    #expect(value["a"]?[2]?.boolValue == true)
    #expect(value["a"]?[3]?.isNull == true)
    #expect(value["a"]?[4] == nil)
    #expect(value["a"]?[-1] == nil)
    #expect(value["a"]?["b"] == nil)
    #expect(value[0] == nil)
  }
}

@Suite struct JSONObjectTests {
  @Test(arguments: [3, 16, 17, 1000])
  func keepsOrderThroughChanges(_ count: Int) {
    var object = JSON.Object()
    for index in 0..<count { object["key\(index)"] = JSON(index) }
    object["key1"] = "changed"
    object["key0"] = nil
    object["new"] = true
    #expect(object.keys == (1..<count).map { "key\($0)" } + ["new"])
    #expect(object["key1"] == "changed")
    #expect(object["key\(count - 1)"] == JSON(count - 1))
    #expect(object["key0"] == nil)
    #expect(object["absent"] == nil)
    object["absent"] = nil
    #expect(object.count == count)
  }

  @Test func aRepeatedKeyKeepsItsPlaceAndTheLastValue() throws {
    #expect(try JSON.parse(#"{"a":1,"b":2,"a":3}"#).serialized() == #"{"a":3,"b":2}"#)
  }

  @Test func tellsKeysApartByBytes() throws {
    let text = "{\"\u{E9}\":1,\"e\u{301}\":2}"
    #expect(try JSON.parse(text).serialized() == text)
    var many = JSON.Object()
    for index in 0..<40 { many["k\(index)"] = JSON(index) }
    many["\u{E9}"] = 1
    many["e\u{301}"] = 2
    #expect(many["\u{E9}"] == 1)
    #expect(many["e\u{301}"] == 2)
  }

  @Test func equalityDoesNotLookAtOrder() {
    #expect(["a": 1, "b": 2] as JSON == ["b": 2, "a": 1])
    #expect(["a": 1] as JSON != ["a": 1, "b": 2])
    #expect(["a": 1, "c": 2] as JSON != ["a": 1, "b": 2])
  }

  @Test func manyKeysAreReadInLinearTime() throws {
    let text = "{" + (0..<100_000).map { "\"key\($0)\":\($0)" }.joined(separator: ",") + "}"
    let start = ContinuousClock.now
    let value = try JSON.parse(text)
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(value["key99999"] == 99999)
  }
}

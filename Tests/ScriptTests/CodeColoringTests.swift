import Script
import Testing

@Suite struct CodeColoringTests {
  private func parts(_ code: String) -> [String] {
    let bytes = Array(code.utf8)
    return CodeColoring.spans(of: code).map { span in
      "\(span.role) " + String(decoding: bytes[span.range], as: UTF8.self)
    }
  }

  @Test(arguments: [
    ("let x = 3.5 // half", ["keyword let", "number 3.5", "comment // half"]),
    ("Dense(10) |> relu(x)", ["type Dense", "number 10", "function relu"]),
    ("print(\"a \\(x + 1) b\")", ["function print", "text \"a \\(", "number 1", "text ) b\""]),
    ("f(\"open", ["function f", "text \"open"]),
    ("/* a /* b */ c */ 1", ["comment /* a /* b */ c */", "number 1"]),
    ("/* open", ["comment /* open"]),
    ("#!/usr/bin/env cnn-repl\nif", ["comment #!/usr/bin/env cnn-repl", "keyword if"]),
    ("map { $0 }", ["keyword $0"]),
    ("\"\"\"\na\n", ["text \"\"\"\na\n"]),
    ("\"漢\" + \"é\"", ["text \"漢\"", "text \"é\""]),
    ("", []),
  ])
  func findsTheParts(_ code: String, _ expected: [String]) {
    #expect(parts(code) == expected)
  }

  @Test func anyTextHasOrderedSpans() {
    var generator = SystemRandomNumberGenerator()
    let pieces = [
      "\"", "\\(", ")", "/*", "*/", "//", "\n", "#", "\"\"\"", "a", "漢", "1", "'", "{", "let ", "`", "$",
      "\u{201C}", "e\u{301}",
    ]
    for _ in 0..<3000 {
      let code = (0..<12).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      var end = 0
      for span in CodeColoring.spans(of: code) {
        #expect(
          span.range.lowerBound >= end && span.range.upperBound <= code.utf8.count, "\(code.debugDescription)"
        )
        end = span.range.upperBound
      }
    }
  }
}

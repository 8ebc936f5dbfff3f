import Display
import Session
import Testing

/// What editors ask of a session while somebody types.
@Suite struct EditorQuestionsTests {
  /// The hint for the call around `|`, after some code has run.
  private func hint(_ marked: String, after code: String = "") -> String {
    SessionThread.shared.run {
      let session = Session(SessionConfiguration())
      if !code.isEmpty { _ = session.execute(Cell(code), host: CollectingHost()) }
      let parts = marked.split(separator: "|", omittingEmptySubsequences: false)
      let offset = (parts.first ?? "").unicodeScalars.count
      guard let hint = session.signature(in: parts.joined(), at: offset) else { return "" }
      let current = hint.current.map { " [\(hint.parameters[$0])]" } ?? ""
      return "\(hint.name)(\(hint.parameters.joined(separator: ", ")))\(current)"
    }
  }

  @Test(arguments: [
    ("gcd(|", "gcd(a, b) [a]"), ("gcd(12, |", "gcd(a, b) [b]"), ("gcd(12|, 3)", "gcd(a, b) [a]"),
    ("gcd(b: 1|", "gcd(a, b) [b]"), ("gcd(1, 2, |", "gcd(a, b)"), ("gcd(1)|", ""), ("gcd|(", ""), ("|", ""),
    ("nothing(|", ""), ("1 + (|", ""), ("print(\"a|", "print("), ("Int(|", "Int("), ("gcd(max(|", "max("),
    ("[1, 2].map(|", ""), ("gcd(c: |", "gcd(a, b)"),
  ])
  func tellsTheParameterAtTheCursor(_ code: String, _ expected: String) {
    let found = hint(code)
    #expect(expected.isEmpty ? found.isEmpty : found.hasPrefix(expected), "\(found)")
  }

  @Test func knowsTheFunctionsOfTheProgram() {
    let program = "func area(width, height = 1) { width * height }\nstruct P { let x\n let y }\nlet t = \"a\""
    #expect(hint("area(2, |", after: program) == "area(width, height = ...) [height = ...]")
    #expect(hint("area(height: |", after: program) == "area(width, height = ...) [height = ...]")
    #expect(hint("t.split(|", after: program).hasPrefix("t.split("))
  }

  @Test func membersOfMembersStayAlive() {
    let answers = SessionThread.shared.run { () -> [String] in
      let session = Session(SessionConfiguration())
      let code =
        "struct P { let name = \"ab\" + \"cd\"\n let list = [[1], [2]] }\nlet p = P()\nlet q = (p, p)"
      _ = session.execute(Cell(code), host: CollectingHost())
      var answers: [String] = []
      for _ in 0..<50 {
        for code in ["p.name.uppercased", "q.0.name.", "q.1.list.", "p.list.map(", "p.nothing."] {
          let end = code.unicodeScalars.count
          _ = session.completions(in: code, at: end)
          _ = session.signature(in: code, at: end)
          _ = session.inspection(of: code, at: end, detail: 0)
        }
        answers.append(session.completions(in: "q.0.name.upper", at: 14).items.first?.text ?? "")
      }
      let host = CollectingHost()
      _ = session.execute(Cell("(p.name, p.list)"), host: host)
      return answers + (host.channels[.result] ?? [])
    }
    #expect(answers.dropLast().allSatisfy { $0 == "uppercased" })
    #expect(answers.last == "(\"abcd\", [[1], [2]])")
  }

  @Test func forgetsWhatItKnewWhenCodeHasRun() {
    let hints = SessionThread.shared.run { () -> [[String]?] in
      let session = Session(SessionConfiguration())
      func parameters() -> [String]? { session.signature(in: "f(", at: 2)?.parameters }
      var answers = [parameters()]
      _ = session.execute(Cell("func f(a) { a }"), host: CollectingHost())
      answers.append(parameters())
      _ = session.execute(Cell("func f(b, c) { b }"), host: CollectingHost())
      answers.append(parameters())
      session.reset()
      answers.append(parameters())
      return answers
    }
    #expect(hints == [nil, ["a"], ["b", "c"], nil])
  }

  @Test func variablesAreATableAndCanBeForgotten() {
    let texts = SessionThread.shared.run { () -> [String] in
      let session = Session(SessionConfiguration())
      var texts = [session.variables.plainText]
      let code =
        "struct S { let a = 1\n var description { print(\"no\")\n return \"x\" } }\n"
        + "let s = S()\nlet t = zeros(2, 3)"
      _ = session.execute(Cell(code), host: CollectingHost())
      texts.append(session.variables.plainText)
      session.reset()
      texts.append(session.variables.plainText)
      return texts
    }
    #expect(texts[0].hasSuffix("no variables yet"))
    #expect(texts[1].contains("S     Type            struct"))
    #expect(texts[1].contains("s     S               S(a: 1)"))
    #expect(texts[1].contains("t     Tensor  (2, 3)  [[0"))
    #expect(texts[2] == texts[0])
  }

  @Test func colouringIsThatOfTheLanguage() {
    let spans = Session.coloring(of: "let x = 1")
    #expect(spans == [ColoredSpan(range: 0..<3, role: .keyword), ColoredSpan(range: 8..<9, role: .number)])
  }
}

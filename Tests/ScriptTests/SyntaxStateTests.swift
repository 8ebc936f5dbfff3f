import Script
import Testing

@Suite("What is complete, and what stands at the cursor")
struct SyntaxStateTests {
  @Test(
    "Complete",
    arguments: [
      "", "1 + 1", "// only a comment", "x?", "do { x }", "if x { y }\nelse { z }", "f(1,\n2)",
      "a;", "\"\"", "let x = [\n]",
    ])
  func complete(code: String) { #expect(Parser.state(of: code) == .complete) }

  @Test(
    "More lines are needed",
    arguments: [
      ("if x {", "    "), ("for i in 0..<3 {\n  print(i)", "  "), ("let x =", ""), ("foo(", "    "),
      ("foo(1,", "    "),
      ("\"\"\"", ""), ("/* a", ""), ("1 +", ""), ("func f()", ""),
      ("struct A {\n  func f() {", "      "), ("x.", ""),
      ("let f = { x in", "    "), ("switch x {\ncase 1:", "    "), ("repeat { x }", ""), ("x |>", ""),
      ("if x {\n  f(a)\n", "  "),
      ("[1, 2,", "    "), ("guard x else", ""), ("do {\n  x\n} catch {", "    "),
    ])
  func incomplete(code: String, indent: String) {
    #expect(Parser.state(of: code) == .incomplete(indent: indent))
  }

  @Test(
    "No further line mends it",
    arguments: [
      "let x = )", "\"abc", "for i in range(10):", "f(1 2", "}", "a b", "if x { let y = )", "'a'",
      "x = {1, 2",
    ])
  func invalid(code: String) { #expect(Parser.state(of: code) == .invalid) }

  static func context(_ code: String) -> String {
    func chain(_ chain: CursorContext.Chain) -> String {
      switch chain {
      case .names(let names): names.joined(separator: ".")
      case .text: "<text>"
      case .array: "<array>"
      case .unknown: "<unknown>"
      }
    }
    func around(_ call: CursorContext.CallContext?) -> String {
      guard let call else { return "" }
      return
        " in \(chain(call.callee))#\(call.position)\(call.label.map { " \($0):" } ?? "")\(call.startsArgument ? " new" : "")"
    }
    switch CursorContext(code, at: code.utf8.count) {
    case .name(let prefix, let start, let call): return "name \(prefix)@\(start)\(around(call))"
    case .member(let base, let prefix, let start): return "member \(chain(base)) \(prefix)@\(start)"
    case .implicitMember(let prefix, let start, let call):
      return "implicit \(prefix)@\(start)\(around(call))"
    case .text(let prefix, let start): return "text \(prefix)@\(start)"
    case .nothing: return "nothing"
    }
  }

  @Test(
    "The cursor",
    arguments: [
      ("pri", "name pri@0"), ("photo.gr", "member photo gr@6"), ("a.b.", "member a.b @4"),
      ("x = f(1, pa", "name pa@9 in f#1 new"),
      ("f(", "name @2 in f#0 new"), ("f(x, padding: .sa", "implicit sa@15 in f#1 padding:"),
      ("image(\"ph", "text ph@7"),
      ("// pri", "nothing"), ("/* pri", "nothing"), ("12", "nothing"),
      ("\"a\".up", "member <text> up@4"), ("[1].fi", "member <array> fi@4"),
      ("\"x = \\(ph", "name ph@7"), ("\"x = \\(photo.gr", "member photo gr@13"),
      ("\"x = \\(a) \\(f(b.c", "member b c@16"),
      ("\"x = \\(a) and", "text x = \\(a) and@1"), ("let π = 1\nπ.de", "member π de@14"),
    ])
  func cursor(code: String, expected: String) { #expect(Self.context(code) == expected) }

  @Test("The name under the cursor, or what is called around it")
  func subject() {
    #expect(CursorContext.subject(in: "photo.gray.shape", at: 8) == ["photo", "gray"])
    #expect(CursorContext.subject(in: "conv2d(x, 1, ", at: 13) == ["conv2d"])
    #expect(CursorContext.subject(in: "1 + 1", at: 2) == nil)
  }
}

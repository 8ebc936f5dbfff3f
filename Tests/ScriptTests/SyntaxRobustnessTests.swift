import Script
import Testing

@Suite("Nothing that is typed ends the process")
struct SyntaxRobustnessTests {
  static func parse(_ code: String) -> Parser.Result {
    Parser.parse(SourceText(code, name: "test"))
  }

  @Test(
    "Chains may be any length",
    arguments: [
      ("1", " + 1"), ("a", ".b"), ("x", " |> f"), ("f", "(1)"), ("a", "[0]"), ("a", " && b"),
      ("a", "?.b"), ("a", " ?? b"),
    ])
  func chains(start: String, link: String) {
    let result = Self.parse(start + String(repeating: link, count: 50_000))
    #expect(result.diagnostics.isEmpty)
    #expect(result.tree.nodes.count > 50_000)
  }

  @Test(
    "Nesting is bounded, with one message",
    arguments: [
      "(", "[", "{ x in ", "-", "f(", "if a { ", "\"\\(", "a ? b : ", "2 ** ", "func f() { ", "!",
      "do { ", "[f(", "switch x { case 1: ",
    ])
  func nesting(opening: String) {
    let result = Self.parse(String(repeating: opening, count: 20_000))
    #expect(!result.diagnostics.isEmpty)
    #expect(result.diagnostics.count < 5, "\(result.diagnostics.prefix(3).map(\.message))")
  }

  @Test("A hundred thousand brackets say how deep they may nest")
  func brackets() {
    let count = 100_000
    let result = Self.parse(
      String(repeating: "(", count: count) + "1" + String(repeating: ")", count: count))
    #expect(
      result.diagnostics.map(\.message) == ["the brackets here nest more than 200 levels deep"])
    #expect(!result.isIncomplete)
  }

  @Test(
    "Repeated words are read in a loop",
    arguments: ["try ", "@a ", "public ", "x: ", "; ", "... ", "else "])
  func repetition(word: String) { _ = Self.parse(String(repeating: word, count: 100_000) + "x") }

  static let samples = [
    "func f(_ x, to y = 2, zs...) -> Int { if x > 1 { return y } else if let z = x { z } else { \"\\(x + 1) \\(f(\"a\"))\" } }",
    "struct A { let x; var w: Int { get { 1 } set { x = newValue } }\n init(a) { x = a }\n static func g() { } }\nlet a = A(1)",
    "switch x {\ncase 1, 2...3: a\ncase let y where y > 1: b\ncase (_, .same): c\ndefault: d\n}\nenum D: String { case a = \"x\", b }",
    "outer: for (i, x) in xs.enumerated() where i > 1 { xs[0, 1..<3, ..., -1] += 1; continue outer }\nx?.y?[0]!.z ?? [1: \"b\"]",
    "x |> conv2d(k, padding: .same) |> { $0 ** 2 }\ndo { try f() } catch let e { throw e }\ndefer { a }\nt.0.1\n\"\"\"\n  a\n  \"\"\"",
    "class A(B):\n    def f(self, x=1):\n        return [x for x in xs if x > 1]\nif x:\n    y[1:, :]\nelse:\n    f\"{x:.2f}\"",
    "let “a” = 3 × 4 − π²\u{A0}// x\n/* /* */ */ 0x1F 1_0.5e-3 'q' #\"r\"# `for` %time !ls name?",
  ]

  @Test("Every beginning of a program has an answer", arguments: samples)
  func truncated(sample: String) {
    let bytes = Array(sample.utf8)
    for count in 0...bytes.count {
      let text = String(decoding: bytes[..<count], as: UTF8.self)
      let source = SourceText(text, name: "test")
      for found in Parser.parse(source).diagnostics {
        #expect(found.range.start >= 0 && found.range.start <= found.range.end)
        #expect(!DiagnosticRenderer(useColor: false).render(found, in: source).isEmpty)
      }
      _ = Parser.state(of: text)
      _ = CursorContext(sample, at: count)
      _ = CursorContext.subject(in: sample, at: count)
    }
  }

  @Test("Changed programs have an answer too", arguments: samples)
  func mutated(sample: String) {
    var random = Steps(state: UInt64(sample.utf8.count))
    let pieces = Self.samples.flatMap { Array($0.utf8) }
    for _ in 0..<300 {
      var bytes = Array(sample.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(pieces[Int.random(in: 0..<pieces.count, using: &random)], at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let source = SourceText(text, name: "test")
      for found in Parser.parse(source).diagnostics {
        #expect(!DiagnosticRenderer(useColor: true).render(found, in: source).isEmpty)
      }
      _ = Parser.state(of: text)
      _ = CursorContext(text, at: bytes.count / 2)
    }
  }
}

/// The same numbers in every run, so that a find can be found again.
private struct Steps: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 29)) &* 0x9E37_79B9_7F4A_7C15
  }
}

import Library
import Script
import Testing

@Suite("Whatever a program passes")
struct AnythingGoesTests {
  /// Values at the edges of what a parameter may be.
  static let values = [
    "nil", "true", "false", "0", "1", "-1", "2", "3", "Int.max", "Int.min", "0.0", "-0.5", "1e300", "0.0 / 0",
    "1.0 / 0",
    "\"\"", "\"a\"", "\"naïve 👩‍👩‍👧 \\r\\n x\"", "\"12\"", "[]", "[1]", "[3, 1, 2]", "[1.5, 2]", "[[1, 2], [3]]",
    "[\"b\", \"a\"]", "[nil, 1]", "[:]", "[\"a\": 1, \"b\": [2]]", "(1, \"x\")", "0..<3", "0...", "...3",
    "5..<5",
    "(Int.max - 2)..<Int.max", "Int.min..<(Int.min + 3)", ".up", ".new", "{ $0 }", "{ true }", "{ $0 > $1 }",
    "{ nil }",
    "{ $0 / 0 }", "{ x in [x, x] }", "print", "Int", "S", "S(x: 1)", "E.a",
  ]
  /// They wait, or take as long as they are told to.
  static let slow: Set<String> = ["sleep", "time", "input", "password"]

  /// Whether a literal is of a type.
  private static func looks(_ literal: String, like type: String) -> Bool {
    switch type {
    case "Array": literal.hasPrefix("[") && !literal.contains(":")
    case "Dictionary": literal.hasPrefix("[") && literal.contains(":")
    case "String": literal.hasPrefix("\"")
    case "Range": literal.contains("..")
    case "Int": Int(literal) != nil || literal.hasPrefix("Int.m")
    case "Double": literal.contains(".") && Double(literal) != nil || literal.contains("0.0")
    case "Bool": literal == "true" || literal == "false"
    default: false
    }
  }

  @Test(
    "built-ins answer with a value or a sentence",
    arguments: Documented.all.filter { !slow.contains($0.name) })
  func anything(_ documented: Documented) {
    let sandbox = Sandbox()
    _ = sandbox.run("struct S { var x = 0 }\nenum E { case a, b }")
    var random = SplitMix(state: UInt64(documented.name.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xFFFF))
    let isMember = documented.builtin.parameters.first?.name == "self"
    let name = documented.builtin.name
    let type = String(documented.name.prefix { $0 != "." })
    var programs: [String] = []
    for round in 0..<40 {
      var values = (0..<Int.random(in: isMember ? 1...4 : 0...4, using: &random))
        .map { _ in Self.values.randomElement(using: &random) ?? "0" }
      var code = documented.name
      if isMember {
        let fitting = Self.values.filter { Self.looks($0, like: type) }.randomElement(using: &random)
        code = "var receiver = \(round % 4 == 0 ? values[0] : fitting ?? values[0])\nreceiver.\(name)"
        values.removeFirst()
      } else if code.hasSuffix("()") {
        code.removeLast(2)
      }
      if documented.name.hasSuffix("()") || !isMember { code += "(\(values.joined(separator: ", ")))" }
      programs.append(code)
    }
    for code in programs { #expect(!sandbox.run(code).hasPrefix("SyntaxError"), "\(code)") }
    // The second time nothing new is kept: every argument and every half-made result was given back.
    let before = Heap.bytesInUse
    for code in programs { _ = sandbox.run(code) }
    sandbox.machine.collectCycles()
    #expect(abs(Heap.bytesInUse - before) < 1024)
    #expect(sandbox.run("1 + 1") == "2")
  }

  @Test(
    "Labels are found by everything that has them",
    arguments: Documented.all.filter { !slow.contains($0.name) })
  func labels(_ documented: Documented) {
    let sandbox = Sandbox()
    _ = sandbox.run("struct S { var x = 0 }\nenum E { case a, b }")
    var random = SplitMix(state: 11)
    let parameters = documented.builtin.parameters.filter { $0.name != "self" && !$0.isVariadic }
    guard !parameters.isEmpty else { return }
    let owner = documented.name.hasSuffix("()") && documented.name.contains(".")
    for parameter in parameters {
      for _ in 0..<10 {
        let value = Self.values.randomElement(using: &random) ?? "0"
        let receiver = Self.values.randomElement(using: &random) ?? "0"
        let call = "\(documented.builtin.name)(\(parameter.name): \(value))"
        let code = owner ? "var receiver = \(receiver)\nreceiver.\(call)" : call
        let answer = sandbox.run(code)
        #expect(!answer.hasPrefix("SyntaxError"), "\(code): \(answer)")
        #expect(owner || !answer.contains("has no parameter"), "\(code): \(answer)")
      }
    }
  }
}

/// A small generator, so that a failure comes again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

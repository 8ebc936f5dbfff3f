import Base
import Script
import Testing

/// What the fast half answers must be what the general way answers, errors and their places included.
@Suite("Fast and general agree")
struct MachineHalvesTests {
  private static let values = [
    "0", "1", "-1", "3", "-7", "100000", "Biggest", "-Biggest - 1", "0.0", "-0.0", "2.5", "-1e300", "NaN",
    "Infinity", "true", "false", "nil", "\"a\"", "\"ab\"", ".same", "[1]", "[1.0]", "[1: 2]", "(1, 2)",
    "0..<3",
    "{ $0 }",
  ]
  private static let setup = """
    let Biggest = 9223372036854775807
    let Infinity = 1e308 * 10.0
    let NaN = Infinity - Infinity
    struct Pair {
      var first
      var second = 2
      func sum() { first + second }
      func swap() {
        let old = first
        first = second
        second = old
      }
    }
    """

  @Test(
    "operators on everything",
    arguments: ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "??", "&", "**"])
  func operators(sign: String) {
    let halves = Halves()
    for a in Self.values {
      halves.compare("func f(a) { a \(sign) 3 }\nf(\(a))")
      halves.compare("func f(a) { 2.5 \(sign) a }\nf(\(a))")
      for b in Self.values {
        halves.compare(
          "func f(a, b) { a \(sign) b }\nfunc g(a, b) { var s = a\n s = s \(sign) b\n return [s] }\n"
            + "(f(\(a), \(b)), g(\(a), \(b)))")
      }
    }
  }

  @Test("conditions on everything", arguments: ["==", "!=", "<", "<=", ">", ">="])
  func conditions(sign: String) {
    let halves = Halves()
    for a in Self.values {
      halves.compare("func f(a) { if a \(sign) 3 { 1 } else { 2 } }\nf(\(a))")
      halves.compare("func f(a) { if !a { 1 } else { a ? 3 : 4 } }\nf(\(a))")
      for b in Self.values {
        halves.compare("func f(a, b) { if a \(sign) b { 1 } else { 2 } }\nf(\(a), \(b))")
      }
    }
  }

  @Test("elements of everything")
  func elements() {
    let halves = Halves()
    for base in [
      "[1, 2, 3]", "[[1, 2], [3, 4]]", "[:]", "[1: 5, \"a\": [6]]", "\"text\"", "(1, 2)", "7", "0..<5",
    ] {
      for index in ["0", "1", "-1", "3", "-9", "1.0", "\"a\"", "nil", "0..<1"] {
        halves.compare("func f(a, i) { a[i] }\nf(\(base), \(index))")
        halves.compare("func f(a, i) { a[i][0] }\nf(\(base), \(index))")
        for value in ["9", "nil", "[8]", "a"] {
          halves.compare(
            "func f(a, i) { var a = a\n let kept = a\n a[i] = \(value)\n return (a, kept) }\nf(\(base), \(index))"
          )
        }
        for sign in ["+", "-", "*", "/", "%"] {
          halves.compare(
            "func f(a, i) { var a = a\n let kept = a\n a[i] \(sign)= 2\n return (a, kept) }\nf(\(base), \(index))"
          )
        }
      }
    }
  }

  @Test(
    "programs",
    arguments: [
      "func fib(n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }\nfib(15)",
      "var s = 0\nfor i in 0..<100 { if i % 3 == 0 { continue }\n s += i }\ns",
      "var n = 0\nwhile true { n += 1\n if n > 1000 { break } }\nn",
      "func make() { var n = 0\n return { n += 1\n return n } }\nlet c = make()\nc()\nc()\n[c(), make()()]",
      "var p = Pair(first: 1)\nlet q = p\np.swap()\np.first += 5\n(p.sum(), q.sum(), p, q)",
      "var list = [Pair(first: 1), Pair(first: 2, second: 3)]\nfor i in 0..<2 { list[i].first *= 10\n list[i].swap() }\nlist",
      "let p = Pair(first: 1)\np.swap()", "Pair(1, 2, 3)", "Pair(second: 1)", "Pair(first: 1).third",
      "func f(a, b = a * 2, c: Int = 3) { [a, b, c] }\n[f(1), f(1, c: 5), f(1, 2), f(b: 1, a: 2)]",
      "func f(a: Int) -> Double { a }\n[f(1), f(2)]", "func f(a: Int) { a }\nf(1.5)",
      "func f(a) { a }\nf(1, 2)",
      "func f() { f() }\nf()", "for i in 3..<1 { i }", "for i in 0...Biggest { i }", "for x in 5 { x }",
      "var d = [1: 1]\nfor i in 0..<40 { d[i] = i }\nd[1.0] += 1\nd[7] = nil\n(d[1], d[7], d[8], d[40])",
      "do { throw \"x\" } catch { error }", "func f() { defer { g = 1 }\n return g }\nvar g = 0\n[f(), g]",
    ])
  func programs(code: String) { Halves().compare(code) }

  /// Two machines that differ only in who runs their instructions.
  private final class Halves {
    private let fast = Machine(
      registry: Registry(functions: [], namespaces: [], types: []), safepoint: Safepoint())
    private let general = Machine(
      registry: Registry(functions: [], namespaces: [], types: []), safepoint: Safepoint())

    init() {
      general.isGeneralOnly = true
      _ = run(MachineHalvesTests.setup, fast)
      _ = run(MachineHalvesTests.setup, general)
    }

    func compare(_ code: String) {
      let answers = (run(code, fast), run(code, general))
      #expect(answers.0 == answers.1, "\(code)")
    }

    /// The result as code would write it, or the error with its places.
    private func run(_ code: String, _ machine: Machine) -> String {
      let source = SourceText(code, name: "cell")
      let parsed = Parser.parse(source)
      guard parsed.diagnostics.isEmpty else { return parsed.diagnostics.map(\.message).joined() }
      let compilation = machine.compile(parsed.tree, source: source)
      guard let function = compilation.code else { return compilation.diagnostics.map(\.message).joined() }
      do {
        let value = try machine.run(function)
        defer { value.release() }
        return try machine.literal(of: value)
      } catch {
        let error = ScriptError.wrapping(error)
        return error.message + error.frames.map { "\($0.range)" }.joined(separator: " ")
      }
    }
  }
}

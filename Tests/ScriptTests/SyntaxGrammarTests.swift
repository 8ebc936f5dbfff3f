import Script
import Testing

@Suite("The grammar")
struct SyntaxGrammarTests {
  @Test(
    "Precedence",
    arguments: [
      ("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"), ("2 ** 3 ** 2", "(** 2 (** 3 2))"),
      ("-2 ** 2", "(- (** 2 2))"),
      ("2 ** -1", "(** 2 -1)"), ("a % b * c", "(* (% a b) c)"), ("1 << 2 + 3", "(+ (<< 1 2) 3)"),
      ("0..<n - 1", "(..< 0 (- n 1))"), ("a ?? b + 1", "(?? a (+ b 1))"),
      ("x |> f |> g", "(|> (|> x f) g)"),
      ("x + 1 |> f", "(|> (+ x 1) f)"), ("a ?? b |> f", "(|> (?? a b) f)"),
      ("x |> f == 3", "(== (|> x f) 3)"),
      ("a < b && c || d", "(|| (&& (< a b) c) d)"),
      ("a || b ? 1 : c ? 2 : 3", "(? (|| a b) 1 (? c 2 3))"),
      ("!a && b", "(&& (! a) b)"), ("-a.b", "(- (. a b))"),
      ("x |> conv2d(k, padding: .same) |> abs", "(|> (|> x (call conv2d k padding:.same)) abs)"),
      ("x |> { $0 * 2 }", "(|> x { (* $0 2)})"), ("a = b ? 1 : 2", "(= a (? b 1 2))"),
      ("a[i][j].w += 1", "(+= (. (at (at a i) j) w) 1)"),
      ("x is Int && y", "(&& (is x) y)"), ("(a, b) = (b, a)", "(= (tuple a b) (tuple b a))"),
    ])
  func precedence(code: String, expected: String) { #expect(SyntaxTree.dump(code) == expected) }

  @Test(
    "Where a statement ends",
    arguments: [
      ("a\nb", "a ; b"), ("a +\nb", "(+ a b)"), ("a\n  + b", "(+ a b)"), ("a\n-b", "a ; (- b)"),
      ("a\n- b", "(- a b)"),
      ("a\n(b)", "a ; b"), ("a\n[b]", "a ; [b]"), ("a\n  .b\n  .c()", "(call (. (. a b) c))"),
      ("a\n|> f", "(|> a f)"),
      ("a\n? b\n: c", "(? a b c)"), ("f(a,\n\n  b)", "(call f a b)"), ("[1\n- 2]", "[(- 1 2)]"),
      ("a; b", "a ; b"),
      ("a;", "(silent a)"), ("a;\nb", "a ; b"), ("a // end\nb", "a ; b"),
      ("a /* x /* y */ */ + b", "(+ a b)"),
      ("a.\nb", "(. a b)"), ("{ a }", "error: a block on its own starts with `do`"),
      ("let x = a\nb", "(let x a) ; b"),
      ("return\nx", "(return) ; x"), ("a\u{A0}+\u{A0}1", "(+ a 1)"), ("let π = 3", "(let π 3)"),
      ("`for` + 1", "(+ for 1)"),
    ])
  func lines(code: String, expected: String) { #expect(SyntaxTree.dump(code) == expected) }

  @Test(
    "Literals",
    arguments: [
      ("1_000", "1000"), ("0xFF + 0b101 + 0o17", "(+ (+ 255 5) 15)"), ("1.5e-3", "0.0015"),
      ("1..<3", "(..< 1 3)"),
      ("t.0.1", "(. (. t 0) 1)"), ("\"a\\tb\\u{41}\"", "\"a\tbA\""),
      ("\"x = \\(x + 1)!\"", "(text \"x = \" (+ x 1) \"!\")"),
      ("\"\\(f(\"\\(g(\"x\"))\"))\"", "(text (call f (text (call g \"x\"))))"),
      ("#\"a\\n\"#", "\"a\\n\""),
      ("\"\"\"\n  a\n    b\n  \"\"\"", "\"a\n  b\""), ("[:]", "{}"),
      ("[\"a\": 1, \"b\": 2]", "{\"a\":1 \"b\":2}"),
      ("[1, 2,]", "[1 2]"), ("()", "(tuple)"), ("(x: 1, y: 2)", "(tuple x:1 y:2)"),
      ("x[0, 1..<3, ..., -1]", "(at x 0 (..< 1 3) ... -1)"),
      ("x[0..., ..<2]", "(at x (... 0 _) (..< _ 2))"),
    ])
  func literals(code: String, expected: String) { #expect(SyntaxTree.dump(code) == expected) }

  @Test(
    "Calls, closures and chains",
    arguments: [
      ("f(1, stride: 2)", "(call f 1 stride:2)"),
      ("xs.map { $0 * 2 }", "(call (. xs map) { (* $0 2)})"),
      ("f(x) { a, b in a }", "(call f x {(_ a, _ b) a})"),
      ("where(m, 1, 2)", "(call where m 1 2)"),
      ("f { (a, b = 2) -> Int in a }", "(call f {(a, b=2) a})"),
      ("a?.b?[0] ?? c", "(?? (chain (at (?. (. (?. a) b)) 0)) c)"), ("a!.b", "(. (! a) b)"),
      ("conv2d?", "(help conv2d)"),
      ("?a.b", "(help (. a b))"), ("for x in xs { f { x } }", "(for x in xs => (call f { x}))"),
      ("if f(x) { y }", "(if ((call f x) => y))"),
      (
        "if xs.contains(where: { $0 > 1 }) { y }",
        "(if ((call (. xs contains) where:{ (> $0 1)}) => y))"
      ),
      ("animate { a } done: { b }", "(call animate { a} done:{ b})"),
    ])
  func calls(code: String, expected: String) { #expect(SyntaxTree.dump(code) == expected) }

  @Test(
    "Statements",
    arguments: [
      ("func f(_ x, to y, z = 1, ws...) { x }", "(func f (_ x, to y, z=1, ws...) x)"),
      ("func f(x: Int) throws -> Int { x }", "(func f (x) x)"), ("let (a, _) = t", "(let (a _) t)"),
      ("let a = 1, b = 2", "(let a 1) ; (let b 2)"),
      (
        "if let x, y { 1 } else if z { 2 } else { 3 }",
        "(if ((let x x) , y => 1) (z => 2) (else 3))"
      ),
      ("let v = if a { 1 } else { 2 }", "(let v (if (a => 1) (else 2)))"),
      ("guard let x = y else { return }", "(guard (let x y) (else (return)))"),
      (
        "outer: for (i, x) in xs where i > 1 { break outer }",
        "(for outer: (i x) in xs where (> i 1) => (break outer))"
      ),
      ("while let x = next() { continue }", "(while (let x (call next)) => (continue))"),
      ("repeat { x } while y", "(repeat x while y)"),
      (
        "switch x {\ncase 1, 2...3: a\ncase let y where y > 1: b;\ndefault: c\n}",
        "(switch x (case 2 => a) (case 1 where (> y 1) => (silent b)) (default => c))"
      ),
      (
        "do { try f() } catch let e { g(e) } catch { h }",
        "(do (call f) (catch e (call g e)) (catch error h))"
      ),
      ("defer { a }", "(defer a)"), ("throw \"no\"", "(throw \"no\")"),
      ("import \"a.cnn\"", "(import a.cnn)"),
      (
        "struct A { let x; var y = 1\n static let z = 2\n var w: Int { x }\n init(a) { x = a }\n public mutating func f() { } }",
        "(struct A [x y z] [w] (func init (a) (= x a)) (func f ()))"
      ), ("struct A { var v: Int { get { 1 } set { y = newValue } } }", "(struct A [] [v])"),
      ("enum D: String { case a = \"x\", b\n func f() { 1 } }", "(enum D a=\"x\" b)"),
      ("@discardableResult func f() { 1 }", "(func f () 1)"),
    ])
  func statements(code: String, expected: String) { #expect(SyntaxTree.dump(code) == expected) }
}

import Display
import Library
import Script
import Testing

@Suite("How values show themselves")
struct PresentationTests {
  @Test(
    "as results of cells",
    arguments: [
      ("\"a\\nb\"", "\"a\\nb\""), ("nil", ""), ("3", "3"), ("[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"),
      ("[\"a\": 1.5]", "[\"a\": 1.5]"), ("(1, \"b\")", "(1, \"b\")"),
      ("struct P { var x = 1 }\nP()", "P(x: 1)"),
      ("struct P { var x = 1\n var description { \"<\\(x)>\" } }\n[P(), P(x: 2)]", "[<1>, <2>]"),
      ("struct P { func show() { \"shown\" } }\nP()", "shown"),
      ("struct P { func show() { print(\"drawn\") } }\nP()", "drawn"),
      ("struct P { func show() { [1, 2] } }\ndisplay(P())", "[1, 2]"),
      ("display(nil)", "nil"),
    ])
  func results(_ code: String, _ output: String) { #expect(Sandbox().run(code) == output) }

  @Test("A show() that shows itself ends in an error") func endless() {
    let sandbox = Sandbox()
    #expect(sandbox.run("struct P { func show() { self } }\nP()").hasPrefix("RecursionError"))
    #expect(sandbox.run("1") == "1")
  }

  @Test("A nest of a million arrays is shown shortened") func deep() {
    let code = "var a = []\nfor i in 0..<1_000_000 { a = [a] }\na"
    #expect(Sandbox().run(code).count < 1_000)
    #expect(Sandbox().run("var a = []\nfor i in 0..<1_000_000 { a = [a] }\na.joined().count") == "1")
    #expect(Sandbox().run("var a = [1]\nfor i in 0..<100_000 { a = [a] }\nassertClose(a, a)") == "")
  }

  @Test("Paths start at the notebook") func paths() {
    let context = LibraryContext(
      workingDirectory: "/data/notes", write: { _, _ in }, display: { _, _ in }, update: { _, _ in },
      clearOutput: { _ in }, input: { _, _ in "" }, page: { _ in })
    #expect(context.resolve(path: "a.png") == "/data/notes/a.png")
    #expect(context.resolve(path: "/tmp/a.png") == "/tmp/a.png")
    #expect(context.resolve(path: "~/a.png").hasSuffix("/a.png"))
    #expect(!context.resolve(path: "~/a.png").hasPrefix("~"))
  }

  @Test("A warning comes once for each place") func warnings() {
    var text = ""
    let context = LibraryContext(
      write: { part, toStderr in if toStderr { text += part } }, display: { _, _ in }, update: { _, _ in },
      clearOutput: { _ in }, input: { _, _ in "" }, page: { _ in })
    let source = SourceText("a\nb", name: "cell 1")
    for _ in 0..<3 { context.warnOnce("odd", at: Origin(source: source, range: SourceRange(0, 1))) }
    context.warnOnce("odd", at: Origin(source: source, range: SourceRange(2, 3)))
    #expect(text == "warning: odd (cell 1, line 1)\nwarning: odd (cell 1, line 2)\n")
  }
}

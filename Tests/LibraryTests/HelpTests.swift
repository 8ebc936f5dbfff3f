import Display
import Library
import Script
import Testing

@Suite("Help pages")
struct HelpTests {
  @Test("Every function, type and member has a page in both forms", arguments: Documented.all)
  func pages(_ documented: Documented) throws {
    let bundle = HelpPage.page(for: documented.builtin).bundle
    #expect(bundle.plainText.contains(documented.builtin.summary))
    guard case .text(let html)? = bundle["text/html"] else {
      Issue.record("no HTML")
      return
    }
    for tag in ["div", "table", "pre", "p", "code", "span"] {
      #expect(html.components("<\(tag)") == html.components("</\(tag)>"), "\(tag)")
    }
    #expect(!html.contains("<script") && !html.contains("<style"))
  }

  @Test(
    "Names are found",
    arguments: [
      ("print", "print(values..., separator = \" \", terminator = \"\\n\", to = .stdout)"),
      ("Int", "Int(value, radix = 10)"),
      ("Array.sorted", "Array.sorted(by = nil)"), ("String.isEmpty", "String.isEmpty"),
      ("Double.pi", "Double.pi"),
      ("Range", "Range"),
    ])
  func names(_ name: String, _ title: String) throws {
    let page = try #require(HelpPage.named(name, in: StandardLibrary.registry))
    #expect(page.bundle.plainText.hasPrefix(title + "\n"))
  }

  @Test("Unknown names have none") func unknown() {
    #expect(HelpPage.named("nonsense", in: StandardLibrary.registry) == nil)
    #expect(HelpPage.named("Array.nonsense", in: StandardLibrary.registry) == nil)
    #expect(HelpPage.named("", in: StandardLibrary.registry) == nil)
  }

  @Test("The program's own functions and structs are shown with their comment")
  func ownFunctions() {
    let code = """
      // Doubles a number.
      func twice(x) { x * 2 }
      struct Point { var x = 0 }
      help(twice)
      help(Point(x: 3))
      """
    let page = Sandbox().run(code)
    #expect(page.contains("twice(x)\n\nDoubles a number."))
    #expect(page.contains("func twice(x) { x * 2 }"))
    #expect(page.contains("Point"))
  }

  @Test("Code in a page cannot break out of it") func escaping() {
    let builtin = Builtin("f", [], "a < b & `<i>`.", examples: [.init("\"<b>\"", "<b>")]) { _ in .none }
    guard case .text(let html)? = HelpPage.page(for: builtin).bundle["text/html"] else {
      Issue.record("no HTML")
      return
    }
    #expect(html.contains("a &lt; b &amp; <code"))
    #expect(!html.contains("<b>") && !html.contains("<i>"))
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      // `<p` must not count `<pre`.
      let next = rest[range.upperBound...].first
      if part.hasSuffix(">") || next == ">" || next == " " { count += 1 }
      rest = rest[range.upperBound...]
    }
    return count
  }
}

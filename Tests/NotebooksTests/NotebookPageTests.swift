import Base
import Notebooks
import Testing

@Suite struct NotebookPageTests {
  private func page(_ cells: [JSON]) throws -> String {
    var bytes: [UInt8] = []
    let value: JSON = ["cells": .array(cells), "metadata": [:], "nbformat": 4, "nbformat_minor": 4]
    value.write(to: &bytes)
    return NotebookPage(try Notebook(parsing: bytes, name: "a"), title: "a & b", folder: "/nowhere").html
  }

  private func markdown(_ text: String, attachments: JSON = [:]) throws -> String {
    let html = try page([
      ["cell_type": "markdown", "metadata": [:], "source": .string(text), "attachments": attachments]
    ])
    let start = try #require(html.firstRange(of: "<section class=\"text\">\n")).upperBound
    let end = try #require(html.firstRange(of: "</section>")).lowerBound
    return String(html[start..<end].dropLast())
  }

  private func output(_ output: JSON) throws -> String {
    let html = try page([
      [
        "cell_type": "code", "metadata": [:], "source": "let a = \"<\"", "execution_count": 7,
        "outputs": [output],
      ]
    ])
    let start = try #require(html.firstRange(of: "</pre>\n")).upperBound
    let end = try #require(html.firstRange(of: "</section>")).lowerBound
    return String(html[start..<end].dropLast())
  }

  @Test func aPageNeedsNothingElse() throws {
    let html = try page([])
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("<title>a &amp; b</title>"))
    #expect(html.contains("default-src 'none'; img-src data:; style-src 'unsafe-inline'"))
    #expect(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"))
  }

  @Test func codeIsColoured() throws {
    let html = try page([
      [
        "cell_type": "code", "metadata": [:], "source": "let a = \"<\" // é", "execution_count": 7,
        "outputs": [],
      ]
    ])
    #expect(html.contains(#"<pre class="input" data-count="[7]"><span class="keyword">let</span> a = "#))
    #expect(html.contains(#"<span class="string">"&lt;"</span> <span class="comment">// é</span></pre>"#))
  }

  @Test(arguments: [
    ("# One *two*", "<h1>One <em>two</em></h1>"), ("### x ###", "<h3>x</h3>"), ("#no", "<p>#no</p>"),
    ("a\nb  \nc", "<p>a\nb<br>\nc</p>"), ("a\n\nb", "<p>a</p>\n<p>b</p>"), ("---", "<hr>"),
    (
      "**a** __b__ *c* _d_ ~~e~~",
      "<p><strong>a</strong> <strong>b</strong> <em>c</em> <em>d</em> <del>e</del></p>"
    ),
    ("snake_case_name 2 * 3 * 4", "<p>snake_case_name 2 * 3 * 4</p>"), ("*open **too", "<p>*open **too</p>"),
    ("`a*b*` ``c`d``", "<p><code>a*b*</code> <code>c`d</code></p>"),
    ("$x_1 * y_2$ and $5", "<p><code class=\"math\">x_1 * y_2</code> and $5</p>"),
    ("[a](https://b/c?d&e)", "<p><a href=\"https://b/c?d&amp;e\">a</a></p>"),
    ("[a](javascript:b)", "<p>a</p>"), ("[a] (b)", "<p>[a] (b)</p>"),
    ("<script>x</script> a<br>b", "<p>&lt;script&gt;x&lt;/script&gt; a<br>b</p>"),
    ("\\*a\\* & <", "<p>*a* &amp; &lt;</p>"),
    ("```swift\nlet a < b\n\n```\nx", "<pre><code>let a &lt; b\n</code></pre>\n<p>x</p>"),
    ("```\nopen", "<pre><code>open</code></pre>"), ("$$\na\n$$", "<pre class=\"math\">$$\na\n$$</pre>"),
    ("> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>"),
    ("![gone](missing.png)", "<p>[gone]</p>"), ("![x](https://a/b.png)", "<p>[x]</p>"),
    (
      "<img src='data:image/png;base64,AA' width=5>",
      "<p><img src=\"data:image/png;base64,AA\" width=\"5\" alt=\"\"></p>"
    ),
  ])
  func markdownBecomesHTML(_ text: String, _ html: String) throws {
    #expect(try markdown(text) == html)
  }

  @Test func listsAndTables() throws {
    #expect(
      try markdown("- a\n  - b\n- c\n\n3. d\n4. e")
        == "<ul>\n<li>a\n<ul>\n<li>b\n</li>\n</ul>\n</li>\n<li>c\n</li>\n</ul>\n"
        + "<ol start=\"3\">\n<li>d\n</li>\n<li>e\n</li>\n</ol>")
    #expect(
      try markdown("| a | b |\n|---|--:|\n| `x` | 1 \\| 2 |")
        == "<table>\n<thead><tr><th>a</th><th style=\"text-align:right\">b</th></tr>\n</thead>\n"
        + "<tbody><tr><td><code>x</code></td><td style=\"text-align:right\">1 | 2</td></tr>\n</tbody>\n</table>"
    )
  }

  @Test func attachmentsAreShown() throws {
    let html = try markdown(
      "![a](attachment:b%20c.png)", attachments: ["b c.png": ["image/png": "AAAA"]])
    #expect(html == "<p><img src=\"data:image/png;base64,AAAA\" alt=\"a\"></p>")
  }

  @Test(arguments: ["*", "_", "[", "`", "$", "> ", "- ", "  - ", "|", "<", "![", "\\", "# ", "~~"])
  func oddTextsEnd(_ part: String) throws {
    _ = try markdown(String(repeating: part, count: 3000))
    _ = try markdown(Array(repeating: part, count: 300).joined(separator: "\n"))
    _ = try markdown((0..<300).map { String(repeating: " ", count: $0) + part + "x" }.joined(separator: "\n"))
  }

  @Test func outputsInTheirRichestForm() throws {
    #expect(
      try output(["output_type": "stream", "name": "stderr", "text": ["\u{1B}[1;31ma<\u{1B}[0m", "b"]])
        == "<pre class=\"stderr\"><span style=\"font-weight:bold;color:#d0342c\">a&lt;</span>b</pre>")
    #expect(
      try output(["output_type": "error", "ename": "E", "evalue": "v", "traceback": []])
        == "<pre class=\"error\">E: v</pre>")
    #expect(
      try output([
        "output_type": "display_data", "data": ["text/plain": "a \"b\"", "image/png": "AA\nBB"],
        "metadata": ["image/png": ["width": 5]],
      ])
        == "<div class=\"output\"><img class=\"picture\" src=\"data:image/png;base64,AABB\" width=\"5\" "
        + "alt=\"a &quot;b&quot;\"></div>")
    #expect(
      try output(["output_type": "execute_result", "data": ["text/plain": "5"]])
        == "<pre class=\"result\">5</pre>")
    #expect(
      try output([
        "output_type": "display_data", "data": ["text/html": ["<b>", "x</b>"], "text/plain": "5"],
      ])
        == "<div class=\"output\"><b>x</b></div>")
  }
}

import Display

/// The Markdown of notebooks as HTML: the blocks.
///
/// Headings, paragraphs, lists, quotes, code, tables, rules and formulas, which stay TeX. HTML in the text is
/// shown as text, except for a few tags without attributes and pictures.
struct Markdown {
  /// Lists in lists and quotes in quotes go this deep; what is deeper is text.
  private static let depthLimit = 12

  let html: String

  init(_ text: String, _ pictures: PagePictures) {
    let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
    html = Self.blocks(lines[...], pictures, depth: 0)
  }

  private static func blocks(
    _ lines: ArraySlice<Substring>, _ pictures: PagePictures, depth: Int
  ) -> String {
    var rest = lines
    var result = ""
    var paragraph: [Substring] = []
    func inline(_ text: String) -> String { MarkdownText(text, pictures).html }
    func endParagraph() {
      guard !paragraph.isEmpty else { return }
      // Two spaces at the end of a line break it.
      let text = paragraph.map { $0.hasSuffix("  ") ? "\(trimmed($0))\u{2028}" : "\(trimmed($0))\n" }.joined()
      result += "<p>\(inline(String(text.dropLast())))</p>\n"
      paragraph = []
    }
    while let line = rest.first {
      let text = trimmed(line)
      if text.isEmpty {
        endParagraph()
        rest = rest.dropFirst()
      } else if let fence = fence(of: text) {
        endParagraph()
        let body = rest.dropFirst().prefix { !isEnd(trimmed($0), of: fence) }
        rest = rest.dropFirst(body.count + 2)
        result += "<pre><code>\(Escape.html(body.joined(separator: "\n")))</code></pre>\n"
      } else if text.hasPrefix("$$"), paragraph.isEmpty {
        let body = formula(rest)
        rest = rest.dropFirst(body.count)
        result += "<pre class=\"math\">\(Escape.html(body.joined(separator: "\n")))</pre>\n"
      } else if let (level, title) = heading(text) {
        endParagraph()
        rest = rest.dropFirst()
        result += "<h\(level)>\(inline(title))</h\(level)>\n"
      } else if isRule(text) {
        endParagraph()
        rest = rest.dropFirst()
        result += "<hr>\n"
      } else if text.hasPrefix(">"), depth < depthLimit {
        endParagraph()
        let quote = rest.prefix { trimmed($0).hasPrefix(">") }
        rest = rest.dropFirst(quote.count)
        let inner = quote.map { line -> Substring in
          let content = trimmed(line).dropFirst()
          return content.hasPrefix(" ") ? content.dropFirst() : content
        }
        result += "<blockquote>\n\(blocks(inner[...], pictures, depth: depth + 1))</blockquote>\n"
      } else if let table = MarkdownTable(rest) {
        endParagraph()
        rest = rest.dropFirst(table.lineCount)
        result += table.html(inline)
      } else if depth < depthLimit, let list = MarkdownList(rest) {
        endParagraph()
        rest = rest.dropFirst(list.lineCount)
        result += list.html { blocks($0, pictures, depth: depth + 1) }
      } else {
        paragraph.append(line)
        rest = rest.dropFirst()
      }
    }
    endParagraph()
    return result
  }

  static func trimmed(_ line: Substring) -> Substring {
    var line = line.drop(while: \.isWhitespace)
    while line.last?.isWhitespace == true { line.removeLast() }
    return line
  }

  private static func fence(of text: Substring) -> Substring? {
    for mark: Character in ["`", "~"] {
      let fence = text.prefix { $0 == mark }
      if fence.count >= 3, mark == "~" || !text.dropFirst(fence.count).contains("`") { return fence }
    }
    return nil
  }

  private static func isEnd(_ text: Substring, of fence: Substring) -> Bool {
    text.count >= fence.count && text.allSatisfy { $0 == fence.first }
  }

  /// The lines of a formula that starts with `$$`, through the line that ends it.
  private static func formula(_ lines: ArraySlice<Substring>) -> ArraySlice<Substring> {
    guard let first = lines.first else { return [] }
    let opening = trimmed(first)
    if opening.count > 2, opening.dropFirst(2).contains("$$") { return lines.prefix(1) }
    guard let end = lines.dropFirst().firstIndex(where: { $0.contains("$$") }) else { return lines.prefix(1) }
    return lines[...end]
  }

  private static func heading(_ text: Substring) -> (level: Int, title: String)? {
    let level = text.prefix { $0 == "#" }.count
    guard (1...6).contains(level), text.count == level || text.dropFirst(level).first == " " else {
      return nil
    }
    var title = trimmed(text.dropFirst(level))
    let closing = title.reversed().prefix { $0 == "#" }.count
    if closing > 0, title.dropLast(closing).last?.isWhitespace ?? true { title = title.dropLast(closing) }
    return (level, String(trimmed(title)))
  }

  private static func isRule(_ text: Substring) -> Bool {
    let marks = text.filter { !$0.isWhitespace }
    guard let mark = marks.first, marks.count >= 3, "-*_".contains(mark) else { return false }
    return marks.allSatisfy { $0 == mark }
  }
}

/// A list at the start of some lines of Markdown; what is indented below an item belongs to it.
struct MarkdownList {
  let lineCount: Int
  private let isNumbered: Bool
  private let start: Int
  private var items: [[Substring]] = []

  init?(_ lines: ArraySlice<Substring>) {
    guard let first = lines.first, let mark = Mark(first) else { return nil }
    isNumbered = mark.number != nil
    start = mark.number ?? 1
    var count = 0
    var contentIndent = 0
    var isAfterBlank = false
    for line in lines {
      let indent = line.prefix { $0 == " " || $0 == "\t" }.count
      if Markdown.trimmed(line).isEmpty {
        items[items.count - 1].append("")
        isAfterBlank = true
      } else if indent >= contentIndent, !items.isEmpty {
        items[items.count - 1].append(line.dropFirst(contentIndent))
        isAfterBlank = false
      } else if let next = Mark(line), (next.number != nil) == isNumbered {
        items.append([line.dropFirst(next.width)])
        contentIndent = max(2, min(next.width, mark.indent + 4))
        isAfterBlank = false
      } else if isAfterBlank || items.isEmpty || Mark(line) != nil {
        break
      } else {
        // The next line of a paragraph need not be indented.
        items[items.count - 1].append(line)
      }
      count += 1
    }
    lineCount = count
  }

  func html(_ blocks: (ArraySlice<Substring>) -> String) -> String {
    let tag = isNumbered ? "ol" : "ul"
    let attribute = isNumbered && start != 1 ? " start=\"\(start)\"" : ""
    let isLoose = items.contains { item in
      let content = item.reversed().drop { $0.isEmpty }
      return content.contains { $0.isEmpty }
    }
    let entries = items.map { item in
      var content = blocks(item[...])
      // Short items are not paragraphs.
      if !isLoose, content.hasPrefix("<p>"), let end = content.firstRange(of: "</p>\n") {
        content = content[..<end.lowerBound].dropFirst(3) + "\n" + content[end.upperBound...]
      }
      return "<li>\(content)</li>\n"
    }
    return "<\(tag)\(attribute)>\n\(entries.joined())</\(tag)>\n"
  }

  /// `- `, `* `, `+ `, `1. ` or `1) ` at the start of a line.
  private struct Mark {
    let number: Int?
    let indent: Int
    /// The columns through the space behind it.
    let width: Int

    init?(_ line: Substring) {
      indent = line.prefix { $0 == " " }.count
      let text = line.dropFirst(indent)
      guard let first = text.first else { return nil }
      var length = 1
      if "-*+".contains(first) {
        number = nil
      } else {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...9).contains(digits.count), let value = Int(digits),
          let end = text.dropFirst(digits.count).first, end == "." || end == ")"
        else { return nil }
        number = value
        length = digits.count + 1
      }
      let behind = text.dropFirst(length)
      guard behind.isEmpty || behind.first == " " else { return nil }
      width = indent + length + (behind.isEmpty ? 0 : 1)
    }
  }
}

/// A table at the start of some lines of Markdown: a row of titles, a row of dashes, then rows.
struct MarkdownTable {
  let lineCount: Int
  private let titles: [String]
  private let rows: [[String]]
  private let alignments: [String]

  init?(_ lines: ArraySlice<Substring>) {
    guard lines.count >= 2, let head = lines.first, head.contains("|"),
      let rule = lines.dropFirst().first, rule.contains("-")
    else { return nil }
    titles = Self.cells(of: head)
    let marks = Self.cells(of: rule)
    guard marks.count == titles.count,
      marks.allSatisfy({ $0.contains("-") && $0.allSatisfy { "-: ".contains($0) } })
    else { return nil }
    alignments = marks.map { mark in
      switch (mark.hasPrefix(":"), mark.hasSuffix(":")) {
      case (true, true): " style=\"text-align:center\""
      case (false, true): " style=\"text-align:right\""
      default: ""
      }
    }
    let body = lines.dropFirst(2).prefix { $0.contains("|") }
    rows = body.map(Self.cells)
    lineCount = body.count + 2
  }

  func html(_ inline: (String) -> String) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      let columns = alignments.indices.map { index in
        let content = index < cells.count ? inline(cells[index]) : ""
        return "<\(tag)\(alignments[index])>\(content)</\(tag)>"
      }
      return "<tr>\(columns.joined())</tr>\n"
    }
    let body = rows.map { row($0, "td") }.joined()
    return "<table>\n<thead>\(row(titles, "th"))</thead>\n<tbody>\(body)</tbody>\n</table>\n"
  }

  private static func cells(of line: Substring) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isEscaped = false
    for character in Markdown.trimmed(line) {
      if character == "|", !isEscaped {
        cells.append(cell)
        cell = ""
      } else {
        if isEscaped, character != "|" { cell += "\\" }
        if character != "\\" || isEscaped { cell.append(character) }
      }
      isEscaped = character == "\\" && !isEscaped
    }
    cells.append(cell)
    // The bars at both ends belong to no cell.
    if cells.first?.allSatisfy(\.isWhitespace) == true { cells.removeFirst() }
    if cells.last?.allSatisfy(\.isWhitespace) == true { cells.removeLast() }
    return cells.map { String(Markdown.trimmed(Substring($0))) }
  }
}

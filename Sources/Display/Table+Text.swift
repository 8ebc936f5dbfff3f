extension Table {
  /// The table as text, no wider than `width` columns: the widest columns give way first.
  package func text(width: Int = 80) -> String {
    let (first, hidden, last) = shownRows
    let texts = (Array(first) + Array(last)).map(line)
    let footerTexts = footers.map(line)
    let widths = columnWidths(texts + footerTexts, width: width)
    let hasTitles = columns.contains { !$0.title.isEmpty }
    var lines: [String] = []
    if let title { lines.append(title) }
    if hasTitles {
      lines.append(joined(columns.map(\.title), widths))
      lines.append(rule(widths))
    }
    for (index, row) in texts.enumerated() {
      if hidden > 0 && index == first.count { lines.append("… \(NumberFormat.grouped(hidden)) more rows …") }
      lines.append(joined(row, widths))
    }
    if !footerTexts.isEmpty {
      lines.append(rule(widths))
      lines += footerTexts.map { joined($0, widths) }
    }
    if let note { lines.append(note) }
    return lines.joined(separator: "\n")
  }

  private static let gap = 2

  private func line(_ row: [Cell]) -> [String] {
    columns.indices.map { index in
      guard row.indices.contains(index) else { return "" }
      if case .bar(let fraction, let label) = row[index] {
        return TextWidth.fitted(BlockBar.text(fraction, columns: 12), to: 12) + " " + label
      }
      // A cell is one line.
      return row[index].plain.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
  }

  private func columnWidths(_ rows: [[String]], width: Int) -> [Int] {
    var widths = columns.indices.map { index in
      let content = rows.map { TextWidth.columns($0[index]) }.max() ?? 0
      return min(max(TextWidth.columns(columns[index].title), content), max(width, 4))
    }
    var excess = widths.reduce(0, +) + Self.gap * max(widths.count - 1, 0) - width
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 4 {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func joined(_ texts: [String], _ widths: [Int]) -> String {
    let parts = columns.indices.map { TextWidth.fitted(texts[$0], to: widths[$0], columns[$0].alignment) }
    var line = parts.joined(separator: TextWidth.spaces(Self.gap))
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  private func rule(_ widths: [Int]) -> String {
    String(repeating: "─", count: widths.reduce(0, +) + Self.gap * max(widths.count - 1, 0))
  }
}

/// Bars of eighth blocks.
enum BlockBar {
  /// A bar that fills a share of so many columns, to an eighth of one.
  static func text(_ fraction: Double, columns: Int) -> String {
    guard fraction.isFinite, columns > 0 else { return "" }
    let eighths = Int((min(max(fraction, 0), 1) * Double(columns * 8)).rounded())
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + partial[eighths % 8]
  }
}

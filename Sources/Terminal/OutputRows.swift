import Display

/// How far below its start an output has come on the screen, as long as that can be told.
package struct OutputRows: Equatable, Sendable {
  /// Whole rows so far; nil once something was written that moves the cursor in its own ways.
  package private(set) var rows: Int? = 0
  package private(set) var column = 0

  package init() {}

  package var isAtLineStart: Bool { column == 0 }

  /// Takes note of a text that has no colours. Rows beyond `limit` cannot be gone back to, so they are not
  /// counted.
  package mutating func add(_ text: String, width: Int, limit: Int) {
    guard let last = text.utf8.last else { return }
    guard let before = rows, before <= limit, text.utf8.count <= 1 << 16 else {
      rows = nil
      column = last == 0x0A ? 0 : 1
      return
    }
    var count = before
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0 {
        count += 1
        column = 0
      }
      guard !line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
        rows = nil
        column = last == 0x0A ? 0 : 1
        return
      }
      column += TextWidth.columns(line)
      // A line that fills a row exactly stays on it.
      if column > width {
        count += (column - 1) / max(width, 1)
        column = (column - 1) % max(width, 1) + 1
      }
    }
    rows = count
  }

  package mutating func addRows(_ count: Int) {
    rows = rows.flatMap {
      abs($0) < 1 << 20 && (-1 << 20..<1 << 20).contains(count) ? max($0 + count, 0) : nil
    }
    column = 0
  }

  /// The rows that a text takes from the start of a line to the one below it.
  package static func count(_ text: String, width: Int) -> Int {
    var counter = OutputRows()
    counter.add(text.hasSuffix("\n") ? text : text + "\n", width: width, limit: .max)
    return counter.rows ?? .max
  }
}

/// Ctrl-R: looks back for what was entered, letter by letter.
package struct HistorySearch {
  package private(set) var query = ""
  /// The text as it was, to go back to.
  package let original: EditBuffer
  /// The entry that is shown.
  private var place: Int?
  /// The text that is shown, with the cursor where the match starts.
  package private(set) var shown: EditBuffer
  package private(set) var fails = false
  private let lastQuery: String

  /// `lastQuery` is what Ctrl-R looks for when it is pressed twice at once.
  package init(_ original: EditBuffer, lastQuery: String = "") {
    self.original = original
    shown = original
    self.lastQuery = lastQuery
  }

  /// The characters that match, as places in the text.
  package var match: Range<Int>? {
    guard !query.isEmpty, place != nil, !fails else { return nil }
    return shown.cursor..<min(shown.cursor + query.count, shown.characters.count)
  }

  package mutating func type(_ text: String, _ history: inout InputHistory) {
    query += text.filter { !$0.isNewline }
    // What is shown may hold the longer text too.
    find(history.search(query, before: place.map { $0 + 1 }), history)
  }

  package mutating func erase(_ history: inout InputHistory) {
    guard !query.isEmpty else { return }
    query.removeLast()
    place = nil
    fails = false
    shown = original
    if !query.isEmpty { find(history.search(query), history) }
  }

  package mutating func older(_ history: inout InputHistory) {
    if query.isEmpty {
      query = lastQuery
      guard !query.isEmpty else { return }
    }
    find(history.search(query, before: place), history)
  }

  package mutating func newer(_ history: inout InputHistory) {
    guard let place, !query.isEmpty else { return }
    find(history.search(query, after: place), history)
  }

  private mutating func find(_ found: Int?, _ history: InputHistory) {
    fails = found == nil
    guard let found else { return }
    place = found
    let entry = history.entry(found)
    shown = EditBuffer(entry)
    if let range = entry.firstRange(of: query) {
      shown.move(to: entry.distance(from: entry.startIndex, to: range.lowerBound))
    }
  }

  package func line(width: Int, style: Style) -> String {
    let what = "search: \(query)" + (fails ? "  (nothing older)" : "")
    let keys = "   Ctrl-R older, Ctrl-S newer, Enter runs, Esc edits, Ctrl-G leaves"
    let text = CompletionMenu.cut(CompletionMenu.plain(what), to: max(width - 1, 4))
    return style.styled(text, style.strong)
      + style.styled(CompletionMenu.cut(keys, to: max(width - 1 - text.count, 0)), style.quiet)
  }
}

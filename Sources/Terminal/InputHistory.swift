/// What was entered before, to go back to while editing.
package struct InputHistory {
  private var entries: [String]
  /// Where one is: behind the last entry is the text being written.
  private var position: Int
  private var draft = ""

  /// Oldest first.
  package init(_ entries: [String]) {
    self.entries = entries
    position = entries.count
  }

  package mutating func append(_ entry: String) {
    if entries.last != entry { entries.append(entry) }
    position = entries.count
  }

  /// The entry before, other than the text itself.
  package mutating func previous(replacing current: String) -> String? {
    if position == entries.count { draft = current }
    guard let found = entries[..<position].lastIndex(where: { $0 != current }) else { return nil }
    position = found
    return entries[found]
  }

  package mutating func next(replacing current: String) -> String? {
    guard position < entries.count else { return nil }
    position = entries[(position + 1)...].firstIndex { $0 != current } ?? entries.count
    return position < entries.count ? entries[position] : draft
  }

  /// Forgets where one was.
  package mutating func rewind() {
    position = entries.count
    draft = ""
  }
}

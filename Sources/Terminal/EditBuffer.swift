/// The text being edited, which may have several lines, and the place of the cursor in it.
package struct EditBuffer: Equatable, Sendable {
  package private(set) var characters: [Character]
  /// Between 0 and the number of characters.
  package private(set) var cursor: Int
  /// What the last cut took away.
  private var cut: [Character] = []

  package init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  package var text: String { String(characters) }
  package var isEmpty: Bool { characters.isEmpty }

  /// The text of the cursor's line in front of the cursor.
  package var lineBeforeCursor: String { String(characters[lineStart..<cursor]) }

  package mutating func replaceAll(with text: String) {
    characters = Array(text)
    cursor = characters.count
  }

  // MARK: Typing

  package mutating func insert(_ text: String) {
    var added = Array(text)
    // An accent that arrives by itself joins the letter it belongs to.
    if cursor > 0, let first = added.first {
      let joined = String(characters[cursor - 1]) + String(first)
      if joined.count == 1, let character = joined.first {
        characters[cursor - 1] = character
        added.removeFirst()
      }
    }
    characters.insert(contentsOf: added, at: cursor)
    cursor += added.count
  }

  package mutating func deleteBackward(_ count: Int = 1) {
    let start = max(0, cursor - count)
    characters.removeSubrange(start..<cursor)
    cursor = start
  }

  /// Puts a text in place of everything between two places, which count characters, and goes behind it.
  package mutating func replace(_ range: Range<Int>, with text: String) {
    let range = range.clamped(to: 0..<characters.count)
    characters.removeSubrange(range)
    cursor = range.lowerBound
    insert(text)
  }

  /// Goes to a place, which counts characters.
  package mutating func move(to place: Int) { cursor = min(max(place, 0), characters.count) }

  /// The Unicode scalars in front of the cursor, by which the language counts.
  package var scalarOffset: Int { characters[..<cursor].reduce(0) { $0 + $1.unicodeScalars.count } }

  package mutating func deleteForward() {
    if cursor < characters.count { characters.remove(at: cursor) }
  }

  // MARK: Moving

  package mutating func moveLeft() { cursor = max(0, cursor - 1) }
  package mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
  package mutating func moveToLineStart() { cursor = lineStart }
  package mutating func moveToLineEnd() { cursor = lineEnd }
  package mutating func moveToEnd() { cursor = characters.count }
  package mutating func moveWordLeft() { cursor = wordStart }
  package mutating func moveWordRight() { cursor = wordEnd }

  /// Goes a line up, to the same column where there is one; false in the first line.
  package mutating func moveUp() -> Bool {
    let start = lineStart
    guard start > 0 else { return false }
    let column = cursor - start
    cursor = start - 1
    let above = lineStart
    cursor = min(above + column, start - 1)
    return true
  }

  /// Goes a line down; false in the last line.
  package mutating func moveDown() -> Bool {
    let end = lineEnd
    guard end < characters.count else { return false }
    let column = cursor - lineStart
    cursor = end + 1
    cursor = min(end + 1 + column, lineEnd)
    return true
  }

  // MARK: Cutting

  /// Cuts to the end of the line, or the line end itself where the cursor stands on it.
  package mutating func cutToLineEnd() {
    take(cursor..<(cursor == lineEnd ? min(cursor + 1, characters.count) : lineEnd))
  }
  package mutating func cutToLineStart() { take(lineStart..<cursor) }
  package mutating func cutWordForward() { take(cursor..<wordEnd) }
  package mutating func cutWordBackward() { take(wordStart..<cursor) }

  /// As the shell's Ctrl-W: back over spaces, then to the space before.
  package mutating func cutToSpace() {
    var start = cursor
    while start > 0, characters[start - 1].isWhitespace { start -= 1 }
    while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
    take(start..<cursor)
  }

  package mutating func paste() { insert(String(cut)) }

  private mutating func take(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    cut = Array(characters[range])
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  // MARK: Places

  private var lineStart: Int {
    (characters[..<cursor].lastIndex { $0.isNewline }).map { $0 + 1 } ?? 0
  }

  private var lineEnd: Int { characters[cursor...].firstIndex { $0.isNewline } ?? characters.count }

  private var wordStart: Int {
    var place = cursor
    while place > 0, !Self.isWord(characters[place - 1]) { place -= 1 }
    while place > 0, Self.isWord(characters[place - 1]) { place -= 1 }
    return place
  }

  private var wordEnd: Int {
    var place = cursor
    while place < characters.count, !Self.isWord(characters[place]) { place += 1 }
    while place < characters.count, Self.isWord(characters[place]) { place += 1 }
    return place
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}

/// The text as it was before each change, for Ctrl-_.
package struct UndoStack {
  private var states: [EditBuffer] = []
  private var isTyping = false

  private static let limit = 200

  package init() {}

  /// Takes note of what a key has changed; letters typed in a row are one change up to the next space.
  package mutating func note(_ before: EditBuffer, _ after: EditBuffer, _ key: Key) {
    guard before.characters != after.characters else {
      if before.cursor != after.cursor { isTyping = false }
      return
    }
    var isLetter = false
    if case .text(let text) = key { isLetter = text != " " }
    if !(isLetter && isTyping) { states.append(before) }
    isTyping = isLetter
    if states.count > Self.limit { states.removeFirst() }
  }

  package mutating func last() -> EditBuffer? {
    isTyping = false
    return states.popLast()
  }
}

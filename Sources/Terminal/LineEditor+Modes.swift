import Session

extension LineEditor {
  // MARK: Completion

  /// Tab: a step of indentation at the start of a line, else what is common to all that fits here, with a
  /// menu of them.
  func complete() {
    if buffer.lineBeforeCursor.allSatisfy(\.isWhitespace) { return buffer.insert("    ") }
    guard let (completions, range) = fitting(), !completions.items.isEmpty else { return }
    let typed = String(buffer.characters[range])
    let common = completions.commonStart(behind: typed)
    if completions.items.count == 1 {
      buffer.replace(range, with: common)
      return
    }
    var replaced = range
    if common.count > typed.count {
      buffer.replace(range, with: common)
      replaced = range.lowerBound..<buffer.cursor
    }
    menu = CompletionMenu(completions.items, range: replaced, original: buffer)
  }

  /// What fits at the cursor, and the characters in front of it that it replaces.
  private func fitting() -> (Completions, Range<Int>)? {
    let offset = buffer.scalarOffset
    let completions = language.completions(buffer.text, offset)
    guard completions.start >= 0, completions.start <= offset, completions.end == offset else { return nil }
    var start = buffer.cursor
    var scalars = offset
    while start > 0, scalars > completions.start {
      start -= 1
      scalars -= buffer.characters[start].unicodeScalars.count
    }
    return scalars == completions.start ? (completions, start..<buffer.cursor) : nil
  }

  /// A key while the menu is open; false where it means what it always does, and the menu is closed.
  func choosing(_ key: Key) -> Bool {
    switch key {
    case .tab, .down, .control("n"): move(by: 1)
    case .backTab, .up, .control("p"): move(by: -1)
    case .pageDown: move(by: 8)
    case .pageUp: move(by: -8)
    case .escape, .control("g"):
      if let menu { buffer = menu.original }
      menu = nil
    case .enter where menu?.chosen != nil: menu = nil
    case .text(let text)
    where menu?.chosen == nil && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }:
      narrow(key)
    case .backspace where menu?.chosen == nil: narrow(key)
    default:
      menu = nil
      return false
    }
    return true
  }

  private func move(by step: Int) {
    menu?.move(by: step)
    if let menu { buffer = menu.buffer }
  }

  /// Typing on leaves what still fits in the menu.
  private func narrow(_ key: Key) {
    buffer.apply(key)
    menu = nil
    guard let (completions, range) = fitting(), !range.isEmpty, !completions.items.isEmpty else { return }
    menu = CompletionMenu(completions.items, range: range, original: buffer)
  }

  // MARK: Search

  /// A key during a search; false where the search ends and the key means what it always does.
  func searching(_ key: Key, _ history: inout InputHistory) -> Bool {
    switch key {
    case .text(let text), .paste(let text): search?.type(text, &history)
    case .backspace: search?.erase(&history)
    case .control("r"), .up: search?.older(&history)
    case .control("s"), .down: search?.newer(&history)
    case .control("g"), .control("c"):
      if let search { buffer = search.original }
      search = nil
    default:
      if let search {
        buffer = search.shown
        if !search.query.isEmpty { lastSearch = search.query }
      }
      search = nil
      return key == .escape
    }
    return true
  }
}

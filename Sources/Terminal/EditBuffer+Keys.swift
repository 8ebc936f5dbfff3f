extension EditBuffer {
  /// What a key does to the text and the cursor.
  package mutating func apply(_ key: Key) {
    switch key {
    case .text("}"):
      // The brace that ends a block stands one step further out.
      let before = lineBeforeCursor
      if before.count >= 4, before.allSatisfy({ $0 == " " }) { deleteBackward(4) }
      insert("}")
    case .text(let text): insert(text)
    case .paste(let text):
      insert(text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    "))
    case .altEnter: insert("\n")
    case .backspace:
      // Indentation goes as it came, four spaces at a time.
      let before = lineBeforeCursor
      let isIndent = !before.isEmpty && before.count.isMultiple(of: 4) && before.allSatisfy { $0 == " " }
      deleteBackward(isIndent ? 4 : 1)
    case .delete: deleteForward()
    case .left, .control("b"): moveLeft()
    case .right, .control("f"): moveRight()
    case .home, .control("a"): moveToLineStart()
    case .end, .control("e"): moveToLineEnd()
    case .wordLeft, .alt("b"): moveWordLeft()
    case .wordRight, .alt("f"): moveWordRight()
    case .alt("<"): move(to: 0)
    case .alt(">"): moveToEnd()
    case .control("k"): cutToLineEnd()
    case .control("u"): cutToLineStart()
    case .control("w"): cutToSpace()
    case .altBackspace: cutWordBackward()
    case .alt("d"): cutWordForward()
    case .control("y"): paste()
    default: break
    }
  }
}

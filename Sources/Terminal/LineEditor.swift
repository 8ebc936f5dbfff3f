import Session

/// Reads a cell from a person at a terminal: one line or several, with the keys people know from shells.
package final class LineEditor {
  package enum Outcome: Equatable {
    case entered(String)
    /// Ctrl-C: what was written is dropped.
    case cancelled
    /// Ctrl-D on an empty line, or the terminal went away.
    case endOfInput
    /// Something else asked the wait to end.
    case stopped
  }

  /// What the editor asks of the language.
  package struct Language {
    package var completeness: (String) -> Completeness
    package var completions: (_ code: String, _ offset: Int) -> Completions

    package init(
      completeness: @escaping (String) -> Completeness = { _ in .complete },
      completions: @escaping (String, Int) -> Completions = { Completions(start: $1, end: $1, items: []) }
    ) {
      self.completeness = completeness
      self.completions = completions
    }
  }

  private let device: TerminalDevice
  private let language: Language
  private var screen: EditorScreen
  private var decoder = KeyDecoder()
  private var pending: ArraySlice<UInt8> = []
  private var buffer = EditBuffer()

  package init(_ device: TerminalDevice, language: Language = Language()) {
    self.device = device
    self.language = language
    screen = EditorScreen(device)
  }

  /// Edits until Enter ends a complete text. `isStopped` is asked whenever the device is woken.
  package func read(
    prompt: Prompt, history: inout InputHistory, unless isStopped: () -> Bool = { false }
  ) -> Outcome {
    device.enterKeyMode()
    device.write(EditorScreen.pasteOn)
    defer {
      device.write(EditorScreen.pasteOff)
      device.restore()
    }
    buffer = EditBuffer()
    screen.begin(prompt)
    screen.draw(buffer)
    while true {
      switch nextKey() {
      case .key(let key):
        if let outcome = handle(key, &history) {
          history.rewind()
          return outcome
        }
      case .woken:
        if isStopped() {
          screen.finish(buffer)
          return .stopped
        }
        screen.redraw(buffer)
        continue
      case .ended: return .endOfInput
      }
      // While a paste or a fast typist is ahead, drawing every letter would only slow things down.
      if pending.isEmpty, !device.hasInput { screen.draw(buffer) }
    }
  }

  private enum Next {
    case key(Key)
    case woken, ended
  }

  private func nextKey() -> Next {
    while true {
      while let byte = pending.popFirst() {
        if let key = decoder.feed(byte) { return .key(key) }
      }
      // A lone Escape is told from a key that starts with one by what follows at once.
      switch device.waitForInput(milliseconds: decoder.isWaiting ? 50 : -1) {
      case .woken: return .woken
      case .timeOut:
        if let key = decoder.flush() { return .key(key) }
      case .ready:
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = device.readInput(into: &chunk)
        guard count > 0 else { return .ended }
        pending = chunk[..<count]
      }
    }
  }

  /// Does what a key means; returns what ends the editing.
  private func handle(_ key: Key, _ history: inout InputHistory) -> Outcome? {
    switch key {
    case .enter:
      if case .incomplete(let indent) = language.completeness(buffer.text) {
        buffer.insert("\n" + indent)
        return nil
      }
      return finish(.entered(buffer.text))
    case .control("c"):
      screen.finish(buffer, mark: "^C")
      return .cancelled
    case .control("d"):
      if buffer.isEmpty { return finish(.endOfInput) }
      buffer.deleteForward()
    case .control("l"): screen.clear()
    case .control("z"): suspend()
    case .tab: complete()
    case .up, .control("p"):
      if !buffer.moveUp(), let entry = history.previous(replacing: buffer.text) {
        buffer.replaceAll(with: entry)
      }
    case .down, .control("n"):
      if !buffer.moveDown(), let entry = history.next(replacing: buffer.text) {
        buffer.replaceAll(with: entry)
      }
    case .text("}"):
      // The brace that ends a block stands one step further out.
      let before = buffer.lineBeforeCursor
      if before.count >= 4, before.allSatisfy({ $0 == " " }) { buffer.deleteBackward(4) }
      buffer.insert("}")
    default: buffer.apply(key)
    }
    return nil
  }

  private func finish(_ outcome: Outcome) -> Outcome {
    screen.finish(buffer)
    return outcome
  }

  /// Ctrl-Z: the shell gets the terminal as it was, and the text is drawn again on return.
  private func suspend() {
    screen.leave(buffer)
    device.suspend()
    device.write(EditorScreen.pasteOn)
    screen.redraw(buffer)
  }

  /// Tab: a step of indentation at the start of a line, else what is common to all that fits here.
  private func complete() {
    let before = buffer.lineBeforeCursor
    if before.allSatisfy(\.isWhitespace) { return buffer.insert("    ") }
    let offset = String(buffer.characters[..<buffer.cursor]).unicodeScalars.count
    let completions = language.completions(buffer.text, offset)
    guard completions.start >= 0, completions.start <= offset, completions.end == offset,
      let first = completions.items.first
    else { return }
    let common = completions.items.dropFirst().reduce(first.text) { $0.commonPrefix(with: $1.text) }
    if common.unicodeScalars.count > offset - completions.start || completions.items.count == 1 {
      buffer.replace(lastScalars: offset - completions.start, with: common)
    } else {
      screen.show(completions.items.map(\.text), under: buffer)
    }
  }
}

extension EditBuffer {
  /// What a key does to the text and the cursor.
  package mutating func apply(_ key: Key) {
    switch key {
    case .text(let text): insert(text)
    case .paste(let text):
      insert(text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    "))
    case .altEnter: insert("\n")
    case .backspace: deleteBackward()
    case .delete: deleteForward()
    case .left, .control("b"): moveLeft()
    case .right, .control("f"): moveRight()
    case .home, .control("a"): moveToLineStart()
    case .end, .control("e"): moveToLineEnd()
    case .wordLeft, .alt("b"): moveWordLeft()
    case .wordRight, .alt("f"): moveWordRight()
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

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map { $0.0 })
  }
}

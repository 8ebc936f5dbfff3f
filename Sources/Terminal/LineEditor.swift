import Session

/// Reads a cell from a person at a terminal: one line or several, with the keys people know from shells.
package final class LineEditor {
  package enum Outcome: Equatable {
    case entered(String)
    /// Ctrl-X Ctrl-E: the text is to be edited in the person's own editor.
    case external(String)
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
    package var signature: (_ code: String, _ offset: Int) -> SignatureHint?
    package var coloring: (String) -> [ColoredSpan]

    package init(
      completeness: @escaping (String) -> Completeness = { _ in .complete },
      completions: @escaping (String, Int) -> Completions = { Completions(start: $1, end: $1, items: []) },
      signature: @escaping (String, Int) -> SignatureHint? = { _, _ in nil },
      coloring: @escaping (String) -> [ColoredSpan] = { _ in [] }
    ) {
      self.completeness = completeness
      self.completions = completions
      self.signature = signature
      self.coloring = coloring
    }
  }

  private let device: TerminalDevice
  let language: Language
  private let style = Style(for: 1)
  private var screen: EditorScreen
  private var decoder = KeyDecoder()
  private var pending: ArraySlice<UInt8> = []
  var buffer = EditBuffer()
  var menu: CompletionMenu?
  var search: HistorySearch?
  var lastSearch = ""
  private var undo = UndoStack()
  private var isAfterControlX = false

  package init(_ device: TerminalDevice, language: Language = Language()) {
    self.device = device
    self.language = language
    screen = EditorScreen(device)
  }

  /// Edits until Enter ends a complete text, from `start` on. `isStopped` is asked whenever the device is
  /// woken.
  package func read(
    prompt: Prompt, history: inout InputHistory, start: String = "", unless isStopped: () -> Bool = { false }
  ) -> Outcome {
    device.enterKeyMode()
    device.write(EditorScreen.pasteOn)
    defer {
      device.write(EditorScreen.pasteOff)
      device.leaveMode()
      history.rewind()
    }
    buffer = EditBuffer(start)
    menu = nil
    search = nil
    undo = UndoStack()
    screen.begin(prompt)
    draw()
    while true {
      switch nextKey() {
      case .key(let key):
        let before = buffer
        if let outcome = handle(key, &history) { return outcome }
        if key != .control("_") { undo.note(before, buffer, key) }
      case .woken:
        if isStopped() {
          finish()
          return .stopped
        }
        screen.findTop()
        draw()
        continue
      case .ended:
        finish()
        return .endOfInput
      }
      // While a paste or a fast typist is ahead, drawing every letter would only slow things down.
      if pending.isEmpty, !device.hasInput { draw() }
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
    if search != nil {
      if searching(key, &history) { return nil }
    } else if menu != nil, choosing(key) {
      return nil
    }
    if isAfterControlX {
      isAfterControlX = false
      if key == .control("e") || key == .text("e") {
        finish()
        return .external(buffer.text)
      }
    }
    switch key {
    case .enter:
      if case .incomplete(let indent) = language.completeness(buffer.text) {
        buffer.insert("\n" + indent)
        return nil
      }
      finish()
      return .entered(buffer.text)
    case .control("c"):
      finish(mark: "^C")
      return .cancelled
    case .control("d"):
      guard buffer.isEmpty else {
        buffer.deleteForward()
        return nil
      }
      finish()
      return .endOfInput
    case .control("l"): screen.clear()
    case .control("z"): suspend()
    case .control("x"): isAfterControlX = true
    case .control("_"): if let before = undo.last() { buffer = before }
    case .control("r"): search = HistorySearch(buffer, lastQuery: lastSearch)
    case .tab: complete()
    case .up, .control("p"): if !buffer.moveUp() { recallPrevious(&history) }
    case .down, .control("n"): if !buffer.moveDown() { recallNext(&history) }
    case .pageUp: recallPrevious(&history)
    case .pageDown: recallNext(&history)
    default: buffer.apply(key)
    }
    return nil
  }

  private func recallPrevious(_ history: inout InputHistory) {
    let before = String(buffer.characters[..<buffer.cursor])
    if let entry = history.previous(replacing: buffer.text, prefix: before) { buffer.replaceAll(with: entry) }
  }

  private func recallNext(_ history: inout InputHistory) {
    if let entry = history.next(replacing: buffer.text) { buffer.replaceAll(with: entry) }
  }

  /// Ctrl-Z: the shell gets the terminal as it was, and the text is drawn again on return.
  private func suspend() {
    finish()
    device.write(EditorScreen.pasteOff)
    device.suspend()
    device.write(EditorScreen.pasteOn)
  }

  // MARK: Drawing

  private func draw() {
    let size = screen.size
    if let search {
      var colors = colors(of: search.shown)
      if let match = search.match, style.isColoured {
        if colors.isEmpty { colors = [String](repeating: "", count: search.shown.characters.count) }
        for index in match where colors.indices.contains(index) { colors[index] += style.chosen }
      }
      screen.draw(search.shown, colors: colors, below: [search.line(width: size.columns, style: style)])
      return
    }
    var below: [String] = []
    if let lines = menu?.lines(width: size.columns, height: size.rows, style: style) {
      below = lines
    } else if let hint = language.signature(buffer.text, buffer.scalarOffset) {
      below = [SignatureLine.text(hint, width: size.columns, style: style)]
    }
    screen.draw(buffer, colors: colors(of: buffer), below: below)
  }

  private func colors(of buffer: EditBuffer) -> [String] {
    CodePaint.colors(of: buffer, style: style, language.coloring)
  }

  private func finish(mark: String = "") {
    menu = nil
    screen.finish(buffer, colors: colors(of: buffer), mark: mark)
  }
}

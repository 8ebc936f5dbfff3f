/// Draws the text being edited in place, and knows where on the screen the last drawing is.
struct EditorScreen {
  /// Asks the terminal to mark pasted text, and not to.
  static let pasteOn = "\u{1B}[?2004h"
  static let pasteOff = "\u{1B}[?2004l"

  private let device: TerminalDevice
  private var prompt = Prompt(first: Prompt.Part(""))
  /// The row of the cursor within the last drawing.
  private var cursorRow = 0

  init(_ device: TerminalDevice) { self.device = device }

  /// Starts a new drawing where the cursor is.
  mutating func begin(_ prompt: Prompt) {
    self.prompt = prompt
    cursorRow = 0
  }

  mutating func draw(_ buffer: EditBuffer) {
    let size = device.size
    let layout = EditorLayout(buffer, prompt: prompt, width: size.columns)
    let rows = layout.window(height: size.rows)
    var text = toTop
    for row in rows {
      if row > rows.lowerBound { text += "\r\n" }
      text += "\r\u{1B}[K" + layout.rows[row]
    }
    text += "\u{1B}[J"
    let below = rows.upperBound - 1 - layout.cursorRow
    if below > 0 { text += "\u{1B}[\(below)A" }
    text += "\r"
    if layout.cursorColumn > 0 { text += "\u{1B}[\(layout.cursorColumn)C" }
    device.write(text)
    cursorRow = layout.cursorRow - rows.lowerBound
  }

  /// Draws again after something else may have changed the screen, such as its size.
  mutating func redraw(_ buffer: EditBuffer) {
    cursorRow = min(cursorRow, device.size.rows - 1)
    draw(buffer)
  }

  mutating func clear() {
    device.write("\u{1B}[H\u{1B}[2J")
    cursorRow = 0
  }

  /// Leaves the text standing, whole, and goes to the line below it.
  mutating func finish(_ buffer: EditBuffer, mark: String = "") {
    var end = buffer
    end.moveToEnd()
    let layout = EditorLayout(end, prompt: prompt, width: device.size.columns)
    device.write(toTop + "\u{1B}[J" + layout.rows.joined(separator: "\r\n") + mark + "\r\n")
    cursorRow = 0
  }

  mutating func leave(_ buffer: EditBuffer) {
    finish(buffer)
    device.write(Self.pasteOff)
  }

  /// Shows words in columns below the text; the text is drawn anew below them.
  mutating func show(_ words: [String], under buffer: EditBuffer) {
    finish(buffer)
    let shown = words.prefix(100)
    let width = (shown.map { TextWidth.columns(of: $0) }.max() ?? 0) + 2
    let perLine = max(1, device.size.columns / width)
    var text = ""
    for (index, word) in shown.enumerated() {
      let isLast = index % perLine == perLine - 1 || index == shown.count - 1
      text += word
      text += isLast ? "\r\n" : String(repeating: " ", count: width - TextWidth.columns(of: word))
    }
    if words.count > shown.count { text += "... and \(words.count - shown.count) more\r\n" }
    device.write(text)
  }

  private var toTop: String { (cursorRow > 0 ? "\u{1B}[\(cursorRow)A" : "") + "\r" }
}

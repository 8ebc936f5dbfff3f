import Display
import Glibc

/// Draws the text being edited in place, and knows where on the screen the last drawing is.
struct EditorScreen {
  /// Asks the terminal to mark pasted text, and not to.
  static let pasteOn = "\u{1B}[?2004h"
  static let pasteOff = "\u{1B}[?2004l"

  private let device: TerminalDevice
  private var prompt = Prompt(first: Prompt.Part(""))
  /// The widths of the rows of the last drawing, and where in it the cursor is.
  private var widths: [Int] = []
  private var cursorRow = 0
  private var cursorColumn = 0

  init(_ device: TerminalDevice) { self.device = device }

  /// The columns and rows that a drawing may take.
  var size: (columns: Int, rows: Int) { device.size }

  /// Starts a new drawing where the cursor is.
  mutating func begin(_ prompt: Prompt) {
    self.prompt = prompt
    forget()
  }

  /// `colors` has a code for each character; `below` are lines under the text that fit the screen.
  mutating func draw(_ buffer: EditBuffer, colors: [String] = [], below: [String] = []) {
    let size = device.size
    let layout = EditorLayout(buffer, prompt: prompt, width: size.columns, colors: colors)
    let below = below.prefix(max(0, size.rows - 1))
    let rows = layout.window(height: size.rows - below.count)
    let lines = layout.rows[rows] + below
    var text = toTop
    for (index, line) in lines.enumerated() {
      if index > 0 { text += "\r\n" }
      text += "\r\u{1B}[K" + line
    }
    text += "\u{1B}[J"
    let up = lines.count - 1 - (layout.cursorRow - rows.lowerBound)
    if up > 0 { text += "\u{1B}[\(up)A" }
    text += "\r"
    if layout.cursorColumn > 0 { text += "\u{1B}[\(layout.cursorColumn)C" }
    device.write(text)
    cursorRow = layout.cursorRow - rows.lowerBound
    cursorColumn = layout.cursorColumn
    widths = Array(layout.widths[rows])
  }

  /// Draws at the right place after the screen's size may have changed.
  mutating func findTop() {
    let columns = device.size.columns
    if Self.reflows, columns > 0, !widths.isEmpty {
      // A row that has become too long takes several.
      let above = widths.prefix(cursorRow).reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
      cursorRow = above + cursorColumn / columns
    }
    cursorRow = min(cursorRow, device.size.rows - 1)
  }

  /// Nearly all terminals break lines anew when they get narrower.
  private static var reflows: Bool {
    let name = getenv("TERM").map { String(cString: $0) } ?? ""
    return getenv("XTERM_VERSION") == nil && getenv("STY") == nil && name != "linux"
  }

  mutating func clear() {
    device.write("\u{1B}[H\u{1B}[2J")
    forget()
  }

  /// Leaves the text standing, whole, and goes to the line below it.
  mutating func finish(_ buffer: EditBuffer, colors: [String] = [], mark: String = "") {
    var end = buffer
    end.moveToEnd()
    let layout = EditorLayout(end, prompt: prompt, width: device.size.columns, colors: colors)
    device.write(toTop + "\u{1B}[J" + layout.rows.joined(separator: "\r\n") + mark + "\r\n")
    forget()
  }

  private mutating func forget() {
    cursorRow = 0
    cursorColumn = 0
    widths = []
  }

  private var toTop: String { (cursorRow > 0 ? "\u{1B}[\(cursorRow)A" : "") + "\r" }
}

import Display

/// Where the prompt, the text and the cursor come to stand on a screen of a certain width.
package struct EditorLayout: Equatable, Sendable {
  package private(set) var rows: [String] = [""]
  /// How many columns each row takes.
  package private(set) var widths: [Int] = [0]
  package private(set) var cursorRow = 0
  package private(set) var cursorColumn = 0

  private let width: Int
  /// The colour that is in force at the end of the last row.
  private var color = ""

  /// Colour codes take no columns. `colors` has one for each character of the text, or is shorter: what it
  /// does not reach is plain.
  package init(_ buffer: EditBuffer, prompt: Prompt, width: Int, colors: [String] = []) {
    self.width = max(width, 4)
    append(prompt.first)
    for (index, character) in buffer.characters.enumerated() {
      if index == buffer.cursor { markCursor() }
      if character.isNewline {
        setColor("")
        startRow()
        append(prompt.next)
      } else {
        setColor(index < colors.count ? colors[index] : "")
        append(character)
      }
    }
    setColor("")
    if buffer.cursor == buffer.characters.count { markCursor() }
  }

  /// The rows that are drawn on a screen of that height: all, or as many as fit around the cursor.
  package func window(height: Int) -> Range<Int> {
    let height = max(height, 1)
    guard rows.count > height else { return 0..<rows.count }
    let start = min(max(0, cursorRow - height / 2), rows.count - height)
    return start..<(start + height)
  }

  private mutating func append(_ prompt: Prompt.Part) {
    rows[rows.count - 1] += prompt.style + prompt.text + (prompt.style.isEmpty ? "" : Style.reset)
    widths[rows.count - 1] += TextWidth.columns(prompt.text)
  }

  private mutating func append(_ character: Character) {
    // Control characters are drawn as `^A`, so that a paste cannot move the cursor.
    if let scalar = character.unicodeScalars.first,
      scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    {
      append("^")
      append(scalar.value < 0x80 ? Character(Unicode.Scalar(UInt8(scalar.value) ^ 0x40)) : "?")
      return
    }
    let columns = TextWidth.columns(of: character)
    if widths[rows.count - 1] + columns > width { startRow() }
    rows[rows.count - 1].append(character)
    widths[rows.count - 1] += columns
  }

  private mutating func setColor(_ new: String) {
    guard new != color else { return }
    if !color.isEmpty { rows[rows.count - 1] += Style.reset }
    rows[rows.count - 1] += new
    color = new
  }

  /// A row keeps its colour to itself, as it may be drawn alone.
  private mutating func startRow() {
    if !color.isEmpty { rows[rows.count - 1] += Style.reset }
    rows.append(color)
    widths.append(0)
  }

  /// The cursor behind the last column stands at the start of the next row.
  private mutating func markCursor() {
    if widths[rows.count - 1] >= width { startRow() }
    cursorRow = rows.count - 1
    cursorColumn = widths[rows.count - 1]
  }
}

/// What stands in front of the first line and in front of those that continue it.
package struct Prompt: Equatable, Sendable {
  package struct Part: Equatable, Sendable {
    package var text: String
    package var style: String

    package init(_ text: String, style: String = "") {
      self.text = text
      self.style = style
    }
  }

  package var first: Part
  package var next: Part

  package init(first: Part, next: Part = Part("")) {
    self.first = first
    self.next = next
  }
}

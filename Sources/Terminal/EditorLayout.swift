/// Where the prompt, the text and the cursor come to stand on a screen of a certain width.
package struct EditorLayout: Equatable, Sendable {
  package private(set) var rows: [String] = [""]
  package private(set) var cursorRow = 0
  package private(set) var cursorColumn = 0

  private var column = 0
  private let width: Int

  /// Colour codes in the prompts take no columns.
  package init(_ buffer: EditBuffer, prompt: Prompt, width: Int) {
    self.width = max(width, 4)
    append(prompt.first)
    for (index, character) in buffer.characters.enumerated() {
      if index == buffer.cursor { markCursor() }
      if character.isNewline {
        startRow()
        append(prompt.next)
      } else {
        append(character)
      }
    }
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
    column += TextWidth.columns(of: prompt.text)
  }

  private mutating func append(_ character: Character) {
    // Control characters are drawn as `^A`, so that a paste cannot move the cursor.
    if let ascii = character.asciiValue, ascii < 0x20 || ascii == 0x7F {
      append("^")
      append(Character(Unicode.Scalar(ascii ^ 0x40)))
      return
    }
    let columns = TextWidth.columns(of: character)
    if column + columns > width { startRow() }
    rows[rows.count - 1].append(character)
    column += columns
  }

  private mutating func startRow() {
    rows.append("")
    column = 0
  }

  /// The cursor behind the last column stands at the start of the next row.
  private mutating func markCursor() {
    if column >= width { startRow() }
    cursorRow = rows.count - 1
    cursorColumn = column
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

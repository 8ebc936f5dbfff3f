import Display

/// Breaks sentences between words where the screen ends; colour codes take no room.
package enum WordWrap {
  /// The lines of an error or a note; the source lines in it (`3 | code`) stay as they are.
  package static func lines(_ line: String, width: Int) -> [String] {
    guard width > 20, !line.contains(" | "), !line.contains("| "), columns(line[...]) > width else {
      return [line]
    }
    let indent = String(line.prefix { $0 == " " })
    var lines: [String] = []
    var current = indent
    var taken = indent.count
    var startsLine = true
    for word in line.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false) {
      let size = columns(word)
      if !startsLine, taken + 1 + size > width {
        lines.append(current)
        (current, taken, startsLine) = (indent, indent.count, true)
      }
      current += (startsLine ? "" : " ") + word
      taken += (startsLine ? 0 : 1) + size
      startsLine = false
    }
    return lines + [current]
  }

  /// The columns of a text with colour codes in it.
  private static func columns(_ text: Substring) -> Int {
    var plain = ""
    var isCode = false
    for character in text {
      if character == "\u{1B}" {
        isCode = true
      } else if isCode {
        isCode = character != "m"
      } else {
        plain.append(character)
      }
    }
    return TextWidth.columns(plain)
  }
}

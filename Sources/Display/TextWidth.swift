/// How many columns of a terminal a text takes.
package enum TextWidth {
  package static func columns(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text.utf8.count }
    return text.reduce(0) { $0 + columns(of: $1) }
  }

  /// The text with spaces up to a width, and cut with an ellipsis where it is longer.
  package static func fitted(_ text: String, to width: Int, _ alignment: Table.Alignment = .left) -> String {
    let taken = columns(text)
    guard taken <= width else { return cut(text, to: width) }
    let room = width - taken
    switch alignment {
    case .left: return text + spaces(room)
    case .right: return spaces(room) + text
    case .center: return spaces(room / 2) + text + spaces(room - room / 2)
    }
  }

  private static func cut(_ text: String, to width: Int) -> String {
    guard width > 0 else { return "" }
    var result = ""
    var taken = 0
    for character in text {
      let next = columns(String(character))
      if taken + next > width - 1 { break }
      result.append(character)
      taken += next
    }
    return result + "…" + spaces(width - 1 - taken)
  }

  static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

  /// 2 for the wide characters of East Asia and emoji, 0 for what only marks the letter before it, else 1.
  package static func columns(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.value < 0x300 {
      // A digit or sign may be asked for in its emoji form.
      return first.value < 32 ? 0 : hasEmojiForm(character) ? 2 : 1
    }
    return hasEmojiForm(character) ? 2 : columns(of: first)
  }

  private static func hasEmojiForm(_ character: Character) -> Bool {
    character.utf8.count > 3 && character.unicodeScalars.contains { $0.value == 0xFE0F }
  }

  static func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// The blocks whose letters are two columns wide (Unicode Standard Annex 11: W and F).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x17000...0x18CFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
  ]
}

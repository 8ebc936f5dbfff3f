/// How many columns of a terminal a text takes.
package enum TextWidth {
  package static func columns(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
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

  /// 0 for marks on the letter before, 2 for the wide characters of East Asia and emoji, else 1.
  static func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.value < 32 ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

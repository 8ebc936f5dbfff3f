/// Text made safe for HTML and XML.
package enum Escape {
  /// Text between tags.
  package static func html(_ text: some StringProtocol) -> String { escaped(text, quotes: false) }

  /// Text of an attribute, which the caller puts between double quotes.
  package static func attribute(_ text: some StringProtocol) -> String { escaped(text, quotes: true) }

  /// Characters that XML cannot carry at all, even escaped, become U+FFFD.
  private static func escaped(_ text: some StringProtocol, quotes: Bool) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"" where quotes: result += "&quot;"
      case "\n" where quotes: result += "&#10;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case "\0"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

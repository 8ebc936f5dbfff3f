import Display

/// Text with a terminal's colours, as HTML.
enum ColouredText {
  /// The eight colours, in tones that are legible on white and on black.
  private static let colours = [
    "#777777", "#d0342c", "#2e8b3d", "#a87400", "#2f74d0", "#a34bc2", "#138a8a", "#888888",
  ]

  static func html(_ text: String) -> String {
    guard text.utf8.contains(0x1B) else { return Escape.html(text) }
    var result = ""
    var style = Style()
    for (position, part) in text.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated() {
      var shown = part
      if position > 0, part.first == "[" {
        let codes = part.dropFirst().prefix { $0.isNumber || $0 == ";" }
        let end = part.dropFirst(1 + codes.count)
        if end.first == "m" { style.apply(codes) }
        shown = end.dropFirst()
      }
      guard !shown.isEmpty else { continue }
      let css = style.css
      result += css.isEmpty ? Escape.html(shown) : "<span style=\"\(css)\">\(Escape.html(shown))</span>"
    }
    return result
  }

  private struct Style {
    private var isBold = false
    private var isUnderlined = false
    private var colour: String?

    mutating func apply(_ codes: Substring) {
      for code in codes.split(separator: ";", omittingEmptySubsequences: false).map({ Int($0) ?? 0 }) {
        switch code {
        case 0: self = Style()
        case 1: isBold = true
        case 4: isUnderlined = true
        case 22: isBold = false
        case 24: isUnderlined = false
        case 30...37: colour = colours[code - 30]
        case 90...97: colour = colours[code - 90]
        case 39: colour = nil
        default: break
        }
      }
    }

    var css: String {
      var rules: [String] = []
      if isBold { rules.append("font-weight:bold") }
      if isUnderlined { rules.append("text-decoration:underline") }
      if let colour { rules.append("color:\(colour)") }
      return rules.joined(separator: ";")
    }
  }
}

import Session

/// The colours of a text being edited, one code for each character.
enum CodePaint {
  /// Colouring longer texts at every key would be felt.
  private static let limit = 50_000

  static func colors(of buffer: EditBuffer, style: Style, _ coloring: (String) -> [ColoredSpan]) -> [String] {
    guard style.isColoured, !buffer.isEmpty, buffer.characters.count <= limit else { return [] }
    var colors = [String](repeating: "", count: buffer.characters.count)
    var spans = coloring(buffer.text)[...]
    var offset = 0
    for (index, character) in buffer.characters.enumerated() {
      while let span = spans.first, span.range.upperBound <= offset { spans.removeFirst() }
      guard let span = spans.first else { break }
      if span.range.contains(offset) { colors[index] = style.code(span.role) }
      offset += character.utf8.count
    }
    return colors
  }
}

import Base

/// Writes errors with the user's own line and the range underlined.
package struct DiagnosticRenderer {
  private let useColor: Bool

  /// Frames shown of a long trace.
  private static let shownFrames = 6
  /// Columns of a source line that are shown; longer lines are cut around the range.
  private static let lineWidth = 96

  package init(useColor: Bool) { self.useColor = useColor }

  // MARK: What is rendered

  /// One error of the syntax.
  package func render(_ diagnostic: Diagnostic, in source: SourceText) -> [String] {
    var lines = [headline(diagnostic.kind, diagnostic.message)]
    lines += excerpt(source, diagnostic.range)
    for note in diagnostic.notes {
      lines.append("  " + note.message + ":")
      if let range = note.range { lines += excerpt(source, range) }
    }
    if let suggestion = diagnostic.suggestion { lines += hint(suggestion) }
    return lines
  }

  /// An error of a running program: the message, the user's line, and how the program got there.
  package func render(_ error: ScriptError) -> [String] {
    var lines = [headline(error.kind, error.message)]
    guard let first = error.frames.first else { return lines + (error.suggestion.map(hint) ?? []) }
    lines += excerpt(first.source, first.range)
    for note in error.notes { lines.append("  " + note.message) }
    if let suggestion = error.suggestion { lines += hint(suggestion) }
    let callers = error.frames.dropFirst()
    guard !callers.isEmpty else { return lines }
    var inside = first.functionName
    for frame in callers.prefix(DiagnosticRenderer.shownFrames) {
      lines.append(dim("in `\(inside ?? "the cell")`, called from"))
      lines += excerpt(frame.source, frame.range)
      inside = frame.functionName
    }
    let hidden =
      callers.count - min(callers.count, DiagnosticRenderer.shownFrames) + error.omittedFrames
    if hidden > 0 { lines.append(dim("... and \(hidden.formattedWithCommas) more calls")) }
    return lines
  }

  // MARK: Parts

  private func headline(_ kind: ErrorKind, _ message: String) -> String {
    paint(kind.rawValue, "1;31") + ": " + message
  }

  private func hint(_ suggestion: String) -> [String] {
    [paint("  hint", "1;36") + ": " + suggestion]
  }

  /// ```
  /// cell 3, line 2
  /// 2 | let y = x.foo
  ///   |           ^^^
  /// ```
  private func excerpt(_ source: SourceText, _ range: SourceRange) -> [String] {
    let start = source.position(of: Int(range.start))
    let number = String(start.line)
    let margin = String(repeating: " ", count: number.count)
    let (line, mark) = DiagnosticRenderer.underlined(source, range, start.line)
    return [
      dim("  \(source.name), line \(number)"),
      dim("  \(number) | ") + line,
      dim("  \(margin) | ") + paint(mark, "1;31"),
    ]
  }

  /// The line as shown, and the carets under the range.
  private static func underlined(_ source: SourceText, _ range: SourceRange, _ number: Int) -> (
    String, String
  ) {
    let line = source.line(number)
    let before = source.position(of: Int(range.start)).column - 1
    let characters = Array(line)
    let end = source.position(of: Int(range.end))
    let last = end.line == number ? end.column - 1 : characters.count
    var shownStart = 0
    if characters.count > lineWidth {
      shownStart = max(0, min(before - 30, characters.count - lineWidth))
    }
    let shownEnd = min(characters.count, shownStart + lineWidth)
    let prefix = shownStart > 0 ? "... " : ""
    let suffix = shownEnd < characters.count ? " ..." : ""
    let text =
      prefix + String(characters[shownStart..<shownEnd].map { $0 == "\t" ? " " : $0 }) + suffix
    func width(_ part: ArraySlice<Character>) -> Int { part.reduce(0) { $0 + columns($1) } }
    let from = min(max(before, shownStart), shownEnd)
    let to = min(max(last, from), shownEnd)
    let indent = prefix.count + width(characters[shownStart..<from])
    let length = max(1, width(characters[from..<to]))
    return (text, String(repeating: " ", count: indent) + String(repeating: "^", count: length))
  }

  /// Terminal columns of a character: two for East Asian wide ones and emoji.
  private static func columns(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60,
      0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  private func dim(_ text: String) -> String { paint(text, "2") }

  private func paint(_ text: String, _ code: String) -> String {
    useColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

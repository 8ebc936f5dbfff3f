extension Parser {
  /// Whether a text can run as it stands.
  package enum InputState: Sendable, Equatable {
    case complete
    /// More lines are needed; the next should start with `indent`.
    case incomplete(indent: String)
    case invalid
  }

  package static func state(of text: String) -> InputState {
    let source = SourceText(text, name: "input")
    let result = parse(source)
    if result.isIncomplete { return .incomplete(indent: indent(after: source)) }
    return result.diagnostics.isEmpty ? .complete : .invalid
  }

  /// The last line's indentation, and one step more when it opens something.
  private static func indent(after source: SourceText) -> String {
    var number = source.lineCount
    while number > 1, source.line(number).allSatisfy(\.isWhitespace) { number -= 1 }
    let line = source.line(number)
    let own = String(line.prefix { $0 == " " || $0 == "\t" })
    let last = line.last { !$0.isWhitespace }
    let opens = last.map { "{([,".contains($0) } ?? false
    return opens && last != "," ? own + "    " : own
  }
}

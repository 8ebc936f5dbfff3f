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
    return opens(Lexer(SourceText(line, name: source.name)).tokens.dropLast()) ? own + "    " : own
  }

  /// Whether brackets stay open at the end of a line, or it heads a case or a closure's body.
  private static func opens(_ tokens: ArraySlice<Token>) -> Bool {
    guard let last = tokens.last else { return false }
    if last.isKeyword("in") { return tokens.contains { $0.is("{") } }
    if last.is(":") { return true }
    var depth = 0
    for token in tokens {
      if ["(", "[", "{"].contains(where: { token.is($0) }) { depth += 1 }
      if [")", "]", "}"].contains(where: { token.is($0) }) { depth = max(depth - 1, 0) }
    }
    return depth > 0
  }
}

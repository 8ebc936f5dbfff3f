/// How reading goes on after an error, so that one mistake gives one message.
extension Parser {
  mutating func unexpectedAfterStatement() -> Failure {
    if let habit = separatorHabit() ?? Parser.wordHabit(current, source) {
      return fail(habit.message, suggestion: habit.suggestion)
    }
    return fail(
      "expected a new line here, but found \(described(current))",
      suggestion: "put one statement on each line, or `;` between them")
  }

  /// Skips to where the next statement may begin.
  mutating func synchronize(from start: Int) {
    skipLine(from: start)
    // A line that ends in a colon heads an indented body, as in Python: nothing in it can be judged.
    while previous.is(":"), current.startsLine, current.kind != .end, !current.isKeyword("case") {
      let margin = column(of: tokens[start])
      while current.kind != .end, !current.is("}"),
        !current.startsLine || column(of: current) > margin
      { advance() }
      guard column(of: current) == margin, isPythonContinuation(current) else { return }
      skipLine(from: index)
    }
  }

  /// Skips to the next line outside of braces.
  private mutating func skipLine(from start: Int) {
    if index <= start {
      index = start
      advance()
    }
    var braces = 0
    while current.kind != .end {
      if current.startsLine, braces == 0, !current.is("}"), !current.is(")"), !current.is("]") {
        return
      }
      if current.is("{") { braces += 1 }
      if current.is("}") {
        if braces == 0 { return }
        braces -= 1
      }
      advance()
    }
  }

  /// Skips to a line that starts with one of the words, or to the brace that closes the body.
  mutating func skip(from start: Int, to words: Set<String>) {
    synchronize(from: start)
    while current.kind != .end, !current.is("}"),
      !(current.startsLine && words.contains(source.text(in: current.range)))
    {
      skipLine(from: index)
    }
  }

  /// Skips what is left of a pair of braces that was opened.
  mutating func skipBraces() {
    var depth = 1
    while depth > 0, current.kind != .end {
      if current.is("{") { depth += 1 }
      if current.is("}") { depth -= 1 }
      advance()
    }
  }

  private func isPythonContinuation(_ token: Token) -> Bool {
    ["else", "elif", "except", "finally"].contains(source.text(in: token.range))
  }

  /// How many bytes stand before a token in its line.
  func column(of token: Token) -> Int {
    var start = min(Int(token.range.start), source.utf8.count)
    while start > 0, source.utf8[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    return Int(token.range.start) - start
  }
}

/// Reads tokens into a syntax tree, and reports everything that is wrong on the way.
///
/// Nesting is bounded; chains of operators, members, calls and pipes are read in loops and may be any length.
package struct Parser {
  /// How deep brackets, closures and blocks may nest.
  package static let maximumDepth = 200

  package struct Result: Sendable {
    package let tree: SyntaxTree
    package let diagnostics: [Diagnostic]
    /// The input ended where more was needed.
    package let isIncomplete: Bool
  }

  /// Thrown after an error was reported, to get to the next statement.
  struct Failure: Error {}

  let source: SourceText
  var tokens: [Token]
  var index = 0
  var tree = SyntaxTree()
  var diagnostics: [Diagnostic] = []
  var isIncomplete = false
  var depth = 0
  /// Inside brackets a line end means nothing.
  var bracketDepth = 0
  /// In the head of `if`, `for`, ... a `{` opens the body.
  var allowsTrailingClosure = true
  var isTooDeep = false

  package static func parse(_ source: SourceText) -> Result {
    let lexer = Lexer(source)
    var parser = Parser(source: source, tokens: lexer.tokens)
    parser.diagnostics = lexer.diagnostics
    parser.tree.statements = parser.statements(untilBrace: false)
    let incomplete = lexer.isUnfinished || (parser.isIncomplete && lexer.diagnostics.isEmpty)
    let sorted = parser.diagnostics.enumerated().sorted {
      ($0.element.range.start, $0.offset) < ($1.element.range.start, $1.offset)
    }
    return Result(tree: parser.tree, diagnostics: sorted.map(\.element), isIncomplete: incomplete)
  }

  init(source: SourceText, tokens: [Token]) {
    self.source = source
    self.tokens = tokens
  }

  // MARK: Tokens

  var current: Token { tokens[min(index, tokens.count - 1)] }
  var previous: Token { tokens[min(max(index - 1, 0), tokens.count - 1)] }
  func ahead(_ offset: Int) -> Token { tokens[min(index + offset, tokens.count - 1)] }

  mutating func advance() { if index < tokens.count - 1 { index += 1 } }

  mutating func accept(_ sign: String) -> Bool {
    guard current.is(sign) else { return false }
    advance()
    return true
  }

  mutating func acceptKeyword(_ word: String) -> Bool {
    guard current.isKeyword(word) else { return false }
    advance()
    return true
  }

  mutating func expect(_ sign: String, _ purpose: String, suggestion: String? = nil) throws {
    guard accept(sign) else {
      throw fail(
        "expected `\(sign)` \(purpose), but found \(described(current))", suggestion: suggestion)
    }
  }

  func isWord(_ token: Token, _ word: String) -> Bool { token.kind == .identifier(word) }

  var range: SourceRange { current.range }

  func from(_ start: SourceRange) -> SourceRange { start.union(previous.range) }

  // MARK: Errors

  mutating func report(
    _ message: String, at range: SourceRange, suggestion: String? = nil,
    notes: [Diagnostic.Note] = []
  ) {
    diagnostics.append(
      Diagnostic(.syntax, message, at: range, notes: notes, suggestion: suggestion))
  }

  mutating func fail(_ message: String, at range: SourceRange? = nil, suggestion: String? = nil)
    -> Failure
  {
    var place = range ?? current.range
    if current.kind == .end {
      isIncomplete = diagnostics.isEmpty || isIncomplete
      // The last line may be empty: the place behind the last word says more.
      if range == nil, index > 0 {
        place = SourceRange(Int(previous.range.end), Int(previous.range.end))
      }
    }
    report(message, at: place, suggestion: suggestion)
    return Failure()
  }

  func described(_ token: Token) -> String {
    switch token.kind {
    case .end: "the end of the code"
    case .string: "a text"
    case .integer, .double: "the number `\(source.text(in: token.range))`"
    default: "`\(source.text(in: token.range))`"
    }
  }

  /// Runs a part one level deeper.
  mutating func nested<Part>(_ body: (inout Parser) throws -> Part) throws -> Part {
    guard depth < Parser.maximumDepth else {
      if !isTooDeep {
        isTooDeep = true
        report("the brackets here nest more than \(Parser.maximumDepth) levels deep", at: range)
      }
      index = tokens.count - 1
      throw Failure()
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  // MARK: Statements in a row

  /// Inside a `switch` the next case ends the statements too.
  mutating func statements(untilBrace: Bool, inCase: Bool = false) -> [NodeID] {
    var result: [NodeID] = []
    while current.kind != .end {
      if accept(";") || skipAttributes() { continue }
      if inCase, current.isKeyword("case") || current.isKeyword("default") { break }
      if current.is("}") {
        if untilBrace { break }
        report("this `}` closes nothing", at: range)
        advance()
        continue
      }
      let start = index
      do {
        let before = result.count
        try statement(into: &result)
        if current.is(";"), result.count == before + 1, let last = result.last {
          let end = range
          advance()
          if isLastOfBlock
            || (inCase && (current.isKeyword("case") || current.isKeyword("default")))
          {
            result[result.count - 1] = tree.add(
              .silenced(last), at: tree.range(of: last).union(end))
          }
        } else if current.kind != .end, !current.is("}"), !current.startsLine {
          throw unexpectedAfterStatement()
        }
      } catch {
        result.append(tree.add(.invalid, at: tokens[start].range))
        synchronize(from: start)
      }
    }
    return result
  }

  private var isLastOfBlock: Bool { current.kind == .end || current.is("}") }

  /// `{ statements }`
  mutating func block(_ purpose: String) throws -> [NodeID] {
    if !current.is("{"), let habit = Parser.wordHabit(current, source) {
      throw fail(habit.message, suggestion: habit.suggestion)
    }
    let open = range
    try expect("{", purpose)
    return try braced(open) { $0.statements(untilBrace: true) }
  }

  /// What stands between an open brace that was just read and the one that closes it.
  mutating func braced<Part>(_ open: SourceRange, _ body: (inout Parser) throws -> Part) throws
    -> Part
  {
    try nested { parser in
      let saved = (parser.bracketDepth, parser.allowsTrailingClosure)
      parser.bracketDepth = 0
      parser.allowsTrailingClosure = true
      defer { (parser.bracketDepth, parser.allowsTrailingClosure) = saved }
      let part = try body(&parser)
      guard parser.accept("}") else { throw parser.unclosed("{", "}", at: open) }
      return part
    }
  }

  /// The code ended inside brackets.
  mutating func unclosed(_ open: String, _ close: String, at range: SourceRange) -> Failure {
    isIncomplete = isIncomplete || diagnostics.isEmpty
    if !isTooDeep {
      report("this `\(open)` is never closed", at: range, suggestion: "close it with `\(close)`")
    }
    return Failure()
  }

  /// The head of a statement: a `{` opens its body.
  mutating func head<Part>(_ body: (inout Parser) throws -> Part) throws -> Part {
    let saved = allowsTrailingClosure
    allowsTrailingClosure = false
    defer { allowsTrailingClosure = saved }
    return try body(&self)
  }

  mutating func identifier(_ purpose: String) throws -> (name: String, range: SourceRange) {
    let token = current
    guard case .identifier(let name) = token.kind else {
      if case .keyword(let word) = token.kind {
        throw fail(
          "`\(word)` is a word of the language and cannot be \(purpose)",
          suggestion: "choose another name, or write `` `\(word)` ``")
      }
      throw fail("expected \(purpose), but found \(described(token))")
    }
    advance()
    return (name, token.range)
  }
}

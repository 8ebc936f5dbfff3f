/// Which parts of a code are words, numbers, texts and comments; works on code that does not parse yet.
package enum CodeColoring {
  package enum Role: Sendable, Equatable {
    case keyword, number, text, comment
    /// A name that is called.
    case function
    /// A name that starts with a capital: a type or a layer.
    case type
  }

  /// A part of the code, in UTF-8 offsets.
  package struct Span: Sendable, Equatable {
    package var range: Range<Int>
    package var role: Role

    package init(range: Range<Int>, role: Role) {
      self.range = range
      self.role = role
    }
  }

  /// The parts in order; what has no role is between them.
  package static func spans(of code: String) -> [Span] {
    var painter = Painter(SourceText(code, name: "input"))
    painter.paint(nil, depth: 0)
    return painter.spans
  }
}

private struct Painter {
  private let source: SourceText
  private(set) var spans: [CodeColoring.Span] = []

  /// Texts inside code inside texts are coloured this deep.
  private static let depthLimit = 8

  init(_ source: SourceText) { self.source = source }

  mutating func paint(_ range: SourceRange?, depth: Int) {
    let lexer = Lexer(source, range: range)
    var end = range.map { Int($0.start) } ?? 0
    for (index, token) in lexer.tokens.enumerated() {
      let start = Int(token.range.start)
      paintComments(end..<max(end, start))
      let next = lexer.tokens.indices.contains(index + 1) ? lexer.tokens[index + 1] : nil
      paint(token, before: next, depth: depth)
      end = max(end, Int(token.range.end))
    }
    // A text that does not end is a text all the same.
    if let open = lexer.diagnostics.last, open.message.hasPrefix("this text does not end") {
      let start = max(Int(open.range.start), spans.last?.range.upperBound ?? 0)
      let limit = range.map { Int($0.end) } ?? source.utf8.count
      let line = source.utf8[min(start, limit)..<limit].firstIndex(of: UInt8(ascii: "\n")) ?? limit
      add(start..<(lexer.isUnfinished ? limit : line), .text)
    }
  }

  private mutating func paint(_ token: Token, before next: Token?, depth: Int) {
    let range = Int(token.range.start)..<Int(token.range.end)
    switch token.kind {
    case .keyword: add(range, .keyword)
    case .integer, .double: add(range, .number)
    case .closureArgument: add(range, .keyword)
    case .identifier(let name):
      if name.first?.isUppercase == true {
        add(range, .type)
      } else if let next, next.is("("), next.range.start == token.range.end {
        add(range, .function)
      }
    case .string(let parts): paint(parts, in: range, depth: depth)
    case .sign, .end: break
    }
  }

  /// A text with the code inside it in the code's own roles.
  private mutating func paint(_ parts: [Token.StringPart], in range: Range<Int>, depth: Int) {
    var start = range.lowerBound
    for case .code(let inner) in parts where depth < Self.depthLimit {
      let code = Int(inner.start)..<Int(inner.end)
      guard code.lowerBound >= start, code.upperBound <= range.upperBound else { continue }
      add(start..<code.lowerBound, .text)
      paint(inner, depth: depth + 1)
      start = code.upperBound
    }
    add(start..<range.upperBound, .text)
  }

  /// What is between two tokens is blank, a comment, or no part of the language.
  private mutating func paintComments(_ gap: Range<Int>) {
    let bytes = source.utf8
    var place = gap.lowerBound
    while place < gap.upperBound {
      guard bytes[place] == UInt8(ascii: "/"), place + 1 < gap.upperBound else {
        // An interpreter line.
        if place == 0, bytes.starts(with: Array("#!".utf8)) {
          place = bytes[..<gap.upperBound].firstIndex(of: UInt8(ascii: "\n")) ?? gap.upperBound
          add(0..<place, .comment)
        } else {
          place += 1
        }
        continue
      }
      let start = place
      switch bytes[place + 1] {
      case UInt8(ascii: "/"):
        place = bytes[place..<gap.upperBound].firstIndex(of: UInt8(ascii: "\n")) ?? gap.upperBound
        add(start..<place, .comment)
      case UInt8(ascii: "*"):
        place = endOfComment(from: place, limit: gap.upperBound)
        add(start..<place, .comment)
      default: place += 1
      }
    }
  }

  /// Comments nest.
  private func endOfComment(from start: Int, limit: Int) -> Int {
    let bytes = source.utf8
    var depth = 0
    var place = start
    while place + 1 < limit {
      switch (bytes[place], bytes[place + 1]) {
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        depth += 1
        place += 2
      case (UInt8(ascii: "*"), UInt8(ascii: "/")):
        depth -= 1
        place += 2
        if depth == 0 { return place }
      default: place += 1
      }
    }
    return limit
  }

  private mutating func add(_ range: Range<Int>, _ role: CodeColoring.Role) {
    if !range.isEmpty { spans.append(CodeColoring.Span(range: range, role: role)) }
  }
}

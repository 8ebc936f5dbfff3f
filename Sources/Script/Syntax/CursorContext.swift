/// What stands at the cursor, read from the tokens before it; works on code that does not parse yet.
package enum CursorContext: Sendable {
  /// A name that starts at `start`.
  case name(prefix: String, start: Int, call: CallContext?)
  /// A member of the chain `base`, such as `["photo", "gray"]`.
  case member(base: Chain, prefix: String, start: Int)
  /// `.sa`
  case implicitMember(prefix: String, start: Int, call: CallContext?)
  /// Inside a text: a path, perhaps.
  case text(prefix: String, start: Int)
  case nothing

  /// The call around the cursor.
  package struct CallContext: Sendable {
    package var callee: Chain
    /// Labels that are already written.
    package var labels: [String]
    /// The label of the argument at the cursor, or how many came before it.
    package var label: String?
    package var position: Int
    /// Whether a new argument starts here, so that a label may follow.
    package var startsArgument: Bool
  }

  /// Names joined by dots, or a literal.
  package enum Chain: Sendable, Equatable {
    case names([String])
    case text
    case array
    case unknown
  }

  /// The context at a UTF-8 offset.
  package init(_ code: String, at offset: Int) {
    var bytes = Array(code.utf8.prefix(max(offset, 0)))
    var source = SourceText(String(decoding: bytes, as: UTF8.self), name: "input")
    var lexer = Lexer(source)
    var level = 0
    while let open = lexer.diagnostics.last, open.message.hasPrefix("this text does not end") {
      let quote = min(Int(open.range.start), bytes.count)
      guard level < 8, let inner = CursorContext.openInterpolation(bytes, quote) else {
        let start = min(quote + 1, bytes.count)
        self = .text(prefix: String(decoding: bytes[start...], as: UTF8.self), start: start)
        return
      }
      // What stands before the code in `\( )` is blanked, so that offsets stay.
      level += 1
      for index in 0..<inner where bytes[index] != UInt8(ascii: "\n") {
        bytes[index] = UInt8(ascii: " ")
      }
      source = SourceText(String(decoding: bytes, as: UTF8.self), name: "input")
      lexer = Lexer(source)
    }
    let tokens = Array(lexer.tokens.dropLast())
    if lexer.isUnfinished || CursorContext.isInComment(source, tokens, bytes.count) {
      self = .nothing
      return
    }
    var rest = tokens
    var prefix = ""
    var start = bytes.count
    if let last = rest.last, Int(last.range.end) == bytes.count {
      switch last.kind {
      case .identifier(let word), .keyword(let word):
        prefix = word
        start = Int(last.range.start)
        rest.removeLast()
      case .integer, .double, .closureArgument:
        self = .nothing
        return
      default: break
      }
    }
    let call = CursorContext.call(around: rest)
    guard let dot = rest.last, dot.is("."), Int(dot.range.end) == start else {
      self = .name(prefix: prefix, start: start, call: call)
      return
    }
    rest.removeLast()
    if let before = rest.last, before.range.end == dot.range.start || dot.startsLine,
      !CursorContext.opensValue(before)
    {
      self = .member(base: CursorContext.chain(endingIn: rest), prefix: prefix, start: start)
    } else {
      self = .implicitMember(prefix: prefix, start: start, call: CursorContext.call(around: rest))
    }
  }

  /// Where the code of an interpolation starts that is still open at the end of an unfinished text.
  private static func openInterpolation(_ bytes: [UInt8], _ quote: Int) -> Int? {
    var index = quote + 1
    var inner: Int?
    var depth = 0
    while index < bytes.count {
      switch (inner, bytes[index]) {
      case (nil, UInt8(ascii: "\\")):
        index += 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "(") {
          (inner, depth) = (index + 1, 0)
        }
      case (.some, UInt8(ascii: "(")): depth += 1
      case (.some, UInt8(ascii: ")")):
        depth -= 1
        if depth < 0 { inner = nil }
      default: break
      }
      index += 1
    }
    return inner
  }

  private static func isInComment(_ source: SourceText, _ tokens: [Token], _ end: Int) -> Bool {
    var start = Int(tokens.last?.range.end ?? 0)
    while start + 1 < end {
      if source.utf8[start] == UInt8(ascii: "/"), source.utf8[start + 1] == UInt8(ascii: "/") {
        return !source.utf8[start...].contains(UInt8(ascii: "\n"))
      }
      start += 1
    }
    return false
  }

  /// After such a token a dot starts an implicit member.
  private static func opensValue(_ token: Token) -> Bool {
    switch token.kind {
    case .sign(let sign): ![")", "]", "}", "!", "?"].contains(sign)
    case .keyword(let word): !["init", "nil", "true", "false"].contains(word)
    default: false
    }
  }

  /// The chain of names that the tokens end in.
  static func chain(endingIn tokens: [Token]) -> Chain {
    var names: [String] = []
    var index = tokens.count - 1
    while index >= 0 {
      switch tokens[index].kind {
      case .identifier(let name): names.insert(name, at: 0)
      case .integer(let number): names.insert(String(number), at: 0)
      case .string: return names.isEmpty ? .text : .unknown
      case .sign("]"): return names.isEmpty && isArrayLiteral(tokens, index) ? .array : .unknown
      default: return .unknown
      }
      guard index >= 1, tokens[index - 1].is(".") else { return .names(names) }
      index -= 2
    }
    return .unknown
  }

  private static func isArrayLiteral(_ tokens: [Token], _ close: Int) -> Bool {
    var depth = 0
    var index = close
    while index >= 0 {
      if tokens[index].is("]") { depth += 1 }
      if tokens[index].is("[") {
        depth -= 1
        if depth == 0 { break }
      }
      index -= 1
    }
    guard index > 0 else { return index == 0 }
    return opensValue(tokens[index - 1]) || tokens[index].startsLine
  }

  /// The innermost call that is open at a UTF-8 offset, also behind a number, a dot or inside a text.
  package static func enclosingCall(_ code: String, at offset: Int) -> CallContext? {
    let text = String(decoding: code.utf8.prefix(max(offset, 0)), as: UTF8.self)
    return call(around: Array(Lexer(SourceText(text, name: "input")).tokens.dropLast()))
  }

  /// The innermost call whose bracket is open at the end of the tokens.
  static func call(around tokens: [Token]) -> CallContext? {
    var depth = 0
    var position = 0
    var labels: [String] = []
    var index = tokens.count - 1
    while index >= 0 {
      let token = tokens[index]
      switch token.kind {
      case .sign(")"), .sign("]"), .sign("}"): depth += 1
      case .sign("["), .sign("{"):
        if depth == 0 { return nil }
        depth -= 1
      case .sign("("):
        if depth > 0 {
          depth -= 1
          break
        }
        guard index > 0 else { return nil }
        let callee = chain(endingIn: Array(tokens[..<index]))
        guard callee != .unknown else { return nil }
        return CallContext(
          callee: callee, labels: labels, label: currentLabel(tokens, index), position: position,
          startsArgument: tokens.last.map { $0.is("(") || $0.is(",") } ?? false)
      case .sign(",") where depth == 0: position += 1
      case .sign(":") where depth == 0:
        if index > 0, case .identifier(let label) = tokens[index - 1].kind { labels.append(label) }
      default: break
      }
      index -= 1
    }
    return nil
  }

  /// The label of the last argument, when it has one.
  private static func currentLabel(_ tokens: [Token], _ open: Int) -> String? {
    var depth = 0
    var index = tokens.count - 1
    while index > open {
      if [")", "]", "}"].contains(where: { tokens[index].is($0) }) { depth += 1 }
      if ["(", "[", "{"].contains(where: { tokens[index].is($0) }) { depth -= 1 }
      if depth == 0, tokens[index].is(",") { return nil }
      if depth == 0, tokens[index].is(":"), case .identifier(let label) = tokens[index - 1].kind {
        return label
      }
      index -= 1
    }
    return nil
  }

  /// The chain of names under the cursor, or the callee of the call around it.
  package static func subject(in code: String, at offset: Int) -> [String]? {
    let source = SourceText(code, name: "input")
    let tokens = Lexer(source).tokens
    if let index = tokens.firstIndex(where: { token in
      guard case .identifier = token.kind else { return false }
      return Int(token.range.start) <= offset && offset <= Int(token.range.end)
    }), case .names(let names) = chain(endingIn: Array(tokens[...index])) {
      return names
    }
    let before = tokens.filter { Int($0.range.end) <= offset && $0.kind != .end }
    if case .names(let names)? = call(around: before)?.callee { return names }
    return nil
  }
}

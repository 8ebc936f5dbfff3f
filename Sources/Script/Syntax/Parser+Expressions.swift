extension Parser {
  // MARK: Entry

  mutating func expression() throws -> NodeID { try nested { try $0.ternary() } }

  private mutating func ternary() throws -> NodeID {
    let condition = try binary(0)
    guard current.is("?"), current.spaceBefore, !current.startsLine || current.spaceAfter else {
      return condition
    }
    advance()
    let then = try expression()
    try expect(":", "between the two values of `condition ? a : b`")
    let otherwise = try expression()
    return tree.add(
      .ternary(condition: condition, then: then, else: otherwise),
      at: tree.range(of: condition).union(tree.range(of: otherwise)))
  }

  // MARK: Binary operators

  private enum Infix {
    case binary(BinaryOperator)
    case short(ShortCircuitOperator)
    case pipe
    case range(isClosed: Bool)
    case typeTest
  }

  private static let infixes: [String: (level: Int, infix: Infix)] = [
    "||": (1, .short(.or)), "&&": (2, .short(.and)),
    "==": (3, .binary(.equal)), "!=": (3, .binary(.notEqual)), "<": (3, .binary(.less)),
    "<=": (3, .binary(.lessOrEqual)), ">": (3, .binary(.greater)),
    ">=": (3, .binary(.greaterOrEqual)),
    "|>": (4, .pipe), "??": (5, .short(.coalesce)), "..<": (7, .range(isClosed: false)),
    "...": (7, .range(isClosed: true)), "+": (8, .binary(.add)), "-": (8, .binary(.subtract)),
    "|": (8, .binary(.or)), "^": (8, .binary(.xor)), "*": (9, .binary(.multiply)),
    "/": (9, .binary(.divide)),
    "%": (9, .binary(.remainder)), "&": (9, .binary(.and)), "<<": (10, .binary(.shiftLeft)),
    ">>": (10, .binary(.shiftRight)),
  ]

  /// The operator at the cursor, when it continues the expression.
  private func infix() -> (level: Int, infix: Infix)? {
    let token = current
    if token.isKeyword("is"), !token.startsLine { return (6, .typeTest) }
    guard case .sign(let sign) = token.kind, let found = Parser.infixes[sign] else { return nil }
    if token.startsLine, bracketDepth == 0 {
      // A line that starts with an operator goes on only when a blank follows: `-x` is a line of its own.
      guard sign == "|>" || token.spaceAfter else { return nil }
    }
    if !token.startsLine, token.spaceBefore, !token.spaceAfter, ["-", "+", "&"].contains(sign),
      bracketDepth > 0 || sign == "&"
    {
      // `[1 -2]`: a forgotten comma is more likely than a subtraction, but Swift reads it as one too.
      return sign == "&" ? nil : found
    }
    return found
  }

  private mutating func binary(_ minimum: Int) throws -> NodeID {
    var left = try unary()
    while let (level, infix) = infix(), level > minimum {
      let sign = range
      advance()
      let start = tree.range(of: left)
      switch infix {
      case .range(let isClosed):
        guard startsOperand else {
          left = tree.add(
            .range(lower: left, upper: nil, isClosed: isClosed), at: start.union(sign))
          continue
        }
        let right = try binary(level)
        left = tree.add(
          .range(lower: left, upper: right, isClosed: isClosed),
          at: start.union(tree.range(of: right)))
      case .binary(let operation):
        if operation == .equal || operation == .notEqual, current.is("="), !current.spaceBefore {
          throw fail("values are compared with `==` and `!=`", at: sign.union(range))
        }
        let right = try binary(level)
        if level == 3, let next = self.infix(), next.level == 3 {
          throw fail("comparisons cannot be chained", suggestion: "write `a < b && b < c`")
        }
        left = tree.add(.binary(operation, left, right), at: start.union(tree.range(of: right)))
      case .short(let operation):
        let right = try binary(level)
        left = tree.add(
          .shortCircuit(operation, left, right), at: start.union(tree.range(of: right)))
      case .pipe:
        let right = try binary(level)
        left = tree.add(.pipe(left, right), at: start.union(tree.range(of: right)))
      case .typeTest:
        if let habit = identityHabit(left) {
          throw fail(habit.message, at: sign, suggestion: habit.suggestion)
        }
        let type = try typeName()
        left = tree.add(.typeTest(left, type), at: from(start))
      }
    }
    return left
  }

  /// Whether an operand can start here; decides between `a...` and `a...b`.
  private var startsOperand: Bool {
    let token = current
    if token.startsLine, bracketDepth == 0 { return false }
    switch token.kind {
    case .end: return false
    case .keyword(let word): return ["nil", "true", "false", "if", "switch"].contains(word)
    case .sign(let sign):
      return ["(", "[", "-", "+", "!", "."].contains(sign) || (sign == "{" && allowsTrailingClosure)
    default: return true
    }
  }

  // MARK: Unary operators and powers

  private mutating func unary() throws -> NodeID {
    let start = range
    switch current.kind {
    case .sign("-"), .sign("+"), .sign("!"):
      let sign = source.text(in: start)
      advance()
      let inner = try nested { try $0.unary() }
      let whole = start.union(tree.range(of: inner))
      if sign == "-" {
        if case .integer(let value) = tree[inner], value > 0 {
          return tree.add(.integer(-value), at: whole)
        }
        if case .double(let value) = tree[inner] { return tree.add(.double(-value), at: whole) }
      }
      return tree.add(.unary(sign == "-" ? .negate : sign == "+" ? .plus : .not, inner), at: whole)
    case .sign("..."), .sign("..<"):
      let isClosed = current.is("...")
      advance()
      guard startsOperand else {
        guard isClosed else { throw fail("a range needs an end: `..<5`") }
        return tree.add(.ellipsis, at: start)
      }
      let upper = try binary(7)
      return tree.add(
        .range(lower: nil, upper: upper, isClosed: isClosed), at: start.union(tree.range(of: upper))
      )
    case .sign("&"):
      throw fail(
        "values are passed as they are here, not by reference with `&`",
        suggestion: "return the new value, or use a method of a struct")
    case .sign("++"), .sign("--"):
      throw fail("`++` and `--` do not exist", suggestion: "write `x += 1`")
    case .keyword("try"):
      while acceptKeyword("try") {}
      if current.is(":") {
        throw fail(
          "errors are caught with `do` and `catch`", suggestion: "write `do { ... } catch { ... }`")
      }
      if current.is("?") || current.is("!") {
        throw fail(
          "`try?` and `try!` do not exist here",
          suggestion: "catch the error: `do { ... } catch { ... }`")
      }
      return try unary()
    case .identifier("await"):
      throw fail(
        "`await` is not needed: every call waits for its result", suggestion: "leave it out")
    case .identifier("not")
    where !ahead(1).startsLine && ahead(1).spaceBefore && isOperandStart(ahead(1)):
      throw fail(
        "logic is written with signs here",
        suggestion:
          "write `!\(source.text(in: ahead(1).range))` for `not \(source.text(in: ahead(1).range))`"
      )
    case .identifier("lambda")
    where !ahead(1).startsLine && (isOperandStart(ahead(1)) || ahead(1).is(":")):
      throw fail(
        "a function without a name is written in braces", suggestion: "write `{ x in x * 2 }`")
    default: break
    }
    let base = try postfix()
    guard current.is("**"), !current.startsLine || current.spaceAfter || bracketDepth > 0 else {
      return base
    }
    advance()
    let exponent = try nested { try $0.unary() }
    return tree.add(
      .binary(.power, base, exponent), at: tree.range(of: base).union(tree.range(of: exponent)))
  }

  func isOperandStart(_ token: Token) -> Bool {
    switch token.kind {
    case .identifier, .integer, .double, .string: true
    default: false
    }
  }

  // MARK: Postfix chains

  mutating func postfix() throws -> NodeID {
    var base = try primary()
    var hasOptional = false
    while true {
      let start = tree.range(of: base)
      let token = current
      if token.is(".") {
        advance()
        let (name, nameRange) = try memberName()
        base = tree.add(.member(base, name, nameRange: nameRange), at: start.union(nameRange))
        continue
      }
      // A line that starts with a bracket is a statement of its own.
      if token.startsLine { break }
      if token.is("(") {
        let arguments = try callArguments()
        base = tree.add(.call(base, arguments), at: from(start))
      } else if token.is("["), !token.spaceBefore || isSubscriptable(base) {
        let arguments = try subscriptArguments()
        base = tree.add(.subscripted(base, arguments), at: from(start))
      } else if token.is("{"), allowsTrailingClosure, canTakeClosure(base) {
        base = try trailingClosures(base, start)
      } else if token.is("!"), !token.spaceBefore {
        advance()
        base = tree.add(.forceUnwrap(base), at: start.union(token.range))
      } else if token.is("?"), !token.spaceBefore, !ahead(1).spaceBefore,
        [".", "[", "("].contains(where: { ahead(1).is($0) })
      {
        advance()
        base = tree.add(.optionalLink(base), at: start.union(token.range))
        hasOptional = true
      } else if token.isKeyword("as") {
        throw fail(
          "values are not cast with `as`",
          suggestion: "convert them: `Double(x)`, or annotate: `let x: Double = ...`")
      } else if token.is("++") || token.is("--") {
        throw fail(
          "`\(source.text(in: token.range))` does not exist",
          suggestion: "write `x \(token.is("++") ? "+=" : "-=") 1`")
      } else {
        break
      }
    }
    return hasOptional ? tree.add(.optionalChain(base), at: tree.range(of: base)) : base
  }

  private mutating func memberName() throws -> (name: String, range: SourceRange) {
    let token = current
    switch token.kind {
    case .identifier(let name), .keyword(let name):
      advance()
      return (name, token.range)
    case .integer(let number):
      advance()
      return (String(number), token.range)
    case .double:
      // `t.0.1` reaches the lexer as `t`, `.`, `0.1`.
      let parts = source.text(in: token.range).split(separator: ".")
      guard parts.count == 2, Int(parts[0]) != nil, Int(parts[1]) != nil else { break }
      let middle = Int(token.range.start) + parts[0].utf8.count
      let end = Int(token.range.end)
      tokens[index].range = SourceRange(middle + 1, end)
      tokens[index].kind = .integer(Int(parts[1]) ?? 0)
      let dot = Token(
        kind: .sign("."), range: SourceRange(middle, middle + 1), startsLine: false,
        spaceBefore: false, spaceAfter: false)
      tokens.insert(dot, at: index)
      return (String(parts[0]), SourceRange(Int(token.range.start), middle))
    default: break
    }
    throw fail("expected a member's name after `.`, but found \(described(token))")
  }

  private func isSubscriptable(_ id: NodeID) -> Bool {
    switch tree[id] {
    case .name, .member, .subscripted, .call:
      !current.spaceBefore || bracketDepth == 0 && !current.spaceAfter
    default: !current.spaceBefore
    }
  }

  private func canTakeClosure(_ id: NodeID) -> Bool {
    switch tree[id] {
    case .name, .member, .call: true
    default: false
    }
  }

  private mutating func trailingClosures(_ base: NodeID, _ start: SourceRange) throws -> NodeID {
    var callee = base
    var arguments: [Argument] = []
    if case .call(let inner, let given) = tree[base], !given.contains(where: \.isTrailingClosure) {
      callee = inner
      arguments = given
    }
    arguments.append(
      Argument(label: nil, labelRange: nil, value: try closure(), isTrailingClosure: true))
    while case .identifier(let label) = current.kind, ahead(1).is(":"), ahead(2).is("{"),
      !current.startsLine
    {
      let labelRange = range
      advance()
      advance()
      arguments.append(
        Argument(
          label: label, labelRange: labelRange, value: try closure(), isTrailingClosure: true))
    }
    return tree.add(.call(callee, arguments), at: from(start))
  }

  /// Reads `open ... close` with line ends ignored inside.
  mutating func bracketed<Part>(_ close: String, _ body: (inout Parser) throws -> Part) throws
    -> Part
  {
    let open = range
    let sign = source.text(in: open)
    advance()
    let first = index
    return try nested { parser in
      let saved = (parser.bracketDepth, parser.allowsTrailingClosure)
      parser.bracketDepth += 1
      parser.allowsTrailingClosure = true
      defer { (parser.bracketDepth, parser.allowsTrailingClosure) = saved }
      let part = try body(&parser)
      guard parser.accept(close) else {
        if parser.current.kind == .end { throw parser.unclosed(sign, close, at: open) }
        throw parser.missingSeparator(close, after: first)
      }
      return part
    }
  }

  mutating func callArguments() throws -> [Argument] {
    try bracketed(")") { parser in
      var arguments: [Argument] = []
      while !parser.current.is(")"), parser.current.kind != .end {
        var label: String?
        var labelRange: SourceRange?
        if parser.ahead(1).is(":") {
          switch parser.current.kind {
          case .identifier(let word), .keyword(let word):
            label = word
            labelRange = parser.range
            parser.advance()
            parser.advance()
          default: break
          }
        }
        let value = try parser.expression()
        arguments.append(Argument(label: label, labelRange: labelRange, value: value))
        guard parser.accept(",") else { break }
      }
      return arguments
    }
  }

  private mutating func subscriptArguments() throws -> [Argument] {
    try bracketed("]") { parser in
      var arguments: [Argument] = []
      let first = parser.index
      while !parser.current.is("]"), parser.current.kind != .end {
        if parser.current.is(":") { throw parser.missingSeparator("]", after: first) }
        arguments.append(Argument(label: nil, labelRange: nil, value: try parser.expression()))
        guard parser.accept(",") else { break }
      }
      return arguments
    }
  }

  // MARK: Primary expressions

  private mutating func primary() throws -> NodeID {
    let token = current
    let start = token.range
    switch token.kind {
    case .integer(let value):
      advance()
      return tree.add(.integer(value), at: start)
    case .double(let value):
      advance()
      return tree.add(.double(value), at: start)
    case .string(let parts):
      advance()
      return try text(parts, at: start)
    case .closureArgument(let number):
      advance()
      return tree.add(.closureArgument(number), at: start)
    case .identifier("_"):
      advance()
      return tree.add(.wildcard, at: start)
    case .identifier(let name):
      advance()
      return tree.add(.name(name), at: start)
    case .keyword("nil"):
      advance()
      return tree.add(.nilLiteral, at: start)
    case .keyword("true"), .keyword("false"):
      advance()
      return tree.add(.bool(token.isKeyword("true")), at: start)
    case .keyword("if"): return try ifElse()
    case .keyword("switch"): return try switching(label: nil)
    case .keyword("where") where ahead(1).is("(") && !ahead(1).spaceBefore:
      // The function `where(mask, a, b)`; a clause has a blank after the word.
      advance()
      return tree.add(.name("where"), at: start)
    case .keyword("init"):
      advance()
      return tree.add(.name("init"), at: start)
    case .sign("."):
      advance()
      let (name, nameRange) = try memberName()
      return tree.add(.implicitMember(name), at: start.union(nameRange))
    case .sign("("): return try parenthesized()
    case .sign("["): return try collection()
    case .sign("{"): return try closure()
    default: throw unexpected(token)
    }
  }

  private mutating func unexpected(_ token: Token) -> Failure {
    switch token.kind {
    case .end where Int(token.range.end) < source.utf8.count:
      return fail("expected a value before this `)`", at: endBracket)
    case .end: return fail("the code ends where a value is expected")
    case .keyword(let word): return fail("`\(word)` cannot start a value")
    case .sign("="):
      return fail("expected a value, but found `=`", suggestion: "values are compared with `==`")
    case .sign(">") where previous.is("<") && !token.spaceBefore:
      return fail(
        "values are compared with `==` and `!=`", at: previous.range.union(token.range),
        suggestion: "write `!=`")
    case .sign(">") where previous.is("=") && !token.spaceBefore:
      return fail(
        "a function without a name is written in braces", at: previous.range.union(token.range),
        suggestion: "write `{ x in x * 2 }`")
    case .sign("~"):
      return fail(
        "`~` is not an operator here", suggestion: "write `!x` for the opposite of a mask")
    case .sign(":"): return fail("expected a value, but found `:`")
    case .sign(let sign) where [")", "]", "}"].contains(sign):
      return fail("expected a value before this `\(sign)`")
    default: return fail("expected a value, but found \(described(token))")
    }
  }

  /// In the code of an interpolation: the bracket behind it.
  private var endBracket: SourceRange {
    SourceRange(Int(current.range.end), Int(current.range.end) + 1)
  }

  private mutating func text(_ parts: [Token.StringPart], at range: SourceRange) throws -> NodeID {
    if parts.isEmpty { return tree.add(.string(""), at: range) }
    if parts.count == 1, case .text(let text) = parts[0] {
      return tree.add(.string(text), at: range)
    }
    var nodes: [NodeID] = []
    for part in parts {
      switch part {
      case .text(let text): nodes.append(tree.add(.string(text), at: range))
      case .code(let codeRange): nodes.append(try nested { try $0.interpolated(codeRange) })
      }
    }
    return tree.add(.interpolation(nodes), at: range)
  }

  /// Parses the code of an interpolation with the same tree.
  private mutating func interpolated(_ range: SourceRange) throws -> NodeID {
    let lexer = Lexer(source, range: range)
    diagnostics += lexer.diagnostics
    let saved = (tokens, index, bracketDepth, allowsTrailingClosure, isIncomplete)
    (tokens, index, bracketDepth, allowsTrailingClosure) = (lexer.tokens, 0, 1, true)
    defer { (tokens, index, bracketDepth, allowsTrailingClosure, isIncomplete) = saved }
    guard current.kind != .end else {
      throw fail(
        "`\\( )` holds no value", at: SourceRange(Int(range.start) - 2, Int(range.end) + 1))
    }
    let value = try expression()
    guard current.kind == .end else {
      throw fail("expected `)` after the value, but found \(described(current))")
    }
    return value
  }

  private mutating func parenthesized() throws -> NodeID {
    let start = range
    let elements: [TupleElement] = try bracketed(")") { parser in
      var elements: [TupleElement] = []
      while !parser.current.is(")"), parser.current.kind != .end {
        var label: String?
        if case .identifier(let word) = parser.current.kind, parser.ahead(1).is(":") {
          label = word
          parser.advance()
          parser.advance()
        }
        elements.append(TupleElement(label: label, value: try parser.expression()))
        guard parser.accept(",") else { break }
      }
      return elements
    }
    if elements.count == 1, elements[0].label == nil { return elements[0].value }
    return tree.add(.tuple(elements), at: from(start))
  }

  private mutating func collection() throws -> NodeID {
    let start = range
    let node: Node = try bracketed("]") { parser in
      if parser.current.is(":"), parser.ahead(1).is("]") {
        parser.advance()
        return .dictionary([])
      }
      var elements: [NodeID] = []
      var entries: [DictionaryElement] = []
      while !parser.current.is("]"), parser.current.kind != .end {
        let first = try parser.expression()
        if parser.current.is(":"), elements.isEmpty {
          parser.advance()
          entries.append(DictionaryElement(key: first, value: try parser.expression()))
        } else if entries.isEmpty {
          elements.append(first)
        } else {
          throw parser.fail("every entry of a dictionary is `key: value`")
        }
        guard parser.accept(",") else { break }
      }
      return entries.isEmpty ? .array(elements) : .dictionary(entries)
    }
    return tree.add(node, at: from(start))
  }

  // MARK: Closures

  mutating func closure() throws -> NodeID {
    let start = range
    guard current.is("{") else { throw fail("expected a closure: `{ ... }`") }
    advance()
    let (parameters, body): ([Parameter]?, [NodeID]) = try braced(start) { parser in
      let parameters = try parser.closureParameters()
      if parameters == nil { try parser.refuseBracedCollection() }
      return (parameters, parser.statements(untilBrace: true))
    }
    return tree.add(.closure(Closure(parameters: parameters, body: body)), at: from(start))
  }

  /// `a, b in` or `(a, b = 2) -> T in`; nil when the closure names no parameters.
  private mutating func closureParameters() throws -> [Parameter]? {
    var probe = index
    if tokens[probe].is("(") {
      var level = 0
      repeat {
        if tokens[probe].is("(") { level += 1 }
        if tokens[probe].is(")") { level -= 1 }
        if tokens[probe].kind == .end { return nil }
        probe += 1
      } while level > 0
      guard tokens[probe].isKeyword("in") || tokens[probe].is("->") else { return nil }
      let parameters = try parameterList()
      if accept("->") { _ = try typeName() }
      guard acceptKeyword("in") else { throw fail("expected `in` after the closure's parameters") }
      return parameters
    }
    while case .identifier = tokens[probe].kind {
      probe += 1
      if tokens[probe].isKeyword("in") { break }
      guard tokens[probe].is(",") else { return nil }
      probe += 1
    }
    guard probe > index, tokens[probe].isKeyword("in") else { return nil }
    var parameters: [Parameter] = []
    while !acceptKeyword("in") {
      let (name, nameRange) = try identifier("a parameter's name")
      parameters.append(
        Parameter(
          name: name == "_" ? "_\(parameters.count)" : name, isUnlabelled: true, range: nameRange))
      _ = accept(",")
    }
    return parameters
  }
}

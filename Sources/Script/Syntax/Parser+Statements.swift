extension Parser {
  mutating func statement(into result: inout [NodeID]) throws {
    let start = range
    switch current.kind {
    case .keyword("let"), .keyword("var"): try variables(into: &result)
    case .keyword("func"):
      result.append(try function(start: start))
    case .keyword("struct"): result.append(try structure())
    case .keyword("enum"): result.append(try enumeration())
    case .keyword("guard"):
      advance()
      let conditions = try head { try $0.conditions() }
      guard acceptKeyword("else") else {
        throw fail(
          "a `guard` needs an `else` with the way out",
          suggestion: "write `guard x > 0 else { return }`")
      }
      let body = try block("after `else`")
      result.append(tree.add(.guarding(conditions, else: body), at: from(start)))
    case .keyword("for"): result.append(try forLoop(label: nil))
    case .keyword("while"): result.append(try whileLoop(label: nil))
    case .keyword("repeat"): result.append(try repeatLoop(label: nil))
    case .keyword("do"): result.append(try doCatch())
    case .keyword("return"):
      advance()
      let value = endsStatement ? nil : try expression()
      result.append(tree.add(.returning(value), at: from(start)))
    case .keyword("break"), .keyword("continue"):
      let isBreak = current.isKeyword("break")
      advance()
      var label: String?
      if case .identifier(let name) = current.kind, !current.startsLine {
        label = name
        advance()
      }
      result.append(
        tree.add(isBreak ? .breaking(label: label) : .continuing(label: label), at: from(start)))
    case .keyword("throw"):
      advance()
      let value = try expression()
      result.append(tree.add(.throwing(value), at: from(start)))
    case .keyword("defer"):
      advance()
      let body = try block("after `defer`")
      result.append(tree.add(.deferring(body), at: from(start)))
    case .keyword("import"): result.append(try importing())
    case .keyword("else"):
      throw fail(
        "this `else` belongs to no `if`",
        suggestion: "`else` stands on the line of the `}` that ends the `if`")
    case .keyword("case"), .keyword("default"):
      throw fail("`\(source.text(in: start))` belongs inside a `switch`")
    case .keyword("catch"): throw fail("`catch` belongs after a `do { }`")
    case .sign("{"):
      let failure = fail("a block on its own starts with `do`", suggestion: "write `do { ... }`")
      advance()
      skipBraces()
      throw failure
    case .sign("?"):
      advance()
      let subject = try postfix()
      result.append(tree.add(.help(subject), at: from(start)))
    case .sign("%"): throw magic()
    case .identifier(let word): try wordStatement(word, into: &result)
    default: try expressionStatement(into: &result)
    }
  }

  /// Attributes such as @discardableResult mean nothing here.
  mutating func skipAttributes() -> Bool {
    let start = index
    while current.is("@"), case .identifier = ahead(1).kind {
      advance()
      advance()
    }
    return index > start
  }

  var endsStatement: Bool {
    current.startsLine || current.kind == .end || current.is(";") || current.is("}")
  }

  private mutating func magic() -> Failure {
    switch source.text(in: ahead(ahead(1).is("%") ? 2 : 1).range) {
    case "time", "timeit":
      fail("commands with `%` belong to IPython", suggestion: "time code with `time { ... }`")
    case "matplotlib":
      fail(
        "commands with `%` belong to IPython",
        suggestion: "nothing is needed: `plot(y)` shows a plot")
    default: fail("commands with `%` belong to IPython")
    }
  }

  /// A statement that starts with a name: modifiers, labels, habits of other languages, or an expression.
  private mutating func wordStatement(_ word: String, into result: inout [NodeID]) throws {
    let start = range
    let next = ahead(1)
    switch word {
    case "mutating", "public", "private", "internal", "fileprivate", "final", "package", "open",
      "nonmutating":
      if !next.startsLine, case .keyword = next.kind {
        advance()
        if word == "mutating", current.isKeyword("func") {
          result.append(try function(start: start, isMutating: true))
        } else {
          try statement(into: &result)
        }
        return
      }
    default: break
    }
    if next.is(":"), !next.spaceBefore, case .keyword(let loop) = ahead(2).kind {
      advance()
      advance()
      switch loop {
      case "for": result.append(try forLoop(label: word))
      case "while": result.append(try whileLoop(label: word))
      case "repeat": result.append(try repeatLoop(label: word))
      case "switch": result.append(try switching(label: word))
      default: throw fail("only loops and `switch` can have a name")
      }
      return
    }
    if let habit = statementHabit(word) {
      throw fail(habit.message, at: start, suggestion: habit.suggestion)
    }
    try expressionStatement(into: &result)
  }

  private static let compound: [String: BinaryOperator] = [
    "+=": .add, "-=": .subtract, "*=": .multiply, "/=": .divide, "%=": .remainder, "**=": .power,
    "&=": .and,
    "|=": .or, "^=": .xor, "<<=": .shiftLeft, ">>=": .shiftRight,
  ]

  private mutating func expressionStatement(into result: inout [NodeID]) throws {
    let start = range
    if isShellCommand {
      throw fail("commands with `!` belong to IPython: no other programs are run from here")
    }
    let target = try expression()
    if current.is("?"), ahead(1).startsLine || ahead(1).kind == .end {
      advance()
      result.append(tree.add(.help(target), at: from(start)))
      return
    }
    guard case .sign(let sign) = current.kind, !current.startsLine else {
      result.append(target)
      return
    }
    if sign == "=" {
      advance()
      let value = try expression()
      if current.is("="), !current.startsLine {
        throw fail("one `=` assigns one value", suggestion: "write two lines")
      }
      result.append(
        tree.add(.assignment(target: target, operator: nil, value: value), at: from(start)))
    } else if let operation = Parser.compound[sign] {
      advance()
      let value = try expression()
      result.append(
        tree.add(.assignment(target: target, operator: operation, value: value), at: from(start)))
    } else {
      result.append(target)
    }
  }

  // MARK: let, var

  private mutating func variables(into result: inout [NodeID]) throws {
    let start = range
    let isLet = current.isKeyword("let")
    advance()
    repeat {
      let pattern = try pattern()
      if let habit = tupleDeclarationHabit(isLet) {
        throw fail(habit.message, suggestion: habit.suggestion)
      }
      let type = accept(":") ? try typeName() : nil
      if current.is("{"), type != nil, !isLet {
        throw fail(
          "computed members belong inside a struct",
          suggestion: "write a function: `func name() { ... }`")
      }
      let value: NodeID?
      if accept("=") {
        value = try expression()
      } else {
        value = nil
        if !endsStatement, !current.is(",") {
          throw fail("expected `=` and a value, but found \(described(current))")
        }
        if type == nil, isLet || current.kind == .end {
          if current.kind == .end, isLet { isIncomplete = diagnostics.isEmpty }
          if isLet {
            throw fail(
              "a `let` needs a value", at: pattern.range, suggestion: "write `let x = ...`")
          }
        }
      }
      result.append(
        tree.add(
          .variable(isLet: isLet, pattern: pattern, type: type, value: value), at: from(start)))
    } while accept(",")
  }

  mutating func pattern() throws -> Pattern {
    let start = range
    if current.is("(") {
      let parts: [Pattern] = try bracketed(")") { parser in
        var parts: [Pattern] = []
        while !parser.current.is(")"), parser.current.kind != .end {
          parts.append(try parser.pattern())
          guard parser.accept(",") else { break }
        }
        return parts
      }
      return .tuple(parts, from(start))
    }
    let (name, nameRange) = try identifier("a variable's name")
    return name == "_" ? .wildcard(nameRange) : .name(name, nameRange)
  }

  // MARK: Conditions

  mutating func conditions() throws -> [Condition] {
    var result: [Condition] = []
    repeat {
      if current.isKeyword("let") || current.isKeyword("var") {
        let isLet = current.isKeyword("let")
        advance()
        let pattern = try pattern()
        if accept(":") { _ = try typeName() }
        if accept("=") {
          result.append(.binding(isLet: isLet, pattern, try expression()))
        } else if case .name(let name, let nameRange) = pattern {
          result.append(.binding(isLet: isLet, pattern, tree.add(.name(name), at: nameRange)))
        } else {
          throw fail("expected `=` and a value")
        }
      } else {
        let condition = try expression()
        if current.is("="), !current.startsLine {
          throw fail(
            "a condition compares with `==`; a single `=` assigns", suggestion: "write `==`")
        }
        result.append(.expression(condition))
      }
    } while accept(",")
    return result
  }

  // MARK: if, switch

  mutating func ifElse() throws -> NodeID {
    let start = range
    var branches: [If.Branch] = []
    var otherwise: [NodeID]?
    advance()
    while true {
      let conditions = try head { try $0.conditions() }
      branches.append(.init(conditions: conditions, body: try block("after the condition")))
      if case .identifier("elif") = current.kind {
        throw fail("`elif` is written in two words", suggestion: "write `else if`")
      }
      guard acceptKeyword("else") else { break }
      if acceptKeyword("if") { continue }
      otherwise = try block("after `else`")
      break
    }
    return tree.add(.ifElse(If(branches: branches, otherwise: otherwise)), at: from(start))
  }

  mutating func switching(label: String?) throws -> NodeID {
    let start = range
    advance()
    let subject = try head { try $0.expression() }
    let open = range
    try expect("{", "after the value of `switch`")
    let cases: [Switch.Case] = try braced(open) { parser in
      var cases: [Switch.Case] = []
      while !parser.current.is("}"), parser.current.kind != .end {
        let start = parser.index
        do {
          guard parser.current.isKeyword("case") || parser.current.isKeyword("default") else {
            throw parser.fail(
              "expected `case` or `default`, but found \(parser.described(parser.current))")
          }
          cases.append(try parser.switchCase())
        } catch {
          parser.skip(from: start, to: ["case", "default"])
        }
      }
      return cases
    }
    if cases.isEmpty, diagnostics.isEmpty {
      report("a `switch` needs at least one `case`", at: from(start))
    }
    return tree.add(
      .switching(Switch(label: label, subject: subject, cases: cases)), at: from(start))
  }

  private mutating func switchCase() throws -> Switch.Case {
    let start = range
    let isDefault = current.isKeyword("default")
    advance()
    var items: [Switch.Item] = []
    var condition: NodeID?
    if !isDefault {
      repeat {
        if acceptKeyword("let") || acceptKeyword("var") {
          items.append(.binding(try pattern()))
        } else if acceptKeyword("is") {
          items.append(.type(try typeName()))
        } else if current.kind == .identifier("_"), ahead(1).is(":") || ahead(1).is(",") {
          advance()
          items.append(.wildcard)
        } else {
          items.append(.value(try head { try $0.expression() }))
        }
      } while accept(",")
      if acceptKeyword("where") { condition = try expression() }
    }
    try expect(":", "after the case")
    let body = statements(untilBrace: true, inCase: true)
    if body.isEmpty, current.kind != .end {
      report(
        "this case does nothing", at: from(start),
        suggestion: "write `break` to leave it empty on purpose")
    }
    return Switch.Case(
      items: items, isDefault: isDefault, condition: condition, body: body, range: from(start))
  }

  // MARK: Loops

  private mutating func forLoop(label: String?) throws -> NodeID {
    let start = range
    advance()
    let (pattern, sequence, condition) = try head { parser in
      if parser.current.is("("), parser.looksLikeCLoop {
        throw parser.fail(
          "loops go through a sequence", suggestion: "write `for i in 0..<10 { ... }`")
      }
      var pattern = try parser.pattern()
      if parser.current.is(",") {
        var parts = [pattern]
        while parser.accept(",") { parts.append(try parser.pattern()) }
        parser.report(
          "several variables of a loop stand in brackets",
          at: pattern.range.union(parser.previous.range), suggestion: "write `for (a, b) in ...`")
        pattern = .tuple(parts, pattern.range)
      }
      guard parser.acceptKeyword("in") else {
        throw parser.fail(
          "expected `in` after the loop's variable, but found \(parser.described(parser.current))")
      }
      let sequence = try parser.expression()
      let condition = parser.acceptKeyword("where") ? try parser.expression() : nil
      return (pattern, sequence, condition)
    }
    let body = try block("after the sequence of `for`")
    return tree.add(
      .forIn(
        For(label: label, pattern: pattern, sequence: sequence, condition: condition, body: body)),
      at: from(start))
  }

  private var looksLikeCLoop: Bool {
    ahead(1).isKeyword("var") || ahead(1).isKeyword("let") || ahead(2).is("=")
  }

  private mutating func whileLoop(label: String?) throws -> NodeID {
    let start = range
    advance()
    let conditions = try head { try $0.conditions() }
    let body = try block("after the condition")
    return tree.add(.whileLoop(label: label, conditions, body: body), at: from(start))
  }

  private mutating func repeatLoop(label: String?) throws -> NodeID {
    let start = range
    advance()
    let body = try block("after `repeat`")
    guard acceptKeyword("while") else {
      throw fail("a `repeat` ends with `while` and its condition")
    }
    let condition = try expression()
    return tree.add(.repeatWhile(label: label, body: body, condition: condition), at: from(start))
  }

  // MARK: do, import

  private mutating func doCatch() throws -> NodeID {
    let start = range
    advance()
    let body = try block("after `do`")
    var catches: [Do.Catch] = []
    while acceptKeyword("catch") {
      var name = "error"
      if acceptKeyword("let") { name = try identifier("a name for the error").name }
      let condition = acceptKeyword("where") ? try head { try $0.expression() } : nil
      catches.append(.init(name: name, condition: condition, body: try block("after `catch`")))
    }
    return tree.add(.doCatch(Do(body: body, catches: catches)), at: from(start))
  }

  private mutating func importing() throws -> NodeID {
    let start = range
    advance()
    if case .string(let parts) = current.kind, parts.count == 1, case .text(let path) = parts[0] {
      advance()
      return tree.add(.importing(path), at: from(start))
    }
    throw fail(
      "nothing needs to be imported: everything is there from the start", at: start,
      suggestion: "delete the line; only files are imported: `import \"tools.cnn\"`")
  }
}

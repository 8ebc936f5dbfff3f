extension Parser {
  // MARK: Functions

  mutating func function(start: SourceRange, isMutating: Bool = false, isStatic: Bool = false)
    throws -> NodeID
  {
    let function = try functionDeclaration(isMutating: isMutating, isStatic: isStatic)
    return tree.add(.function(function), at: from(start))
  }

  mutating func functionDeclaration(isMutating: Bool, isStatic: Bool) throws -> Function {
    advance()
    let (name, nameRange) = try identifier("the function's name")
    if current.is("<") {
      throw fail(
        "functions take values of any type, so they need no `<T>`",
        suggestion: "leave out the part in `< >`")
    }
    guard current.is("(") else {
      throw fail("expected `(` and the parameters after the function's name")
    }
    let parameters = try parameterList()
    try skipEffects()
    let result = accept("->") ? try typeName() : nil
    let body = try block("after the function's parameters")
    return Function(
      name: name, nameRange: nameRange, parameters: parameters, result: result, body: body,
      isMutating: isMutating,
      isStatic: isStatic)
  }

  /// `throws` is accepted; `async` has no meaning here.
  private mutating func skipEffects() throws {
    while case .identifier(let word) = current.kind,
      word == "throws" || word == "rethrows" || word == "async"
    {
      if word == "async" {
        throw fail(
          "functions are not `async`: every call waits for its result", suggestion: "leave it out")
      }
      advance()
    }
  }

  mutating func parameterList() throws -> [Parameter] {
    try bracketed(")") { parser in
      var parameters: [Parameter] = []
      while !parser.current.is(")"), parser.current.kind != .end {
        parameters.append(try parser.parameter())
        guard parser.accept(",") else { break }
      }
      return parameters
    }
  }

  private mutating func parameter() throws -> Parameter {
    let start = range
    var label: String?
    var isUnlabelled = false
    var name: String
    let nextIsName = if case .identifier = ahead(1).kind { true } else { false }
    if nextIsName {
      switch current.kind {
      case .identifier("_"): isUnlabelled = true
      case .identifier(let word), .keyword(let word): label = word
      default: throw fail("expected a parameter's name, but found \(described(current))")
      }
      advance()
    }
    name = try identifier("a parameter's name").name
    if name == "_" {
      isUnlabelled = true
      name = "_\(start.start)"
    }
    var isVariadic = accept("...")
    var type: TypeName?
    if accept(":") {
      if case .identifier("inout") = current.kind {
        throw fail(
          "parameters cannot be `inout`",
          suggestion: "return the new value, or make it a method of a struct")
      }
      type = try typeName()
      if accept("...") { isVariadic = true }
    }
    let value = accept("=") ? try expression() : nil
    return Parameter(
      name: name, label: label, isUnlabelled: isUnlabelled, isVariadic: isVariadic, type: type,
      defaultValue: value, range: from(start))
  }

  // MARK: Types

  mutating func typeName() throws -> TypeName { try nested { try $0.plainType() } }

  private mutating func plainType() throws -> TypeName {
    var type: TypeName
    if current.is("[") {
      type = try bracketed("]") { parser in
        let element = try parser.typeName()
        return parser.accept(":") ? .dictionary(element, try parser.typeName()) : .array(element)
      }
    } else if current.is("(") {
      let parts: [TypeName] = try bracketed(")") { parser in
        var parts: [TypeName] = []
        while !parser.current.is(")"), parser.current.kind != .end {
          if case .identifier = parser.current.kind, parser.ahead(1).is(":") {
            parser.advance()
            parser.advance()
          }
          parts.append(try parser.typeName())
          guard parser.accept(",") else { break }
        }
        return parts
      }
      try skipEffects()
      if accept("->") {
        _ = try typeName()
        type = .function
      } else {
        type = parts.count == 1 ? parts[0] : .tuple(parts)
      }
    } else {
      let (name, nameRange) = try identifier("a type's name")
      if current.is("<"), !current.spaceBefore {
        throw fail(
          "types take no parameters in `< >`", suggestion: "an array of integers is `[Int]`")
      }
      type = .named(name, nameRange)
    }
    while current.is("?") || current.is("!"), !current.spaceBefore {
      advance()
      type = .optional(type)
    }
    return type
  }

  // MARK: Structs

  mutating func structure() throws -> NodeID {
    let start = range
    advance()
    let (name, nameRange) = try identifier("the struct's name")
    try refuseGenericsAndProtocols()
    var structure = Structure(name: name, nameRange: nameRange)
    try members(of: "struct") { parser, modifiers in
      switch parser.current.kind {
      case .keyword("let"), .keyword("var"):
        try parser.memberVariables(
          isStatic: modifiers.isStatic, stored: &structure.stored, computed: &structure.computed)
      case .keyword("func"):
        structure.methods.append(
          try parser.functionDeclaration(
            isMutating: modifiers.isMutating, isStatic: modifiers.isStatic))
      case .keyword("init"): structure.initializers.append(try parser.initializer())
      default:
        try parser.refuseForeignMember()
        throw parser.fail(
          "a struct holds `let`, `var`, `init` and `func`, but here is \(parser.described(parser.current))"
        )
      }
    }
    return tree.add(.structure(structure), at: from(start))
  }

  private mutating func refuseGenericsAndProtocols() throws {
    if current.is("<") {
      throw fail("structs take no parameters in `< >`: their members hold values of any type")
    }
    if current.is(":") {
      throw fail(
        "structs conform to no protocols: methods are found by name",
        suggestion: "leave out `: ...`")
    }
  }

  /// A member as another language writes it.
  private mutating func refuseForeignMember() throws {
    guard case .identifier(let word) = current.kind else { return }
    if ahead(1).is("=") || ahead(1).is(":") {
      throw fail(
        "a member is declared with `let` or `var`", suggestion: "write `var \(word) = ...`")
    }
    if let habit = statementHabit(word) { throw fail(habit.message, suggestion: habit.suggestion) }
  }

  private struct Modifiers {
    var isStatic = false
    var isMutating = false
  }

  private mutating func members(
    of kind: String, _ member: (inout Parser, Modifiers) throws -> Void
  ) throws {
    let open = range
    try expect("{", "to open the \(kind)")
    try braced(open) { parser in
      while !parser.current.is("}"), parser.current.kind != .end {
        if parser.accept(";") { continue }
        let start = parser.index
        do {
          try member(&parser, parser.modifiers())
          let end = parser.current
          if !end.startsLine, !end.is(";"), !end.is("}") { throw parser.unexpectedAfterStatement() }
        } catch {
          parser.skip(from: start, to: Parser.memberStarts)
        }
      }
    }
  }

  private static let memberStarts: Set<String> = [
    "let", "var", "func", "init", "case", "static", "mutating", "public", "private", "@",
  ]

  private mutating func modifiers() -> Modifiers {
    var modifiers = Modifiers()
    while true {
      if acceptKeyword("static") {
        modifiers.isStatic = true
      } else if case .identifier(let word) = current.kind, Parser.modifierWords.contains(word) {
        if word == "mutating" { modifiers.isMutating = true }
        advance()
      } else if !skipAttributes() {
        return modifiers
      }
    }
  }

  private static let modifierWords: Set<String> = [
    "mutating", "public", "private", "internal", "final", "fileprivate", "package", "nonmutating",
    "lazy",
  ]

  private mutating func initializer() throws -> Function {
    let nameRange = range
    advance()
    _ = accept("?")
    guard current.is("(") else { throw fail("expected `(` and the parameters after `init`") }
    let parameters = try parameterList()
    try skipEffects()
    let body = try block("after the parameters of `init`")
    return Function(
      name: "init", nameRange: nameRange, parameters: parameters, body: body, isMutating: true)
  }

  private mutating func memberVariables(
    isStatic: Bool, stored: inout [Structure.StoredMember],
    computed: inout [Structure.ComputedMember]
  ) throws {
    let isLet = current.isKeyword("let")
    advance()
    repeat {
      let (name, nameRange) = try identifier("a member's name")
      let type = accept(":") ? try typeName() : nil
      if current.is("{"), !isLet {
        computed.append(try computedMember(name, nameRange, isStatic: isStatic, type: type))
        return
      }
      let value = accept("=") ? try expression() : nil
      stored.append(
        .init(
          name: name, isLet: isLet, isStatic: isStatic, type: type, value: value,
          range: from(nameRange)))
    } while accept(",")
  }

  private mutating func computedMember(
    _ name: String, _ nameRange: SourceRange, isStatic: Bool, type: TypeName?
  ) throws -> Structure.ComputedMember {
    func getter(_ body: [NodeID]) -> Function {
      Function(
        name: name, nameRange: nameRange, parameters: [], result: type, body: body,
        isStatic: isStatic)
    }
    let isAccessor = { (token: Token, word: String) in token.kind == .identifier(word) }
    guard isAccessor(ahead(1), "get"), ahead(2).is("{") || ahead(1).startsLine else {
      return .init(
        name: name, isStatic: isStatic, getter: getter(try block("for the computed member")),
        setter: nil)
    }
    advance()
    advance()
    let body = try block("after `get`")
    var setter: Function?
    if isAccessor(current, "set") {
      let setRange = range
      advance()
      var parameter = Parameter(name: "newValue", isUnlabelled: true, range: setRange)
      if current.is("(") { parameter = try parameterList().first ?? parameter }
      parameter.isUnlabelled = true
      setter = Function(
        name: name, nameRange: setRange, parameters: [parameter], body: try block("after `set`"),
        isMutating: true)
    }
    try expect("}", "to close the computed member")
    return .init(name: name, isStatic: isStatic, getter: getter(body), setter: setter)
  }

  // MARK: Enums

  mutating func enumeration() throws -> NodeID {
    let start = range
    advance()
    let (name, nameRange) = try identifier("the enum's name")
    let rawType = accept(":") ? try typeName() : nil
    if accept(",") { _ = try typeName() }
    var enumeration = Enumeration(name: name, nameRange: nameRange, rawType: rawType, cases: [])
    var stored: [Structure.StoredMember] = []
    try members(of: "enum") { parser, modifiers in
      switch parser.current.kind {
      case .keyword("case"):
        parser.advance()
        repeat {
          let (name, nameRange) = try parser.identifier("a case's name")
          if parser.current.is("(") {
            throw parser.fail(
              "the cases of an enum carry no values",
              suggestion: "use a struct with a member for the kind")
          }
          let raw = parser.accept("=") ? try parser.expression() : nil
          if enumeration.cases.contains(where: { $0.name == name }) {
            parser.report("`\(enumeration.name)` already has a case `\(name)`", at: nameRange)
          }
          enumeration.cases.append(.init(name: name, rawValue: raw, range: parser.from(nameRange)))
        } while parser.accept(",")
      case .keyword("var"), .keyword("let"):
        let memberRange = parser.range
        try parser.memberVariables(
          isStatic: modifiers.isStatic, stored: &stored, computed: &enumeration.computed)
        if !stored.isEmpty {
          stored = []
          parser.report("an enum stores no members besides its cases", at: parser.from(memberRange))
        }
      case .keyword("func"):
        enumeration.methods.append(
          try parser.functionDeclaration(isMutating: false, isStatic: modifiers.isStatic))
      default:
        throw parser.fail(
          "an enum holds `case`, `var` and `func`, but here is \(parser.described(parser.current))")
      }
    }
    if enumeration.cases.isEmpty, diagnostics.isEmpty {
      report("an enum needs at least one `case`", at: from(start))
    }
    return tree.add(.enumeration(enumeration), at: from(start))
  }
}

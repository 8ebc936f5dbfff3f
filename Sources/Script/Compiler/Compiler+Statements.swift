extension Compiler {
  /// Statements in order; the last one's value goes to `result` when there is one.
  func compileBody(_ statements: [NodeID], result: Int?) {
    for (index, id) in statements.enumerated() {
      if case .deferring(let body) = tree[id] {
        compileDeferred(body, rest: Array(statements[(index + 1)...]), at: tree.range(of: id), result: result)
        return
      }
      if let result, index == statements.count - 1 {
        compileLast(id, result: result)
      } else {
        compileStatement(id)
      }
    }
    if statements.isEmpty, let result { builder.emit(.loadNone, a: result, at: builder.range) }
  }

  /// Statements in a scope of their own.
  func compileBlock(_ statements: [NodeID], result: Int?) {
    let mark = builder.top
    builder.enterScope()
    declareLocalFunctions(statements)
    compileBody(statements, result: result)
    builder.leaveScope()
    builder.release(to: mark)
  }

  private func compileLast(_ id: NodeID, result: Int) {
    let range = tree.range(of: id)
    switch tree[id] {
    case .ifElse(let conditional): compileIf(conditional, at: range, result: result)
    case .switching(let switching): compileSwitch(switching, at: range, result: result)
    case .doCatch(let block): compileDo(block, at: range, result: result)
    case .silenced(let inner):
      compileStatement(inner)
      builder.emit(.loadNone, a: result, at: range)
    default:
      if isExpression(id) {
        compile(id, into: result)
      } else {
        compileStatement(id)
        builder.emit(.loadNone, a: result, at: range)
      }
    }
  }

  private func isExpression(_ id: NodeID) -> Bool {
    switch tree[id] {
    case .invalid, .variable, .assignment, .function, .structure, .enumeration, .guarding, .forIn, .whileLoop,
      .repeatWhile, .returning, .breaking, .continuing, .throwing, .doCatch, .deferring, .silenced, .help,
      .importing:
      false
    default: true
    }
  }

  func compileStatement(_ id: NodeID) {
    let range = tree.range(of: id)
    let mark = builder.top
    switch tree[id] {
    case .invalid: break
    case .variable(let isLet, let pattern, let type, let value):
      compileVariable(isLet, pattern, type, value, at: range)
      return
    case .assignment(let target, let operation, let value):
      compileAssignment(target, operation, value, at: range)
    case .function(let function):
      compileFunctionDeclaration(function, at: range)
      return
    case .structure(let structure):
      compileStructureDeclaration(structure, at: range)
      return
    case .enumeration(let enumeration):
      compileEnumerationDeclaration(enumeration, at: range)
      return
    case .ifElse(let conditional): compileIf(conditional, at: range, result: nil)
    case .switching(let switching): compileSwitch(switching, at: range, result: nil)
    case .guarding(let conditions, let otherwise):
      // Its bindings live on in the enclosing scope, registers included.
      compileGuard(conditions, otherwise, at: range)
      return
    case .forIn(let loop): compileFor(loop, at: range)
    case .whileLoop(let label, let conditions, let body): compileWhile(label, conditions, body, at: range)
    case .repeatWhile(let label, let body, let condition): compileRepeat(label, body, condition, at: range)
    case .returning(let value): compileReturn(value, at: range)
    case .breaking(let label): compileExit(isBreak: true, label: label, at: range)
    case .continuing(let label): compileExit(isBreak: false, label: label, at: range)
    case .throwing(let value):
      let thrown = temporary(value)
      builder.emit(.throwValue, a: thrown, at: range)
    case .doCatch(let block): compileDo(block, at: range, result: nil)
    case .deferring: break
    case .silenced(let inner): compileStatement(inner)
    case .help(let subject):
      let value = temporary(subject)
      builder.emit(
        .showHelp, a: value, wide: builder.stringConstant(source.text(in: tree.range(of: subject))), at: range
      )
    case .importing: report("`import` of files is not available yet", at: range)
    default:
      let value = temporary(id)
      // Dropping the value at once keeps pictures and tensors from living until the cell ends.
      builder.emit(.loadAbsent, a: value, at: range)
    }
    builder.release(to: mark)
  }

  // MARK: Variables

  private var declaresGlobals: Bool { builder.isCell && builder.scopes.count == 1 }

  private func compileVariable(
    _ isLet: Bool, _ pattern: Pattern, _ type: TypeName?, _ value: NodeID?, at range: SourceRange
  ) {
    if declaresGlobals {
      let mark = builder.top
      let register = builder.allocate()
      if let value {
        compile(value, into: register)
      } else {
        builder.emit(.loadAbsent, a: register, at: range)
      }
      if let type, value != nil { checkType(type, register: register, at: range) }
      bindGlobals(pattern, register: register, isLet: isLet && value != nil)
      builder.release(to: mark)
      return
    }
    let register = builder.allocate()
    if let value {
      compile(value, into: register)
      if let type { checkType(type, register: register, at: range) }
      bind(pattern, register: register, isLet: isLet)
    } else if case .name(let name, let nameRange) = pattern {
      builder.emit(.loadAbsent, a: register, at: range)
      declareLocal(name, register: register, isLet: isLet, isAssigned: false, at: nameRange)
    } else {
      report("a tuple of variables needs a value", at: pattern.range)
    }
  }

  func checkType(_ type: TypeName, register: Int, at range: SourceRange) {
    if case .named("Any", _) = type { return }
    builder.tables.types.append(type)
    emitTypeCheck(register, type: builder.tables.types.count - 1, at: range)
  }

  func emitTypeCheck(_ register: Int, type: Int, at range: SourceRange) {
    let kind = builder.tables.types[type].plainKind ?? .absent
    builder.emit(.checkType, a: register, b: Int(kind.rawValue), wide: type, at: range)
  }

  /// Makes variables of the current scope from the value in a register of their own.
  func bind(_ pattern: Pattern, register: Int, isLet: Bool) {
    switch pattern {
    case .name(let name, let range): declareLocal(name, register: register, isLet: isLet, at: range)
    case .wildcard: break
    case .tuple(let parts, let range):
      let first = builder.allocate(parts.count)
      builder.emit(.destructure, a: first, b: register, c: parts.count, at: range)
      for (index, part) in parts.enumerated() { bind(part, register: first + index, isLet: isLet) }
    }
  }

  private func bindGlobals(_ pattern: Pattern, register: Int, isLet: Bool) {
    switch pattern {
    case .name(let name, let range):
      guard let slot = declareGlobal(name, isLet: isLet, at: range) else { return }
      builder.emit(.setGlobal, a: register, wide: slot, at: range)
    case .wildcard: break
    case .tuple(let parts, let range):
      let first = builder.allocate(parts.count)
      builder.emit(.destructure, a: first, b: register, c: parts.count, at: range)
      for (index, part) in parts.enumerated() { bindGlobals(part, register: first + index, isLet: isLet) }
    }
  }

  func declareGlobal(_ name: String, isLet: Bool, at range: SourceRange) -> Int? {
    guard case .global(let slot)? = resolve(name, at: range) else { return nil }
    if globals.infos[slot].cell == cell {
      report(
        "`\(name)` is already defined in this cell", at: range, suggestion: "give one of them another name")
      return nil
    }
    globals.declare(slot, isLet: isLet, cell: cell)
    return slot
  }

  // MARK: return

  private func compileReturn(_ value: NodeID?, at range: SourceRange) {
    if builder.isCell {
      report("`return` belongs inside a function", at: range)
      return
    }
    if builder.isInitializer {
      if let value { report("an initialiser returns nothing", at: tree.range(of: value)) }
      emitDefers(downTo: 0)
      builder.emit(.returnSelf, at: range)
      return
    }
    guard let value else {
      emitDefers(downTo: 0)
      builder.emit(.returnNone, at: range)
      return
    }
    // Deferred code could still change a variable, and `self` goes back to where it came from.
    let mayStay = builder.defers.isEmpty && !builder.isMethod
    let result = mayStay ? operand(value).register : temporary(value)
    if let type = builder.resultType { emitTypeCheck(result, type: type, at: range) }
    emitDefers(downTo: 0)
    builder.emit(.returnValue, a: result, at: range)
  }

  // MARK: do, catch, defer

  private func compileDo(_ block: Do, at range: SourceRange, result: Int?) {
    guard !block.catches.isEmpty else {
      compileBlock(block.body, result: result)
      return
    }
    let mark = builder.top
    let error = builder.allocate(2)
    let start = builder.position
    compileBlock(block.body, result: result)
    let end = builder.position
    var ends = [builder.emit(.jump, wide: 0, at: range)]
    addHandler(start, end, register: error)
    for clause in block.catches {
      let clauseMark = builder.top
      builder.enterScope()
      let copy = builder.allocate()
      builder.emit(.move, a: copy, b: error, at: range)
      declareLocal(clause.name, register: copy, isLet: true, at: range)
      let toNext = clause.condition.map { jumpsUnless($0) } ?? []
      compileBody(clause.body, result: result)
      builder.leaveScope()
      builder.release(to: clauseMark)
      ends.append(builder.emit(.jump, wide: 0, at: range))
      builder.patch(toNext)
    }
    builder.emit(.rethrow, a: error, at: range)
    builder.patch(ends)
    builder.release(to: mark)
  }

  /// Errors between two positions go to the next instruction; stretches that already left are spared.
  private func addHandler(_ start: Int, _ end: Int, register: Int, isDefer: Bool = false) {
    guard start < end else { return }
    builder.handlers.append(
      .init(start: start, end: end, target: builder.position, register: register, isDefer: isDefer))
  }

  /// More open `defer`s than anybody writes; each costs a level of recursion here.
  private static let deferLimit = 100

  private func compileDeferred(_ body: [NodeID], rest: [NodeID], at range: SourceRange, result: Int?) {
    if builder.defers.count >= Compiler.deferLimit {
      report("one function cannot have more than \(Compiler.deferLimit) open `defer` blocks", at: range)
      return
    }
    let mark = builder.top
    let error = builder.allocate(2)
    builder.defers.append(body)
    let start = builder.position
    compileBody(rest, result: result)
    let end = builder.position
    builder.defers.removeLast()
    compileBlock(body, result: nil)
    let past = builder.emit(.jump, wide: 0, at: range)
    // Inside an exit the deferred code itself is emitted within the region; it must not run twice.
    var from = start
    for hole in builder.deferHoles where hole.depth == builder.defers.count && hole.start >= start {
      addHandler(from, hole.start, register: error, isDefer: true)
      from = hole.end
    }
    addHandler(from, end, register: error, isDefer: true)
    builder.deferHoles.removeAll { $0.depth == builder.defers.count && $0.start >= start }
    compileBlock(body, result: nil)
    builder.emit(.rethrow, a: error, at: range)
    builder.patch(past)
    builder.release(to: mark)
  }

  /// Runs the deferred blocks that an exit leaves, innermost first.
  func emitDefers(downTo depth: Int) {
    let all = builder.defers
    guard all.count > depth else { return }
    while builder.defers.count > depth {
      let body = builder.defers.removeLast()
      let start = builder.position
      compileBlock(body, result: nil)
      for level in builder.defers.count..<all.count {
        builder.deferHoles.append(.init(depth: level, start: start, end: builder.position))
      }
    }
    builder.defers = all
  }
}

extension Compiler {
  // MARK: Conditions

  /// Code that jumps when a condition does not hold; the jumps are to be patched.
  func jumpsUnless(_ id: NodeID) -> [Int] {
    let range = tree.range(of: id)
    let mark = builder.top
    defer { builder.release(to: mark) }
    switch tree[id] {
    case .bool(true): return []
    case .shortCircuit(.and, _, _):
      var parts: [NodeID] = []
      var current = id
      while case .shortCircuit(.and, let left, let right) = tree[current] {
        parts.append(right)
        current = left
      }
      return ([current] + parts.reversed()).flatMap { jumpsUnless($0) }
    case .unary(.not, let inner):
      let value = operand(inner)
      return [builder.emit(.jumpIfTrue, a: value.register, wide: 0, at: range)]
    case .binary(let operation, let left, let right):
      if let jump = comparisonJump(operation, left, right, at: range) { return [jump] }
    default: break
    }
    let value = operand(id)
    return [builder.emit(.jumpIfFalse, a: value.register, wide: 0, at: range)]
  }

  /// A comparison and its jump in one instruction.
  private func comparisonJump(
    _ operation: BinaryOperator, _ left: NodeID, _ right: NodeID, at range: SourceRange
  ) -> Int? {
    if let small = smallInteger(right) {
      let code: Opcode
      switch operation {
      case .less: code = .jumpUnlessLessI
      case .lessOrEqual: code = .jumpUnlessLessOrEqualI
      case .greater: code = .jumpUnlessGreaterI
      case .greaterOrEqual: code = .jumpUnlessGreaterOrEqualI
      case .equal: code = .jumpUnlessEqualI
      case .notEqual: code = .jumpUnlessNotEqualI
      default: return nil
      }
      let value = operand(left)
      return builder.emit(code, a: value.register, b: small, wide: 0, at: range)
    }
    let code: Opcode
    let isSwapped: Bool
    switch operation {
    case .less: (code, isSwapped) = (.jumpUnlessLess, false)
    case .lessOrEqual: (code, isSwapped) = (.jumpUnlessLessOrEqual, false)
    case .greater: (code, isSwapped) = (.jumpUnlessLess, true)
    case .greaterOrEqual: (code, isSwapped) = (.jumpUnlessLessOrEqual, true)
    case .equal: (code, isSwapped) = (.jumpUnlessEqual, false)
    case .notEqual: (code, isSwapped) = (.jumpUnlessNotEqual, false)
    default: return nil
    }
    let first: Operand
    if case .name = tree[left], mayRunCode(right, depth: 0) {
      first = Operand(register: temporary(left), isTemporary: true)
    } else {
      first = operand(left)
    }
    let second = operand(right)
    let (a, b) = isSwapped ? (second.register, first.register) : (first.register, second.register)
    return builder.emit(code, a: a, b: b, wide: 0, at: range)
  }

  /// Conditions of `if`, `guard` and `while`; bindings become variables of the current scope.
  func jumpsUnless(_ conditions: [Condition]) -> [Int] {
    var jumps: [Int] = []
    for condition in conditions {
      switch condition {
      case .expression(let id): jumps += jumpsUnless(id)
      case .binding(let isLet, let pattern, let value):
        let register = builder.allocate()
        compile(value, into: register)
        jumps.append(builder.emit(.jumpIfNone, a: register, wide: 0, at: pattern.range))
        bind(pattern, register: register, isLet: isLet)
      }
    }
    return jumps
  }

  // MARK: if, guard

  func compileIf(_ conditional: If, at range: SourceRange, result: Int?) {
    var ends: [Int] = []
    for (index, branch) in conditional.branches.enumerated() {
      let mark = builder.top
      builder.enterScope()
      let toNext = jumpsUnless(branch.conditions)
      compileBody(branch.body, result: result)
      builder.leaveScope()
      builder.release(to: mark)
      let isLast = index == conditional.branches.count - 1 && conditional.otherwise == nil && result == nil
      if !isLast { ends.append(builder.emit(.jump, wide: 0, at: range)) }
      builder.patch(toNext)
    }
    if let otherwise = conditional.otherwise {
      compileBlock(otherwise, result: result)
    } else if let result {
      builder.emit(.loadNone, a: result, at: range)
    }
    builder.patch(ends)
  }

  func compileGuard(_ conditions: [Condition], _ body: [NodeID], at range: SourceRange) {
    let toElse = jumpsUnless(conditions)
    let past = builder.emit(.jump, wide: 0, at: range)
    builder.patch(toElse)
    if !leaves(body.last) {
      report(
        "the `else` of a `guard` must leave: end it with `return`, `throw`, `break` or `continue`", at: range)
    }
    compileBlock(body, result: nil)
    builder.patch(past)
  }

  private func leaves(_ id: NodeID?) -> Bool {
    guard let id else { return false }
    switch tree[id] {
    case .returning, .throwing, .breaking, .continuing, .invalid: return true
    case .ifElse(let conditional):
      guard let otherwise = conditional.otherwise else { return false }
      return leaves(otherwise.last) && conditional.branches.allSatisfy { leaves($0.body.last) }
    default: return false
    }
  }

  // MARK: Loops

  func compileFor(_ loop: For, at range: SourceRange) {
    let mark = builder.top
    builder.enterScope()
    let state = builder.allocate(3)
    let toEnd: Int
    let isCounted: Bool
    var start = 0
    if case .range(let lower?, let upper?, let isClosed) = tree[loop.sequence] {
      isCounted = true
      compile(lower, into: state)
      compile(upper, into: state + 1)
      toEnd = builder.emit(
        .forPrepare, a: state, b: isClosed ? 1 : 0, wide: 0, at: tree.range(of: loop.sequence))
      start = builder.position
    } else {
      isCounted = false
      compile(loop.sequence, into: state)
      builder.emit(.iterationPrepare, a: state, at: tree.range(of: loop.sequence))
      start = builder.position
      toEnd = builder.emit(.iterationNext, a: state, wide: 0, at: tree.range(of: loop.sequence))
    }
    builder.exits.append(.init(label: loop.label, isLoop: true, deferDepth: builder.defers.count))
    builder.enterScope()
    let bodyMark = builder.top
    bindElement(loop.pattern, state + 2)
    let toContinue = loop.condition.map { jumpsUnless($0) } ?? []
    compileBody(loop.body, result: nil)
    builder.leaveScope()
    builder.release(to: bodyMark)
    let exit = builder.exits.removeLast()
    builder.patch(toContinue + exit.continues)
    if isCounted {
      let jump = builder.emit(.forLoop, a: state, wide: 0, at: range)
      builder.patch(jump, to: start)
    } else {
      builder.emitLoop(to: start, at: range)
    }
    builder.patch(toEnd)
    builder.patch(exit.breaks)
    // The sequence would otherwise stay alive until the function ends.
    if !isCounted { builder.emit(.loadAbsent, a: state, at: range) }
    builder.leaveScope()
    builder.release(to: mark)
  }

  /// The loop's own register serves as the variable unless closures need one each round.
  private func bindElement(_ pattern: Pattern, _ register: Int) {
    if case .name(let name, let range) = pattern, !builder.needsBox(name) {
      declareLocal(name, register: register, isLet: true, at: range)
      return
    }
    let copy = builder.allocate()
    builder.emit(.move, a: copy, b: register, at: pattern.range)
    bind(pattern, register: copy, isLet: true)
  }

  func compileWhile(_ label: String?, _ conditions: [Condition], _ body: [NodeID], at range: SourceRange) {
    let mark = builder.top
    let start = builder.position
    builder.exits.append(.init(label: label, isLoop: true, deferDepth: builder.defers.count))
    builder.enterScope()
    let toEnd = jumpsUnless(conditions)
    compileBody(body, result: nil)
    builder.leaveScope()
    let exit = builder.exits.removeLast()
    builder.patch(exit.continues)
    builder.emitLoop(to: start, at: range)
    builder.patch(toEnd + exit.breaks)
    builder.release(to: mark)
  }

  func compileRepeat(_ label: String?, _ body: [NodeID], _ condition: NodeID, at range: SourceRange) {
    let mark = builder.top
    let start = builder.position
    builder.exits.append(.init(label: label, isLoop: true, deferDepth: builder.defers.count))
    builder.enterScope()
    compileBody(body, result: nil)
    let exit = builder.exits.removeLast()
    builder.patch(exit.continues)
    let toEnd = jumpsUnless(condition)
    builder.leaveScope()
    builder.emitLoop(to: start, at: range)
    builder.patch(toEnd + exit.breaks)
    builder.release(to: mark)
  }

  func compileExit(isBreak: Bool, label: String?, at range: SourceRange) {
    let word = isBreak ? "break" : "continue"
    let index = builder.exits.lastIndex { exit in
      if let label { exit.label == label && (isBreak || exit.isLoop) } else { isBreak || exit.isLoop }
    }
    guard let index else {
      report(
        label.map { "there is no loop called `\($0)` around this `\(word)`" }
          ?? "`\(word)` belongs inside a loop\(isBreak ? " or a switch" : "")", at: range)
      return
    }
    emitDefers(downTo: builder.exits[index].deferDepth)
    let jump = builder.emit(.jump, wide: 0, at: range)
    if isBreak {
      builder.exits[index].breaks.append(jump)
    } else {
      builder.exits[index].continues.append(jump)
    }
  }

  // MARK: switch

  func compileSwitch(_ switching: Switch, at range: SourceRange, result: Int?) {
    let mark = builder.top
    let subject = temporary(switching.subject)
    builder.exits.append(.init(label: switching.label, isLoop: false, deferDepth: builder.defers.count))
    var ends: [Int] = []
    var hasDefault = false
    for clause in switching.cases {
      let caseMark = builder.top
      builder.enterScope()
      let toNext = compileItems(clause, subject: subject, hasDefault: &hasDefault)
      compileBody(clause.body, result: result)
      builder.leaveScope()
      builder.release(to: caseMark)
      ends.append(builder.emit(.jump, wide: 0, at: clause.range))
      builder.patch(toNext)
    }
    if !hasDefault { builder.emit(.noMatch, a: subject, at: range) }
    let exit = builder.exits.removeLast()
    if let result, !exit.breaks.isEmpty {
      // Leaving by `break` gives no value.
      let past = builder.emit(.jump, wide: 0, at: range)
      builder.patch(exit.breaks)
      builder.emit(.loadNone, a: result, at: range)
      builder.patch(past)
    } else {
      builder.patch(exit.breaks)
    }
    builder.patch(ends)
    builder.release(to: mark)
  }

  /// Tests the items of one case; returns the jumps to the next case.
  private func compileItems(_ clause: Switch.Case, subject: Int, hasDefault: inout Bool) -> [Int] {
    var toBody: [Int] = []
    var toNext: [Int] = []
    var matchesAll = clause.isDefault
    for item in clause.items {
      let mark = builder.top
      switch item {
      case .wildcard: matchesAll = true
      case .binding(let pattern):
        let copy = builder.allocate()
        builder.emit(.move, a: copy, b: subject, at: pattern.range)
        bind(pattern, register: copy, isLet: true)
        matchesAll = true
        continue
      case .type(let type):
        builder.tables.types.append(type)
        let test = builder.allocate()
        builder.emit(.testType, a: test, b: subject, c: builder.tables.types.count - 1, at: clause.range)
        toBody.append(builder.emit(.jumpIfTrue, a: test, wide: 0, at: clause.range))
      case .value(let id):
        let pattern = builder.allocate()
        compilePattern(id, into: pattern)
        builder.emit(.matches, a: pattern, b: subject, c: pattern, at: tree.range(of: id))
        toBody.append(builder.emit(.jumpIfTrue, a: pattern, wide: 0, at: clause.range))
      }
      builder.release(to: mark)
    }
    if !matchesAll { toNext.append(builder.emit(.jump, wide: 0, at: clause.range)) }
    builder.patch(toBody)
    if let condition = clause.condition {
      toNext += jumpsUnless(condition)
    } else if matchesAll {
      hasDefault = true
    }
    return toNext
  }

  /// A tuple pattern may have `_` parts, which become absent and match anything.
  private func compilePattern(_ id: NodeID, into register: Int) {
    guard case .tuple(let elements) = tree[id] else {
      compile(id, into: register)
      return
    }
    let first = builder.allocate(elements.count)
    for (index, element) in elements.enumerated() {
      if case .wildcard = tree[element.value] {
        builder.emit(.loadAbsent, a: first + index, at: tree.range(of: element.value))
      } else {
        compilePattern(element.value, into: first + index)
      }
    }
    builder.tables.tupleShapes.append(TupleShape(count: elements.count, labels: nil))
    builder.emit(
      .makeTuple, a: register, b: first, wide: builder.tables.tupleShapes.count - 1, at: tree.range(of: id))
    builder.release(to: first)
  }
}

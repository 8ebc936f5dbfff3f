extension Compiler {
  /// Where an expression's value is, and whether the register is ours to give up.
  struct Operand {
    let register: Int
    let isTemporary: Bool
  }

  /// The value of an expression in whatever register is cheapest: a local variable's own, or a new temporary.
  func operand(_ id: NodeID) -> Operand {
    if case .name(let name) = tree[id], let variable = builder.local(name), !variable.isBoxed {
      requireAssigned(variable, at: tree.range(of: id))
      return Operand(register: variable.register, isTemporary: false)
    }
    let register = builder.allocate()
    compile(id, into: register)
    return Operand(register: register, isTemporary: true)
  }

  /// The value of an expression in a new temporary.
  func temporary(_ id: NodeID) -> Int {
    let register = builder.allocate()
    compile(id, into: register)
    return register
  }

  /// Compiles an expression into a fresh register: one that no variable in scope lives in.
  func compile(_ id: NodeID, into register: Int) {
    let range = tree.range(of: id)
    switch tree[id] {
    case .invalid: break
    case .nilLiteral: builder.emit(.loadNone, a: register, at: range)
    case .bool(let value): builder.emit(.loadBool, a: register, x: value ? 1 : 0, at: range)
    case .integer(let value): loadInteger(value, into: register, at: range)
    case .double(let value):
      builder.emit(.loadConstant, a: register, wide: builder.constant(Value(value)), at: range)
    case .string(let text):
      builder.emit(.loadConstant, a: register, wide: builder.stringConstant(text), at: range)
    case .implicitMember(let name):
      builder.emit(.loadConstant, a: register, wide: builder.constant(.implicitMember(name)), at: range)
    case .name(let name): loadName(name, into: register, at: range)
    case .closureArgument(let index): loadName("$\(index)", into: register, at: range)
    case .wildcard: loadName("_", into: register, at: range)
    case .interpolation(let parts):
      let first = arguments(parts)
      builder.emit(.interpolate, a: register, b: first, c: parts.count, at: range)
      builder.release(to: first)
    case .array(let elements): compileArray(elements, into: register, at: range)
    case .dictionary(let elements): compileDictionary(elements, into: register, at: range)
    case .tuple(let elements):
      let first = arguments(elements.map(\.value))
      let labels = elements.contains { $0.label != nil } ? elements.map(\.label) : nil
      builder.tables.tupleShapes.append(TupleShape(count: elements.count, labels: labels))
      builder.emit(
        .makeTuple, a: register, b: first, wide: builder.tables.tupleShapes.count - 1, at: range)
      builder.release(to: first)
    case .unary(let operation, let operandID): compileUnary(operation, operandID, into: register, at: range)
    case .binary: compileBinaryChain(id, into: register)
    case .shortCircuit: compileShortCircuitChain(id, into: register)
    case .pipe: compilePipeChain(id, into: register)
    case .ternary(let condition, let then, let otherwise):
      let toElse = jumpsUnless(condition)
      compile(then, into: register)
      let toEnd = builder.emit(.jump, wide: 0, at: range)
      builder.patch(toElse)
      compile(otherwise, into: register)
      builder.patch(toEnd)
    case .range(let lower, let upper, let isClosed):
      compileRange(lower, upper, isClosed, into: register, at: range)
    case .ellipsis: builder.emit(.makeRange, a: register, x: 0, at: range)
    case .typeTest(let value, let type):
      let mark = builder.top
      let tested = operand(value)
      builder.tables.types.append(type)
      builder.emit(.testType, a: register, b: tested.register, c: builder.tables.types.count - 1, at: range)
      builder.release(to: mark)
    case .member, .subscripted, .call, .forceUnwrap, .optionalLink: compilePostfixChain(id, into: register)
    case .optionalChain(let inner): compileOptionalChain(inner, into: register)
    case .closure(let closure): compileClosure(closure, id, into: register)
    case .ifElse(let conditional): compileIf(conditional, at: range, result: register)
    case .switching(let switching): compileSwitch(switching, at: range, result: register)
    case .silenced(let inner): compile(inner, into: register)
    default:
      // A statement where a value is wanted, which the parser lets through only as a body's last line.
      compileStatement(id)
      builder.emit(.loadNone, a: register, at: range)
    }
  }

  private func loadInteger(_ value: Int, into register: Int, at range: SourceRange) {
    if Instruction.wideRange.contains(value) {
      builder.emit(.loadInteger, a: register, wide: value, at: range)
    } else {
      builder.emit(.loadConstant, a: register, wide: builder.constant(Value(value)), at: range)
    }
  }

  /// Evaluates expressions into consecutive new registers and returns the first.
  func arguments(_ ids: [NodeID]) -> Int {
    let first = builder.top
    for id in ids {
      let register = builder.allocate()
      compile(id, into: register)
    }
    return first
  }

  func loadName(_ name: String, into register: Int, at range: SourceRange) {
    if name == "Self", let type = builder.typeNameOfMembers {
      return loadName(type, into: register, at: range)
    }
    guard let binding = resolve(name, at: range) else { return }
    switch binding {
    case .local(let variable):
      requireAssigned(variable, at: range)
      builder.emit(variable.isBoxed ? .getBox : .move, a: register, b: variable.register, at: range)
    case .capture(let index, let capture):
      builder.emit(capture.isBoxed ? .getCaptureBox : .getCapture, a: register, wide: index, at: range)
    case .member:
      var base = register
      if let own = builder.local("self"), !own.isBoxed {
        base = own.register
      } else {
        loadName("self", into: register, at: range)
      }
      builder.emit(.getMember, a: register, b: base, c: memberSite(name), at: range)
    case .staticMember:
      loadName(builder.typeNameOfMembers ?? name, into: register, at: range)
      builder.emit(.getMember, a: register, b: register, c: memberSite(name), at: range)
    case .global(let slot): builder.emit(.getGlobal, a: register, wide: slot, at: range)
    }
  }

  private func requireAssigned(_ variable: FunctionBuilder.Variable, at range: SourceRange) {
    guard !variable.isAssigned, !variable.isBoxed, !builder.assignedNames.contains(variable.name) else {
      return
    }
    report("`\(variable.name)` has no value yet", at: range, kind: .name)
  }

  func memberSite(_ name: String) -> Int {
    builder.tables.memberSites.append(MemberSite(name: name))
    return builder.tables.memberSites.count - 1
  }

  // MARK: Containers

  /// Elements are built in portions, so that a long literal needs few registers.
  private static let portion = 64

  private func compileArray(_ elements: [NodeID], into register: Int, at range: SourceRange) {
    let mark = builder.top
    let target = elements.count > Compiler.portion ? builder.allocate() : register
    var start = 0
    repeat {
      let part = Array(elements[start..<min(start + Compiler.portion, elements.count)])
      let first = arguments(part)
      builder.emit(start == 0 ? .makeArray : .extendArray, a: target, b: first, c: part.count, at: range)
      builder.release(to: first)
      start += Compiler.portion
    } while start < elements.count
    if target != register { builder.emit(.take, a: register, b: target, at: range) }
    builder.release(to: mark)
  }

  private func compileDictionary(_ elements: [DictionaryElement], into register: Int, at range: SourceRange) {
    let mark = builder.top
    let target = elements.count > Compiler.portion ? builder.allocate() : register
    var start = 0
    repeat {
      let part = elements[start..<min(start + Compiler.portion, elements.count)]
      let first = arguments(part.flatMap { [$0.key, $0.value] })
      builder.emit(
        start == 0 ? .makeDictionary : .extendDictionary, a: target, b: first, c: part.count, at: range)
      builder.release(to: first)
      start += Compiler.portion
    } while start < elements.count
    if target != register { builder.emit(.take, a: register, b: target, at: range) }
    builder.release(to: mark)
  }

  private func compileRange(
    _ lower: NodeID?, _ upper: NodeID?, _ isClosed: Bool, into register: Int, at range: SourceRange
  ) {
    let mark = builder.top
    let from = lower.map { operand($0).register } ?? 0
    let to = upper.map { operand($0).register } ?? 0
    let flags = (lower == nil ? 0 : 1) | (upper == nil ? 0 : 2) | (isClosed ? 4 : 0)
    builder.emit(.makeRange, a: register, b: from, c: to, x: flags, at: range)
    builder.release(to: mark)
  }

  // MARK: Operators

  private func compileUnary(
    _ operation: UnaryOperator, _ id: NodeID, into register: Int, at range: SourceRange
  ) {
    let mark = builder.top
    let value = operand(id)
    let flag = value.isTemporary ? Instruction.givesUpB : 0
    switch operation {
    case .negate: builder.emit(.negate, a: register, b: value.register, x: flag, at: range)
    case .not: builder.emit(.not, a: register, b: value.register, x: flag, at: range)
    case .plus: builder.emit(.move, a: register, b: value.register, at: range)
    }
    builder.release(to: mark)
  }

  private func compileBinaryChain(_ id: NodeID, into register: Int) {
    var links: [(id: NodeID, operation: BinaryOperator, right: NodeID)] = []
    var leftmost = id
    while case .binary(let operation, let left, let right) = tree[leftmost] {
      links.append((leftmost, operation, right))
      leftmost = left
    }
    let mark = builder.top
    var left: Operand
    if let first = links.last, let constant = numberConstant(leftmost),
      let code = Compiler.constantOpcode(first.operation)
    {
      // The other side is evaluated first; a constant does not mind.
      let value = operand(first.right)
      links.removeLast()
      let target = links.isEmpty ? register : value.isTemporary ? value.register : builder.allocate()
      builder.emit(
        code, a: target, b: value.register, c: constant,
        x: Instruction.isLeft | (value.isTemporary ? Instruction.givesUpB : 0), at: tree.range(of: first.id))
      left = Operand(register: target, isTemporary: true)
    } else {
      left = leftOperand(leftmost, before: links.last?.right)
    }
    for (index, link) in links.enumerated().reversed() {
      let isLast = index == 0
      let target = isLast ? register : left.isTemporary ? left.register : builder.allocate()
      emitBinary(link.operation, left, link.right, into: target, at: tree.range(of: link.id))
      left = Operand(register: target, isTemporary: true)
    }
    builder.release(to: mark)
  }

  /// A local variable is copied first when evaluating the other side might change it.
  private func leftOperand(_ id: NodeID, before right: NodeID?) -> Operand {
    let value = operand(id)
    guard !value.isTemporary, let right, mayRunCode(right, depth: 0) else { return value }
    let copy = builder.allocate()
    builder.emit(.move, a: copy, b: value.register, at: tree.range(of: id))
    return Operand(register: copy, isTemporary: true)
  }

  /// Whether evaluating an expression may run statements or methods that assign to variables.
  func mayRunCode(_ id: NodeID, depth: Int) -> Bool {
    guard depth < 8 else { return true }
    switch tree[id] {
    case .nilLiteral, .bool, .integer, .double, .string, .name, .implicitMember, .closureArgument, .wildcard,
      .closure, .ellipsis:
      return false
    case .unary(_, let inner), .forceUnwrap(let inner): return mayRunCode(inner, depth: depth + 1)
    case .binary(_, let left, let right), .shortCircuit(_, let left, let right):
      return mayRunCode(left, depth: depth + 1) || mayRunCode(right, depth: depth + 1)
    case .member(let base, _, _): return mayRunCode(base, depth: depth + 1)
    case .subscripted(let base, let arguments):
      return mayRunCode(base, depth: depth + 1)
        || arguments.contains { mayRunCode($0.value, depth: depth + 1) }
    case .call(let callee, let arguments):
      // A plain function cannot reach the registers of its caller; only methods write receivers back.
      if case .name = tree[callee] { return arguments.contains { mayRunCode($0.value, depth: depth + 1) } }
      return true
    case .array(let elements): return elements.contains { mayRunCode($0, depth: depth + 1) }
    default: return true
    }
  }

  func emitBinary(
    _ operation: BinaryOperator, _ left: Operand, _ rightID: NodeID, into target: Int, at range: SourceRange
  ) {
    if let immediate = smallInteger(rightID), let code = Compiler.immediateOpcode(operation) {
      builder.emit(
        code, a: target, b: left.register, c: immediate, x: left.isTemporary ? Instruction.givesUpB : 0,
        at: range)
      return
    }
    if let constant = numberConstant(rightID), let code = Compiler.constantOpcode(operation) {
      builder.emit(
        code, a: target, b: left.register, c: constant, x: left.isTemporary ? Instruction.givesUpB : 0,
        at: range)
      return
    }
    let mark = builder.top
    let right = operand(rightID)
    emitBinary(operation, left, right, into: target, at: range)
    builder.release(to: mark)
  }

  func emitBinary(
    _ operation: BinaryOperator, _ left: Operand, _ right: Operand, into target: Int, at range: SourceRange
  ) {
    let flags =
      (left.isTemporary ? Instruction.givesUpB : 0) | (right.isTemporary ? Instruction.givesUpC : 0)
    let swapped =
      (left.isTemporary ? Instruction.givesUpC : 0) | (right.isTemporary ? Instruction.givesUpB : 0)
    let (b, c) = (left.register, right.register)
    switch operation {
    case .add: builder.emit(.add, a: target, b: b, c: c, x: flags, at: range)
    case .subtract: builder.emit(.subtract, a: target, b: b, c: c, x: flags, at: range)
    case .multiply: builder.emit(.multiply, a: target, b: b, c: c, x: flags, at: range)
    case .divide: builder.emit(.divide, a: target, b: b, c: c, x: flags, at: range)
    case .remainder: builder.emit(.remainder, a: target, b: b, c: c, x: flags, at: range)
    case .equal: builder.emit(.equal, a: target, b: b, c: c, x: flags, at: range)
    case .notEqual: builder.emit(.notEqual, a: target, b: b, c: c, x: flags, at: range)
    case .less: builder.emit(.less, a: target, b: b, c: c, x: flags, at: range)
    case .lessOrEqual: builder.emit(.lessOrEqual, a: target, b: b, c: c, x: flags, at: range)
    case .greater: builder.emit(.less, a: target, b: c, c: b, x: swapped, at: range)
    case .greaterOrEqual: builder.emit(.lessOrEqual, a: target, b: c, c: b, x: swapped, at: range)
    case .power, .and, .or, .xor, .shiftLeft, .shiftRight:
      builder.emit(.binary, a: target, b: b, c: c, x: flags, at: range)
      builder.emit(Instruction(.move, wide: Int(operation.code)), at: range)
    }
  }

  func smallInteger(_ id: NodeID) -> Int? {
    guard case .integer(let value) = tree[id], (-32_768...32_767).contains(value) else { return nil }
    return value
  }

  private static func immediateOpcode(_ operation: BinaryOperator) -> Opcode? {
    switch operation {
    case .add: .addI
    case .subtract: .subtractI
    case .multiply: .multiplyI
    case .divide: .divideI
    case .remainder: .remainderI
    default: nil
    }
  }

  private static func constantOpcode(_ operation: BinaryOperator) -> Opcode? {
    switch operation {
    case .add: .addK
    case .subtract: .subtractK
    case .multiply: .multiplyK
    case .divide: .divideK
    case .remainder: .remainderK
    default: nil
    }
  }

  /// The constant of a number's literal, when an instruction can name one more.
  private func numberConstant(_ id: NodeID) -> Int? {
    guard !builder.hasManyConstants else { return nil }
    switch tree[id] {
    case .double(let value): return builder.constant(Value(value))
    case .integer(let value): return builder.constant(Value(value))
    default: return nil
    }
  }

  private func compileShortCircuitChain(_ id: NodeID, into register: Int) {
    var links: [(operation: ShortCircuitOperator, right: NodeID)] = []
    var leftmost = id
    while case .shortCircuit(let operation, let left, let right) = tree[leftmost] {
      links.append((operation, right))
      leftmost = left
    }
    let range = tree.range(of: id)
    compile(leftmost, into: register)
    for link in links.reversed() {
      let end: Int
      switch link.operation {
      case .and: end = builder.emit(.jumpIfFalse, a: register, wide: 0, at: range)
      case .or: end = builder.emit(.jumpIfTrue, a: register, wide: 0, at: range)
      case .coalesce: end = builder.emit(.jumpIfNotNone, a: register, wide: 0, at: range)
      }
      compile(link.right, into: register)
      builder.patch(end)
    }
  }
}

extension BinaryOperator {
  /// A number for instructions.
  var code: UInt8 {
    UInt8(truncatingIfNeeded: BinaryOperator.all.firstIndex(of: self) ?? 0)
  }

  init(code: Int) { self = BinaryOperator.all[code] }

  static let all: [BinaryOperator] = [
    .add, .subtract, .multiply, .divide, .remainder, .power, .equal, .notEqual, .less, .lessOrEqual, .greater,
    .greaterOrEqual, .and, .or, .xor, .shiftLeft, .shiftRight,
  ]
}

extension Compiler {
  /// A step from a variable towards the part that changes.
  enum PlaceStep {
    case member(String)
    case index([Argument])
  }

  /// The place an assignment's target names; subscripts are evaluated into new registers, or stay in those of
  /// local variables when nothing can change these `before` the place is used. Nil after an error.
  func compilePlace(_ target: NodeID, before value: NodeID? = nil) -> Int? {
    let outer = subscriptsStay
    defer { subscriptsStay = outer }
    subscriptsStay = value.map { !mayRunCode($0, depth: 0) } ?? false

    var steps: [PlaceStep] = []
    var current = target
    while true {
      switch tree[current] {
      case .name(let name):
        return compilePlace(root: name, at: tree.range(of: current), steps: steps.reversed())
      case .member(let base, let name, _):
        steps.append(.member(name))
        current = base
      case .subscripted(let base, let arguments):
        steps.append(.index(arguments))
        current = base
      case .forceUnwrap(let base): current = base
      default:
        report(
          "only variables, members and elements can be assigned to", at: tree.range(of: current),
          suggestion: "give the value a name first: `var x = ...`")
        return nil
      }
    }
  }

  func compilePlace(root name: String, at range: SourceRange, steps: [PlaceStep]) -> Int? {
    guard let binding = resolve(name, at: range) else { return nil }
    var compiled: [Place.Step] = []
    var isLet = false
    let root: Place.Root
    switch binding {
    case .local(let variable):
      root = variable.isBoxed ? .box(variable.register) : .register(variable.register)
      isLet = variable.isLet && variable.isAssigned
    case .capture(let index, let capture):
      guard capture.isBoxed else {
        // Never assigned as a whole, so only a `let` or a parameter ends up here.
        report(
          "`\(name)` cannot be changed here: it is a constant of the enclosing function", at: range,
          suggestion: "copy it first: `var \(name) = \(name)`")
        return nil
      }
      root = .captureBox(index)
      isLet = capture.isLet
    case .member:
      guard case .local(let variable)? = resolve("self", at: range) else {
        guard case .capture(let index, let capture)? = resolve("self", at: range), capture.isBoxed else {
          report("a closure cannot change `\(name)` of `self`", at: range)
          return nil
        }
        compiled.append(.member(name))
        return finishPlace(.captureBox(index), compiled, steps, name: name, isLet: false)
      }
      root = variable.isBoxed ? .box(variable.register) : .register(variable.register)
      compiled.append(.member(name))
    case .staticMember:
      report(
        "`\(name)` is a static member; write `\(builder.typeNameOfMembers ?? "Type").\(name)`", at: range)
      return nil
    case .global(let slot):
      root = .global(slot)
      isLet = globals.infos[slot].isLet
    }
    return finishPlace(root, compiled, steps, name: name, isLet: isLet)
  }

  private func finishPlace(
    _ root: Place.Root, _ start: [Place.Step], _ steps: [PlaceStep], name: String, isLet: Bool
  ) -> Int {
    var compiled = start
    let stay =
      subscriptsStay
      && steps.allSatisfy { step in
        guard case .index(let arguments) = step else { return true }
        return arguments.allSatisfy { !mayRunCode($0.value, depth: 0) }
      }
    for step in steps {
      switch step {
      case .member(let name): compiled.append(.member(name))
      case .index(let arguments):
        refuseLabels(arguments)
        if stay, arguments.count == 1 {
          compiled.append(.index(operand(arguments[0].value).register, count: 1))
        } else {
          compiled.append(.index(self.arguments(arguments.map(\.value)), count: arguments.count))
        }
      }
    }
    builder.tables.places.append(Place(root: root, steps: compiled, name: name, isLet: isLet))
    return builder.tables.places.count - 1
  }

  /// Reads a place; a bare variable is read directly.
  func loadPlace(_ index: Int, into register: Int, at range: SourceRange) {
    let place = builder.tables.places[index]
    guard place.steps.isEmpty else {
      builder.emit(.getPlace, a: register, wide: index, at: range)
      return
    }
    switch place.root {
    case .register(let source): builder.emit(.move, a: register, b: source, at: range)
    case .box(let box): builder.emit(.getBox, a: register, b: box, at: range)
    case .captureBox(let capture): builder.emit(.getCaptureBox, a: register, wide: capture, at: range)
    case .global(let slot): builder.emit(.getGlobal, a: register, wide: slot, at: range)
    }
  }

  // MARK: Assignment

  func compileAssignment(
    _ target: NodeID, _ operation: BinaryOperator?, _ value: NodeID, at range: SourceRange
  ) {
    let mark = builder.top
    defer { builder.release(to: mark) }
    switch tree[target] {
    case .invalid: return
    case .wildcard: _ = operand(value)
    case .tuple(let elements):
      guard operation == nil else {
        report("a tuple cannot be the target of `\(operation?.rawValue ?? "")=`", at: tree.range(of: target))
        return
      }
      let whole = temporary(value)
      let parts = builder.allocate(elements.count)
      builder.emit(.destructure, a: parts, b: whole, c: elements.count, at: range)
      for (index, element) in elements.enumerated() { assign(parts + index, to: element.value, at: range) }
    case .name(let name): assignName(name, target, operation, value, at: range)
    default:
      if let operation {
        guard let place = compilePlace(target, before: value) else { return }
        let amount = temporary(value)
        builder.emit(.updatePlace, a: amount, b: Int(operation.code), c: place, at: range)
      } else if !assignElementDirectly(target, value, at: range) {
        guard let place = compilePlace(target, before: value) else { return }
        let source = temporary(value)
        builder.emit(.setPlace, a: source, wide: place, at: range)
      }
    }
  }

  /// Gives a target the value in a register, which is left absent.
  private func assign(_ register: Int, to target: NodeID, at range: SourceRange) {
    switch tree[target] {
    case .wildcard: return
    case .name(let name):
      guard let binding = resolve(name, at: tree.range(of: target)) else { return }
      store(register, name, binding, at: tree.range(of: target))
    default:
      guard let place = compilePlace(target) else { return }
      builder.emit(.setPlace, a: register, wide: place, at: range)
    }
  }

  private func assignName(
    _ name: String, _ target: NodeID, _ operation: BinaryOperator?, _ value: NodeID, at range: SourceRange
  ) {
    let targetRange = tree.range(of: target)
    guard let binding = resolve(name, at: targetRange) else { return }
    if case .local(let variable) = binding, !variable.isBoxed, mayAssign(variable, at: targetRange) {
      if let operation {
        emitBinary(
          operation, Operand(register: variable.register, isTemporary: false), value, into: variable.register,
          at: range)
        return
      }
      switch tree[value] {
      case .binary, .integer, .double, .bool, .name: compile(value, into: variable.register)
      default:
        let source = temporary(value)
        builder.emit(.take, a: variable.register, b: source, at: range)
      }
      builder.markAssigned(name)
      return
    }
    if let operation {
      guard let place = compilePlace(root: name, at: targetRange, steps: []) else { return }
      if builder.tables.places[place].isLet { return reportConstant(name, at: targetRange) }
      let amount = temporary(value)
      builder.emit(.updatePlace, a: amount, b: Int(operation.code), c: place, at: range)
      return
    }
    let source = temporary(value)
    store(source, name, binding, at: targetRange)
  }

  /// Stores a register's value in a variable, leaving the register absent.
  private func store(_ register: Int, _ name: String, _ binding: Binding, at range: SourceRange) {
    switch binding {
    case .local(let variable):
      guard mayAssign(variable, at: range) else { return }
      builder.emit(variable.isBoxed ? .setBox : .take, a: variable.register, b: register, at: range)
      builder.markAssigned(name)
    case .capture(let index, let capture):
      guard capture.isBoxed, !capture.isLet else { return reportConstant(name, at: range) }
      builder.emit(.setCaptureBox, a: register, wide: index, at: range)
    case .global(let slot):
      let info = globals.infos[slot]
      if info.isLet, !info.isBuiltin { return reportConstant(name, at: range) }
      if info.isBuiltin || info.cell == 0 {
        report(
          info.isBuiltin
            ? "`\(name)` is built in and cannot be assigned to"
            : "`\(name)` is not defined, so it cannot be assigned to",
          at: range, suggestion: "declare it: `var \(name) = ...`", kind: .name)
        return
      }
      builder.emit(.setGlobal, a: register, wide: slot, at: range)
    case .member, .staticMember:
      guard let place = compilePlace(root: name, at: range, steps: []) else { return }
      builder.emit(.setPlace, a: register, wide: place, at: range)
    }
  }

  private func mayAssign(_ variable: FunctionBuilder.Variable, at range: SourceRange) -> Bool {
    if variable.isParameter {
      report(
        "`\(variable.name)` is a parameter, and parameters cannot change", at: range,
        suggestion: "copy it first: `var \(variable.name) = \(variable.name)`",
        notes: [.init("`\(variable.name)` comes from here", at: variable.range)])
      return false
    }
    if variable.isLet, variable.isAssigned {
      reportConstant(variable.name, at: range, declared: variable.range)
      return false
    }
    return true
  }

  private func reportConstant(_ name: String, at range: SourceRange, declared: SourceRange? = nil) {
    report(
      "`\(name)` is a constant: it was declared with `let`", at: range,
      suggestion: "declare it with `var \(name)` to change it later",
      notes: declared.map { [.init("declared here", at: $0)] } ?? [])
  }

  /// `a[i] = v` and `t[i, j] = v` on a variable in a register.
  private func assignElementDirectly(_ target: NodeID, _ value: NodeID, at range: SourceRange) -> Bool {
    guard case .subscripted(let base, let arguments) = tree[target], !arguments.isEmpty,
      case .name(let name) = tree[base], let variable = builder.local(name), !variable.isBoxed,
      !variable.isLet, !variable.isParameter
    else { return false }
    refuseLabels(arguments)
    if arguments.count == 1 {
      let index =
        mayRunCode(value, depth: 0) ? temporary(arguments[0].value) : operand(arguments[0].value).register
      let source = operand(value)
      builder.emit(
        .setIndex, a: variable.register, b: index, c: source.register,
        x: source.isTemporary ? Instruction.givesUpC : 0, at: range)
    } else {
      let first = self.arguments(arguments.map(\.value))
      let source = operand(value)
      builder.emit(
        .setElements, a: variable.register, b: first, c: source.register,
        x: arguments.count << 2 | (source.isTemporary ? Instruction.givesUpC : 0), at: range)
    }
    return true
  }
}

extension Compiler {
  // MARK: Hoisting

  /// Functions and types of a cell are defined before its first statement runs.
  func hoistDeclarations(_ statements: [NodeID]) {
    for id in statements {
      switch tree[id] {
      case .function(let function): _ = declareGlobal(function.name, isLet: true, at: function.nameRange)
      case .structure(let structure): _ = declareGlobal(structure.name, isLet: true, at: structure.nameRange)
      case .enumeration(let enumeration):
        _ = declareGlobal(enumeration.name, isLet: true, at: enumeration.nameRange)
      default: break
      }
    }
    for id in statements {
      let mark = builder.top
      let register = builder.allocate()
      let range = tree.range(of: id)
      switch tree[id] {
      case .function(let function):
        compileFunctionValue(function, range: range, into: register)
        storeHoisted(function.name, register, at: range)
      case .enumeration(let enumeration):
        compileEnumeration(enumeration, range: range, into: register)
        storeHoisted(enumeration.name, register, at: range)
      default: break
      }
      builder.release(to: mark)
    }
    for id in statements {
      guard case .structure(let structure) = tree[id] else { continue }
      let mark = builder.top
      let register = builder.allocate()
      compileStructure(structure, range: tree.range(of: id), into: register) {
        builder.emit(.move, a: register + 1, b: register, at: $0)
        storeHoisted(structure.name, register + 1, at: $0)
      }
      builder.release(to: mark)
    }
  }

  private func storeHoisted(_ name: String, _ register: Int, at range: SourceRange) {
    guard let slot = globals.existingSlot(name) else { return }
    builder.emit(.setGlobal, a: register, wide: slot, at: range)
  }

  /// Functions of a block can call each other whatever their order: their names are declared first.
  func declareLocalFunctions(_ statements: [NodeID]) {
    for id in statements {
      guard case .function(let function) = tree[id] else { continue }
      let register = builder.allocate()
      builder.emit(.loadAbsent, a: register, at: function.nameRange)
      declareLocal(function.name, register: register, isLet: true, isAssigned: false, at: function.nameRange)
    }
  }

  private var isHoisted: Bool { builder.isCell && builder.scopes.count == 1 }

  func compileFunctionDeclaration(_ function: Function, at range: SourceRange) {
    guard !isHoisted else { return }
    let variable =
      builder.scopes.last?.last { $0.name == function.name }
      ?? {
        let register = builder.allocate()
        builder.emit(.loadAbsent, a: register, at: function.nameRange)
        return declareLocal(
          function.name, register: register, isLet: true, isAssigned: false, at: function.nameRange)
      }()
    let mark = builder.top
    let value = builder.allocate()
    compileFunctionValue(function, range: range, into: value)
    builder.emit(variable.isBoxed ? .setBox : .take, a: variable.register, b: value, at: range)
    builder.markAssigned(function.name)
    builder.release(to: mark)
  }

  func compileStructureDeclaration(_ structure: Structure, at range: SourceRange) {
    guard !isHoisted else { return }
    let register = builder.allocate()
    compileStructure(structure, range: range, into: register) { _ in }
    declareLocal(structure.name, register: register, isLet: true, at: structure.nameRange)
  }

  func compileEnumerationDeclaration(_ enumeration: Enumeration, at range: SourceRange) {
    guard !isHoisted else { return }
    let register = builder.allocate()
    compileEnumeration(enumeration, range: range, into: register)
    declareLocal(enumeration.name, register: register, isLet: true, at: enumeration.nameRange)
  }

  // MARK: Functions and closures

  private struct MethodContext {
    let members: FunctionBuilder.MemberContext
    let isMutating: Bool
    let isInitializer: Bool
    var hasSelf = true
  }

  func compileFunctionValue(_ function: Function, range: SourceRange, into register: Int) {
    emitFunction(
      name: function.name, parameters: function.parameters, result: function.result, range: range,
      context: nil,
      into: register
    ) {
      compileFunctionBody(function.body)
    }
  }

  func compileClosure(_ closure: Closure, _ id: NodeID, into register: Int) {
    let range = tree.range(of: id)
    let parameters = closure.parameters ?? implicitParameters(in: range)
    emitFunction(
      name: "{ }", parameters: parameters, result: nil, range: range, context: nil,
      isLenient: closure.parameters == nil, into: register
    ) {
      compileFunctionBody(closure.body)
    }
  }

  /// `$0`, `$1`, ... as far as the closure itself mentions them.
  private func implicitParameters(in range: SourceRange) -> [Parameter] {
    var inner: [SourceRange] = []
    var highest = -1
    for (index, node) in tree.nodes.enumerated() {
      let place = tree.ranges[index]
      guard range.start <= place.start, place.end <= range.end, place != range else { continue }
      if case .closure(let closure) = node, closure.parameters == nil { inner.append(place) }
    }
    for (index, node) in tree.nodes.enumerated() {
      guard case .closureArgument(let number) = node else { continue }
      let place = tree.ranges[index]
      guard range.start <= place.start, place.end <= range.end else { continue }
      if inner.contains(where: { $0.start <= place.start && place.end <= $0.end }) { continue }
      highest = max(highest, number)
    }
    guard highest >= 0, highest < 100 else { return [] }
    return (0...highest).map { Parameter(name: "$\($0)", isUnlabelled: true, range: range) }
  }

  private func compileFunctionBody(_ body: [NodeID]) {
    let result = builder.allocate()
    declareLocalFunctions(body)
    compileBody(body, result: result)
    if let type = builder.resultType { emitTypeCheck(result, type: type, at: builder.range) }
    builder.emit(.returnValue, a: result, at: builder.range)
  }

  private func emitFunction(
    name: String, parameters: [Parameter], result: TypeName?, range: SourceRange, context: MethodContext?,
    isLenient: Bool = false, into register: Int, body: () -> Void
  ) {
    let (code, _) = compileFunction(name: name, range: range) { inner in
      inner.isLenient = isLenient
      inner.parameters = parameters.map { parameter in
        FunctionCode.ParameterInfo(
          name: parameter.name, label: parameter.isUnlabelled ? nil : parameter.label ?? parameter.name,
          isVariadic: parameter.isVariadic, hasDefault: parameter.defaultValue != nil)
      }
      if let context {
        inner.isMethod = context.hasSelf
        inner.members = context.members
        inner.isMutating = context.isMutating
        inner.isInitializer = context.isInitializer
      }
      if let result, !isAny(result) {
        inner.tables.types.append(result)
        inner.resultType = 0
      }
    } body: {
      declareParameters(parameters, hasSelf: context?.hasSelf ?? false, context?.members, at: range)
      body()
    }
    builder.functions.append(code)
    builder.emit(.makeClosure, a: register, wide: builder.functions.count - 1, at: range)
  }

  private func isAny(_ type: TypeName) -> Bool {
    if case .named(let name, _) = type { name == "Any" || name == "Void" } else { false }
  }

  private func declareParameters(
    _ parameters: [Parameter], hasSelf: Bool, _ members: FunctionBuilder.MemberContext?, at range: SourceRange
  ) {
    let first = builder.allocate(parameters.count + (hasSelf ? 1 : 0))
    if hasSelf {
      let changesMembers = !(members?.names.isDisjoint(with: builder.assignedNames) ?? true)
      let isShared =
        builder.sharedNames.contains("self")
        || !(members?.names.isDisjoint(with: builder.sharedNames) ?? true)
      let boxed = isShared && (changesMembers || builder.assignedNames.contains("self"))
      if boxed { builder.emit(.makeBox, a: first, at: range) }
      builder.scopes[0].append(
        .init(name: "self", register: first, isLet: false, isBoxed: boxed, isAssigned: true, range: range))
    }
    for (index, parameter) in parameters.enumerated() {
      let register = first + index + (hasSelf ? 1 : 0)
      if parameters[..<index].contains(where: { $0.name == parameter.name }) {
        report("two parameters are called `\(parameter.name)`", at: parameter.range)
      }
      if let value = parameter.defaultValue {
        let given = builder.emit(.jumpIfPresent, a: register, wide: 0, at: parameter.range)
        compile(value, into: register)
        builder.patch(given)
      }
      if let type = parameter.type, !parameter.isVariadic, !isAny(type) {
        checkType(type, register: register, at: parameter.range)
      }
      declareLocal(parameter.name, register: register, isLet: true, isParameter: true, at: parameter.range)
    }
  }

  // MARK: Structs

  private func compileStructure(
    _ structure: Structure, range: SourceRange, into register: Int, afterDefinition: (SourceRange) -> Void
  ) {
    checkMemberNames(structure)
    let stored = structure.stored.filter { !$0.isStatic }
    builder.tables.structures.append(
      StructurePlan(
        name: structure.name, fields: stored.map { .init(name: $0.name, isLet: $0.isLet, type: $0.type) },
        range: structure.nameRange))
    builder.emit(
      .defineStruct, a: register, wide: builder.tables.structures.count - 1, at: structure.nameRange)
    let mark = builder.top
    let value = builder.allocate()
    afterDefinition(structure.nameRange)
    let instanceMembers = Set(
      stored.map(\.name) + structure.computed.filter { !$0.isStatic }.map(\.name)
        + structure.methods.filter { !$0.isStatic }.map(\.name))
    let context = FunctionBuilder.MemberContext(
      typeName: structure.name, names: instanceMembers,
      staticNames: Set(
        structure.stored.filter(\.isStatic).map(\.name) + structure.computed.filter(\.isStatic).map(\.name)
          + structure.methods.filter(\.isStatic).map(\.name)))
    let places = MutatingMethods.memberNames(of: structure)
    for method in structure.methods {
      let changes = MutatingMethods.changesSelf(method, members: places, analysis: analysis, tree: tree)
      compileMethod(method, context, isMutating: changes && !method.isStatic, into: value)
      install(
        value, in: register, method.isStatic ? .staticValue(method.name) : .method(method.name),
        at: method.nameRange)
    }
    for member in structure.computed {
      compileMethod(member.getter, context, isMutating: false, isStatic: member.isStatic, into: value)
      install(
        value, in: register, member.isStatic ? .staticGetter(member.name) : .getter(member.name),
        at: member.getter.nameRange)
      if let setter = member.setter {
        compileMethod(setter, context, isMutating: true, into: value)
        install(value, in: register, .setter(member.name), at: setter.nameRange)
      }
    }
    if structure.initializers.isEmpty {
      compileMemberwiseInitializer(structure, stored, context, range: structure.nameRange, into: value)
      install(value, in: register, .initializer, at: structure.nameRange)
    }
    for initializer in structure.initializers {
      compileInitializer(initializer, stored, context, into: value)
      install(value, in: register, .initializer, at: initializer.nameRange)
    }
    for member in structure.stored where member.isStatic {
      if let initial = member.value {
        compile(initial, into: value)
      } else {
        builder.emit(.loadNone, a: value, at: member.range)
      }
      install(value, in: register, .staticValue(member.name), at: member.range)
    }
    builder.release(to: mark)
  }

  private func checkMemberNames(_ structure: Structure) {
    var seen: Set<String> = []
    let names =
      structure.stored.map { ($0.name, $0.range) } + structure.computed.map { ($0.name, $0.getter.nameRange) }
      + structure.methods.map { ($0.name, $0.nameRange) }
    for (name, range) in names where !seen.insert(name).inserted {
      report("`\(structure.name)` already has a member called `\(name)`", at: range)
    }
  }

  private func install(_ value: Int, in type: Int, _ slot: StructType.Slot, at range: SourceRange) {
    builder.tables.slots.append(slot)
    builder.emit(.installMember, a: type, b: value, c: builder.tables.slots.count - 1, at: range)
  }

  private func compileMethod(
    _ method: Function, _ members: FunctionBuilder.MemberContext, isMutating: Bool, isStatic: Bool = false,
    into register: Int
  ) {
    emitFunction(
      name: method.name, parameters: method.parameters, result: method.result,
      range: bodyRange(of: method),
      context: MethodContext(
        members: method.isStatic || isStatic
          ? .init(typeName: members.typeName, names: [], staticNames: members.staticNames) : members,
        isMutating: isMutating, isInitializer: false, hasSelf: !(method.isStatic || isStatic)),
      into: register
    ) {
      compileFunctionBody(method.body)
    }
  }

  /// From the method's name to its last statement; the tree has no node for methods.
  private func bodyRange(of method: Function) -> SourceRange {
    var range = method.nameRange
    for parameter in method.parameters {
      range = range.union(parameter.range)
      if let value = parameter.defaultValue { range = range.union(tree.range(of: value)) }
    }
    for id in method.body { range = range.union(tree.range(of: id)) }
    return range
  }

  private func compileInitializer(
    _ initializer: Function, _ stored: [Structure.StoredMember], _ members: FunctionBuilder.MemberContext,
    into register: Int
  ) {
    emitFunction(
      name: members.typeName, parameters: initializer.parameters, result: nil,
      range: bodyRange(of: initializer),
      context: MethodContext(members: members, isMutating: true, isInitializer: true), into: register
    ) {
      let given = Set(initializer.parameters.map(\.name))
      for member in stored {
        guard let value = member.value else { continue }
        let mark = builder.top
        let initial = builder.allocate()
        compile(value, into: initial)
        setOwnMember(member, initial, isShadowed: given.contains(member.name))
        builder.release(to: mark)
      }
      declareLocalFunctions(initializer.body)
      compileBody(initializer.body, result: nil)
      builder.emit(.returnSelf, at: initializer.nameRange)
    }
  }

  /// `Point(x: 1, y: 2)`: every member that has no fixed value, in order, with its default.
  private func compileMemberwiseInitializer(
    _ structure: Structure, _ stored: [Structure.StoredMember], _ members: FunctionBuilder.MemberContext,
    range: SourceRange, into register: Int
  ) {
    let taken = stored.filter { !($0.isLet && $0.value != nil) }
    let parameters = taken.map {
      Parameter(name: $0.name, type: nil, defaultValue: $0.value, range: $0.range)
    }
    emitFunction(
      name: structure.name, parameters: parameters, result: nil, range: range,
      context: MethodContext(members: members, isMutating: true, isInitializer: true), into: register
    ) {
      for member in stored {
        let mark = builder.top
        let initial = builder.allocate()
        if let variable = builder.local(member.name) {
          builder.emit(variable.isBoxed ? .getBox : .move, a: initial, b: variable.register, at: member.range)
        } else if let value = member.value {
          compile(value, into: initial)
        }
        setOwnMember(member, initial, isShadowed: true)
        builder.release(to: mark)
      }
      builder.emit(.returnSelf, at: range)
    }
  }

  private func setOwnMember(_ member: Structure.StoredMember, _ register: Int, isShadowed: Bool) {
    if let type = member.type, !isAny(type) { checkType(type, register: register, at: member.range) }
    guard let place = compilePlace(root: "self", at: member.range, steps: [.member(member.name)]) else {
      return
    }
    builder.emit(.setPlace, a: register, wide: place, at: member.range)
  }

  // MARK: Enums

  private func compileEnumeration(_ enumeration: Enumeration, range: SourceRange, into register: Int) {
    builder.tables.enumerations.append(
      EnumerationPlan(
        name: enumeration.name, caseNames: enumeration.cases.map(\.name), range: enumeration.nameRange))
    builder.emit(
      .defineEnum, a: register, wide: builder.tables.enumerations.count - 1, at: enumeration.nameRange)
    let mark = builder.top
    let value = builder.allocate()
    var next = 0
    for element in enumeration.cases {
      if let raw = element.rawValue {
        compile(raw, into: value)
        if let number = smallInteger(raw) { next = number + 1 }
      } else if case .named("Int", _)? = enumeration.rawType {
        builder.emit(.loadInteger, a: value, wide: next, at: element.range)
        next += 1
      } else {
        builder.emit(.loadConstant, a: value, wide: builder.stringConstant(element.name), at: element.range)
      }
      install(value, in: register, .rawValue, at: element.range)
    }
    let context = FunctionBuilder.MemberContext(
      typeName: enumeration.name,
      names: Set(enumeration.methods.map(\.name) + enumeration.computed.map(\.name)),
      staticNames: [])
    for method in enumeration.methods {
      compileMethod(method, context, isMutating: false, into: value)
      install(value, in: register, .method(method.name), at: method.nameRange)
    }
    for member in enumeration.computed {
      compileMethod(member.getter, context, isMutating: false, into: value)
      install(value, in: register, .getter(member.name), at: member.getter.nameRange)
    }
    builder.release(to: mark)
  }
}

import Base

extension Machine {
  func getMember(
    _ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ frame: Frame, _ point: UnsafePointer<Instruction>
  ) throws {
    let base = r[i.b]
    currentCall = (frame.function, point - 1)
    let value = try frame.hot.pointee.memberSites[i.c]._withUnsafeGuaranteedRef { site in
      if let type = base.structType {
        if let index = type.fieldIndex(site.name) { site.remember(type, field: index) }
      } else if isCount(site.name, of: base) {
        site.rememberCount(of: base.kind)
      }
      return try requiredMember(site.name, of: base)
    }
    if i.x & Instruction.givesUpB != 0, i.b != i.a { store(.absent, in: r + i.b) }
    store(value, in: r + i.a)
  }

  /// Whether a member is the number of elements of a container that knows it.
  private func isCount(_ name: String, of base: Value) -> Bool {
    guard base.kind == .array || base.kind == .dictionary || base.kind == .string else { return false }
    return registry.types[base.typeName]?.properties[name]?.shortcut == .count
  }

  /// The member of a value, owned by the caller, or an error that says what there is.
  func requiredMember(_ name: String, of base: Value, isCall: Bool = false) throws -> Value {
    if let value = try member(name, of: base) { return value }
    throw missingMember(name, of: base, isCall: isCall)
  }

  /// The member of a value, owned by the caller; nil when there is none. Methods come bound to the value.
  package func member(_ name: String, of base: Value) throws -> Value? {
    switch base.kind {
    case .instance:
      guard let type = base.structType else { return nil }
      if let index = type.fieldIndex(name) {
        let value = base.object(InstanceObject.self).fields[index]
        guard !value.isAbsent else {
          throw ScriptError(.name, "`\(name)` of this \(type.name) has no value yet")
        }
        return value.retained()
      }
      if let getter = type.getters[name] { return try callGetter(getter, base) }
      if let method = type.methods[name] { return .boundMethod(base.retained(), method.retained()) }
      return nil
    case .tuple:
      guard let elements = base.elements else { return nil }
      if let index = Int(name), elements.indices.contains(index) { return elements[index].retained() }
      if let index = base.tupleLabels?.firstIndex(of: name) { return elements[index].retained() }
    case .enumCase:
      let object = base.object(EnumCaseObject.self)
      let type = object.pointee.type.takeUnretainedValue()
      if name == "rawValue" {
        return type.rawValues.indices.contains(object.pointee.index)
          ? type.rawValues[object.pointee.index].retained() : Value.none
      }
      if name == "name" { return .string(base.enumCaseName) }
      if let getter = type.getters[name] { return try callGetter(getter, base) }
      if let method = type.methods[name] { return .boundMethod(base.retained(), method.retained()) }
      return nil
    case .reference: return try referenceMember(name, of: base)
    case .none, .absent, .moved: return nil
    default: break
    }
    guard let table = registry.types[base.typeName] else { return nil }
    if let property = table.properties[name] { return try callProperty(property, base) }
    if let method = table.methods[name] { return .boundMethod(base.retained(), .builtin(method)) }
    return nil
  }

  /// Runs a computed member of the program on its value.
  private func callGetter(_ getter: Value, _ base: Value) throws -> Value {
    let bound = Value.boundMethod(base.retained(), getter.retained())
    defer { bound.release() }
    return try call(bound, [])
  }

  private func callProperty(_ property: Builtin, _ base: Value) throws -> Value {
    let saved = top
    let window = freeWindow
    guard stackEnd - window > 8 else { throw tooDeep() }
    window.initialize(to: base.retained())
    (window + 1).initialize(to: .absent)
    top = window + 2
    defer { top = saved }
    try callNative(property, window, count: 1, site: nil, target: window + 1, hasReceiver: true)
    let result = window[1]
    window[1] = .absent
    return result
  }

  private func referenceMember(_ name: String, of base: Value) throws -> Value? {
    switch base.referenced {
    case let namespace as Namespace:
      if let constant = namespace.constants[name] {
        let function = Value.builtin(constant)
        defer { function.release() }
        return try call(function, [])
      }
      return namespace.functions[name].map { .builtin($0) }
    case let type as StructType:
      if let value = type.statics[name] { return value.retained() }
      if let getter = type.staticGetters[name] { return try call(getter, []) }
      if name == "name" { return .string(type.name) }
      return nil
    case let type as EnumType:
      if let index = type.caseIndex(name) { return .enumCase(type, index) }
      if name == "allCases" { return .array(type.caseNames.indices.map { .enumCase(type, $0) }) }
      if name == "name" { return .string(type.name) }
      return nil
    case let error as ScriptError:
      switch name {
      case "message": return .string(error.message)
      case "kind": return .string(error.kind.rawValue)
      case "suggestion": return error.suggestion.map { .string($0) } ?? Value.none
      default: return nil
      }
    default: return nil
    }
  }

  /// Every name that may follow a dot after a value, with what it is.
  package func memberNames(of base: Value) -> [(name: String, builtin: Builtin?, isMethod: Bool)] {
    var result: [(name: String, builtin: Builtin?, isMethod: Bool)] = []
    func add(_ names: some Sequence<String>, isMethod: Bool) {
      result += names.sorted().map { ($0, nil, isMethod) }
    }
    switch base.kind {
    case .instance:
      guard let type = base.structType else { return [] }
      add(type.fields.map(\.name) + type.getters.keys, isMethod: false)
      add(type.methods.keys.filter { $0 != "callAsFunction" }, isMethod: true)
      return result
    case .enumCase:
      let type = base.object(EnumCaseObject.self).pointee.type.takeUnretainedValue()
      add(["rawValue", "name"] + type.getters.keys, isMethod: false)
      add(type.methods.keys, isMethod: true)
      return result
    case .tuple:
      let count = base.elements?.count ?? 0
      add((base.tupleLabels ?? []).compactMap(\.self) + (0..<count).map(String.init), isMethod: false)
    case .reference:
      switch base.referenced {
      case let namespace as Namespace:
        result += namespace.constants.sorted { $0.key < $1.key }.map { ($0.key, $0.value, false) }
        result += namespace.functions.sorted { $0.key < $1.key }.map { ($0.key, $0.value, true) }
      case let type as StructType: add(type.statics.keys, isMethod: false)
      case let type as EnumType: add(type.caseNames + ["allCases"], isMethod: false)
      case is ScriptError: add(["message", "kind", "suggestion"], isMethod: false)
      default: break
      }
      return result
    default: break
    }
    guard let table = registry.types[base.typeName] else { return result }
    result += table.properties.sorted { $0.key < $1.key }.map { ($0.key, $0.value, false) }
    result += table.methods.sorted { $0.key < $1.key }.map { ($0.key, $0.value, true) }
    return result
  }

  /// Calls a method of a user's struct, such as `show()`; nil when it has none. The result is owned.
  package func callMethod(_ name: String, on base: Value, _ arguments: [Value]) throws -> Value? {
    guard let method = base.structType?.methods[name] else { return nil }
    let bound = Value.boundMethod(base.retained(), method.retained())
    defer { bound.release() }
    return try call(bound, arguments)
  }

  private func missingMember(_ name: String, of base: Value, isCall: Bool) -> ScriptError {
    if base.isNone {
      return ScriptError(
        .type, "this is nil, so it has no `\(name)`", suggestion: "use `x?.\(name)` where nil is expected")
    }
    let what: String
    if case let namespace as Namespace = base.referenced {
      what = "`\(namespace.name)`"
    } else if let type = base.referenced as? StructType {
      what = "`\(type.name)`"
    } else if let type = base.referenced as? EnumType {
      what = "`\(type.name)`"
    } else {
      what = base.describedType
    }
    let names = memberNames(of: base).map(\.name)
    var suggestion = EditDistance.best(for: name, among: names).map { "did you mean `.\($0)`?" }
    if suggestion == nil, case .function(let builtin)? = registry.globals[name], !builtin.parameters.isEmpty {
      suggestion = "`\(name)` is a function: `\(name)(x)`"
    }
    if let habit = MemberHabits.suggestion(for: name, on: base.typeName) { suggestion = habit }
    if name == "len" || name == "length" || name == "size", names.contains("count") {
      suggestion = "the number of elements is `.count`"
    }
    return ScriptError(
      .name, "\(what) has no \(isCall ? "method" : "member") `\(name)`", suggestion: suggestion)
  }
}

/// What completion and inspection ask of live values; none of it runs a program's code.
extension Machine {
  /// Whether reading a member would run code of the program.
  package func runsUserCode(_ name: String, of base: Value) -> Bool {
    switch base.kind {
    case .instance: base.structType?.getters[name] != nil
    case .enumCase, .reference:
      (base.referenced as? StructType)?.isComputedStatic(name) ?? (base.kind == .enumCase)
    default: false
    }
  }

  /// The built-in behind a callable value.
  package func builtin(of value: Value) -> Builtin? {
    if let builtin = value.referenced as? Builtin { return builtin }
    if let namespace = value.referenced as? Namespace { return namespace.call }
    return value.boundMethod?.referenced as? Builtin
  }

  /// The labels a call of the value takes.
  package func labels(of value: Value) -> [String] {
    if let builtin = builtin(of: value) { return builtin.parameters.map(\.name).filter { $0 != "self" } }
    if let code = value.functionCode ?? value.boundMethod?.functionCode { return code.parameterLabels }
    if let type = value.referenced as? StructType { return type.initializerLabels }
    return value.hostValue?.callParameters.map(\.name) ?? []
  }
}

extension StructType {
  func isComputedStatic(_ name: String) -> Bool { staticGetters[name] != nil }

  /// The labels of its first initialiser.
  var initializerLabels: [String] { initializers.first?.functionCode?.parameterLabels ?? [] }
}

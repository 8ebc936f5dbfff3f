import Base

extension Machine {
  func type(_ frame: Frame, _ index: Int) -> TypeName {
    frame.function._withUnsafeGuaranteedRef { $0.types[index] }
  }

  /// Checks a register against an annotation; converts where Swift would read the literal differently.
  func checkType(_ register: UnsafeMutablePointer<Value>, _ frame: Frame, _ index: Int) throws {
    let value = register.pointee
    let result = try fitted(value, type(frame, index))
    if result.payload != value.payload || result.kind != value.kind { store(result, in: register) }
  }

  /// The value as an annotation wants it: itself, or a new one that the caller owns.
  func fitted(_ value: Value, _ type: TypeName) throws -> Value {
    if case .optional(let inner) = type {
      return value.isNone ? value : try fitted(value, inner)
    }
    if case .named(let name, _) = type {
      if name == "Double" || name == "Float", value.isInteger { return Value(Double(value.asInteger)) }
      if let member = value.implicitMemberName, let enumeration = enumType(name) {
        guard let index = enumeration.caseIndex(member) else {
          throw ScriptError(
            .name, "`\(name)` has no case `\(member)`",
            suggestion: EditDistance.best(for: member, among: enumeration.caseNames).map {
              "did you mean `.\($0)`?"
            })
        }
        return .enumCase(enumeration, index)
      }
    }
    guard !fits(value, type) else { return value }
    if case .named(let name, _) = type, !isKnownType(name) {
      let known = Array(registry.types.keys) + globals.userVariables.map(\.name)
      throw ScriptError(
        .name, "there is no type `\(name)`",
        suggestion: Machine.pythonTypes[name].map { "write `\($0)`" }
          ?? EditDistance.best(for: name, among: known).map { "did you mean `\($0)`?" })
    }
    throw ScriptError(.type, "this should be \(Machine.text(type)), but it is \(value.describedKind)")
  }

  private static let pythonTypes = [
    "int": "Int", "float": "Double", "str": "String", "bool": "Bool", "list": "Array", "dict": "Dictionary",
    "tuple": "Tuple",
  ]

  private func enumType(_ name: String) -> EnumType? { globals.value(named: name)?.referenced as? EnumType }

  private func isKnownType(_ name: String) -> Bool {
    if registry.types[name] != nil || Machine.extraTypeNames.contains(name) { return true }
    let value = globals.value(named: name)?.referenced
    return value is StructType || value is EnumType
  }

  private static let extraTypeNames: Set<String> = [
    "Any", "Void", "Int", "Double", "Float", "Bool", "String", "Character", "Array", "Dictionary", "Tuple",
    "Range",
    "Function", "Error", "Type",
  ]

  /// Whether a value is of a type, without conversions. Element types of arrays and dictionaries are checked
  /// for the first elements only, so that a check costs no more than a look.
  func fits(_ value: Value, _ type: TypeName) -> Bool {
    switch type {
    case .named(let name, _):
      switch name {
      case "Any": return true
      case "Void": return value.isNone
      case "Float": return value.isDouble
      case "Character": return value.stringValue.map { $0.count == 1 } ?? false
      default: return value.typeName == name
      }
    case .array(let element):
      guard value.isArray, let elements = value.elements else { return false }
      return elements.prefix(Machine.checkedElements).allSatisfy { fits($0, element) }
    case .dictionary(let key, let element):
      guard value.isDictionary, let entries = value.entries else { return false }
      return entries.prefix(Machine.checkedElements).allSatisfy {
        fits($0.key, key) && fits($0.value, element)
      }
    case .tuple(let types):
      guard value.kind == .tuple, let elements = value.elements, elements.count == types.count else {
        return types.isEmpty && value.isNone
      }
      return zip(elements, types).allSatisfy { fits($0, $1) }
    case .function: return value.isCallable
    case .optional(let inner): return value.isNone || fits(value, inner)
    }
  }

  private static let checkedElements = 16

  static func text(_ type: TypeName) -> String {
    switch type {
    case .named(let name, _): name
    case .array(let element): "[\(text(element))]"
    case .dictionary(let key, let value): "[\(text(key)): \(text(value))]"
    case .tuple(let types): "(\(types.map(text).joined(separator: ", ")))"
    case .function: "a function"
    case .optional(let inner): "\(text(inner))?"
    }
  }
}

extension Value {
  /// The name of the value's type as programs write it.
  package var typeName: String {
    switch kind {
    case .absent, .moved: "nothing"
    case .none: "nil"
    case .bool: "Bool"
    case .integer: "Int"
    case .double: "Double"
    case .string: "String"
    case .implicitMember: "implicit member"
    case .array: "Array"
    case .dictionary: "Dictionary"
    case .tuple: "Tuple"
    case .range: "Range"
    case .closure, .boundMethod: "Function"
    case .instance: object(InstanceObject.self).pointee.type._withUnsafeGuaranteedRef { $0.name }
    case .enumCase: object(EnumCaseObject.self).pointee.type._withUnsafeGuaranteedRef { $0.name }
    case .host: object(HostObject.self).pointee.payload.typeName
    case .box: "variable"
    case .reference:
      switch referenced {
      case is Builtin: "Function"
      case is StructType, is EnumType: "Type"
      case let namespace as Namespace: namespace.call == nil ? "Namespace" : "Type"
      case is ScriptError: "Error"
      default: "Object"
      }
    }
  }

  /// The value's kind in a sentence: "an integer", "a string", "a Point".
  package var describedKind: String {
    switch kind {
    case .absent, .moved: return "nothing"
    case .none: return "nil"
    case .bool: return asBool ? "true" : "false"
    case .integer: return "the integer \(asInteger)"
    case .double: return "the number \(asDouble)"
    case .string: return "a string"
    case .implicitMember: return ".\(asString)"
    case .array: return "an array"
    case .dictionary: return "a dictionary"
    case .tuple: return "a tuple"
    case .range: return "a range"
    case .closure, .boundMethod: return "a function"
    default:
      let name = typeName
      let article = "AEIOUaeiou".contains(name.first ?? "x") ? "an" : "a"
      return name.first?.isUppercase == true && kind == .host
        ? "\(article) \(name.lowercased())" : "\(article) \(name)"
    }
  }

  /// The value's kind in a sentence without its contents: "an integer", "a number".
  package var describedType: String {
    switch kind {
    case .bool: "a truth value"
    case .integer: "an integer"
    case .double: "a number"
    default: describedKind
    }
  }

  package var isCallable: Bool {
    switch kind {
    case .closure, .boundMethod: true
    case .reference:
      switch referenced {
      case is Builtin, is StructType: true
      case let namespace as Namespace: namespace.call != nil
      default: false
      }
    default: false
    }
  }

  // MARK: Enum cases

  static func enumCase(_ type: EnumType, _ index: Int) -> Value {
    let object = Heap.allocate(EnumCaseObject.self)
    object.initialize(
      to: EnumCaseObject(
        header: ObjectHeader(.enumCase, size: MemoryLayout<EnumCaseObject>.stride),
        type: Unmanaged.passRetained(type), index: index))
    return Value(.enumCase, object)
  }

  package var enumCaseName: String {
    guard kind == .enumCase else { return "" }
    let object = object(EnumCaseObject.self)
    return object.pointee.type._withUnsafeGuaranteedRef { $0.caseNames[object.pointee.index] }
  }

  /// The hash of a `.name`, for enum cases that equal it.
  static func hash(ofText text: String) -> UInt64 {
    let value = Value.implicitMember(text)
    defer { value.release() }
    return value.stringHash
  }

  // MARK: Instances

  /// A new instance whose fields are still absent.
  static func instance(of type: StructType) -> Value { instance(of: Unmanaged.passUnretained(type)) }

  static func instance(of type: Unmanaged<StructType>) -> Value {
    let object = bareInstance(of: type)
    object.fields.initialize(repeating: .absent, count: object.pointee.fieldCount)
    return Value(.instance, object)
  }

  func copiedInstance() -> Value {
    let source = object(InstanceObject.self)
    let copy = Value.bareInstance(of: source.pointee.type)
    for index in 0..<source.pointee.fieldCount {
      (copy.fields + index).initialize(to: source.fields[index].retained())
    }
    return Value(.instance, copy)
  }

  /// An instance of the same type with other values for its stored members, in their order; takes over one
  /// count of each.
  package func instance(withMembers members: [Value]) -> Value {
    let source = object(InstanceObject.self)
    precondition(kind == .instance && members.count == source.pointee.fieldCount)
    let copy = Value.bareInstance(of: source.pointee.type)
    for (index, member) in members.enumerated() { (copy.fields + index).initialize(to: member) }
    return Value(.instance, copy)
  }

  /// A new instance whose fields the caller initialises.
  private static func bareInstance(of type: Unmanaged<StructType>) -> UnsafeMutablePointer<InstanceObject> {
    let count = type._withUnsafeGuaranteedRef { type in
      type.addInstance()
      return type.fieldCount
    }
    let size = MemoryLayout<Value>.stride &* count
    let object = Heap.allocate(InstanceObject.self, extra: size)
    object.initialize(
      to: InstanceObject(
        header: ObjectHeader(.instance, size: MemoryLayout<InstanceObject>.stride &+ size), type: type,
        fieldCount: count))
    return object
  }

  var structType: StructType? {
    guard kind == .instance else { return nil }
    return object(InstanceObject.self).pointee.type.takeUnretainedValue()
  }

  /// The stored members of an instance with their names, borrowed; nil for everything else.
  package var storedMembers: [(name: String, value: Value)]? {
    guard let type = structType else { return nil }
    let object = object(InstanceObject.self)
    return type.fields.enumerated().map { ($1.name, object.fields[$0]) }
  }

  // MARK: Closures and bound methods

  static func closure(_ function: FunctionCode, captures: Int) -> Value {
    let size = MemoryLayout<Value>.stride &* captures
    let object = Heap.allocate(ClosureObject.self, extra: size)
    object.initialize(
      to: ClosureObject(
        header: ObjectHeader(.closure, size: MemoryLayout<ClosureObject>.stride &+ size),
        function: Unmanaged.passRetained(function), hot: function.hot, captureCount: captures))
    object.captures.initialize(repeating: .absent, count: captures)
    return Value(.closure, object)
  }

  /// The code of a closure.
  package var functionCode: FunctionCode? {
    guard kind == .closure else { return nil }
    return object(ClosureObject.self).pointee.function.takeUnretainedValue()
  }

  /// Takes over one count of both.
  static func boundMethod(_ receiver: Value, _ method: Value) -> Value {
    let object = Heap.allocate(BoundMethodObject.self)
    object.initialize(
      to: BoundMethodObject(
        header: ObjectHeader(.boundMethod, size: MemoryLayout<BoundMethodObject>.stride),
        receiver: receiver, method: method))
    return Value(.boundMethod, object)
  }

  /// The method of a bound method, borrowed.
  package var boundMethod: Value? {
    kind == .boundMethod ? object(BoundMethodObject.self).pointee.method : nil
  }
}

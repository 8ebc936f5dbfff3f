/// A `struct` of the program.
package final class StructType: @unchecked Sendable {
  // Unchecked: filled in by the machine while the declaration runs, on the compute thread.

  package struct Field: Sendable {
    package let name: String
    package let isLet: Bool
    package let type: TypeName?
  }

  package let name: String
  package let fields: [Field]
  let fieldCount: Int
  /// How many instances there are: together they hold one count of the type, for its own counting takes a detour
  /// over the processor's bus.
  private let instances: UnsafeMutablePointer<Int>
  package let source: SourceText
  package let range: SourceRange
  private let fieldIndices: [String: Int]

  /// Closures, owned: methods, getters and setters of computed members, static members.
  package private(set) var methods: [String: Value] = [:]
  package private(set) var getters: [String: Value] = [:]
  private(set) var setters: [String: Value] = [:]
  package private(set) var statics: [String: Value] = [:]
  private(set) var staticGetters: [String: Value] = [:]
  private(set) var initializers: [Value] = []

  init(name: String, fields: [Field], source: SourceText, range: SourceRange) {
    self.name = name
    self.fields = fields
    fieldCount = fields.count
    instances = .allocate(capacity: 1)
    instances.initialize(to: 0)
    self.source = source
    self.range = range
    fieldIndices = Dictionary(fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  deinit {
    for table in [methods, getters, setters, statics, staticGetters] {
      for value in table.values { value.release() }
    }
    for value in initializers { value.release() }
    instances.deallocate()
  }

  /// Notes that one more instance refers to the type.
  @inline(__always)
  func addInstance() {
    if instances.pointee == 0 { _ = Unmanaged.passRetained(self) }
    instances.pointee &+= 1
  }

  /// Whether the last instance went, so that their count of the type is to be given up.
  @inline(__always)
  func removeInstance() -> Bool {
    instances.pointee &-= 1
    return instances.pointee == 0
  }

  func fieldIndex(_ name: String) -> Int? { fieldIndices[name] }

  /// Where a member that the compiler made goes.
  enum Slot: Sendable {
    case method(String)
    case getter(String)
    case setter(String)
    case staticValue(String)
    case staticGetter(String)
    case initializer
    /// The next case's raw value, for enums.
    case rawValue
  }

  /// Takes over one count of the value.
  func install(_ value: Value, in slot: Slot) {
    var old: Value?
    switch slot {
    case .method(let name): old = methods.updateValue(value, forKey: name)
    case .getter(let name): old = getters.updateValue(value, forKey: name)
    case .setter(let name): old = setters.updateValue(value, forKey: name)
    case .staticValue(let name): old = statics.updateValue(value, forKey: name)
    case .staticGetter(let name): old = staticGetters.updateValue(value, forKey: name)
    case .initializer: initializers.append(value)
    case .rawValue: preconditionFailure("a struct has no raw values")
    }
    old?.release()
  }

  /// Every name that may follow a dot after an instance.
  package var memberNames: [String] { fields.map(\.name) + getters.keys.sorted() + methods.keys.sorted() }
}

/// An `enum` of the program.
package final class EnumType: @unchecked Sendable {
  // Unchecked: filled in by the machine while the declaration runs, on the compute thread.

  package let name: String
  package let caseNames: [String]
  package let source: SourceText
  package let range: SourceRange
  private let caseIndices: [String: Int]
  /// Owned.
  private(set) var rawValues: [Value] = []
  package private(set) var methods: [String: Value] = [:]
  package private(set) var getters: [String: Value] = [:]

  init(name: String, caseNames: [String], source: SourceText, range: SourceRange) {
    self.name = name
    self.caseNames = caseNames
    self.source = source
    self.range = range
    caseIndices = Dictionary(caseNames.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  deinit {
    for value in rawValues { value.release() }
    for value in methods.values { value.release() }
    for value in getters.values { value.release() }
  }

  func caseIndex(_ name: String) -> Int? { caseIndices[name] }

  /// Takes over one count of the value.
  func install(_ value: Value, in slot: StructType.Slot) {
    var old: Value?
    switch slot {
    case .method(let name): old = methods.updateValue(value, forKey: name)
    case .getter(let name): old = getters.updateValue(value, forKey: name)
    case .rawValue: rawValues.append(value)
    default: preconditionFailure("an enum has methods and computed members only")
    }
    old?.release()
  }
}

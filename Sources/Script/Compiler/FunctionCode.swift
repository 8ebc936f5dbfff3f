import CMachine

/// A compiled function, closure, initialiser or cell.
package final class FunctionCode: @unchecked Sendable {
  // Unchecked: immutable after compilation apart from the caches of its sites, which only the machine that
  // runs it touches.

  struct ParameterInfo {
    let name: String
    /// What callers write before a colon; nil when it has no label.
    let label: String?
    let isVariadic: Bool
    let hasDefault: Bool
  }

  /// What the machine needs of a function on every call, out of reach of reference counting.
  struct Hot {
    var code: UnsafeMutablePointer<Instruction>
    var constants: UnsafeMutablePointer<Value>
    var registerCount: Int
    /// The number of arguments that need no binding; -1 when some always do.
    var plainArity: Int
    /// The same for a call as a method.
    var methodArity: Int
    /// How many of them must be given; those behind have defaults.
    var requiredArity: Int
    /// What the sites found last time, and the ways of the places, by their numbers.
    var members: UnsafeMutablePointer<vm_member_cache>
    var calls: UnsafeMutablePointer<vm_call_cache>
    var places: UnsafeMutablePointer<vm_place>
    /// The sites themselves, kept alive by the function.
    var callSites: UnsafeMutablePointer<Unmanaged<CallSite>>
    var memberSites: UnsafeMutablePointer<Unmanaged<MemberSite>>
  }

  /// Where a new closure finds what it captures.
  enum CaptureSource {
    /// A register of the enclosing function; a box is shared, anything else copied.
    case register(Int)
    /// A capture of the enclosing function.
    case capture(Int)
  }

  /// A region of instructions whose errors are caught.
  struct Handler {
    let start: Int
    let end: Int
    let target: Int
    /// Where the error value goes.
    let register: Int
    /// Runs deferred code, so it also takes errors that no `catch` may stop.
    let isDefer: Bool
  }

  package let name: String
  package let source: SourceText
  package let range: SourceRange
  let parameters: [ParameterInfo]
  /// Methods and initialisers have `self` in register 0, before their parameters.
  let isMethod: Bool
  let isMutating: Bool
  let isInitializer: Bool
  /// Ignores arguments beyond its parameters.
  let isLenient: Bool
  let registerCount: Int
  let captures: [CaptureSource]
  let functions: [FunctionCode]
  let callSites: [CallSite]
  let memberSites: [MemberSite]
  let places: [Place]
  let tupleShapes: [TupleShape]
  let types: [TypeName]
  let structures: [StructurePlan]
  let enumerations: [EnumerationPlan]
  let slots: [StructType.Slot]
  let handlers: [Handler]
  let ranges: [SourceRange]
  let code: UnsafeMutablePointer<Instruction>
  let codeCount: Int
  let constants: UnsafeMutablePointer<Value>
  let constantCount: Int
  let hot: UnsafeMutablePointer<Hot>

  init(
    name: String, source: SourceText, range: SourceRange, parameters: [ParameterInfo], isMethod: Bool,
    isMutating: Bool, isInitializer: Bool, isLenient: Bool, registerCount: Int, captures: [CaptureSource],
    functions: [FunctionCode], tables: FunctionBuilder.Tables, handlers: [Handler],
    instructions: [Instruction], ranges: [SourceRange], constants constantValues: [Value]
  ) {
    self.name = name
    self.source = source
    self.range = range
    self.parameters = parameters
    self.isMethod = isMethod
    self.isMutating = isMutating
    self.isInitializer = isInitializer
    self.isLenient = isLenient
    self.registerCount = registerCount
    self.captures = captures
    self.functions = functions
    callSites = tables.callSites
    memberSites = tables.memberSites
    places = tables.places
    tupleShapes = tables.tupleShapes
    types = tables.types
    structures = tables.structures
    enumerations = tables.enumerations
    slots = tables.slots
    self.handlers = handlers
    self.ranges = ranges
    codeCount = instructions.count
    code = .allocate(capacity: max(instructions.count, 1))
    code.initialize(from: instructions, count: instructions.count)
    constantCount = constantValues.count
    constants = .allocate(capacity: max(constantValues.count, 1))
    constants.initialize(from: constantValues, count: constantValues.count)
    let members = UnsafeMutablePointer<vm_member_cache>.allocate(capacity: max(memberSites.count, 1))
    for (index, site) in memberSites.enumerated() {
      (members + index).initialize(to: vm_member_cache())
      site.cache = members + index
    }
    let calls = UnsafeMutablePointer<vm_call_cache>.allocate(capacity: max(callSites.count, 1))
    for (index, site) in callSites.enumerated() {
      var cache = vm_call_cache()
      cache.count = Int64(site.argumentCount)
      cache.place = Int64(site.place ?? -1)
      (calls + index).initialize(to: cache)
      site.cache = calls + index
    }
    let paths = UnsafeMutablePointer<vm_place>.allocate(capacity: max(places.count, 1))
    for (index, place) in places.enumerated() { (paths + index).initialize(to: place.fast) }
    // An instruction has room for so many arguments.
    let needsBinding = parameters.count > 254 || parameters.contains { $0.isVariadic }
    hot = .allocate(capacity: 1)
    hot.initialize(
      to: Hot(
        code: code, constants: constants, registerCount: registerCount,
        plainArity: isMethod || needsBinding ? -1 : parameters.count,
        methodArity: isMethod && !needsBinding ? parameters.count : -1,
        requiredArity: (parameters.lastIndex { !$0.hasDefault } ?? -1) + 1, members: members, calls: calls,
        places: paths, callSites: FunctionCode.unmanaged(callSites),
        memberSites: FunctionCode.unmanaged(memberSites)))
  }

  deinit {
    hot.pointee.members.deallocate()
    hot.pointee.calls.deallocate()
    hot.pointee.places.deallocate()
    hot.pointee.callSites.deallocate()
    hot.pointee.memberSites.deallocate()
    for index in 0..<constantCount { constants[index].release() }
    constants.deallocate()
    code.deallocate()
    hot.deallocate()
  }

  private static func unmanaged<Site>(_ sites: [Site]) -> UnsafeMutablePointer<Unmanaged<Site>> {
    let result = UnsafeMutablePointer<Unmanaged<Site>>.allocate(capacity: max(sites.count, 1))
    for (index, site) in sites.enumerated() { (result + index).initialize(to: .passUnretained(site)) }
    return result
  }

  /// `name(x, stride = ...)`
  package var signature: String { "\(name)(\(writtenParameters.joined(separator: ", ")))" }

  /// The parameters as the signature writes them.
  package var writtenParameters: [String] {
    parameters.map { parameter in
      (parameter.label == nil || parameter.label == parameter.name
        ? "" : parameter.label.map { $0 + " " } ?? "")
        + parameter.name + (parameter.isVariadic ? "..." : "") + (parameter.hasDefault ? " = ..." : "")
    }
  }

  package var parameterLabels: [String] { parameters.compactMap(\.label) }

  /// What a call may call the parameters, in their order.
  package var parameterNames: [String] { parameters.map { $0.label ?? $0.name } }

  /// The source range of an instruction.
  func range(at pc: UnsafePointer<Instruction>) -> SourceRange {
    let index = pc - UnsafePointer(code)
    return ranges.indices.contains(index) ? ranges[index] : range
  }
}

struct TupleShape {
  let count: Int
  let labels: TupleLabels?

  init(count: Int, labels: [String?]?) {
    self.count = count
    self.labels = labels.map { TupleLabels($0) }
  }
}

/// What a struct declaration needs when it runs.
struct StructurePlan {
  let name: String
  let fields: [StructType.Field]
  let range: SourceRange
}

struct EnumerationPlan {
  let name: String
  let caseNames: [String]
  let range: SourceRange
}

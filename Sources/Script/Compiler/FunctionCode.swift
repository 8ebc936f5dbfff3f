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
    hot = .allocate(capacity: 1)
    hot.initialize(
      to: Hot(
        code: code, constants: constants, registerCount: registerCount,
        plainArity: isMethod || parameters.contains { $0.isVariadic } ? -1 : parameters.count))
  }

  deinit {
    for index in 0..<constantCount { constants[index].release() }
    constants.deallocate()
    code.deallocate()
    hot.deallocate()
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

  /// What a call may call the parameters, in their order.
  package var parameterNames: [String] { parameters.map { $0.label ?? $0.name } }

  package var parameterLabels: [String] { parameters.compactMap(\.label) }

  /// The source range of an instruction.
  func range(at pc: UnsafePointer<Instruction>) -> SourceRange {
    let index = pc - UnsafePointer(code)
    return ranges.indices.contains(index) ? ranges[index] : range
  }
}

/// One call in the source: how its arguments are written.
final class CallSite {
  /// The method's name, for method calls.
  let name: String?
  let argumentCount: Int
  /// One per argument; empty when no argument has one.
  let labels: [String?]
  let argumentRanges: [SourceRange]
  /// The last of them are trailing closures.
  let trailingClosures: Int
  /// What a mutating method's receiver is written back to.
  let place: Int?

  /// The binding found last time: for which callee, and which parameter each argument goes to.
  var boundCallee: AnyObject?
  var binding: [Int] = []
  /// The method found last time and the type it was found in; both kept alive, so that no other type can
  /// take the same address.
  var cachedType: AnyObject?
  var cachedKind: Value.Kind?
  var cachedBuiltin: Builtin?
  var cachedMethod = Value.absent

  init(
    name: String? = nil, argumentCount: Int, labels: [String?], argumentRanges: [SourceRange],
    trailingClosures: Int, place: Int? = nil
  ) {
    self.name = name
    self.argumentCount = argumentCount
    self.labels = labels.contains { $0 != nil } ? labels : []
    self.argumentRanges = argumentRanges
    self.trailingClosures = trailingClosures
    self.place = place
  }
}

/// One `x.name` in the source, with the field found there last time.
final class MemberSite {
  let name: String
  var cachedType: StructType?
  var cachedIndex = 0

  init(name: String) { self.name = name }
}

/// Something that can be assigned to: a variable and the way from it to one of its parts.
struct Place {
  enum Root {
    case register(Int)
    case box(Int)
    case captureBox(Int)
    case global(Int)
  }
  enum Step {
    case member(String)
    /// Subscripts in consecutive registers.
    case index(Int, count: Int)
  }
  let root: Root
  let steps: [Step]
  /// The variable's name and whether it was declared by `let`, for messages.
  let name: String
  let isLet: Bool
}

struct TupleShape {
  let count: Int
  let labels: [String?]?
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

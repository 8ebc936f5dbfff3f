/// One function while it is being compiled: instructions, registers, scopes and tables.
final class FunctionBuilder {
  struct Variable {
    let name: String
    let register: Int
    let isLet: Bool
    let isBoxed: Bool
    /// A `let` without a value may be assigned once.
    var isAssigned: Bool
    let range: SourceRange
    var isParameter = false
  }

  /// Tables that instructions point into.
  struct Tables {
    var callSites: [CallSite] = []
    var memberSites: [MemberSite] = []
    var places: [Place] = []
    var tupleShapes: [TupleShape] = []
    var types: [TypeName] = []
    var structures: [StructurePlan] = []
    var enumerations: [EnumerationPlan] = []
    var slots: [StructType.Slot] = []
  }

  /// A loop or switch that `break` and `continue` can leave.
  struct Exit {
    let label: String?
    let isLoop: Bool
    var breaks: [Int] = []
    var continues: [Int] = []
    /// How many deferred blocks were open outside of it.
    let deferDepth: Int
  }

  /// The struct whose members a method may name without `self`.
  struct MemberContext {
    let typeName: String
    let names: Set<String>
    let staticNames: Set<String>
  }

  struct DeferHole {
    let depth: Int
    let start: Int
    let end: Int
  }

  struct Capture {
    let name: String
    let source: FunctionCode.CaptureSource
    let isBoxed: Bool
    let isLet: Bool
  }

  /// More registers than a window may have.
  static let registerLimit = 60_000

  let parent: FunctionBuilder?
  let name: String
  let range: SourceRange
  var parameters: [FunctionCode.ParameterInfo] = []
  var isMethod = false
  var isMutating = false
  var isInitializer = false
  /// A closure without parameters of its own, which ignores arguments it does not use.
  var isLenient = false
  var members: MemberContext?
  /// Whether top-level declarations become globals.
  var isCell = false
  /// Names that inner functions mention, and names assigned anywhere in the function.
  let sharedNames: Set<String>
  let assignedNames: Set<String>

  var tables = Tables()
  var functions: [FunctionCode] = []
  var handlers: [FunctionCode.Handler] = []
  var captures: [Capture] = []
  var exits: [Exit] = []
  /// Bodies of `defer` that must run when their scope is left, outermost first.
  var defers: [[NodeID]] = []
  /// Stretches where deferred code runs on the way out, which its own handler must not cover.
  var deferHoles: [DeferHole] = []
  var scopes: [[Variable]] = [[]]
  var resultType: Int?

  private(set) var instructions: [Instruction] = []
  private(set) var ranges: [SourceRange] = []
  private var constants: [Value] = []
  private var stringConstants: [String: Int] = [:]
  private(set) var top = 0
  private(set) var highest = 0

  init(parent: FunctionBuilder?, name: String, range: SourceRange, shared: Set<String>, assigned: Set<String>)
  {
    self.parent = parent
    self.name = name
    self.range = range
    sharedNames = shared
    assignedNames = assigned
  }

  /// The struct around this code, when there is one.
  var typeNameOfMembers: String? { members?.typeName ?? parent?.typeNameOfMembers }

  // MARK: Instructions

  var position: Int { instructions.count }

  @discardableResult
  func emit(_ instruction: Instruction, at range: SourceRange) -> Int {
    instructions.append(instruction)
    ranges.append(range)
    return instructions.count - 1
  }

  @discardableResult
  func emit(
    _ operation: Opcode, a: Int = 0, b: Int = 0, c: Int = 0, x: Int = 0, at range: SourceRange
  ) -> Int {
    emit(Instruction(operation, a: a, b: b, c: c, x: x), at: range)
  }

  @discardableResult
  func emit(_ operation: Opcode, a: Int = 0, b: Int = 0, wide: Int, at range: SourceRange) -> Int {
    emit(Instruction(operation, a: a, b: b, wide: wide), at: range)
  }

  /// Points a jump at the next instruction to be emitted.
  func patch(_ jump: Int) { patch(jump, to: position) }

  func patch(_ jump: Int, to target: Int) {
    let old = instructions[jump]
    instructions[jump] = Instruction(old.operation, a: old.a, b: old.b, wide: target - jump - 1)
  }

  func patch(_ jumps: [Int]) { for jump in jumps { patch(jump) } }

  /// Emits a jump back to an earlier instruction.
  func emitLoop(to target: Int, at range: SourceRange) {
    emit(.loop, wide: target - position - 1, at: range)
  }

  /// Whether a jump anywhere in the function still fits into an instruction.
  var isTooLong: Bool { instructions.count >= Instruction.wideRange.upperBound - 1 }

  // MARK: Registers

  /// Takes the next register; beyond the limit it keeps counting, and the compiler reports the function.
  func allocate(_ count: Int = 1) -> Int {
    let first = top
    top += count
    highest = max(highest, top)
    return first
  }

  /// Gives back all registers from `mark` on.
  func release(to mark: Int) { top = mark }

  var isTooWide: Bool { highest > FunctionBuilder.registerLimit }

  // MARK: Constants

  /// Takes over one count.
  func constant(_ value: Value) -> Int {
    constants.append(value)
    return constants.count - 1
  }

  /// Whether constants have numbers beyond those that an operand can hold.
  var hasManyConstants: Bool { constants.count > Int(UInt16.max) }

  func stringConstant(_ text: String) -> Int {
    if let index = stringConstants[text] { return index }
    let index = constant(.string(text))
    stringConstants[text] = index
    return index
  }

  // MARK: Scopes

  func enterScope() { scopes.append([]) }

  func leaveScope() { scopes.removeLast() }

  /// The innermost local variable of a name.
  func local(_ name: String) -> Variable? {
    for scope in scopes.reversed() {
      if let variable = scope.last(where: { $0.name == name }) { return variable }
    }
    return nil
  }

  func markAssigned(_ name: String) {
    for index in scopes.indices.reversed() {
      if let position = scopes[index].lastIndex(where: { $0.name == name }) {
        scopes[index][position].isAssigned = true
        return
      }
    }
  }

  /// Whether a variable of this name must live in a box: an inner function mentions it and it changes.
  func needsBox(_ name: String) -> Bool { sharedNames.contains(name) && assignedNames.contains(name) }

  /// The index of a capture, added when new.
  func capture(_ name: String, from source: FunctionCode.CaptureSource, isBoxed: Bool, isLet: Bool) -> Int {
    if let index = captures.firstIndex(where: { $0.name == name }) { return index }
    captures.append(Capture(name: name, source: source, isBoxed: isBoxed, isLet: isLet))
    return captures.count - 1
  }

  // MARK: Finishing

  /// A jump to a return is that return, when the return cannot fail.
  private func shortenReturns() {
    for (index, instruction) in instructions.enumerated() where instruction.operation == .jump {
      let target = index + 1 + instruction.wide
      guard instructions.indices.contains(target) else { continue }
      switch instructions[target].operation {
      case .returnValue, .returnNone: instructions[index] = instructions[target]
      default: break
      }
    }
  }

  func finish(source: SourceText) -> FunctionCode {
    shortenReturns()
    return FunctionCode(
      name: name, source: source, range: range, parameters: parameters, isMethod: isMethod,
      isMutating: isMutating, isInitializer: isInitializer, isLenient: isLenient,
      registerCount: max(highest, 1),
      captures: captures.map(\.source), functions: functions, tables: tables, handlers: handlers,
      instructions: instructions, ranges: ranges, constants: constants)
  }

  /// Gives up the constants of a function that will not be finished.
  func discard() {
    for value in constants { value.release() }
    constants = []
  }
}

import Base
import CMachine

/// Runs compiled code.
///
/// A register machine: each call has a window of values on one stack, frames are kept beside it, and calls of
/// the program's own functions do not recurse on the host's stack. Everything here happens on one thread.
package final class Machine {
  struct Frame {
    var function: Unmanaged<FunctionCode>
    var hot: UnsafeMutablePointer<FunctionCode.Hot>
    /// The closure's captures.
    var captures: UnsafeMutablePointer<Value>
    var base: UnsafeMutablePointer<Value>
    /// Where the caller goes on.
    var returnPoint: UnsafePointer<Instruction>
    /// Where the caller wants the result.
    var target: UnsafeMutablePointer<Value>
    /// The caller's place that `self` is written back to, or -1.
    var place: Int
    /// Control goes back to native code when this frame returns.
    var isEntry: Bool
  }

  /// Registers on the stack; only pages that are used cost memory.
  static let stackCapacity = 1 << 22
  /// Calls inside calls; deeper ones are an error.
  static let frameCapacity = 100_000
  /// Built-ins that call functions that call built-ins, which do recurse on the host's stack.
  static let nativeDepthLimit = 1_000

  package let safepoint: Safepoint
  package let registry: Registry
  package let globals: Globals
  /// What built-ins may ask of whoever runs the machine.
  package var context: AnyObject?
  /// Called at a safepoint while questions wait.
  package var serveQuestions: () -> Void = {}
  /// Shows a help page for a value; the text is what stood before the `?`.
  package var showHelp: (Value, String) throws -> Void = { _, _ in }

  let stack: UnsafeMutablePointer<Value>
  let stackEnd: UnsafeMutablePointer<Value>
  let frames: UnsafeMutablePointer<Frame>
  /// What is shared with the fast half; see CMachine.h.
  let core: UnsafeMutablePointer<vm_core>
  /// Polls since the last look at the size of the heap.
  var polls = 0
  /// The first register beyond the windows of native calls in progress.
  var top: UnsafeMutablePointer<Value>
  var nativeDepth = 0
  let boxes = BoxRing()
  var mutatingNames: Set<String>
  private var cellNumber = 0
  /// The call that runs now, for the origin of what it makes.
  var currentCall: (function: Unmanaged<FunctionCode>, point: UnsafePointer<Instruction>)?
  /// The element of a shared host value whose member is being set.
  let sharedElement: UnsafeMutablePointer<Value>

  package init(registry: Registry, safepoint: Safepoint) {
    self.registry = registry
    self.safepoint = safepoint
    globals = Globals(registry: registry)
    stack = Heap.allocateZeroed(Value.self, Machine.stackCapacity)
    stackEnd = stack + Machine.stackCapacity
    frames = .allocate(capacity: Machine.frameCapacity)
    core = .allocate(capacity: 1)
    core.initialize(
      to: vm_core(
        top: frames.fast - 1, last: frames.fast + (Machine.frameCapacity - 1), stack_end: stackEnd.fast,
        globals: globals.values.fast, countdown: 0, is_idle: false,
        free: { Heap.free(Value(kind: .string, payload: $0)) },
        make_unique: { slot, machine in
          guard let slot, let machine else { return false }
          let place = UnsafeMutableRawPointer(slot).assumingMemoryBound(to: Value.self)
          return (try? Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().makeUnique(place)) != nil
        },
        make_instance: { type in
          guard let type else { return 0 }
          return Value.instance(of: Unmanaged<StructType>.fromOpaque(type)).payload
        }, machine: nil))
    sharedElement = .allocate(capacity: 1)
    sharedElement.initialize(to: .absent)
    top = stack
    mutatingNames = registry.mutatingMethodNames
    core.pointee.machine = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    frames.deallocate()
    core.deallocate()
    sharedElement.pointee.release()
    sharedElement.deallocate()
    Heap.freeZeroed(stack)
  }

  /// Whether every instruction runs the general way; for the test that compares this with the fast one.
  package var isGeneralOnly: Bool {
    get { core.pointee.is_idle }
    set { core.pointee.is_idle = newValue }
  }

  /// The frame that runs.
  var runningFrame: Frame {
    UnsafeRawPointer(core.pointee.top).assumingMemoryBound(to: Frame.self).pointee
  }

  /// How many calls are in progress.
  var frameCount: Int {
    get { core.pointee.top - frames.fast + 1 }
    set { core.pointee.top = frames.fast + (newValue - 1) }
  }

  // MARK: Running cells

  package struct Compilation {
    /// Nil when there were errors.
    package let code: FunctionCode?
    package let diagnostics: [Diagnostic]
  }

  /// Compiles a cell; nothing runs yet.
  package func compile(_ parsed: SyntaxTree, source: SourceText) -> Compilation {
    cellNumber += 1
    let output = Compiler.compile(
      parsed, source: source, globals: globals, cell: cellNumber, mutatingNames: mutatingNames)
    if output.code != nil { mutatingNames = output.mutatingNames }
    return Compilation(code: output.code, diagnostics: output.diagnostics)
  }

  /// Runs a cell and returns its last value, owned by the caller.
  package func run(_ code: FunctionCode) throws -> Value {
    let closure = Value.closure(code, captures: 0)
    defer { closure.release() }
    return try call(closure, [])
  }

  /// The first register beyond all windows in use: those of native calls and that of the running frame.
  var freeWindow: UnsafeMutablePointer<Value> {
    guard frameCount > 0 else { return top }
    let frame = frames + (frameCount - 1)
    return max(top, frame.pointee.base + frame.pointee.hot.pointee.registerCount)
  }

  /// Calls a function of the program from native code. Borrows function and arguments; the result is owned.
  package func call(_ function: Value, _ arguments: [Value]) throws -> Value {
    try call(function, count: arguments.count) { registers in
      for (index, argument) in arguments.enumerated() { registers[index] = argument.retained() }
    }
  }

  /// The same with one argument, without an array around it.
  package func call(_ function: Value, _ argument: Value) throws -> Value {
    try call(function, count: 1) { $0[0] = argument.retained() }
  }

  /// The same with two arguments.
  package func call(_ function: Value, _ first: Value, _ second: Value) throws -> Value {
    try call(function, count: 2) { registers in
      registers[0] = first.retained()
      registers[1] = second.retained()
    }
  }

  @inline(__always)
  private func call(_ function: Value, count: Int, fill: (UnsafeMutablePointer<Value>) -> Void) throws
    -> Value
  {
    guard nativeDepth < Machine.nativeDepthLimit else { throw tooDeep() }
    let saved = top
    let window = freeWindow
    let needed = count + 3
    guard stackEnd - window > needed + 256 else { throw tooDeep() }
    nativeDepth += 1
    // One register for the result, then a call's window.
    for index in 0..<needed { (window + index).initialize(to: .absent) }
    window[1] = function.retained()
    fill(window + 2)
    top = window + needed
    defer {
      top = saved
      nativeDepth -= 1
    }
    try enter(window + 1, count: count, target: window)
    let result = window[0]
    window[0] = .absent
    return result
  }

  /// Collects variables that only hold each other; called between cells.
  package func collectCycles() {
    CycleCollector.collect(boxes)
    boxes.startCounting()
  }

  func collectCyclesWhileRunning() { collectCycles() }

  // MARK: Safepoint

  /// Polls the safepoint: throws when the execution is to end.
  package func checkpoint() throws {
    if safepoint.isRaised { try answerSafepoint() }
  }

  /// How many loop rounds and calls pass between two polls; another thread's request waits no longer than that,
  /// because whatever takes its time looks at the safepoint by itself.
  private static let pollInterval: Int64 = 256
  /// How many polls pass between two looks at the size of the heap.
  private static let pollsPerBudget = 64

  /// The poll that the fast half asks for.
  func poll() throws {
    core.pointee.countdown = Machine.pollInterval
    try checkpoint()
    polls &+= 1
    if polls % Machine.pollsPerBudget == 0, Heap.isOverBudget { throw Heap.outOfBudget() }
  }

  func answerSafepoint() throws {
    if !safepoint.take(.service).isEmpty { serveQuestions() }
    if safepoint.pending.contains(.interrupt) {
      safepoint.take(.interrupt)
      throw ScriptError(.interrupted, "the cell was interrupted; all variables keep what they had")
    }
    if safepoint.pending.contains(.memory) {
      safepoint.take(.memory)
      throw Heap.outOfBudget()
    }
  }

  func tooDeep() -> ScriptError {
    ScriptError(
      .recursion, "the calls nest too deep (\(frameCount.formattedWithCommas) levels)",
      suggestion:
        "does a function call itself without ever stopping? It needs a case that returns without a further call"
    )
  }

  // MARK: Text

  /// What `print` writes of a value; a struct's own `description` is honoured.
  package func text(of value: Value) throws -> String {
    try Values.text(of: value) { try self.ownDescription(of: $0) }
  }

  /// The value as code would write it: strings in quotes.
  package func literal(of value: Value, limits: Values.TextLimits = .init()) throws -> String {
    try Values.literal(of: value, limits: limits) { try self.ownDescription(of: $0) }
  }

  private func ownDescription(of value: Value) throws -> String? {
    guard let type = value.structType, type.getters["description"] != nil,
      let text = try member("description", of: value)
    else { return nil }
    defer { text.release() }
    return text.stringValue
  }
}

extension Registry {
  /// Built-in methods that change their receiver.
  var mutatingMethodNames: Set<String> {
    Set(types.values.flatMap { $0.methods.values.filter(\.isMutating).map(\.name) })
  }
}

extension Int {
  /// `100,000`
  var formattedWithCommas: String {
    var digits = String(magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    groups.insert(digits, at: 0)
    return (self < 0 ? "-" : "") + groups.joined(separator: ",")
  }
}

extension UnsafeMutablePointer where Pointee == Machine.Frame {
  /// The same frames in the fast half's words.
  fileprivate var fast: UnsafeMutablePointer<vm_frame> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: vm_frame.self)
  }
}

import Tensors

/// A computation prepared for good: fused, with weights packed and memory laid out, to be run with other
/// inputs of the same shapes.
final class Plan {
  /// A value as a plan carries it.
  enum Value {
    /// In the program's memory, in a layout of its own.
    case slot(Program.Slot)
    /// As a tensor that a step of ours makes.
    case box(Box)
    /// A parameter, which each operation packs as it likes.
    case parameter(Parameter)
    /// A convolution or dense layer that waits for what can be fused into it.
    case pending(PendingLayer)
  }

  /// A tensor that changes from run to run.
  final class Box {
    var tensor: Tensor?
    func value() throws -> Tensor {
      guard let tensor else { preconditionFailure("a box is filled before it is read") }
      return tensor
    }
  }

  /// Packed numbers that follow what they were made from.
  private final class Binding {
    let packed: PackedWeights
    let sources: [Parameter]
    let make: () throws -> Tensor
    /// Whether it is one parameter's numbers, unchanged.
    let isCopy: Bool
    var versions: [Int]

    init(
      _ packed: PackedWeights, _ sources: [Parameter], isCopy: Bool = false,
      _ make: @escaping () throws -> Tensor
    ) {
      self.isCopy = isCopy
      self.packed = packed
      self.sources = sources
      self.make = make
      versions = sources.map { _ in -1 }
    }

    func refresh() throws {
      let now = sources.map(\.version)
      guard now != versions else { return }
      try packed.pack(make())
      versions = now
      if isCopy, packed.isReversible { sources[0].park(in: packed) }
    }
  }

  let program: Program
  let graph: Graph
  private var bindings: [Binding] = []
  private var isFirstRun = true
  private var weights: [WeightsKey: PackedWeights] = [:]
  /// The program's inputs: which leaf each slot stands for.
  private var inputs: [(slot: Program.Slot, leaf: Int)] = []
  /// Parameters that are read where they are.
  private var direct: [(slot: Program.Slot, parameter: Parameter)] = []
  private var inputBoxes: [(box: Box, leaf: Int)] = []
  var values: [Int: Value] = [:]
  /// Entries that were fused into their operand: gradients pass them unchanged.
  var passing: Set<Int> = []
  /// How many entries still have to read a value.
  var remaining: [Int]

  private struct WeightsKey: Hashable {
    let parameter: Parameter
    let kind: PackedWeights.Kind
  }

  /// - Throws: `Program.Unsupported` where a graph cannot be planned: other types than float32, no oneDNN.
  init(_ graph: Graph) throws {
    guard let program = Program() else { throw Program.Unsupported() }
    self.program = program
    self.graph = graph
    remaining = graph.uses
    remaining[graph.output] += 1
    program.carriesBlocks = graph.entries.contains { entry in
      guard let convolution = entry.node.operation as? Convolution,
        let geometry = try? convolution.geometry(entry.operands.map { graph.entries[$0].node.spec })
      else { return false }
      return geometry.prefersWinograd && !graph.entries[entry.operands[1]].node.isTracked
    }
    for (number, entry) in graph.entries.enumerated() {
      if entry.node.spec.dtype == .float64 { throw Program.Unsupported() }
      guard entry.node.operation == nil else { continue }
      if let parameter = entry.node.parameter {
        values[number] = .parameter(parameter)
      } else if entry.node.spec.dtype == .float32 {
        let slot = try program.input(entry.node.spec.shape)
        inputs.append((slot, number))
        values[number] = .slot(slot)
      } else {
        let box = Box()
        inputBoxes.append((box, number))
        values[number] = .box(box)
      }
    }
  }

  // MARK: Weights

  /// A parameter's numbers in the program.
  func packed(_ parameter: Parameter, _ kind: PackedWeights.Kind, shape: Shape? = nil) throws -> PackedWeights
  {
    guard parameter.dtype == .float32 else { throw Program.Unsupported() }
    let key = WeightsKey(parameter: parameter, kind: kind)
    if let known = weights[key] { return known }
    let made = try program.weights(shape ?? parameter.shape, kind)
    weights[key] = made
    bindings.append(Binding(made, [parameter], isCopy: true) { parameter.value })
    return made
  }

  /// A parameter's numbers as users see them, read from its own memory in each run.
  func direct(_ parameter: Parameter) throws -> Program.Slot {
    guard parameter.dtype == .float32 else { throw Program.Unsupported() }
    let slot = try program.input(parameter.shape)
    direct.append((slot, parameter))
    return slot
  }

  /// The first form in which a parameter is packed; an optimizer changes this one.
  func packedForUpdate(_ parameter: Parameter) throws -> PackedWeights {
    if let binding = bindings.first(where: { $0.sources == [parameter] && $0.packed.slot != nil }) {
      return binding.packed
    }
    let made = try packed(parameter, .plain)
    _ = try made.anySlot()
    return made
  }

  /// Lets packed numbers follow a parameter.
  func bind(_ packed: PackedWeights, _ parameter: Parameter) {
    bindings.append(Binding(packed, [parameter]) { parameter.value })
  }

  /// Numbers computed from parameters.
  func packed(
    _ shape: Shape, _ kind: PackedWeights.Kind, from sources: [Parameter],
    _ make: @escaping () throws -> Tensor
  ) throws -> PackedWeights {
    let made = try program.weights(shape, kind)
    bindings.append(Binding(made, sources, make))
    return made
  }

  /// Says that the program has changed a parameter's packed numbers.
  func changed(_ parameter: Parameter, _ packed: PackedWeights) {
    let version = parameter.moved(to: packed)
    for binding in bindings where binding.packed === packed { binding.versions = [version] }
  }

  // MARK: Values

  /// A value in the program's memory.
  ///
  /// - Throws: `Program.Unsupported` for what is not float32.
  func slot(_ number: Int) throws -> Program.Slot {
    switch values[number] {
    case .slot(let slot): return slot
    case .pending(let layer):
      let slot = try layer.finish(self)
      values[number] = .slot(slot)
      return slot
    case .parameter(let parameter):
      // In row-major order, for operations that are not made for weights.
      return try packed(parameter, .plain).anySlot()
    case .box(let box):
      let spec = graph.entries[number].node.spec
      guard spec.dtype == .float32 else { throw Program.Unsupported() }
      let slot = try program.temporary(spec.shape)
      program.add("write", reads: [], writes: [slot]) { program in
        program.write(try box.value(), to: slot)
      }
      values[number] = .slot(slot)
      return slot
    case nil: preconditionFailure("operands come before what is computed from them")
    }
  }

  /// A way to get a value as a tensor while the program runs; call it while steps are added.
  func tensor(_ number: Int) throws -> (slot: Program.Slot?, read: (Program) throws -> Tensor) {
    switch values[number] {
    case .parameter(let parameter): return (nil, { _ in parameter.value })
    case .box(let box): return (nil, { _ in try box.value() })
    default:
      let plain = try program.plain(slot(number))
      return (plain, { try $0.read(plain) })
    }
  }

  // MARK: Running

  /// Runs the program for other leaves of the same graph.
  func run(_ graph: Graph) throws {
    try run { leaf in
      guard let tensor = graph.entries[leaf].node.value else { preconditionFailure("a leaf has a value") }
      return tensor
    }
  }

  /// Runs the program with the tensors that leaves stand for.
  func run(_ leaf: (Int) -> Tensor) throws {
    // The largest first, while there is most room for what packing needs besides.
    if isFirstRun { bindings.sort { $0.packed.shape.elementCount > $1.packed.shape.elementCount } }
    for binding in bindings { try binding.refresh() }
    if isFirstRun { Program.releaseIdleMemory() }
    isFirstRun = false
    for (box, number) in inputBoxes { box.tensor = leaf(number) }
    try program.run(
      inputs.map { ($0.slot, leaf($0.leaf)) } + direct.map { ($0.slot, $0.parameter.value) })
  }

  /// The only leaf that is no parameter; nil when there are more.
  var onlyInput: Int? {
    inputs.count == 1 && inputBoxes.isEmpty ? inputs[0].leaf : nil
  }
}

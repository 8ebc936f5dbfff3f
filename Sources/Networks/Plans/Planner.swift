import Base
import Synchronization
import Tensors

/// Runs recorded computations by plans that are kept for their like.
enum Planner {
  /// The plans that one thread has made; oneDNN's primitives belong to it.
  private final class Cache {
    /// Each holds packed weights and an arena.
    static let capacity = 24
    /// The plans of networks whose structure cannot change, found without recording a call.
    var shortcuts: [Shortcut.Key: Shortcut] = [:]
    var plans: [Graph.Key: Prepared] = [:]
    var order: [Graph.Key] = []
    private(set) var made = 0

    /// Forgets all plans; false when there were none. Those that run now are finished first.
    func empty() -> Bool {
      defer {
        plans.removeAll()
        shortcuts.removeAll()
        order.removeAll()
      }
      return !plans.isEmpty
    }

    func add(_ prepared: Prepared, _ key: Graph.Key) {
      made += 1
      let gone = plans.filter { $0.value.belongedToOptimizer && $0.value.optimizer == nil }.map(\.key)
      for old in gone { plans[old] = nil }
      order.removeAll { plans[$0] == nil }
      // Networks that nobody uses any more are not to fill the memory.
      let isShort = MemoryBudget.used > MemoryBudget.limit / 2
      if order.count >= Cache.capacity || isShort, !order.isEmpty {
        plans[order.removeFirst()] = nil
        if isShort { shortcuts.removeAll() }
      }
      plans[key] = prepared
      order.append(key)
    }
  }

  /// A plan with what is read after a run; `plan` is nil where there can be none.
  private final class Prepared {
    let plan: Plan?
    var read: (Plan) throws -> Tensor = { _ in preconditionFailure("a plan has a result") }
    var gradients: [(leaf: Int, read: (Plan) throws -> Tensor)] = []
    var updated: [(Parameter, PackedWeights)] = []

    /// Whose steps the plan makes; without it the plan is of no use.
    weak var optimizer: Optimizer? {
      didSet { belongedToOptimizer = true }
    }
    private(set) var belongedToOptimizer = false

    init(_ plan: Plan?) { self.plan = plan }
  }

  /// How many plans this thread has made.
  static var plansMade: Int { cache.made }

  private static func forgetPlans() -> Bool { cache.empty() }

  private static var cache: Cache {
    ComputeContext.value(Cache.self) {
      MemoryBudget.whenShort { Planner.forgetPlans() }
      return Cache()
    }
  }

  private static func prepared(
    _ graph: Graph, _ purpose: Graph.Purpose, _ build: (Prepared, Plan) throws -> Void
  ) throws -> Prepared {
    let key = graph.key(purpose)
    if let known = cache.plans[key] { return known }
    let made: Prepared
    do {
      let plan = try Plan(graph)
      made = Prepared(plan)
      try build(made, plan)
      try plan.program.finish()
    } catch is Program.Unsupported {
      let none = Prepared(nil)
      cache.add(none, key)
      return none
    }
    cache.add(made, key)
    return made
  }

  private static func reader(_ value: Plan.Value, _ number: Int, _ plan: Plan) throws -> (Plan) throws ->
    Tensor
  {
    if case .box(let box) = value { return { _ in try box.value() } }
    let slot = try plan.program.plain(plan.slot(number))
    plan.program.keep(slot)
    return { try $0.program.read(slot) }
  }

  /// The value of a deferred computation.
  static func value(of last: Node) throws -> Tensor {
    GradientScope.current?.looks += 1
    if let value = last.current { return value }
    let graph = Graph(last)
    let prepared = try prepared(graph, .value) { prepared, plan in
      prepared.read = try reader(plan.planForward(), graph.output, plan)
    }
    guard let plan = prepared.plan else { return try Deferral.evaluate(last) }
    try plan.run(graph)
    let value = try prepared.read(plan)
    last.value = value
    return value
  }

  /// A plan for a network's output that needs no recording.
  private final class Shortcut {
    struct Key: Hashable {
      let network: ObjectIdentifier
      let input: TensorSpec
    }
    /// The key's object may be gone and its address another's.
    weak var network: BasicLayer?
    let prepared: Prepared
    let respecified: Int

    init(_ network: BasicLayer, _ prepared: Prepared, _ respecified: Int) {
      self.network = network
      self.prepared = prepared
      self.respecified = respecified
    }
  }

  /// The output of a network for one input, by the plan that an earlier call has made.
  ///
  /// - Parameter record: Calls the network on a deferred input, when there is no plan yet.
  static func predict(
    _ network: BasicLayer, _ x: Tensor, record: (Variable) throws -> Variable
  ) throws -> Tensor {
    let key = Shortcut.Key(network: ObjectIdentifier(network), input: TensorSpec(x))
    if let known = cache.shortcuts[key], known.network === network,
      known.respecified == Parameter.respecified.load(ordering: .relaxed), let plan = known.prepared.plan
    {
      try plan.run { _ in x }
      return try known.prepared.read(plan)
    }
    let output = try record(Deferral.input(x))
    guard let last = output.node, output.isDeferred else { return try output.tensor() }
    let value = try value(of: last)
    let graph = Graph(last)
    if network.isStatic, let prepared = cache.plans[graph.key(.value)], let plan = prepared.plan,
      plan.onlyInput != nil
    {
      if cache.shortcuts.count >= Cache.capacity { cache.shortcuts.removeAll() }
      cache.shortcuts[key] = Shortcut(network, prepared, Parameter.respecified.load(ordering: .relaxed))
    }
    return value
  }

  /// The value of a deferred computation of one number, and its gradients at tracked leaves.
  static func gradients(of last: Node, at leaves: [Node]) throws -> (value: Tensor, gradients: [Tensor?]) {
    let graph = Graph(last)
    let prepared = try prepared(graph, .gradients) { prepared, plan in
      let result = try plan.planGradients { leaf, gradient in
        let node = graph.entries[leaf].node
        if let parameter = node.parameter {
          let (packed, slot) = try plan.packedGradient(parameter, gradient)
          plan.program.keep(slot)
          prepared.gradients.append((leaf, { _ in try packed.unpack(slot) }))
        } else {
          let slot = try plan.program.plain(plan.slot(gradient, node.spec.shape))
          plan.program.keep(slot)
          prepared.gradients.append((leaf, { try $0.program.read(slot) }))
        }
      }
      prepared.read = try reader(result, graph.output, plan)
    }
    guard let plan = prepared.plan else {
      let value = try Deferral.evaluate(last)
      return (value, try Tape.gradients(of: Variable(deferred: last), at: leaves))
    }
    try plan.run(graph)
    var found: [ObjectIdentifier: Tensor] = [:]
    for (leaf, read) in prepared.gradients {
      found[ObjectIdentifier(graph.entries[leaf].node)] = try read(plan)
    }
    return (try prepared.read(plan), leaves.map { found[ObjectIdentifier($0)] })
  }

  /// Computes a deferred loss and changes the tracked parameters by an optimizer; gives the loss.
  static func train(_ last: Node, _ optimizer: Optimizer) throws -> Tensor {
    let graph = Graph(last)
    let prepared = try prepared(graph, .training(ObjectIdentifier(optimizer))) { prepared, plan in
      plan.program.changesWeights = true
      prepared.optimizer = optimizer
      var late: [() -> Void] = []
      var all: [Program.Slot] = []
      let norm = Norm()
      let result = try plan.planGradients { leaf, gradient in
        guard let parameter = graph.entries[leaf].node.parameter else { return }
        let (packed, slot) = try plan.packedGradient(parameter, gradient)
        guard let weights = packed.slot else { preconditionFailure("a packed gradient has weights") }
        let memory = try optimizer.state(of: parameter).map { try plan.sibling(of: packed, $0) }
        let states = memory.compactMap(\.packed.slot)
        prepared.updated.append((parameter, packed))
        prepared.updated += memory.map { ($0.parameter, $0.packed) }
        let update = {
          plan.program.add("update", reads: [slot], writes: [weights] + states) {
            [unowned optimizer] program in
            optimizer.rule(for: parameter).apply(
              program, weights: weights, gradient: slot, state: states,
              scale: Float(optimizer.scale(norm: norm.value)))
          }
        }
        // Without a common limit each parameter changes as soon as nobody needs its old numbers.
        if optimizer.clipNorm == nil {
          update()
        } else {
          all.append(slot)
          late.append(update)
        }
      }
      if optimizer.clipNorm != nil {
        plan.program.add("gradient norm", reads: all, writes: []) { program in
          norm.value = all.reduce(0) { $0 + program.sumOfSquares($1) }.squareRoot()
        }
      }
      for update in late { update() }
      prepared.read = try reader(result, graph.output, plan)
    }
    optimizer.advance()
    guard let plan = prepared.plan else {
      let value = try Deferral.evaluate(last)
      let leaves = graph.entries.map(\.node).filter { $0.isTracked && $0.parameter != nil }
      let gradients = try Tape.gradients(of: Variable(deferred: last), at: leaves)
      try optimizer.apply(
        zip(leaves, gradients).compactMap { leaf, gradient in
          leaf.parameter.flatMap { parameter in gradient.map { (parameter, $0) } }
        })
      return value
    }
    try plan.run(graph)
    for (parameter, packed) in prepared.updated { plan.changed(parameter, packed) }
    return try prepared.read(plan)
  }

  private final class Norm {
    var value = 0.0
  }
}

extension Plan {
  /// A parameter's gradient in the layout in which the parameter is packed.
  func packedGradient(_ parameter: Parameter, _ gradient: Gradient) throws -> (PackedWeights, Program.Slot) {
    let packed = try packedForUpdate(parameter)
    switch gradient {
    case .slot(let slot): return (packed, slot)
    case .box(let box):
      let rowMajor = packed.rowMajor()
      program.add("write", reads: [], writes: [rowMajor]) { program in
        program.write(try box.value(), to: rowMajor)
      }
      return (packed, try packed.inLayout(rowMajor))
    }
  }

  /// An optimizer's memory in the layout of the weights it belongs to.
  func sibling(
    of packed: PackedWeights, _ memory: Parameter
  ) throws -> (parameter: Parameter, packed: PackedWeights) {
    let made = try packed.sibling()
    bind(made, memory)
    return (memory, made)
  }
}

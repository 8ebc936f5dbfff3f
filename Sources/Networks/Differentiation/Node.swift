import Synchronization
import Tensors

/// A point of the computation that gradients flow through: a leaf (an input, a parameter, a constant) or one
/// run of an operation.
///
/// Nodes are what the tape consists of. They are numbered as they are made, and an operand always has a
/// smaller number than what was computed from it.
final class Node: @unchecked Sendable {
  let number: Int
  let spec: TensorSpec
  /// Nil for a leaf.
  let operation: (any Operation)?
  /// The operands' nodes; nil for an operand that no gradient flows to.
  private(set) var operands: [Node?]
  /// The parameter that a leaf stands for.
  let parameter: Parameter?
  /// Whether a gradient may be asked for here.
  let isTracked: Bool

  private(set) var keptOperands: [Tensor] = []
  private(set) var keptResult: Tensor?
  private(set) var extras: [Tensor] = []
  private var specs: [TensorSpec] = []

  /// A deferred node's value once it has been computed, or a leaf's.
  var value: Tensor?

  private static let counter = Atomic<Int>(0)

  private static func next() -> Int { counter.wrappingAdd(1, ordering: .relaxed).newValue }

  /// A leaf.
  init(_ spec: TensorSpec, value: Tensor?, parameter: Parameter? = nil, isTracked: Bool) {
    number = Node.next()
    self.spec = spec
    self.value = value
    self.parameter = parameter
    self.isTracked = isTracked
    operation = nil
    operands = []
  }

  /// An operation that has been run.
  init(
    _ operation: any Operation, _ operands: [Variable], _ values: [Tensor], _ result: Tensor, extras: [Tensor]
  ) {
    number = Node.next()
    spec = TensorSpec(result)
    self.operation = operation
    self.operands = operands.map { $0.node.flatMap { $0.isTracked ? $0 : nil } }
    self.extras = extras
    parameter = nil
    isTracked = true
    specs = values.map(TensorSpec.init)
    if operation.keeps.contains(.operands) { keptOperands = values }
    if operation.keeps.contains(.result) { keptResult = result }
  }

  /// An operation that waits to be planned.
  init(deferred operation: any Operation, _ operands: [Node], _ spec: TensorSpec) {
    number = Node.next()
    self.spec = spec
    self.operation = operation
    self.operands = operands
    parameter = nil
    isTracked = operands.contains { $0.isTracked }
    specs = operands.map(\.spec)
  }

  /// Runs a deferred operation whose operands have been computed.
  func compute() throws {
    guard value == nil, let operation else { return }
    if specs.isEmpty { specs = operands.compactMap { $0?.spec } }
    let values = operands.compactMap { $0?.current }
    var extras: [Tensor] = []
    let result = try operation.forward(values, extras: &extras)
    self.extras = extras
    if operation.keeps.contains(.operands) { keptOperands = values }
    if operation.keeps.contains(.result) { keptResult = result }
    value = result
  }

  /// A leaf's or a computed node's value.
  var current: Tensor? { value ?? parameter?.value }

  func record(wanted: [Bool]) -> Record {
    Record(operands: keptOperands, kept: keptResult, extras: extras, specs: specs, wanted: wanted)
  }

  /// Lets go of the operands one by one: a chain a million operations long must not be freed recursively.
  deinit {
    var pending = operands.compactMap { $0 }
    operands = []
    while var node = pending.popLast() {
      guard isKnownUniquelyReferenced(&node) else { continue }
      pending += node.operands.compactMap { $0 }
      node.operands = []
    }
  }
}

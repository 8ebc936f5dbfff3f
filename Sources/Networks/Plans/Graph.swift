import Tensors

/// A recorded computation, with its nodes numbered in the order in which they can be run.
struct Graph {
  struct Entry {
    let node: Node
    /// Numbers of the operands.
    let operands: [Int]
  }

  let entries: [Entry]
  /// The number of the node whose value is asked for.
  let output: Int
  /// How many entries read each one.
  let uses: [Int]

  init(_ last: Node) {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(last)]
    var found = [last]
    var pending = [last]
    while let node = pending.popLast() {
      for case let operand? in node.operands where seen.insert(ObjectIdentifier(operand)).inserted {
        found.append(operand)
        pending.append(operand)
      }
    }
    found.sort { $0.number < $1.number }
    var numbers: [ObjectIdentifier: Int] = [:]
    var entries: [Entry] = []
    var uses: [Int] = []
    for node in found {
      let operands = node.operands.compactMap { operand in
        operand.flatMap { numbers[ObjectIdentifier($0)] }
      }
      for operand in operands { uses[operand] += 1 }
      numbers[ObjectIdentifier(node)] = entries.count
      entries.append(Entry(node: node, operands: operands))
      uses.append(0)
    }
    self.entries = entries
    self.uses = uses
    output = entries.count - 1
  }

  /// What a plan for this graph depends on: two graphs with equal keys can be run by one plan.
  struct Key: Hashable {
    fileprivate enum Item: Hashable {
      case parameter(Parameter, isTracked: Bool)
      case value(TensorSpec, isTracked: Bool)
      case operation(AnyHashable, [Int])
    }
    fileprivate let items: [Item]
    let purpose: Purpose
  }

  /// What is asked of a plan.
  enum Purpose: Hashable {
    case value
    case gradients
    /// A training step by this optimizer.
    case training(ObjectIdentifier)
  }

  func key(_ purpose: Purpose) -> Key {
    Key(
      items: entries.map { entry in
        let node = entry.node
        if let operation = node.operation { return .operation(AnyHashable(operation), entry.operands) }
        if let parameter = node.parameter { return .parameter(parameter, isTracked: node.isTracked) }
        return .value(node.spec, isTracked: node.isTracked)
      }, purpose: purpose)
  }

  /// Whether layers do most of the work, rather than many small operations.
  var isWorthPlanning: Bool {
    guard entries.count <= Graph.longestPlan else { return false }
    return entries.contains { $0.node.operation is Convolution || $0.node.operation is DenseProduct }
  }

  /// Loops over elements are longer than any network.
  private static let longestPlan = 5_000

  /// The leaves that stand for tensors, in order: what changes from run to run.
  var inputs: [Int] {
    entries.indices.filter { entries[$0].node.operation == nil && entries[$0].node.parameter == nil }
  }
}

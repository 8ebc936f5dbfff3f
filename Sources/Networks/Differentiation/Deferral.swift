import Tensors

/// Computations that are put off until a plan runs them all.
enum Deferral {
  /// A deferred leaf for a tensor.
  static func input(_ tensor: Tensor, isTracked: Bool = false) -> Variable {
    Variable(deferred: Node(TensorSpec(tensor), value: tensor, isTracked: isTracked))
  }

  /// Computes a deferred node now, one operation at a time, keeping what a way back needs.
  static func evaluate(_ last: Node) throws -> Tensor {
    if let value = last.current { return value }
    for entry in Graph(last).entries { try entry.node.compute() }
    guard let value = last.value else { preconditionFailure("the node has just been computed") }
    return value
  }
}

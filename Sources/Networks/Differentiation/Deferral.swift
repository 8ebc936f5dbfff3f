import Tensors

/// Computations that are put off until a plan runs them all.
enum Deferral {
  /// Parameters become deferred leaves here, so that a plan refers to them and not to their numbers of today.
  @TaskLocal static var scope: DeferralScope?

  static var isActive: Bool { scope != nil }

  static func leaf(for parameter: Parameter) -> Node {
    guard let scope else { preconditionFailure("parameters are deferred in a scope only") }
    return scope.leaf(for: parameter)
  }

  /// Computes a deferred node now, one operation at a time.
  static func evaluate(_ last: Node) throws -> Tensor {
    if let value = last.value { return value }
    var pending = [last]
    while let node = pending.last {
      if node.value != nil {
        pending.removeLast()
        continue
      }
      if let parameter = node.parameter {
        node.value = parameter.value
        continue
      }
      guard let operation = node.operation else { preconditionFailure("a leaf has a value") }
      let operands = node.operands.compactMap { $0 }
      let missing = operands.filter { $0.value == nil }
      if missing.isEmpty {
        var extras: [Tensor] = []
        node.value = try operation.forward(operands.compactMap(\.value), extras: &extras)
      } else {
        pending += missing
      }
    }
    guard let value = last.value else { preconditionFailure("the node has just been computed") }
    return value
  }
}

/// The deferred leaves of one network call.
final class DeferralScope: @unchecked Sendable {
  private var leaves: [Parameter: Node] = [:]

  func leaf(for parameter: Parameter) -> Node {
    if let known = leaves[parameter] { return known }
    let node = Node(
      TensorSpec(parameter.shape, parameter.dtype), value: nil, parameter: parameter, isTracked: false)
    leaves[parameter] = node
    return node
  }
}

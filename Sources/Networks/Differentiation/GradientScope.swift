import Tensors

/// What the running call of `gradient` differentiates with respect to.
final class GradientScope: @unchecked Sendable {
  @TaskLocal static var current: GradientScope?

  /// Nil for every trainable parameter that is met.
  private let wanted: Set<Parameter>?
  private var leaves: [Parameter: Node] = [:]
  /// Parameters in the order in which they were first used.
  private(set) var used: [Parameter] = []
  private let isDeferred: Bool
  /// How often the function that is recorded looked at numbers.
  var looks = 0

  init(_ wanted: [Parameter]?, isDeferred: Bool = false) {
    self.wanted = wanted.map(Set.init)
    self.isDeferred = isDeferred
  }

  func variable(for parameter: Parameter) -> Variable {
    let isWanted = wanted?.contains(parameter) ?? parameter.isTrainable
    guard isWanted || isDeferred else { return Variable(parameter.value) }
    let node = leaves[parameter] ?? add(parameter, isWanted)
    return isDeferred ? Variable(deferred: node) : Variable(parameter.value, node: node)
  }

  private func add(_ parameter: Parameter, _ isWanted: Bool) -> Node {
    let spec = TensorSpec(parameter.shape, parameter.dtype)
    let node = Node(spec, value: nil, parameter: parameter, isTracked: isWanted)
    leaves[parameter] = node
    if isWanted { used.append(parameter) }
    return node
  }

  func leaf(of parameter: Parameter) -> Node? { leaves[parameter] }
}

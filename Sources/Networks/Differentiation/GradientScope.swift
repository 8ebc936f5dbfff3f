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

  /// While this is set, only these of the wanted ones are differentiated with respect to.
  private var allowed: Set<Parameter>?

  init(_ wanted: [Parameter]?, isDeferred: Bool = false) {
    self.wanted = wanted.map(Set.init)
    self.isDeferred = isDeferred
  }

  func variable(for parameter: Parameter) -> Variable {
    let isWanted =
      (wanted?.contains(parameter) ?? parameter.isTrainable) && allowed?.contains(parameter) ?? true
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

  /// Runs what may use other parameters too, which are constants in it.
  func limited<Result>(to parameters: [Parameter], _ body: () throws -> Result) rethrows -> Result {
    allowed = Set(parameters)
    defer { allowed = nil }
    return try body()
  }

  func leaf(of parameter: Parameter) -> Node? { leaves[parameter] }
}

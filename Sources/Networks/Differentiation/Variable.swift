import Tensors

/// A tensor that operations on it remember, where somebody may ask for a gradient.
///
/// ```swift
/// let g = try gradient(at: Tensor([1, 2, 3], dtype: .float64)) { x in try (x * x).sum() }
/// // [2. 4. 6.]
/// ```
///
/// Outside of `gradient(at:)` and its relatives a variable is just its tensor, and nothing is remembered.
public struct Variable: Sendable {
  /// The point on the tape, or the deferred computation; nil for a plain tensor.
  let node: Node?
  private let computed: Tensor?
  /// Shape and type, which are known before the numbers are.
  public let spec: TensorSpec

  /// A tensor that no gradient flows to.
  public init(_ tensor: Tensor) {
    computed = tensor
    node = nil
    spec = TensorSpec(tensor)
  }

  init(_ tensor: Tensor, node: Node) {
    computed = tensor
    self.node = node
    spec = TensorSpec(tensor)
  }

  init(deferred node: Node) {
    computed = nil
    self.node = node
    spec = node.spec
  }

  public var shape: Shape { spec.shape }
  public var dtype: DType { spec.dtype }
  public var rank: Int { spec.shape.rank }

  /// Whether it waits to be computed as part of a plan.
  package var isDeferred: Bool { computed == nil }
  /// Whether a gradient flows to it.
  public var isTracked: Bool { node?.isTracked ?? false }

  /// The numbers. A deferred variable is computed now.
  public func tensor() throws -> Tensor {
    if let computed { return computed }
    guard let node else { preconditionFailure("a variable is computed or deferred") }
    return try Planner.value(of: node)
  }

  /// The same numbers, through which no gradient flows.
  public func detached() throws -> Variable { Variable(try tensor()) }

  /// Runs an operation, or defers it when an operand is deferred.
  static func apply(_ operation: some Operation, _ operands: [Variable]) throws -> Variable {
    if operands.contains(where: \.isDeferred) {
      let spec = try operation.output(for: operands.map(\.spec))
      let nodes = operands.map { operand in
        operand.node.flatMap { operand.isDeferred || $0.isTracked ? $0 : nil }
          ?? Node(operand.spec, value: operand.computed, isTracked: false)
      }
      return Variable(deferred: Node(deferred: operation, nodes, spec))
    }
    let values = try operands.map { try $0.tensor() }
    var extras: [Tensor] = []
    let result = try operation.forward(values, extras: &extras)
    guard operands.contains(where: \.isTracked), result.dtype.isFloating else { return Variable(result) }
    return Variable(result, node: Node(operation, operands, values, result, extras: extras))
  }
}

extension Variable: CustomStringConvertible {
  public var description: String {
    (try? tensor().description) ?? "a \(dtype) tensor of shape \(shape)"
  }
}

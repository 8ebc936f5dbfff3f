import Tensors

/// A number and its derivatives.
public struct ValueWithGradients: Sendable {
  /// What the differentiated function gave: a single number.
  public let value: Tensor
  /// The derivatives with respect to the inputs, each of its input's shape.
  public let inputs: [Tensor]
  /// The derivatives with respect to the parameters that were asked for; one that the result does not depend
  /// on is missing.
  public let parameters: [Parameter: Tensor]
  /// Whether the same computation is done faster by a plan, if it comes again.
  let isWorthPlanning: Bool
}

/// The derivative of a function that gives one number, with respect to its input.
///
///     let x = try Tensor([1.0, 2, 3], dtype: .float64)
///     try gradient(at: x) { x in try (x * x).sum() }     // [2. 4. 6.]
///
/// - Parameters:
///   - x: Where the derivative is taken; floating-point numbers.
///   - function: Gives a tensor of one element. What it computes with parameters is not differentiated with
///     respect to them.
/// - Throws: A type error when `x` holds integers; a shape error when the result is not a single number; the
///   function's own errors.
public func gradient(at x: Tensor, _ function: (Variable) throws -> Variable) throws -> Tensor {
  try valueWithGradients(at: [x], parameters: []) { try function($0[0]) }.inputs[0]
}

/// The value of a function and its derivative with respect to its input; see `gradient(at:_:)`.
public func valueWithGradient(
  at x: Tensor, _ function: (Variable) throws -> Variable
) throws -> (value: Tensor, gradient: Tensor) {
  let both = try valueWithGradients(at: [x], parameters: []) { try function($0[0]) }
  return (both.value, both.inputs[0])
}

/// The value of a function of several inputs and its derivatives with respect to them and to parameters.
///
///     let loss = try valueWithGradients(parameters: network.parameters) { _ in
///       try crossEntropy(network(x), labels)
///     }
///
/// - Parameters:
///   - inputs: Floating-point tensors.
///   - parameters: With respect to which parameters derivatives are wanted; nil for every trainable one that the
///     function uses.
///   - planned: Whether what the function does is fused and prepared for calls to come; else each operation runs by
///     itself.
///   - function: Is given the inputs in their order and gives a tensor of one element.
public func valueWithGradients(
  at inputs: [Tensor] = [], parameters: [Parameter]? = nil, planned: Bool = false,
  _ function: ([Variable]) throws -> Variable
) throws -> ValueWithGradients {
  for input in inputs where !input.dtype.isFloating {
    throw TensorError(
      .type, "A gradient is taken at floating-point numbers, but the tensor is \(input.dtype).",
      suggestion: "x.asType(.float32)")
  }
  let scope = GradientScope(parameters, isDeferred: planned)
  let leaves = inputs.map { Node(TensorSpec($0), value: $0, isTracked: true) }
  let operands = zip(inputs, leaves).map { planned ? Variable(deferred: $1) : Variable($0, node: $1) }
  let result = try GradientScope.$current.withValue(scope) { try function(operands) }
  guard result.shape.elementCount == 1 else {
    throw TensorError(
      .shape,
      "A gradient is that of a single number, but the function gave a tensor of shape \(result.shape).",
      suggestion: "add up what it gives: sum(...) or mean(...)")
  }
  let used = scope.used
  let all = leaves + used.compactMap(scope.leaf)
  let value: Tensor
  let gradients: [Tensor?]
  if result.isDeferred, let last = result.node, last.isTracked {
    (value, gradients) = try Planner.gradients(of: last, at: all)
  } else {
    (value, gradients) = (try result.tensor(), try Tape.gradients(of: result, at: all))
  }
  // A plan would run the part before each look once more.
  let isWorthPlanning = planned ? scope.looks == 0 : result.node.map { Graph($0).isWorthPlanning } ?? false
  var ofParameters: [Parameter: Tensor] = [:]
  for (parameter, gradient) in zip(used, gradients.dropFirst(inputs.count)) {
    if let gradient { ofParameters[parameter] = gradient }
  }
  return ValueWithGradients(
    value: value,
    inputs: try zip(inputs, gradients).map { try $1 ?? Tensor.zeros($0.shape, $0.dtype) },
    parameters: ofParameters, isWorthPlanning: isWorthPlanning)
}

import Tensors

/// Computes a loss in training mode and changes the trainable parameters it depends on by one step.
///
///     let loss = try trainingStep(optimizer, inputs: [pictures, targets]) { inputs in
///       try (network(inputs[0]) - inputs[1]).square().mean()
///     }
///
/// - Parameters:
///   - optimizer: Makes the step.
///   - inputs: Tensors that change from step to step; what else the function uses is fixed when its shapes are first
///     met.
///   - planned: Whether steps are fused and prepared for steps to come; an eager step runs each operation by
///     itself.
///   - loss: Is given the inputs in their order and gives a tensor of one element.
/// - Returns: The loss, a single number, as it was before the step.
public func trainingStep(
  _ optimizer: Optimizer, inputs: [Tensor], planned: Bool = true, _ loss: ([Variable]) throws -> Variable
) throws -> Tensor {
  try TrainingMode.$isOn.withValue(true) {
    guard planned else {
      let result = try valueWithGradients { _ in try loss(inputs.map { Variable($0) }) }
      try optimizer.update(result.parameters)
      return result.value
    }
    let scope = GradientScope(nil, isDeferred: true)
    let result = try GradientScope.$current.withValue(scope) { try loss(inputs.map { Deferral.input($0) }) }
    guard result.shape.elementCount == 1 else {
      throw TensorError.shape(
        "A loss is a single number, but the function gave a tensor of shape \(result.shape).",
        suggestion: "add up what it gives: sum(...) or mean(...)")
    }
    guard let node = result.node, node.isTracked else { return try result.tensor() }
    return try Planner.train(node, optimizer)
  }
}

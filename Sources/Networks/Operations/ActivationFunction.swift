import Tensors

/// A function that follows a layer.
struct ActivationFunction: Operation {
  let activation: Activation

  var name: String { "\(activation)" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(operands[0].shape, operands[0].dtype.floatingForm)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let x = try operands[0].asType(operands[0].dtype.floatingForm)
    switch activation {
    case .relu: return try x.relu()
    case .leakyRelu(let slope): return try Tensor.where(x .> 0, x, x * .double(Double(slope)))
    case .relu6: return try x.clip(0, 6)
    case .elu(let alpha):
      return try Tensor.where(x .> 0, x, x.apply(.exponentialMinusOne) * .double(Double(alpha)))
    case .sigmoid: return try x.sigmoid()
    case .tanh: return try x.tanh()
    case .swish: return try x * x.sigmoid()
    case .gelu: return try x * normal(x)
    }
  }

  /// The normal distribution function.
  private func normal(_ x: Tensor) throws -> Tensor {
    try ((x * 0.70710678118654752440).apply(.errorFunction) + 1) * 0.5
  }

  var keeps: Kept { .operands }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let x = try record.operands[0].asType(g.dtype)
    let zero = try Tensor(0, dtype: g.dtype)
    switch activation {
    case .relu: return [try Tensor.where(x .> 0, g, zero)]
    case .leakyRelu(let slope): return [try Tensor.where(x .> 0, g, g * .double(Double(slope)))]
    case .relu6: return [try Tensor.where((x .> 0) .& (x .< 6), g, zero)]
    case .elu(let alpha): return [try Tensor.where(x .> 0, g, g * x.exp() * .double(Double(alpha)))]
    case .sigmoid:
      let y = try x.sigmoid()
      return [try g * y * (1 - y)]
    case .tanh: return [try g * (1 - x.tanh().square())]
    case .swish:
      let s = try x.sigmoid()
      return [try g * (s + x * s * (1 - s))]
    case .gelu:
      let density = try (x * x * -0.5).exp() * 0.39894228040143267794
      return [try g * (normal(x) + x * density)]
    }
  }
}

extension Variable {
  /// A function that follows a layer, applied to each element.
  public func activated(_ activation: Activation) throws -> Variable {
    try Variable.apply(ActivationFunction(activation: activation), [self])
  }
}

import Tensors

/// Mean and variance of a layer's channels, averaged over the batches seen in training.
public final class RunningStatistics: Hashable, @unchecked Sendable {
  public let mean: Parameter
  public let variance: Parameter
  /// How much of the old average stays with each batch: 0.99 as in Keras.
  public let momentum: Double

  init(channels: Int, momentum: Double) throws {
    mean = Parameter("mean", try .zeros([channels]), isStatistic: true)
    variance = Parameter("variance", try .ones([channels]), isStatistic: true)
    self.momentum = momentum
  }

  init(mean: Parameter, variance: Parameter, momentum: Double) {
    self.mean = mean
    self.variance = variance
    self.momentum = momentum
  }

  func observe(mean batchMean: Tensor, variance batchVariance: Tensor) throws {
    let share = Scalar.double(1 - momentum)
    mean.value = try mean.value * .double(momentum) + batchMean.asType(mean.dtype) * share
    variance.value = try variance.value * .double(momentum) + batchVariance.asType(variance.dtype) * share
  }

  public static func == (a: RunningStatistics, b: RunningStatistics) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted: operands x, scale,
/// shift.
///
/// Source: Ioffe and Szegedy 2015; the variance is the biased one, as in Keras.
struct BatchNormalization: Operation {
  let epsilon: Double
  /// Takes part in what is computed: it sees each batch.
  let statistics: RunningStatistics?

  var name: String { "batchNorm" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let channels = operands[0].shape.last ?? 0
    for (operand, part) in zip(operands.dropFirst(), ["scale", "shift"])
    where operand.shape.elementCount != channels {
      throw TensorError.shape(
        "batchNorm expects a \(part) with \(counted(channels, "number")), one for each channel of "
          + "\(operands[0].shape), but it has shape \(operand.shape).")
    }
    return TensorSpec(operands[0].shape, operands[0].dtype.floatingForm)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let dtype = try output(for: operands.map(TensorSpec.init)).dtype
    let x = try operands[0].asType(dtype)
    let axes = Array(0..<(x.rank - 1))
    let mean = try x.mean(axes: axes)
    let variance = try x.variance(axes: axes)
    try statistics?.observe(mean: mean, variance: variance)
    let inverse = try 1 / (variance + .double(epsilon)).sqrt()
    let normalized = try (x - mean) * inverse
    extras = [normalized, inverse]
    return try normalized * operands[1].flatten().asType(dtype) + operands[2].flatten().asType(dtype)
  }

  var keeps: Kept { .operands }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let (normalized, inverse) = (record.extras[0], record.extras[1])
    let axes = Array(0..<(g.rank - 1))
    let scale = try record.operands[1].flatten().asType(g.dtype)
    let sumOfProducts = try (g * normalized).sum(axes: axes)
    let sum = try g.sum(axes: axes)
    let count = Scalar.double(1 / Double(max(1, g.elementCount / max(1, sum.elementCount))))
    let dx = try (g - sum * count - normalized * (sumOfProducts * count)) * (inverse * scale)
    return [
      dx, try sumOfProducts.reshape(record.specs[1].shape.sizes),
      try sum.reshape(record.specs[2].shape.sizes),
    ]
  }
}

/// Each channel normalised with given statistics: operands x, scale, shift, mean, variance.
struct FixedNormalization: Operation {
  let epsilon: Double

  var name: String { "batchNorm" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(operands[0].shape, operands[0].dtype.floatingForm)
  }

  private func factor(_ operands: [Tensor], _ dtype: DType) throws -> Tensor {
    try operands[1].asType(dtype) / (operands[4].asType(dtype) + .double(epsilon)).sqrt()
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let dtype = operands[0].dtype.floatingForm
    return try (operands[0].asType(dtype) - operands[3].asType(dtype)) * factor(operands, dtype)
      + operands[2].asType(dtype)
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let x = record.operands
    let axes = Array(0..<(g.rank - 1))
    let inverse = try 1 / (x[4].asType(g.dtype) + .double(epsilon)).sqrt()
    return [
      record.wanted[0] ? try g * factor(x, g.dtype) : nil,
      record.wanted[1]
        ? try (g * (x[0].asType(g.dtype) - x[3].asType(g.dtype)) * inverse).sum(axes: axes) : nil,
      record.wanted[2] ? try g.sum(axes: axes) : nil,
      nil, nil,
    ]
  }
}

/// A dense layer: (n, in) times (in, out), plus a bias.
struct DenseProduct: Operation {
  var name: String { "dense" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let (x, w) = (operands[0].shape, operands[1].shape)
    guard x.rank == 2, w.rank == 2, x[1] == w[0] else {
      throw TensorError.shape(
        "dense expects inputs (batch, \(w.first ?? 0)) for weights of shape \(w), but the input has shape \(x)."
      )
    }
    if operands.count > 2, operands[2].shape.elementCount != w[1] {
      throw TensorError.shape(
        "dense expects a bias with \(counted(w[1], "number")), but it has shape \(operands[2].shape).")
    }
    return TensorSpec(try Shape([x[0], w[1]]), .arithmetic(operands[0].dtype, operands[1].dtype))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    _ = try output(for: operands.map(TensorSpec.init))
    let product = try operands[0].matmul(operands[1])
    return operands.count > 2 ? try product + operands[2] : product
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let (x, w) = (try record.operands[0].asType(g.dtype), try record.operands[1].asType(g.dtype))
    var parts: [Tensor?] = [
      record.wanted[0] ? try g.matmul(w.transposed()) : nil,
      record.wanted[1] ? try x.transposed().matmul(g) : nil,
    ]
    if record.wanted.count > 2 {
      parts.append(record.wanted[2] ? try g.sum(axes: [0]).reshape(record.specs[2].shape.sizes) : nil)
    }
    return parts
  }
}

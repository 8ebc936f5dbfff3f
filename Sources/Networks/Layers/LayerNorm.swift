import Tensors

/// Each place's channels brought to mean 0 and variance 1, then scaled and shifted by learned numbers.
///
///     (batch, ..., channels) -> the same shape
///
/// Unlike `BatchNorm` it looks at every sample by itself, so that it does the same in training and afterwards.
///
/// Source: Ba, Kiros and Hinton, "Layer normalization", 2016; the epsilon is Keras's.
public final class LayerNorm: BasicLayer, @unchecked Sendable {
  let epsilon: Double
  /// (channels), made at the first input.
  public internal(set) var scale: Parameter?
  /// (channels), made at the first input.
  public internal(set) var shift: Parameter?

  /// - Parameter epsilon: Keeps numbers that are all equal from being divided by zero.
  public init(epsilon: Double = 1e-3) { self.epsilon = epsilon }

  override func forward(_ x: Variable) throws -> Variable {
    guard x.rank >= 2, let channels = x.shape.last else {
      throw TensorError.shape("the input has a batch and channels, but a tensor of shape \(x.shape) came.")
    }
    if scale == nil {
      scale = try parameter("scale", Shape([channels]), .ones)
      shift = try parameter("shift", Shape([channels]), .zeros)
    }
    guard let scale, let shift else { return x }
    guard scale.count == channels else {
      throw TensorError.shape(
        "the input has \(channels) channels, but the layer was built for \(scale.count).")
    }
    return try x.asType(scale.dtype).layerNormalized(epsilon: epsilon) * scale() + shift()
  }
}

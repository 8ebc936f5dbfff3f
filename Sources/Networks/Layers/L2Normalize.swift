import Tensors

/// Each sample's vector brought to length 1, as encodings of faces are compared.
///
///     (batch, numbers) -> the same shape; [3 4] -> [0.6 0.8]
///
/// A vector shorter than 1e-6 is divided by that, and zeros stay zeros, as in Keras.
public final class L2Normalize: BasicLayer, @unchecked Sendable {
  public override init() {}

  override func forward(_ x: Variable) throws -> Variable {
    guard x.rank >= 2 else {
      throw TensorError.shape(
        "the input is (batch, numbers), but a tensor of shape \(x.shape) came.")
    }
    return try x / x.square().sum(axes: [x.rank - 1], keepAxes: true).clip(1e-12, nil).sqrt()
  }
}

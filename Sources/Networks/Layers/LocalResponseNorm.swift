import Tensors

/// Each number divided by a power of what its channel and the neighbouring ones answer at the same place, as
/// in AlexNet: a / (bias + alpha * sum of a squared over `size` channels) ^ beta.
///
///     (batch, height, width, channels) -> the same shape
///
/// Source: Krizhevsky, Sutskever and Hinton 2012; see `Variable.localResponseNormalized`.
public final class LocalResponseNorm: BasicLayer, @unchecked Sendable {
  let size: Int
  let bias, alpha, beta: Double

  /// - Parameters:
  ///   - size: How many channels, an odd number: the channel itself and its neighbours.
  ///   - bias: What is added to the sum, above 0.
  ///   - alpha: What the sum of squares is multiplied with, 0 or more.
  ///   - beta: The power.
  public init(_ size: Int = 5, bias: Double = 2, alpha: Double = 1e-4, beta: Double = 0.75) {
    self.size = size
    self.bias = bias
    self.alpha = alpha
    self.beta = beta
  }

  public override var settings: String { "\(size)" }

  override func forward(_ x: Variable) throws -> Variable {
    try x.localResponseNormalized(size: size, bias: bias, alpha: alpha, beta: beta)
  }
}

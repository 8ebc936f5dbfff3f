import Tensors

/// Published networks, built from the layers of this library.
///
/// ```swift
/// let network = Zoo.resNet50()
/// try network.build(input: [1, 224, 224, 3])
/// network.parameterCount     // 25636712
/// ```
///
/// Each takes a batch of pictures (batch, height, width, channels). Classifiers give scores
/// (batch, classes): the softmax belongs to the loss, or is put behind with `scores.softmax()`. The weights
/// are drawn at random; published ones are read from files.
public enum Zoo {
  /// A convolution, its normalisation and its activation, which a plan runs as one.
  static func normalized(
    _ filters: Int, _ size: Pair, stride: Pair = 1, padding: Padding = .same, activation: Activation? = .relu,
    useBias: Bool = false, momentum: Double = 0.99, epsilon: Double = 1e-3,
    initializer: Initializer = .heNormal
  ) -> [any Layer] {
    let layers: [any Layer] = [
      Conv2D(
        filters, size, stride: stride, padding: padding, useBias: useBias, initializer: initializer),
      BatchNorm(momentum: momentum, epsilon: epsilon),
    ]
    return layers + (activation.map { [ActivationLayer($0)] } ?? [])
  }
}

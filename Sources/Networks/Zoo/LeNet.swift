import Tensors

extension Zoo {
  /// LeNet-5 as it was in 1998: tanh and average pooling; 61,706 parameters for ten classes.
  ///
  ///     (n, 32, 32, 1) -> (n, 10)
  ///
  /// The second convolution sees all six maps, where the paper joins some of them only; subsampling has no
  /// weights, and the output is a dense layer in place of distances to drawn characters.
  ///
  ///     try Zoo.leNet5().predict(digits)     // (8, 32, 32, 1) -> (8, 10)
  ///
  /// Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
  /// 1998.
  public static func leNet5(classes: Int = 10) -> Sequential {
    Sequential(
      Conv2D(6, 5, activation: .tanh), AveragePool2D(2),
      Conv2D(16, 5, activation: .tanh), AveragePool2D(2),
      Flatten(), Dense(120, activation: .tanh), Dense(84, activation: .tanh), Dense(classes))
  }

  /// LeNet-5 with what came later: ReLU, max pooling and initialisers made for them; as many parameters.
  ///
  ///     (n, 32, 32, channels) -> (n, 10)
  public static func leNet5Modern(classes: Int = 10) -> Sequential {
    Sequential(
      Conv2D(6, 5, activation: .relu, initializer: .heNormal), MaxPool2D(2),
      Conv2D(16, 5, activation: .relu, initializer: .heNormal), MaxPool2D(2),
      Flatten(), Dense(120, activation: .relu, initializer: .heNormal),
      Dense(84, activation: .relu, initializer: .heNormal), Dense(classes))
  }
}

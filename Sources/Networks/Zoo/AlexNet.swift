import Tensors

extension Zoo {
  /// AlexNet: five convolutions and three dense layers; 62,378,344 parameters for 1000 classes.
  ///
  ///     (n, 227, 227, 3) -> 55 x 55 x 96 -> 27 x 27 x 256 -> 13 x 13 x 384 -> 6 x 6 x 256 -> 9216
  ///     -> 4096 -> 4096 -> (n, classes)
  ///
  /// - Parameters:
  ///   - classes: How many scores the network gives.
  ///   - groups: 2 splits the second, fourth and fifth convolution in two as the paper did, whose halves ran
  ///     on two processors: 60,965,224 parameters.
  ///
  /// Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural
  /// networks", 2012.
  public static func alexNet(classes: Int = 1000, groups: Int = 1) -> Sequential {
    func convolution(_ filters: Int, _ size: Pair, groups: Int = 1) -> Conv2D {
      Conv2D(
        filters, size, padding: .same, groups: groups, activation: .relu, initializer: .heNormal)
    }
    return Sequential(
      Conv2D(96, 11, stride: 4, activation: .relu, initializer: .heNormal),
      LocalResponseNorm(), MaxPool2D(3, stride: 2),
      convolution(256, 5, groups: groups), LocalResponseNorm(), MaxPool2D(3, stride: 2),
      convolution(384, 3), convolution(384, 3, groups: groups), convolution(256, 3, groups: groups),
      MaxPool2D(3, stride: 2), Flatten(),
      Dropout(0.5), Dense(4096, activation: .relu, initializer: .heNormal),
      Dropout(0.5), Dense(4096, activation: .relu, initializer: .heNormal), Dense(classes))
  }
}

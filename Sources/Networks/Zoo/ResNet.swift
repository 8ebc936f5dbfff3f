import Tensors

extension Zoo {
  /// ResNet-18: eight blocks of two 3x3 convolutions; 11,689,512 trainable parameters for 1000 classes.
  ///
  ///     (n, 224, 224, 3) -> (n, classes)
  ///
  /// Convolutions have no bias, which normalisation would take away again, and strides and padding are those
  /// of torchvision.
  ///
  /// Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016.
  public static func resNet18(classes: Int = 1000) -> Sequential { basicResNet([2, 2, 2, 2], classes) }

  /// ResNet-34: sixteen blocks of two 3x3 convolutions; 21,797,672 trainable parameters for 1000 classes.
  ///
  ///     (n, 224, 224, 3) -> (n, classes)
  public static func resNet34(classes: Int = 1000) -> Sequential { basicResNet([3, 4, 6, 3], classes) }

  /// ResNet-50: sixteen blocks 1x1, 3x3, 1x1; 25,636,712 parameters for 1000 classes, of which 53,120 are
  /// statistics.
  ///
  ///     (n, 224, 224, 3) -> (n, classes)
  ///
  /// - Parameters:
  ///   - classes: How many scores the network gives.
  ///   - useBias: Gives the convolutions biases, as Keras does. Without them there are 25,610,152 parameters,
  ///     25,557,032 of them trainable.
  ///   - strideIn3x3: Where a stage halves the picture: in its first 1x1 convolution as in the paper and in
  ///     Keras, or in the 3x3 convolution behind it, as in torchvision ("version 1.5"), which costs more
  ///     multiplications and no parameters.
  ///
  /// Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016.
  public static func resNet50(
    classes: Int = 1000, useBias: Bool = true, strideIn3x3: Bool = false
  ) -> Sequential {
    BottleneckResNet(useBias: useBias, strideIn3x3: strideIn3x3).network([3, 4, 6, 3], classes)
  }

  /// ResNet-101: 44,707,176 parameters for 1000 classes with biases, 105,344 of them statistics; see
  /// `resNet50`.
  public static func resNet101(
    classes: Int = 1000, useBias: Bool = true, strideIn3x3: Bool = false
  ) -> Sequential {
    BottleneckResNet(useBias: useBias, strideIn3x3: strideIn3x3).network([3, 4, 23, 3], classes)
  }

  /// ResNet-152: 60,419,944 parameters for 1000 classes with biases, 151,424 of them statistics; see
  /// `resNet50`.
  public static func resNet152(
    classes: Int = 1000, useBias: Bool = true, strideIn3x3: Bool = false
  ) -> Sequential {
    BottleneckResNet(useBias: useBias, strideIn3x3: strideIn3x3).network([3, 8, 36, 3], classes)
  }

  /// The ResNet-50 that the course builds for pictures of hand signs: 23,600,006 parameters for six classes,
  /// of which 53,120 are statistics.
  ///
  ///     (n, 64, 64, 3) -> (n, 6)
  ///
  /// It differs from `resNet50` in the pooling at its ends: without padding at the first, 2x2 at the last.
  public static func courseResNet50(classes: Int = 6) -> Sequential {
    let parts = BottleneckResNet(
      useBias: true, strideIn3x3: false, epsilon: 1e-3, initializer: .glorotUniform)
    return Sequential(
      [ZeroPad2D(3)] + parts.convolution(64, 7, stride: 2) + [MaxPool2D(3, stride: 2)]
        + parts.stages([3, 4, 6, 3])
        + [AveragePool2D(2), Flatten(), Dense(classes)])
  }

  private static func basicResNet(_ counts: [Int], _ classes: Int) -> Sequential {
    func convolution(
      _ filters: Int, _ size: Pair, _ stride: Int, _ padding: Int, _ activation: Activation?
    ) -> [any Layer] {
      normalized(
        filters, size, stride: Pair(stride), padding: .amount(padding), activation: activation, momentum: 0.9,
        epsilon: 1e-5)
    }
    var layers = convolution(64, 7, 2, 3, .relu)
    layers.append(MaxPool2D(3, stride: 2, padding: .amount(1)))
    for (stage, (count, filters)) in zip(counts, [64, 128, 256, 512]).enumerated() {
      for index in 0..<count {
        let isSmaller = stage > 0 && index == 0
        layers.append(
          Residual(
            Sequential(
              convolution(filters, 3, isSmaller ? 2 : 1, 1, .relu) + convolution(filters, 3, 1, 1, nil)),
            shortcut: isSmaller ? Sequential(convolution(filters, 1, 2, 0, nil)) : nil))
      }
    }
    return Sequential(layers + [GlobalAveragePool2D(), Dense(classes)])
  }
}

/// How a ResNet of 1x1, 3x3, 1x1 blocks is made.
private struct BottleneckResNet {
  let useBias: Bool
  let strideIn3x3: Bool
  var epsilon = 1.001e-5
  var initializer = Initializer.heNormal

  func network(_ counts: [Int], _ classes: Int) -> Sequential {
    Sequential(
      convolution(64, 7, stride: 2, padding: .amount(3))
        + [MaxPool2D(3, stride: 2, padding: .amount(1))] + stages(counts)
        + [GlobalAveragePool2D(), Dense(classes)])
  }

  func convolution(
    _ filters: Int, _ size: Pair, stride: Int = 1, padding: Padding = .valid, activation: Activation? = .relu
  ) -> [any Layer] {
    Zoo.normalized(
      filters, size, stride: Pair(stride), padding: padding, activation: activation, useBias: useBias,
      epsilon: epsilon, initializer: initializer)
  }

  /// Stages of so many blocks; the first block of each widens, and from the second stage on halves.
  func stages(_ counts: [Int]) -> [any Layer] {
    var layers: [any Layer] = []
    for (stage, (count, filters)) in zip(counts, [64, 128, 256, 512]).enumerated() {
      for index in 0..<count {
        let stride = stage > 0 && index == 0 ? 2 : 1
        layers.append(
          Residual(
            Sequential(
              convolution(filters, 1, stride: strideIn3x3 ? 1 : stride)
                + convolution(filters, 3, stride: strideIn3x3 ? stride : 1, padding: .amount(1))
                + convolution(4 * filters, 1, activation: nil)),
            shortcut: index == 0
              ? Sequential(convolution(4 * filters, 1, stride: stride, activation: nil)) : nil))
      }
    }
    return layers
  }
}

import Tensors

extension Zoo {
  /// MobileNetV2: 3,538,984 parameters for 1000 classes, of which 34,112 are statistics.
  ///
  ///     (n, 224, 224, 3) -> 7 x 7 x 1280 -> (n, classes)
  ///
  /// - Parameters:
  ///   - classes: How many scores the network gives.
  ///   - width: Scales the channels of every layer; they are rounded to multiples of 8.
  ///
  /// Source: Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: inverted residuals and linear
  /// bottlenecks", 2018; momentum, epsilon and rounding as in Keras.
  public static func mobileNetV2(classes: Int = 1000, width: Double = 1) -> Sequential {
    Sequential(mobileNetV2Layers(width) + [GlobalAveragePool2D(), Dense(classes)])
  }

  /// MobileNetV2 without its head, to put another one behind: 2,257,984 parameters.
  ///
  ///     (n, 160, 160, 3) -> (n, 5, 5, 1280)
  ///
  /// ```swift
  /// let features = Zoo.mobileNetV2Features()
  /// let network = Sequential(features, GlobalAveragePool2D(), Dropout(0.2), Dense(1))
  /// features.setTrainable(false)
  /// ```
  public static func mobileNetV2Features(width: Double = 1) -> Sequential {
    Sequential(mobileNetV2Layers(width))
  }

  private static func mobileNetV2Layers(_ width: Double) -> [any Layer] {
    // Stages: how much a block widens inside, its channels, how many blocks, the stride of the first.
    let stages = [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
      (6, 320, 1, 1),
    ]
    var channels = rounded(32, by: width)
    var layers = mobileConvolution(channels, 3, stride: 2)
    for (expansion, wanted, count, stride) in stages {
      let filters = rounded(wanted, by: width)
      for index in 0..<count {
        let body = Sequential(
          (expansion == 1 ? [] : mobileConvolution(expansion * channels, 1))
            + [
              DepthwiseConv2D(3, stride: Pair(index == 0 ? stride : 1), padding: .same, useBias: false),
              BatchNorm(momentum: 0.999, epsilon: 1e-3), ActivationLayer(.relu6),
            ] + mobileConvolution(filters, 1, activation: nil))
        let isResidual = index > 0 || (stride == 1 && filters == channels)
        layers.append(isResidual ? Residual(body, activation: nil) : body)
        channels = filters
      }
    }
    return layers + mobileConvolution(width > 1 ? rounded(1280, by: width) : 1280, 1)
  }

  private static func mobileConvolution(
    _ filters: Int, _ size: Pair, stride: Int = 1, activation: Activation? = .relu6
  ) -> [any Layer] {
    normalized(
      filters, size, stride: Pair(stride), activation: activation, momentum: 0.999, epsilon: 1e-3,
      initializer: .glorotUniform)
  }

  /// The multiple of 8 nearest to a scaled width, at least 8, and not below nine tenths of it.
  private static func rounded(_ channels: Int, by width: Double) -> Int {
    // Wider than this no layer of it would fit any memory.
    let wanted = Double(channels) * (width.isFinite ? min(max(width, 0), 1000) : 1)
    let nearest = max(8, Int(wanted + 4) / 8 * 8)
    return Double(nearest) < 0.9 * wanted ? nearest + 8 : nearest
  }
}

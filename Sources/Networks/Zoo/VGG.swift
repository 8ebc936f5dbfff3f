import Tensors

extension Zoo {
  /// VGG-16: thirteen 3x3 convolutions in five stages and three dense layers; 138,357,544 parameters for
  /// 1000 classes.
  ///
  ///     (n, 224, 224, 3) -> 112 -> 56 -> 28 -> 14 -> 7 -> (n, classes)
  ///
  /// Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition",
  /// 2015, configuration D.
  public static func vgg16(classes: Int = 1000) -> Sequential {
    vgg(vggStages([2, 2, 3, 3, 3]), classes)
  }

  /// VGG-19: three convolutions more than VGG-16; 143,667,240 parameters for 1000 classes.
  ///
  ///     (n, 224, 224, 3) -> (n, classes)
  ///
  /// Source: the same paper, configuration E.
  public static func vgg19(classes: Int = 1000) -> Sequential {
    vgg(vggStages([2, 2, 4, 4, 4]), classes)
  }

  /// The convolutions of VGG-16 by name, up to conv5_3: 14,714,688 parameters.
  ///
  /// - Parameter averagePooling: Takes the mean under each pooling window, not the largest.
  public static func vgg16Features(averagePooling: Bool = false) -> VGGFeatures {
    VGGFeatures(vggStages([2, 2, 3, 3, 3], averagePooling).dropLast())
  }

  /// The convolutions of VGG-19 by name, up to conv5_4: 20,024,384 parameters; what style transfer looks at.
  ///
  ///     let features = Zoo.vgg19Features(averagePooling: true)
  ///     try features.activations(picture, of: ["conv1_1", "conv4_2"])
  ///     // (n, h, w, 64) and (n, h / 8, w / 8, 512)
  ///
  /// - Parameter averagePooling: Takes the mean under each pooling window, not the largest, as Gatys, Ecker
  ///   and Bethge (2016) recommend for style transfer.
  public static func vgg19Features(averagePooling: Bool = false) -> VGGFeatures {
    VGGFeatures(vggStages([2, 2, 4, 4, 4], averagePooling).dropLast())
  }

  private static func vgg(_ stages: [(name: String, layer: any Layer)], _ classes: Int) -> Sequential {
    Sequential(
      stages.map(\.layer) + [
        Flatten(), Dense(4096, activation: .relu, initializer: .heNormal), Dropout(0.5),
        Dense(4096, activation: .relu, initializer: .heNormal), Dropout(0.5), Dense(classes),
      ])
  }

  /// Stages of so many convolutions, each followed by a pooling layer.
  private static func vggStages(
    _ counts: [Int], _ averagePooling: Bool = false
  ) -> [(name: String, layer: any Layer)] {
    var result: [(name: String, layer: any Layer)] = []
    for (stage, (count, filters)) in zip(counts, [64, 128, 256, 512, 512]).enumerated() {
      for index in 1...count {
        result.append(
          (
            "conv\(stage + 1)_\(index)",
            Conv2D(filters, 3, padding: .same, activation: .relu, initializer: .heNormal)
          ))
      }
      result.append(("pool\(stage + 1)", averagePooling ? AveragePool2D(2) : MaxPool2D(2)))
    }
    return result
  }
}

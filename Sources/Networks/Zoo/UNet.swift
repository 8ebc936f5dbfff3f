import Tensors

/// U-Net: pictures are made smaller and deeper, then larger again, where each stage also sees what the stage
/// of its size saw on the way down.
///
///     (n, h, w, channels) -> (n, h, w, classes), h and w multiples of 16
///
/// Source: Ronneberger, Fischer and Brox, "U-Net: convolutional networks for biomedical image segmentation",
/// 2015; here with padding, so that no picture is cropped.
public struct UNet: Layer {
  /// The convolutions of each size on the way down, the last at the bottom.
  var down: [Sequential]
  let halving = MaxPool2D(2)
  /// What doubles the size on the way up, and the convolutions behind it.
  var growing: [ConvTranspose2D]
  var up: [Sequential]
  var head: Sequential

  init(classes: Int, filters: Int) {
    func convolution(_ filters: Int) -> Conv2D {
      Conv2D(filters, 3, padding: .same, activation: .relu, initializer: .heNormal)
    }
    // Wider than this it fits no memory, which building it says.
    let filters = min(max(filters, 0), 1 << 24)
    down = (0..<5).map { stage in
      Sequential(
        [convolution(filters << stage), convolution(filters << stage)] + (stage >= 3 ? [Dropout(0.3)] : []))
    }
    growing = (0..<4).reversed().map { stage in
      ConvTranspose2D(filters << stage, 3, stride: 2, padding: .same)
    }
    up = (0..<4).reversed().map { stage in
      Sequential(convolution(filters << stage), convolution(filters << stage))
    }
    head = Sequential(convolution(filters), Conv2D(classes, 1))
  }

  public func callAsFunction(_ x: Variable) throws -> Variable {
    guard x.rank == 4, x.shape[1] % 16 == 0, x.shape[2] % 16 == 0 else {
      throw TensorError.shape(
        "U-Net: the input is a batch of pictures (batch, height, width, channels) with height and width "
          + "multiples of 16, since it halves them four times, but a tensor of shape \(x.shape) came.")
    }
    var value = x
    var seen: [Variable] = []
    for block in down.dropLast() {
      seen.append(try block(value))
      value = try halving(seen[seen.count - 1])
    }
    value = try down[down.count - 1](value)
    for (grow, block) in zip(growing, up) {
      guard let before = seen.popLast() else { break }
      value = try block(Variable.concatenate([grow(value), before], axis: 3))
    }
    return try head(value)
  }
}

extension Zoo {
  /// U-Net as the course builds it, for the segmentation of street scenes: 8,640,471 parameters for pictures
  /// of three channels and 23 classes.
  ///
  ///     (n, 96, 128, 3) -> (n, 96, 128, 23)
  ///
  /// It gives scores for each pixel.
  ///
  /// - Parameters:
  ///   - classes: How many scores the network gives for each pixel.
  ///   - filters: Channels of the first convolutions; each smaller size has twice as many, up to 16 times at
  ///     the bottom.
  public static func uNet(classes: Int = 23, filters: Int = 32) -> UNet {
    UNet(classes: classes, filters: filters)
  }
}

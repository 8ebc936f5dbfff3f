import Tensors

extension Zoo {
  /// What a shortcut does where a stage has more channels, and half the height and width, of the one before.
  public enum Shortcut: Sendable, Hashable {
    /// Every second pixel, with channels of zeros around: no parameters (the paper's option A).
    case zeroPadded
    /// A 1x1 convolution with stride 2 and its normalisation (option B).
    case projection
  }

  /// ResNet-20 for small pictures such as CIFAR-10's.
  ///
  ///     (n, 32, 32, 3) -> 32 x 32 x 16 -> 16 x 16 x 32 -> 8 x 8 x 64 -> (n, classes)
  ///
  /// With projections 272,474 trainable parameters for ten classes, with zero-padded shortcuts 269,722; to
  /// these come 1,568 or 1,376 statistics.
  ///
  /// Source: He, Zhang, Ren and Sun 2016, section 4.2 (there with zero-padded shortcuts).
  public static func resNet20(classes: Int = 10, shortcut: Shortcut = .projection) -> Sequential {
    smallResNet(blocks: 3, classes, shortcut)
  }

  /// `resNet20` without its shortcuts: 269,722 trainable parameters for ten classes.
  public static func plain20(classes: Int = 10) -> Sequential { smallResNet(blocks: 3, classes, nil) }

  /// A residual network for small pictures with so many layers, such as 20, 32, 44, 56 or 110.
  ///
  /// - Throws: A value error for a depth that is not 6 n + 2: three stages of n blocks with two convolutions
  ///   each, a convolution before and a dense layer behind.
  public static func smallResNet(
    depth: Int, classes: Int = 10, shortcut: Shortcut = .projection
  ) throws -> Sequential {
    smallResNet(blocks: try blocks(depth), classes, shortcut)
  }

  /// A plain network with the layers of `smallResNet` and no shortcuts.
  ///
  /// - Throws: A value error for a depth that is not 6 n + 2.
  public static func smallPlain(depth: Int, classes: Int = 10) throws -> Sequential {
    smallResNet(blocks: try blocks(depth), classes, nil)
  }

  private static func blocks(_ depth: Int) throws -> Int {
    guard (8...1202).contains(depth), depth % 6 == 2 else {
      throw TensorError.value(
        "A residual network for small pictures has 6 n + 2 layers, from 8 to 1202, but a depth of \(depth) "
          + "came.",
        suggestion: "take 20, 32, 44, 56 or 110")
    }
    return depth / 6
  }

  /// - Parameter shortcut: Nil for a plain network.
  private static func smallResNet(blocks: Int, _ classes: Int, _ shortcut: Shortcut?) -> Sequential {
    func convolution(
      _ filters: Int, _ size: Pair = 3, stride: Int = 1, activation: Activation? = .relu
    ) -> [any Layer] {
      normalized(
        filters, size, stride: Pair(stride), padding: size == 1 ? .valid : .amount(1), activation: activation,
        momentum: 0.9, epsilon: 1e-5)
    }
    var layers = convolution(16)
    for (stage, filters) in [16, 32, 64].enumerated() {
      for index in 0..<blocks {
        let isSmaller = stage > 0 && index == 0
        let first = convolution(filters, stride: isSmaller ? 2 : 1)
        guard let shortcut else {
          layers += first + convolution(filters)
          continue
        }
        let side: (any Layer)? =
          switch (isSmaller, shortcut) {
          case (false, _): nil
          case (true, .zeroPadded): ZeroPaddedShortcut(filters, stride: 2)
          case (true, .projection): Sequential(convolution(filters, 1, stride: 2, activation: nil))
          }
        layers.append(Residual(Sequential(first + convolution(filters, activation: nil)), shortcut: side))
      }
    }
    return Sequential(layers + [GlobalAveragePool2D(), Dense(classes)])
  }
}

/// A shortcut without parameters to a block with more channels: pixels a stride apart, between channels of
/// zeros.
///
///     (batch, height, width, c) -> (batch, ceil(height / stride), ceil(width / stride), channels)
///
/// Source: He et al. 2016, option A.
public final class ZeroPaddedShortcut: BasicLayer, @unchecked Sendable {
  let channels: Int
  let stride: Pair

  /// - Parameters:
  ///   - channels: How many the block gives.
  ///   - stride: How far apart the pixels lie that are kept, as in the block's first convolution.
  public init(_ channels: Int, stride: Pair = 2) {
    self.channels = channels
    self.stride = stride
  }

  public override var settings: String { "\(channels), stride \(stride)" }

  override func forward(_ x: Variable) throws -> Variable {
    guard x.rank == 4, x.shape[3] <= channels else {
      throw TensorError.shape(
        "the input is a batch of pictures with at most \(counted(channels, "channel")), but a tensor of "
          + "shape \(x.shape) came.")
    }
    let missing = channels - x.shape[3]
    // The largest number under a window of one pixel is that pixel.
    return try x.maxPool2d(1, stride: stride)
      .pad([(0, 0), (0, 0), (0, 0), (missing / 2, missing - missing / 2)])
  }
}

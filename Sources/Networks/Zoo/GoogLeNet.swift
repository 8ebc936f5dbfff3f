import Tensors

/// GoogLeNet: nine inception modules, and two side branches that give scores half-way.
///
///     let (main, side1, side2) = try network.withSideBranches(x)
///     let loss = try crossEntropy(main, labels) + 0.3 * (crossEntropy(side1, labels) + ...)
///
/// Called as a layer it gives the main scores alone, and does not run (nor build) the side branches, which
/// only help to train.
///
/// Source: Szegedy et al., "Going deeper with convolutions", 2015.
public struct GoogLeNet: Layer {
  /// Up to module 4a, behind which the first side branch begins.
  var first: Sequential
  /// Modules 4b to 4d; the second branch begins behind them.
  var second: Sequential
  /// Modules 4e to 5b.
  var third: Sequential
  var head: Sequential
  var side1, side2: Sequential

  init(classes: Int) {
    func convolution(_ filters: Int, _ size: Pair, stride: Pair = 1) -> Conv2D {
      Conv2D(
        filters, size, stride: stride, padding: .same, activation: .relu, initializer: .heNormal)
    }
    func pool() -> MaxPool2D { MaxPool2D(3, stride: 2, padding: .same) }
    func side() -> Sequential {
      Sequential(
        AveragePool2D(5, stride: 3), convolution(128, 1), Flatten(),
        Dense(1024, activation: .relu, initializer: .heNormal), Dropout(0.7), Dense(classes))
    }
    func module(
      _ direct: Int, _ three: (Int, Int), _ five: (Int, Int), _ pooled: Int
    ) -> Parallel {
      Zoo.inception(direct, threeByThree: three, fiveByFive: five, pooled: pooled)
    }
    first = Sequential(
      convolution(64, 7, stride: 2), pool(), LocalResponseNorm(),
      convolution(64, 1), convolution(192, 3), LocalResponseNorm(), pool(),
      module(64, (96, 128), (16, 32), 32),
      module(128, (128, 192), (32, 96), 64), pool(),
      module(192, (96, 208), (16, 48), 64))
    second = Sequential(
      module(160, (112, 224), (24, 64), 64),
      module(128, (128, 256), (24, 64), 64),
      module(112, (144, 288), (32, 64), 64))
    third = Sequential(
      module(256, (160, 320), (32, 128), 128), pool(),
      module(256, (160, 320), (32, 128), 128),
      module(384, (192, 384), (48, 128), 128))
    head = Sequential(GlobalAveragePool2D(), Dropout(0.4), Dense(classes))
    side1 = side()
    side2 = side()
  }

  public func callAsFunction(_ x: Variable) throws -> Variable {
    try head(third(second(first(x))))
  }

  /// The scores at the end and at the two side branches, each (batch, classes).
  ///
  /// - Throws: A shape error for pictures too small for the side branches, which begin with a 5x5 window at a
  ///   sixteenth of their size.
  public func withSideBranches(
    _ x: Variable
  ) throws -> (main: Variable, side1: Variable, side2: Variable) {
    let early = try first(x)
    let late = try second(early)
    return (try head(third(late)), try side1(early), try side2(late))
  }
}

extension Zoo {
  /// GoogLeNet: 6,998,552 parameters for 1000 classes, 13,378,280 once its side branches are used.
  ///
  ///     (n, 224, 224, 3) -> 28 x 28 x 480 -> 14 x 14 x 832 -> 7 x 7 x 1024 -> (n, classes)
  public static func googLeNet(classes: Int = 1000) -> GoogLeNet { GoogLeNet(classes: classes) }

  /// An inception module: four ways side by side, joined along the channels.
  ///
  /// ```swift
  /// Zoo.inception(64, threeByThree: (96, 128), fiveByFive: (16, 32), pooled: 32)
  /// // (n, 28, 28, 192) -> (n, 28, 28, 256)
  /// ```
  ///
  /// - Parameters:
  ///   - direct: Channels of the 1x1 convolution.
  ///   - threeByThree: To how many channels 1x1 convolutions reduce the input, and how many the 3x3
  ///     convolution makes of them.
  ///   - fiveByFive: The same for the 5x5 convolution.
  ///   - pooled: Channels of the 1x1 convolution behind the max pooling.
  public static func inception(
    _ direct: Int, threeByThree: (reduced: Int, out: Int), fiveByFive: (reduced: Int, out: Int), pooled: Int
  ) -> Parallel {
    func convolution(_ filters: Int, _ size: Pair) -> Conv2D {
      Conv2D(filters, size, padding: .same, activation: .relu, initializer: .heNormal)
    }
    return Parallel(
      convolution(direct, 1),
      Sequential(convolution(threeByThree.reduced, 1), convolution(threeByThree.out, 3)),
      Sequential(convolution(fiveByFive.reduced, 1), convolution(fiveByFive.out, 5)),
      Sequential(MaxPool2D(3, stride: 1, padding: .same), convolution(pooled, 1)))
  }
}

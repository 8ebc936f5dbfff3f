import Tensors

/// The largest or the mean number under a window that slides along sequences.
public class PoolLayer1D: BasicLayer, @unchecked Sendable {
  let window, stride: Int
  let padding: Padding1D

  /// - Parameters:
  ///   - window: Its length.
  ///   - stride: How far it moves at a time; without one, by its own length.
  ///   - padding: Places outside the sequence never count.
  public init(_ window: Int = 2, stride: Int? = nil, padding: Padding1D = .valid) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
  }

  public override var settings: String { "\(window)" + (stride == window ? "" : ", stride \(stride)") }
}

/// The largest number under a window, each channel by itself: (batch, length, channels) grows shorter.
public final class MaxPool1D: PoolLayer1D, @unchecked Sendable {
  override func forward(_ x: Variable) throws -> Variable {
    try WindowKind.sequence.checkBatch(x).maxPool1d(window, stride: stride, padding: padding)
  }
}

/// The mean under a window, each channel by itself: (batch, length, channels) grows shorter.
public final class AveragePool1D: PoolLayer1D, @unchecked Sendable {
  override func forward(_ x: Variable) throws -> Variable {
    try WindowKind.sequence.checkBatch(x).averagePool1d(window, stride: stride, padding: padding)
  }
}

/// The largest or the mean number under a window that slides through volumes.
public class PoolLayer3D: BasicLayer, @unchecked Sendable {
  let window, stride: Triple
  let padding: Padding3D

  /// - Parameters:
  ///   - window: Its depth, height and width.
  ///   - stride: How far it moves at a time; without one, by its own size.
  ///   - padding: Places outside the volume never count.
  public init(_ window: Triple = 2, stride: Triple? = nil, padding: Padding3D = .valid) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
  }

  public override var settings: String {
    "\(window.depth)x\(window.height)x\(window.width)" + (stride == window ? "" : ", stride \(stride)")
  }
}

/// The largest number under a window, each channel by itself: (batch, depth, height, width, channels) shrinks.
public final class MaxPool3D: PoolLayer3D, @unchecked Sendable {
  override func forward(_ x: Variable) throws -> Variable {
    try WindowKind.volume.checkBatch(x).maxPool3d(window, stride: stride, padding: padding)
  }
}

/// The mean under a window, each channel by itself: (batch, depth, height, width, channels) shrinks.
public final class AveragePool3D: PoolLayer3D, @unchecked Sendable {
  override func forward(_ x: Variable) throws -> Variable {
    try WindowKind.volume.checkBatch(x).averagePool3d(window, stride: stride, padding: padding)
  }
}

/// The mean of each channel: (batch, length, channels) -> (batch, channels).
public final class GlobalAveragePool1D: BasicLayer, @unchecked Sendable {
  public override init() {}
  override func forward(_ x: Variable) throws -> Variable {
    try WindowKind.sequence.checkBatch(x).mean(axes: [1])
  }
}

/// The largest number of each channel: (batch, length, channels) -> (batch, channels).
public final class GlobalMaxPool1D: BasicLayer, @unchecked Sendable {
  public override init() {}
  override func forward(_ x: Variable) throws -> Variable {
    try WindowKind.sequence.checkBatch(x).max(axes: [1])
  }
}

/// The mean of each channel: (batch, depth, height, width, channels) -> (batch, channels).
public final class GlobalAveragePool3D: BasicLayer, @unchecked Sendable {
  public override init() {}
  override func forward(_ x: Variable) throws -> Variable {
    try WindowKind.volume.checkBatch(x).mean(axes: [1, 2, 3])
  }
}

/// The largest number of each channel: (batch, depth, height, width, channels) -> (batch, channels).
public final class GlobalMaxPool3D: BasicLayer, @unchecked Sendable {
  public override init() {}
  override func forward(_ x: Variable) throws -> Variable {
    try WindowKind.volume.checkBatch(x).max(axes: [1, 2, 3])
  }
}

/// The sizes and costs of a convolution layer, by the formulas of its definition.
///
/// ```swift
/// let layer = ConvolutionShape(inputChannels: 3, filters: 10, size: 3)
/// layer.outputSize(of: 39)      // 37
/// layer.parameterCount          // 280
/// ```
public struct ConvolutionShape: Sendable, Equatable {
  /// Channels of the picture, and of every filter.
  public let inputChannels: Int
  /// How many filters there are: the channels of the output.
  public let filters: Int
  /// Height and width of a filter.
  public let size: Int
  public let stride: Int
  /// Rows and columns of zeros added on every side.
  public let padding: Int

  /// All numbers must be positive, `padding` may be zero.
  public init(inputChannels: Int, filters: Int, size: Int, stride: Int = 1, padding: Int = 0) {
    precondition(inputChannels > 0 && filters > 0 && size > 0 && stride > 0 && padding >= 0)
    self.inputChannels = inputChannels
    self.filters = filters
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  /// Height or width of the output for an input of `n` rows or columns: `floor((n + 2p - f) / s) + 1`, and 0
  /// where the filter does not fit.
  public func outputSize(of n: Int) -> Int {
    let room = n + 2 * padding - size
    return room < 0 ? 0 : room / stride + 1
  }

  /// Weights and biases: `f * f * channels` weights and one bias for every filter.
  public var parameterCount: Int { (size * size * inputChannels + 1) * filters }

  /// Multiplications for an input of `height` x `width`.
  public func multiplications(height: Int, width: Int) -> Int {
    outputSize(of: height) * outputSize(of: width) * filters * size * size * inputChannels
  }

  /// The padding that keeps the size with stride 1: `(f - 1) / 2`, for an odd filter.
  public static func samePadding(size: Int) -> Int { (size - 1) / 2 }
}

import Tensors

/// What convolutions of sequences and of volumes have in common.
public class WindowConvolution: BasicLayer, @unchecked Sendable {
  /// How many; the channels of the output.
  public let filters: Int
  let window: [Int]
  let groups: Int
  let activation: Activation?
  let usesBias: Bool
  let initializer: Initializer
  public internal(set) var weights: Parameter?
  public internal(set) var bias: Parameter?

  init(
    _ filters: Int, _ window: [Int], groups: Int, activation: Activation?, useBias: Bool,
    initializer: Initializer
  ) {
    self.filters = filters
    self.window = window
    self.groups = groups
    self.activation = activation
    usesBias = useBias
    self.initializer = initializer
  }

  var kind: WindowKind { preconditionFailure("each layer has a kind") }
  /// Nil where it is 1.
  var stride: String? { preconditionFailure("each layer has a stride") }
  func convolve(_ x: Variable, _ filters: Variable, _ bias: Variable?) throws -> Variable {
    preconditionFailure("each layer has a convolution")
  }

  public override var settings: String {
    var text = "\(filters) " + window.map(String.init).joined(separator: "x")
    if let stride { text += ", stride \(stride)" }
    if groups > 1 { text += ", groups \(groups)" }
    if let activation { text += ", \(activation.label)" }
    return text
  }

  private func built(_ channels: Int) throws -> Parameter {
    if let weights { return weights }
    guard filters > 0, window.allSatisfy({ $0 > 0 }) else {
      let smallest = window.map { _ in "1" }.joined(separator: " x ")
      let sizes = window.map(String.init).joined(separator: " x ")
      throw TensorError.value(
        "a layer has filters of at least \(smallest), but \(filters) of \(sizes) came.")
    }
    guard groups > 0, channels % groups == 0, filters % groups == 0 else {
      throw TensorError.shape(
        "the channels, \(channels) in and \(filters) out, must be multiples of the groups, \(groups).")
    }
    let shape = try Shape(window + [channels / groups, filters])
    // Only the initializer's scale depends on these: sizes beyond counting never get as far.
    let places = window.reduce(1, &*)
    let made = try parameter(
      "weights", shape, initializer, inputs: places &* (channels / groups), outputs: places &* filters)
    if usesBias { bias = try parameter("bias", Shape([filters]), .zeros) }
    weights = made
    return made
  }

  override func forward(_ x: Variable) throws -> Variable {
    let weights = try built(kind.checkBatch(x).shape[kind.axes + 1])
    let result = try convolve(x.asType(weights.dtype), weights(), bias.map { $0() })
    return try activation.map { try result.activated($0) } ?? result
  }

  override func multiplications(_ input: Shape, _ output: Shape) -> Double {
    guard let weights, output.rank == kind.axes + 2 else { return 0 }
    return (1...kind.axes).reduce(Double(weights.count)) { $0 * Double(output[$1]) }
  }
}

/// A convolution of sequences (batch, length, channels) with filters that are learned.
///
///     Conv1D(16, 5, activation: .relu)     // (n, 100, 3) -> (n, 96, 16)
///
/// The number of input channels is taken from the first input.
public final class Conv1D: WindowConvolution, @unchecked Sendable {
  let settled: (stride: Int, padding: Padding1D, dilation: Int)

  /// - Parameters:
  ///   - filters: How many; the channels of the output.
  ///   - size: The length of each.
  ///   - stride: How far a filter moves at a time.
  ///   - padding: Zeros before and after the sequence; `.causal` keeps outputs from looking ahead.
  ///   - dilation: The distance between neighbours under a filter; 1 is dense.
  ///   - groups: Channels are split into so many parts, each with filters of its own.
  ///   - activation: Is applied to the result; nil for none.
  ///   - useBias: Whether each output channel has a number that is added to it, learned from 0 on.
  ///   - initializer: How the filters are drawn at first.
  public init(
    _ filters: Int, _ size: Int, stride: Int = 1, padding: Padding1D = .valid, dilation: Int = 1,
    groups: Int = 1, activation: Activation? = nil, useBias: Bool = true,
    initializer: Initializer = .glorotUniform
  ) {
    settled = (stride, padding, dilation)
    super.init(
      filters, [size], groups: groups, activation: activation, useBias: useBias, initializer: initializer)
  }

  override var kind: WindowKind { .sequence }
  override var stride: String? { settled.stride == 1 ? nil : "\(settled.stride)" }
  override func convolve(_ x: Variable, _ filters: Variable, _ bias: Variable?) throws -> Variable {
    try x.conv1d(
      filters, bias: bias, stride: settled.stride, padding: settled.padding, dilation: settled.dilation,
      groups: groups)
  }
}

/// A convolution of volumes (batch, depth, height, width, channels) with filters that are learned.
///
///     Conv3D(8, 3, activation: .relu)     // (n, 16, 64, 64, 1) -> (n, 14, 62, 62, 8)
///
/// The number of input channels is taken from the first input.
public final class Conv3D: WindowConvolution, @unchecked Sendable {
  let settled: (stride: Triple, padding: Padding3D, dilation: Triple)

  /// - Parameters:
  ///   - filters: How many; the channels of the output.
  ///   - size: Depth, height and width of each.
  ///   - stride: How far a filter moves at a time.
  ///   - padding: Zeros around the volume.
  ///   - dilation: The distance between neighbours under a filter; 1 is dense.
  ///   - groups: Channels are split into so many parts, each with filters of its own.
  ///   - activation: Is applied to the result; nil for none.
  ///   - useBias: Whether each output channel has a number that is added to it, learned from 0 on.
  ///   - initializer: How the filters are drawn at first.
  public init(
    _ filters: Int, _ size: Triple, stride: Triple = 1, padding: Padding3D = .valid, dilation: Triple = 1,
    groups: Int = 1, activation: Activation? = nil, useBias: Bool = true,
    initializer: Initializer = .glorotUniform
  ) {
    settled = (stride, padding, dilation)
    super.init(
      filters, [size.depth, size.height, size.width], groups: groups, activation: activation,
      useBias: useBias, initializer: initializer)
  }

  override var kind: WindowKind { .volume }
  override var stride: String? { settled.stride == 1 ? nil : "\(settled.stride)" }
  override func convolve(_ x: Variable, _ filters: Variable, _ bias: Variable?) throws -> Variable {
    try x.conv3d(
      filters, bias: bias, stride: settled.stride, padding: settled.padding, dilation: settled.dilation,
      groups: groups)
  }
}

import Tensors

/// A convolution of pictures (batch, height, width, channels) with filters that are learned.
///
///     Conv2D(8, 5, activation: .relu)     // (n, 32, 32, 3) -> (n, 28, 28, 8)
///
/// The number of input channels is taken from the first input.
public final class Conv2D: BasicLayer, @unchecked Sendable {
  public let filters: Int
  public let size: Pair
  let convolution: ConvolutionSettings
  let activation: Activation?
  let usesBias: Bool
  let initializer: Initializer
  public internal(set) var weights: Parameter?
  public internal(set) var bias: Parameter?

  /// - Parameters:
  ///   - filters: How many; the channels of the output.
  ///   - size: Height and width of each.
  ///   - stride: How far a filter moves at a time.
  ///   - padding: Zeros around the picture.
  ///   - dilation: The distance between neighbours under a filter; 1 is dense.
  ///   - groups: Channels are split into so many parts, each with filters of its own.
  ///   - activation: Is applied to the result; nil for none.
  ///   - useBias: Whether each output channel has a number that is added to it, learned from 0 on.
  ///   - initializer: How the filters are drawn at first.
  public init(
    _ filters: Int, _ size: Pair, stride: Pair = 1, padding: Padding = .valid, dilation: Pair = 1,
    groups: Int = 1, activation: Activation? = nil, useBias: Bool = true,
    initializer: Initializer = .glorotUniform
  ) {
    self.filters = filters
    self.size = size
    convolution = ConvolutionSettings(stride: stride, padding: padding, dilation: dilation, groups: groups)
    self.activation = activation
    usesBias = useBias
    self.initializer = initializer
  }

  public override var settings: String {
    var text = "\(filters) \(size.height)x\(size.width)"
    if convolution.stride != 1 { text += ", stride \(convolution.stride)" }
    if convolution.groups > 1 { text += ", groups \(convolution.groups)" }
    if let activation { text += ", \(activation.label)" }
    return text
  }

  private func built(_ channels: Int) throws -> Parameter {
    if let weights { return weights }
    guard filters > 0, size.height > 0, size.width > 0 else {
      throw TensorError.value("a layer has filters of at least 1 x 1, but \(filters) of \(size) came.")
    }
    guard convolution.groups > 0, channels % convolution.groups == 0, filters % convolution.groups == 0 else {
      throw TensorError.shape(
        "the channels, \(channels) in and \(filters) out, must be multiples of the groups, \(convolution.groups)."
      )
    }
    let window = size.height * size.width
    let bias = usesBias ? try parameter("bias", Shape([filters]), .zeros) : nil
    let made = try parameter(
      "weights", Shape([size.height, size.width, channels / convolution.groups, filters]), initializer,
      inputs: window * channels / convolution.groups, outputs: window * filters)
    weights = made
    self.bias = bias
    return made
  }

  override func forward(_ x: Variable) throws -> Variable {
    guard x.rank == 4 else {
      throw TensorError.shape(
        "the input is a batch of pictures (batch, height, width, channels), but a tensor of shape \(x.shape) came.",
        suggestion: x.rank == 3 ? "x.expandDims(0) makes one picture a batch" : nil)
    }
    let weights = try built(x.shape[3])
    let inputs = [try x.asType(weights.dtype), weights()] + (bias.map { [$0()] } ?? [])
    let result = try Variable.apply(Convolution(settings: convolution), inputs)
    return try activation.map { try result.activated($0) } ?? result
  }

  override func multiplications(_ input: Shape, _ output: Shape) -> Double {
    guard let weights, output.rank == 4 else { return 0 }
    return Double(output[1] * output[2]) * Double(weights.count)
  }
}

/// A convolution that filters each channel by itself.
public final class DepthwiseConv2D: BasicLayer, @unchecked Sendable {
  public let size: Pair
  let stride: Pair
  let padding: Padding
  let activation: Activation?
  let usesBias: Bool
  let initializer: Initializer
  var inner: Conv2D?

  public init(
    _ size: Pair, stride: Pair = 1, padding: Padding = .valid, activation: Activation? = nil,
    useBias: Bool = true, initializer: Initializer = .glorotUniform
  ) {
    self.size = size
    self.stride = stride
    self.padding = padding
    self.activation = activation
    usesBias = useBias
    self.initializer = initializer
  }

  public override var settings: String {
    "\(size.height)x\(size.width)" + (stride != 1 ? ", stride \(stride)" : "")
      + (activation.map { ", \($0.label)" } ?? "")
  }

  override func forward(_ x: Variable) throws -> Variable {
    let channels = x.shape.last ?? 1
    let layer =
      inner
      ?? Conv2D(
        channels, size, stride: stride, padding: padding, groups: channels, activation: activation,
        useBias: usesBias, initializer: initializer)
    if inner == nil { layer.isTrainable = isTrainable }
    inner = layer
    return try layer.forward(x)
  }

  override func multiplications(_ input: Shape, _ output: Shape) -> Double {
    inner?.multiplications(input, output) ?? 0
  }
}

/// The convolution that goes the other way: pictures grow by the stride.
///
///     ConvTranspose2D(32, 3, stride: 2, padding: .same)     // (n, 14, 14, 64) -> (n, 28, 28, 32)
public final class ConvTranspose2D: BasicLayer, @unchecked Sendable {
  public let filters: Int
  public let size: Pair
  let stride: Pair
  let padding: Padding
  let activation: Activation?
  let usesBias: Bool
  let initializer: Initializer
  public internal(set) var weights: Parameter?
  public internal(set) var bias: Parameter?

  public init(
    _ filters: Int, _ size: Pair, stride: Pair = 1, padding: Padding = .valid, activation: Activation? = nil,
    useBias: Bool = true, initializer: Initializer = .glorotUniform
  ) {
    self.filters = filters
    self.size = size
    self.stride = stride
    self.padding = padding
    self.activation = activation
    usesBias = useBias
    self.initializer = initializer
  }

  public override var settings: String {
    "\(filters) \(size.height)x\(size.width), stride \(stride)" + (activation.map { ", \($0.label)" } ?? "")
  }

  override func forward(_ x: Variable) throws -> Variable {
    guard x.rank == 4, filters > 0, size.height > 0, size.width > 0 else {
      throw TensorError.shape(
        "the input is a batch of pictures (batch, height, width, channels), but a tensor of shape \(x.shape) came."
      )
    }
    if weights == nil {
      let window = size.height * size.width
      let bias = usesBias ? try parameter("bias", Shape([filters]), .zeros) : nil
      weights = try parameter(
        "weights", Shape([size.height, size.width, filters, x.shape[3]]), initializer,
        inputs: window * x.shape[3], outputs: window * filters)
      self.bias = bias
    }
    guard let weights else { return x }
    let result = try x.asType(weights.dtype).convTranspose2d(
      weights(), bias: bias.map { $0() }, stride: stride, padding: padding)
    return try activation.map { try result.activated($0) } ?? result
  }

  override func multiplications(_ input: Shape, _ output: Shape) -> Double {
    guard let weights, input.rank == 4 else { return 0 }
    return Double(input[1] * input[2]) * Double(weights.count)
  }
}

extension Activation {
  /// As it is written in tables.
  public var label: String {
    switch self {
    case .relu: "relu"
    case .leakyRelu: "leaky relu"
    case .relu6: "relu6"
    case .elu: "elu"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .swish: "swish"
    case .gelu: "gelu"
    }
  }
}

import Tensors

/// Every input connected with every output: (batch, in) -> (batch, units).
public final class Dense: BasicLayer, @unchecked Sendable {
  public let units: Int
  let activation: Activation?
  let usesBias: Bool
  let initializer: Initializer
  public internal(set) var weights: Parameter?
  public internal(set) var bias: Parameter?

  public init(
    _ units: Int, activation: Activation? = nil, useBias: Bool = true,
    initializer: Initializer = .glorotUniform
  ) {
    self.units = units
    self.activation = activation
    usesBias = useBias
    self.initializer = initializer
  }

  public override var settings: String { "\(units)" + (activation.map { ", \($0.label)" } ?? "") }

  override func forward(_ x: Variable) throws -> Variable {
    guard units > 0 else {
      throw TensorError.value("a dense layer has at least 1 unit, but \(units) came.")
    }
    guard x.rank == 2 else {
      throw TensorError.shape(
        "the input is (batch, numbers), but a tensor of shape \(x.shape) came.",
        suggestion: x.rank > 2 ? "put a Flatten() before it" : nil)
    }
    if weights == nil {
      let inputs = x.shape[1]
      let bias = usesBias ? try parameter("bias", Shape([units]), .zeros) : nil
      weights = try parameter(
        "weights", Shape([inputs, units]), initializer, inputs: inputs, outputs: units)
      self.bias = bias
    }
    guard let weights else { return x }
    let inputs = [try x.asType(weights.dtype), weights()] + (bias.map { [$0()] } ?? [])
    let result = try Variable.apply(DenseProduct(), inputs)
    return try activation.map { try result.activated($0) } ?? result
  }

  override func multiplications(_ input: Shape, _ output: Shape) -> Double { Double(weights?.count ?? 0) }
}

/// Each channel brought to mean 0 and variance 1, then scaled and shifted as it is learned.
///
/// In training the batch's own statistics are used and a running average is kept, which is used afterwards.
/// Source: Ioffe and Szegedy 2015.
public final class BatchNorm: BasicLayer, @unchecked Sendable {
  let momentum, epsilon: Double
  public internal(set) var scale: Parameter?
  public internal(set) var shift: Parameter?
  public internal(set) var statistics: RunningStatistics?

  /// - Parameters:
  ///   - momentum: How much of the running average stays with each batch.
  ///   - epsilon: Is added to the variance.
  public init(momentum: Double = 0.99, epsilon: Double = 1e-3) {
    self.momentum = momentum
    self.epsilon = epsilon
  }

  override func forward(_ x: Variable) throws -> Variable {
    guard x.rank >= 2, let channels = x.shape.last else {
      throw TensorError.shape("the input has a batch and channels, but a tensor of shape \(x.shape) came.")
    }
    if statistics == nil {
      scale = try parameter("scale", Shape([channels]), .ones)
      shift = try parameter("shift", Shape([channels]), .zeros)
      statistics = try RunningStatistics(channels: channels, momentum: momentum)
    }
    guard let scale, let shift, let statistics else { return x }
    guard statistics.mean.count == channels else {
      throw TensorError.shape(
        "the input has \(channels) channels, but the layer was built for \(statistics.mean.count).")
    }
    let x = try x.asType(scale.dtype)
    if TrainingMode.isOn, scale.isTrainable {
      return try Variable.apply(
        BatchNormalization(epsilon: epsilon, statistics: statistics), [x, scale(), shift()])
    }
    return try Variable.apply(
      FixedNormalization(epsilon: epsilon),
      [x, scale(), shift(), statistics.mean(), statistics.variance()])
  }
}

/// Drops numbers at random in training and scales the others up, so that their mean stays.
public final class Dropout: BasicLayer, @unchecked Sendable {
  let rate: Double

  /// - Parameter rate: The part that is dropped, from 0 to below 1.
  public init(_ rate: Double = 0.5) { self.rate = rate }

  public override var settings: String { "\(rate)" }

  override func forward(_ x: Variable) throws -> Variable {
    guard rate >= 0, rate < 1 else {
      throw TensorError.value("the rate lies from 0 to below 1, but \(rate) came.")
    }
    return TrainingMode.isOn && rate > 0 ? try Variable.apply(DropoutMask(rate: rate), [x]) : x
  }
}

/// Numbers dropped at random; each run draws anew.
struct DropoutMask: Operation {
  let rate: Double

  var name: String { "dropout" }
  func output(for operands: [TensorSpec]) throws -> TensorSpec { operands[0] }
  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    var generator = RandomStreams.generator(.dropout)
    let kept = try generator.uniform(operands[0].shape) .>= .double(rate)
    extras = [try kept.asType(operands[0].dtype) * .double(1 / (1 - rate))]
    return try operands[0] * extras[0]
  }
  var keeps: Kept { [] }
  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] { [try g * record.extras[0]] }
}

/// The largest or the mean number under a window.
public class PoolLayer: BasicLayer, @unchecked Sendable {
  let window, stride: Pair
  let padding: Padding

  public init(_ window: Pair = 2, stride: Pair? = nil, padding: Padding = .valid) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
  }

  public override var settings: String {
    "\(window.height)x\(window.width)" + (stride == window ? "" : ", stride \(stride)")
  }
}

/// The largest number under a window, each channel by itself.
public final class MaxPool2D: PoolLayer, @unchecked Sendable {
  override func forward(_ x: Variable) throws -> Variable {
    try x.maxPool2d(window, stride: stride, padding: padding)
  }
}

/// The mean under a window, each channel by itself.
public final class AveragePool2D: PoolLayer, @unchecked Sendable {
  override func forward(_ x: Variable) throws -> Variable {
    try x.averagePool2d(window, stride: stride, padding: padding)
  }
}

/// The mean of each channel: (batch, height, width, channels) -> (batch, channels).
public final class GlobalAveragePool2D: BasicLayer, @unchecked Sendable {
  public override init() {}
  override func forward(_ x: Variable) throws -> Variable { try x.mean(axes: [1, 2]) }
}

/// The largest number of each channel: (batch, height, width, channels) -> (batch, channels).
public final class GlobalMaxPool2D: BasicLayer, @unchecked Sendable {
  public override init() {}
  override func forward(_ x: Variable) throws -> Variable { try x.max(axes: [1, 2]) }
}

/// All numbers of each sample in a row: (batch, ...) -> (batch, count).
public final class Flatten: BasicLayer, @unchecked Sendable {
  public override init() {}
  override func forward(_ x: Variable) throws -> Variable {
    guard x.rank > 0 else { throw TensorError.shape("the input has a batch axis, but a single number came.") }
    return try x.reshape([x.shape[0], x.shape.dropFirst().reduce(1, *)])
  }
}

/// A function of each number as a layer of its own.
public final class ActivationLayer: BasicLayer, @unchecked Sendable {
  let function: Activation
  public init(_ function: Activation) { self.function = function }
  public override var label: String { "Activation" }
  public override var settings: String { function.label }
  override func forward(_ x: Variable) throws -> Variable { try x.activated(function) }
}

/// Scores turned into probabilities along the last axis.
public final class SoftmaxLayer: BasicLayer, @unchecked Sendable {
  public override init() {}
  public override var label: String { "Softmax" }
  override func forward(_ x: Variable) throws -> Variable { try x.softmax() }
}

/// Zeros around pictures.
public final class ZeroPad2D: BasicLayer, @unchecked Sendable {
  let amount: Pair
  public init(_ amount: Pair) { self.amount = amount }
  public override var settings: String { "\(amount)" }
  override func forward(_ x: Variable) throws -> Variable {
    guard x.rank == 4 else {
      throw TensorError.shape("the input is a batch of pictures, but a tensor of shape \(x.shape) came.")
    }
    return try x.pad([(0, 0), (amount.height, amount.height), (amount.width, amount.width), (0, 0)])
  }
}

/// Any function as a layer without parameters.
public final class Lambda: BasicLayer, @unchecked Sendable {
  private let function: (Variable) throws -> Variable
  override var isStatic: Bool { false }
  public init(_ function: @escaping (Variable) throws -> Variable) { self.function = function }
  override func forward(_ x: Variable) throws -> Variable { try function(x) }
}

/// Layers one after the other.
public final class Sequential: BasicLayer, LayerContainer, @unchecked Sendable {
  public let layers: [any Layer]

  public init(_ layers: [any Layer]) { self.layers = layers }
  override var isStatic: Bool { layers.allSatisfy(\.computesAlways) }
  public convenience init(_ layers: any Layer...) { self.init(layers) }

  override func forward(_ x: Variable) throws -> Variable {
    var value = x
    for (index, layer) in layers.enumerated() {
      do {
        value = try layer(value)
      } catch let error as TensorError {
        throw TensorError(
          error.kind, layer is LayerContainer ? error.message : "Layer \(index + 1), \(error.message)",
          suggestion: error.suggestion)
      }
    }
    return value
  }
}

/// A block with a shortcut: activation(body(x) + shortcut(x)).
///
/// Source: He et al. 2016.
public final class Residual: BasicLayer, LayerContainer, @unchecked Sendable {
  let body: any Layer
  /// Nil passes the input on as it is.
  let shortcut: (any Layer)?
  let activation: Activation?

  public init(_ body: any Layer, shortcut: (any Layer)? = nil, activation: Activation? = .relu) {
    self.body = body
    self.shortcut = shortcut
    self.activation = activation
  }

  override var isStatic: Bool { body.computesAlways && shortcut?.computesAlways ?? true }

  override func forward(_ x: Variable) throws -> Variable {
    let main = try body(x)
    let side = try shortcut.map { try $0(x) } ?? x
    guard main.shape == side.shape else {
      throw TensorError.shape(
        "Residual: the block gives \(main.shape) and its shortcut \(side.shape); they are added, so they must "
          + "agree.", suggestion: "give it a shortcut: Conv2D(channels, 1, stride: ...)")
    }
    let sum = try main + side
    return try activation.map { try sum.activated($0) } ?? sum
  }
}

/// Several layers given the same input, their outputs joined along the channels.
public final class Parallel: BasicLayer, LayerContainer, @unchecked Sendable {
  let branches: [any Layer]

  public init(_ branches: [any Layer]) { self.branches = branches }
  override var isStatic: Bool { branches.allSatisfy(\.computesAlways) }
  public convenience init(_ branches: any Layer...) { self.init(branches) }

  override func forward(_ x: Variable) throws -> Variable {
    try Variable.concatenate(branches.map { try $0(x) }, axis: x.rank - 1)
  }
}

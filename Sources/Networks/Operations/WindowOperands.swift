import Tensors

/// What convolutions and pools slide over, beside pictures.
enum WindowKind: Hashable {
  case sequence, volume

  /// How many axes a window has.
  var axes: Int { self == .sequence ? 1 : 3 }
  var noun: String { self == .sequence ? "sequence" : "volume" }
  /// The axes as messages name them.
  var layout: String { self == .sequence ? "length" : "depth, height, width" }
  /// A filter's first axes as messages name them.
  var window: String { self == .sequence ? "f" : "f, f, f" }

  /// The axes of a tensor along which the window slides.
  ///
  /// - Throws: A shape error when the tensor is none of `(axes)`, `(axes, channels)` and `(batch, axes, channels)`.
  func places(of shape: Shape, for operation: String) throws -> Range<Int> {
    guard (axes...axes + 2).contains(shape.rank) else {
      throw TensorError.shape(
        "\(operation) expects a \(noun) (\(layout)) or (\(layout), channels), or a batch of \(noun)s "
          + "(batch, \(layout), channels), but a tensor of shape \(shape) came.")
    }
    let first = shape.rank == axes + 2 ? 1 : 0
    return first..<first + axes
  }

  /// A layer's input, which has all axes.
  func checkBatch(_ x: Variable) throws -> Variable {
    guard x.rank == axes + 2 else {
      throw TensorError.shape(
        "the input is a batch of \(noun)s (batch, \(layout), channels), but a tensor of shape \(x.shape) came.",
        suggestion: x.rank == axes + 1 ? "x.expandDims(0) makes one \(noun) a batch" : nil)
    }
    return x
  }

  /// The tensor with a batch and channels, which it may lack.
  func batch(of x: Variable) throws -> Variable {
    switch x.rank {
    case axes: try x.reshape([1] + x.shape.sizes + [1])
    case axes + 1: try x.expandDims(0)
    default: x
    }
  }
}

/// A convolution's operands, with the axes that may be left out put in.
struct WindowOperands {
  let kind: WindowKind
  /// (batch, axes, channels).
  let x: Variable
  /// (f, ..., in / groups, out).
  let filters: Variable
  /// One number for each output channel.
  let bias: Variable?
  let groups: Int
  /// The axes of the result that the operands do not have.
  private let gone: [Int]

  init(
    _ operation: String, _ kind: WindowKind, _ x: Variable, _ filters: Variable, _ bias: Variable?,
    groups: Int
  ) throws {
    self.kind = kind
    _ = try kind.places(of: x.shape, for: operation)
    let (axes, window) = (kind.axes, kind.window)
    guard (axes...axes + 2).contains(filters.rank) else {
      throw TensorError.shape(
        "\(operation) expects filters of shape (\(window)), (\(window), in) or (\(window), in, out), but they are "
          + "\(filters.shape).")
    }
    self.x = try kind.batch(of: x)
    let channels = self.x.shape[axes + 1]
    let isEach = filters.rank == axes
    self.groups = isEach ? channels : groups
    let sizes = filters.shape.sizes
    switch filters.rank {
    case axes:
      self.filters = try filters.reshape(sizes + [1, 1]).broadcast(to: Shape(sizes + [1, channels]))
    case axes + 1: self.filters = try filters.expandDims(-1)
    default: self.filters = filters
    }
    let outputs = self.filters.shape[axes + 1]
    if !isEach {
      try WindowOperands.check(operation, kind, x.shape, filters.shape, channels, outputs, groups)
    }
    let expected = isEach ? 1 : outputs
    if let bias, bias.shape.elementCount != expected {
      throw TensorError.shape(
        "\(operation) expects a bias with \(counted(expected, "number")), one for each output channel, but it has "
          + "shape \(bias.shape).")
    }
    self.bias = isEach ? try bias?.reshape([1]).broadcast(to: Shape([channels])) : bias
    gone = (x.rank == axes + 2 ? [] : [0]) + (x.rank == axes && isEach ? [axes + 1] : [])
  }

  private static func check(
    _ operation: String, _ kind: WindowKind, _ x: Shape, _ filters: Shape, _ channels: Int, _ outputs: Int,
    _ groups: Int
  ) throws {
    guard groups >= 1, channels % groups == 0, outputs % groups == 0 else {
      throw TensorError.shape(
        "\(operation) expects channels that can be split into \(groups) groups, but there are \(channels) in and "
          + "\(outputs) out.")
    }
    guard filters[kind.axes] == channels / groups else {
      let axes = "(\(kind.window), in\(filters.rank == kind.axes + 1 ? "" : ", out"))"
      throw TensorError.shape(
        "\(operation) expects filters with \(counted(channels / groups, "input channel")) (the "
          + "\(kind == .sequence ? "second" : "fourth") axis of \(axes)), since the \(kind.noun) is \(x)"
          + "\(groups > 1 ? " in \(groups) groups" : ""), but the filters are \(filters).")
    }
  }

  /// The operands as operations take them.
  var all: [Variable] { [x, filters] + (bias.map { [$0] } ?? []) }

  /// The result without the axes that the operands do not have.
  func trimmed(_ result: Variable) throws -> Variable { gone.isEmpty ? result : try result.squeeze(gone) }
}

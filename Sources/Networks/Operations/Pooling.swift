import Tensors

/// The largest or the mean value under a window.
struct Pool: Operation {
  let largest: Bool
  let window: Pair
  let stride: Pair
  let padding: Padding

  var name: String { largest ? "maxPool2d" : "averagePool2d" }

  func geometry(_ shape: Shape) throws -> ConvolutionGeometry {
    guard shape.rank == 4 else {
      throw TensorError.shape(
        "\(name) expects a batch of pictures (batch, height, width, channels), but a tensor of shape \(shape) "
          + "came.")
    }
    let geometry = try ConvolutionGeometry(
      name, picture: shape, filters: shape[3], window: window, stride: stride, padding: padding)
    try geometry.checkPoolPadding(name)
    return geometry
  }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(
      try geometry(operands[0].shape).output, largest ? operands[0].dtype : operands[0].dtype.floatingForm)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let x = largest ? operands[0] : try operands[0].asType(operands[0].dtype.floatingForm)
    return try x.pooled(geometry(x.shape), largest: largest)
  }

  var keeps: Kept { .operands }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    [try record.operands[0].poolingGradient(g, geometry(record.specs[0].shape), largest: largest)]
  }
}

extension Variable {
  /// The largest value under a window; see `Tensor.maxPool2d`.
  public func maxPool2d(_ window: Pair, stride: Pair? = nil, padding: Padding = .valid) throws -> Variable {
    try pool(Pool(largest: true, window: window, stride: stride ?? window, padding: padding))
  }

  /// The mean value under a window; see `Tensor.averagePool2d`.
  public func averagePool2d(_ window: Pair, stride: Pair? = nil, padding: Padding = .valid) throws -> Variable
  {
    try pool(Pool(largest: false, window: window, stride: stride ?? window, padding: padding))
  }

  private func pool(_ operation: Pool) throws -> Variable {
    switch rank {
    case 2:
      try Variable.apply(operation, [reshape([1, shape[0], shape[1], 1])]).squeeze([0, 3])
    case 3: try Variable.apply(operation, [expandDims(0)]).squeeze([0])
    default: try Variable.apply(operation, [self])
    }
  }

  /// The largest value of each channel; height and width become 1.
  public func globalMaxPool2d() throws -> Variable {
    try max(axes: pictureAxes("globalMaxPool2d"), keepAxes: true)
  }

  /// The mean of each channel; height and width become 1.
  public func globalAveragePool2d() throws -> Variable {
    try mean(axes: pictureAxes("globalAveragePool2d"), keepAxes: true)
  }

  private func pictureAxes(_ operation: String) throws -> [Int] {
    guard (2...4).contains(rank) else {
      throw TensorError.shape(
        "\(operation) expects a picture (height, width) or (height, width, channels), or a batch of pictures "
          + "(batch, height, width, channels), but a tensor of shape \(shape) came.")
    }
    return rank == 4 ? [1, 2] : [0, 1]
  }

  /// The mean of equal parts, so that any picture comes out `size` high and wide.
  public func adaptiveAveragePool2d(_ size: Pair) throws -> Variable {
    try adaptivePool(size) { try $0.mean(axes: $1, keepAxes: true) }
  }

  /// The largest value of equal parts, so that any picture comes out `size` high and wide.
  public func adaptiveMaxPool2d(_ size: Pair) throws -> Variable {
    try adaptivePool(size) { try $0.max(axes: $1, keepAxes: true) }
  }

  private func adaptivePool(_ size: Pair, _ reduce: (Variable, [Int]) throws -> Variable) throws -> Variable {
    let axes = try pictureAxes("adaptivePool2d")
    guard axes.count == 2, size.height > 0, size.width > 0, size.height <= shape[axes[0]],
      size.width <= shape[axes[1]]
    else {
      throw TensorError.value(
        "An adaptive pool expects a size from 1 to that of the picture, but \(size) came for shape \(shape).")
    }
    return try adaptivelyReduced(axis: axes[0], to: size.height, reduce)
      .adaptivelyReduced(axis: axes[1], to: size.width, reduce)
  }
}

import Tensors

/// Blocks of neighbouring elements laid into the channels, or taken out of them again.
struct BlockRearrangement: Operation {
  let block: Int
  /// Whether blocks go into the channels.
  let isToDepth: Bool

  var name: String { isToDepth ? "spaceToDepth" : "depthToSpace" }

  var keeps: Kept { [] }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let shape = operands[0].shape
    guard shape.rank == 3 || shape.rank == 4 else {
      throw TensorError.shape(
        "\(name) expects a picture (height, width, channels) or a batch of pictures (batch, height, width, "
          + "channels), but a tensor of shape \(shape) came.")
    }
    guard block > 0 else {
      throw TensorError.value("\(name) expects a block of 1 or more, but \(block) came.")
    }
    let picture = try PictureSizes(shape, for: name)
    let area = try sizeProduct(block, block, for: name)
    var sizes = shape.sizes
    let channels = sizes.count - 1
    if isToDepth {
      guard picture.height % block == 0, picture.width % block == 0 else {
        throw TensorError.shape(
          "spaceToDepth expects a height and a width that are multiples of the block, \(block), but the "
            + "shape is \(shape).")
      }
      sizes[channels - 2] = picture.height / block
      sizes[channels - 1] = picture.width / block
      sizes[channels] = try sizeProduct(picture.channels, area, for: name)
    } else {
      guard picture.channels % area == 0 else {
        throw TensorError.shape(
          "depthToSpace expects channels that are a multiple of block x block, \(block) x \(block) = "
            + "\(area), but the shape is \(shape), which has \(picture.channels).")
      }
      sizes[channels - 2] = try sizeProduct(picture.height, block, for: name)
      sizes[channels - 1] = try sizeProduct(picture.width, block, for: name)
      sizes[channels] = picture.channels / area
    }
    return TensorSpec(try Shape(sizes), operands[0].dtype)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let spec = try output(for: [TensorSpec(operands[0])])
    return try rearranged(operands[0], to: spec.shape)
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let inverse = BlockRearrangement(block: block, isToDepth: !isToDepth)
    return [try inverse.rearranged(g, to: record.specs[0].shape)]
  }

  private func rearranged(_ x: Tensor, to shape: Shape) throws -> Tensor {
    guard x.elementCount > 0 else { return try x.reshape(shape.sizes) }
    let small = try PictureSizes(isToDepth ? shape : x.shape, for: name)
    let channels = small.channels / (block * block)
    if isToDepth {
      return try x.reshape([small.batch, small.height, block, small.width, block, channels])
        .transposed([0, 1, 3, 2, 4, 5]).reshape(shape.sizes)
    }
    return try x.reshape([small.batch, small.height, small.width, block, block, channels])
      .transposed([0, 1, 3, 2, 4, 5]).reshape(shape.sizes)
  }
}

extension Variable {
  /// Blocks of `block` x `block` neighbours laid into the channels: a smaller picture with more channels.
  ///
  ///     (n, h, w, c)  ->  (n, h / block, w / block, block * block * c)
  ///
  /// The order is TensorFlow's: the rows of a block, then its columns, then the channels. Takes single
  /// pictures (h, w, c) as well, and any type.
  ///
  ///     try Variable(Tensor.range(to: 16).reshape([4, 4, 1])).spaceToDepth(2)     // first place: 0 1 4 5
  ///
  /// - Throws: A shape error when height or width is not a multiple of the block.
  public func spaceToDepth(_ block: Int) throws -> Variable {
    try Variable.apply(BlockRearrangement(block: block, isToDepth: true), [self])
  }

  /// Channels laid out as blocks of `block` x `block` neighbours: the inverse of `spaceToDepth`, also known
  /// as pixel shuffle.
  ///
  ///     (n, h, w, block * block * c)  ->  (n, h * block, w * block, c)
  ///
  /// - Throws: A shape error when the channels are not a multiple of block x block.
  public func depthToSpace(_ block: Int) throws -> Variable {
    try Variable.apply(BlockRearrangement(block: block, isToDepth: false), [self])
  }
}

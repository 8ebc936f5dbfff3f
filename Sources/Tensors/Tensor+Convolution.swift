extension Tensor {
  /// Slides filters over a picture: the cross-correlation that convolutional networks call convolution.
  ///
  ///     picture: (height, width), (height, width, channels) or (batch, height, width, channels)
  ///     filters: (f, f)           every channel is filtered by itself; axes stay as they are
  ///              (f, f, in)       one filter over the volume; one output channel
  ///              (f, f, in, out)  `out` filters
  ///
  /// Each output axis is floor((n + 2p - f) / s) + 1 long.
  ///
  ///     try Tensor.ones([6, 6]).conv2d(.ones([3, 3])).shape               // (4, 4)
  ///     try Tensor.ones([6, 6, 3]).conv2d(.ones([3, 3, 3])).shape         // (4, 4, 1)
  ///     try Tensor.ones([6, 6, 3]).conv2d(.ones([3, 3, 3, 10])).shape     // (4, 4, 10)
  ///
  /// float32 runs on oneDNN or, where that is quicker, on own loops; float64 on own loops; integers exactly, in
  /// int64.
  ///
  /// - Parameters:
  ///   - filters: Weights in one of the shapes above.
  ///   - bias: One number for each output channel, in any shape.
  ///   - stride: How far the window moves at a time.
  ///   - padding: Zeros around the picture.
  ///   - dilation: The distance between neighbours under the window; 1 is dense.
  /// - Throws: A shape error when channels do not agree or the window is larger than the padded picture.
  public func conv2d(
    _ filters: Tensor, bias: Tensor? = nil, stride: Pair = 1, padding: Padding = .valid, dilation: Pair = 1
  ) throws -> Tensor {
    let picture = try PictureBatch(self, for: "conv2d")
    let eachChannel = filters.rank == 2
    let outputs = try filterCount(filters, picture)
    let geometry = try WindowGeometry(
      "conv2d", batch: picture.batch, height: picture.height, width: picture.width,
      channels: picture.channels, filters: outputs,
      window: Pair(height: filters.shape[0], width: filters.shape[1]), stride: stride, padding: padding,
      dilation: dilation)
    if let bias { try checkBias(bias, expected: eachChannel ? 1 : outputs) }

    var type = DType.arithmetic(dtype, filters.dtype)
    if let bias { type = .arithmetic(type, bias.dtype) }
    var sizes = [geometry.y.out, geometry.x.out]
    if rank > 2 || !eachChannel { sizes.append(outputs) }
    if rank == 4 { sizes.insert(picture.batch, at: 0) }
    let result = try Tensor(uninitialized: Shape(sizes), type)
    try ConvolutionKernels.run(
      geometry, eachChannel: eachChannel, asType(type), filters.asType(type), bias?.asType(type),
      into: result)
    return result
  }

  /// The filters turned by 180 degrees: both spatial axes reversed.
  ///
  /// With them `conv2d` is the mathematical convolution, which is associative.
  public func flippedFilter() throws -> Tensor {
    guard rank >= 2 else {
      throw TensorError.shape("A filter has at least two axes, (f, f), but a tensor of shape \(shape) came.")
    }
    return try flip([0, 1])
  }

  private func filterCount(_ filters: Tensor, _ picture: PictureBatch) throws -> Int {
    let channels = picture.channels
    switch filters.rank {
    case 2: return channels
    case 3 where filters.shape[2] == channels: return 1
    case 4 where filters.shape[2] == channels: return filters.shape[3]
    case 3, 4:
      let axes = filters.rank == 3 ? "(f, f, in)" : "(f, f, in, out)"
      throw TensorError.shape(
        "conv2d expects filters with \(counted(channels, "input channel")) (the third axis of \(axes)), since "
          + "the picture is \(shape), but the filters are \(filters.shape).")
    default:
      throw TensorError.shape(
        "conv2d expects filters of shape (f, f), (f, f, in) or (f, f, in, out), but they are \(filters.shape)."
      )
    }
  }

  private func checkBias(_ bias: Tensor, expected: Int) throws {
    guard bias.elementCount == expected else {
      throw TensorError.shape(
        "conv2d expects a bias with \(counted(expected, "number")), one for each output channel, but it has "
          + "shape \(bias.shape).")
    }
  }
}

extension Tensor {
  /// The largest value under a window that slides over a picture, each channel by itself.
  ///
  ///     try picture.maxPool2d(2)     // (4, 4, 10) -> (2, 2, 10)
  ///
  /// Takes (height, width), (height, width, channels) or (batch, height, width, channels) of any type.
  ///
  /// - Parameters:
  ///   - window: The size of the window.
  ///   - stride: How far it moves at a time; without one, by its own size.
  ///   - padding: Places outside the picture never count.
  /// - Throws: A shape error when the window is larger than the padded picture.
  public func maxPool2d(_ window: Pair, stride: Pair? = nil, padding: Padding = .valid) throws -> Tensor {
    try pool2d("maxPool2d", largest: true, window, stride ?? window, padding)
  }

  /// The mean of the values under a window that slides over a picture, each channel by itself.
  ///
  /// As `maxPool2d`; only places inside the picture are averaged. Integers give float32.
  public func averagePool2d(_ window: Pair, stride: Pair? = nil, padding: Padding = .valid) throws -> Tensor {
    try asType(dtype.floatingForm).pool2d("averagePool2d", largest: false, window, stride ?? window, padding)
  }

  /// The largest value of each channel; height and width become 1.
  ///
  ///     try picture.globalMaxPool2d()     // (7, 7, 1000) -> (1, 1, 1000)
  public func globalMaxPool2d() throws -> Tensor {
    try max(axes: pictureAxes("globalMaxPool2d"), keepAxes: true)
  }

  /// The mean of each channel; height and width become 1.
  public func globalAveragePool2d() throws -> Tensor {
    try mean(axes: pictureAxes("globalAveragePool2d"), keepAxes: true)
  }

  private func pictureAxes(_ operation: String) throws -> [Int] {
    _ = try PictureBatch(self, for: operation)
    return rank == 4 ? [1, 2] : [0, 1]
  }

  private func pool2d(
    _ operation: String, largest: Bool, _ window: Pair, _ stride: Pair, _ padding: Padding
  ) throws -> Tensor {
    let picture = try PictureBatch(self, for: operation)
    let geometry = try WindowGeometry(
      operation, batch: picture.batch, height: picture.height, width: picture.width,
      channels: picture.channels, filters: picture.channels, window: window, stride: stride, padding: padding,
      dilation: 1)
    try ConvolutionGeometry(geometry).checkPoolPadding(operation)
    var sizes = [geometry.y.out, geometry.x.out]
    if rank > 2 { sizes.append(picture.channels) }
    if rank == 4 { sizes.insert(picture.batch, at: 0) }
    let result = try Tensor(uninitialized: Shape(sizes), dtype)
    PoolingKernels.run(geometry, largest: largest, self, into: result)
    return result
  }
}

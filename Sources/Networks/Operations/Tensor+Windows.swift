import Tensors

/// Convolution and pooling of plain tensors in one and three dimensions, computed at once. Shapes, parameters and
/// errors are those of the functions of the same names on `Variable`.
extension Tensor {
  /// Slides filters along sequences: (batch, length, channels) and (f, in, out); see `Variable.conv1d`.
  ///
  ///     try Tensor([1, 2, 4, 7]).conv1d(Tensor([-1, 1]))     // [1 2 3]
  public func conv1d(
    _ filters: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding1D = .valid, dilation: Int = 1,
    groups: Int = 1
  ) throws -> Tensor {
    try Variable(self).conv1d(
      Variable(filters), bias: bias.map { Variable($0) }, stride: stride, padding: padding,
      dilation: dilation, groups: groups
    ).tensor()
  }

  /// Slides filters through volumes: (batch, depth, height, width, channels) and (f, f, f, in, out); see
  /// `Variable.conv3d`.
  ///
  ///     try Tensor.ones([6, 6, 6]).conv3d(.ones([3, 3, 3])).shape     // (4, 4, 4)
  public func conv3d(
    _ filters: Tensor, bias: Tensor? = nil, stride: Triple = 1, padding: Padding3D = .valid,
    dilation: Triple = 1, groups: Int = 1
  ) throws -> Tensor {
    try Variable(self).conv3d(
      Variable(filters), bias: bias.map { Variable($0) }, stride: stride, padding: padding,
      dilation: dilation, groups: groups
    ).tensor()
  }

  /// The largest value under a window that slides along sequences; see `Variable.maxPool1d`.
  ///
  ///     try Tensor([1, 3, 2, 5]).maxPool1d(2)     // [3 5]
  public func maxPool1d(_ window: Int, stride: Int? = nil, padding: Padding1D = .valid) throws -> Tensor {
    try Variable(self).maxPool1d(window, stride: stride, padding: padding).tensor()
  }

  /// The mean of the values under a window that slides along sequences. Integers give float32.
  public func averagePool1d(_ window: Int, stride: Int? = nil, padding: Padding1D = .valid) throws -> Tensor {
    try Variable(self).averagePool1d(window, stride: stride, padding: padding).tensor()
  }

  /// The largest value of each channel; the length becomes 1.
  public func globalMaxPool1d() throws -> Tensor { try Variable(self).globalMaxPool1d().tensor() }

  /// The mean of each channel; the length becomes 1.
  public func globalAveragePool1d() throws -> Tensor { try Variable(self).globalAveragePool1d().tensor() }

  /// The largest value under a window that slides through volumes; see `Variable.maxPool3d`.
  ///
  ///     try Tensor.ones([4, 4, 4]).maxPool3d(2).shape     // (2, 2, 2)
  public func maxPool3d(
    _ window: Triple, stride: Triple? = nil, padding: Padding3D = .valid
  ) throws -> Tensor {
    try Variable(self).maxPool3d(window, stride: stride, padding: padding).tensor()
  }

  /// The mean of the values under a window that slides through volumes. Integers give float32.
  public func averagePool3d(
    _ window: Triple, stride: Triple? = nil, padding: Padding3D = .valid
  ) throws -> Tensor {
    try Variable(self).averagePool3d(window, stride: stride, padding: padding).tensor()
  }

  /// The largest value of each channel; depth, height and width become 1.
  public func globalMaxPool3d() throws -> Tensor { try Variable(self).globalMaxPool3d().tensor() }

  /// The mean of each channel; depth, height and width become 1.
  public func globalAveragePool3d() throws -> Tensor { try Variable(self).globalAveragePool3d().tensor() }
}

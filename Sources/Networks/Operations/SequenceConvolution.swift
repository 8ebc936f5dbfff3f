import Tensors

extension Variable {
  /// Slides filters along sequences: sounds, sensors' readings, lines of text.
  ///
  ///     x:       (length), (length, channels) or (batch, length, channels)
  ///     filters: (f)            every channel is filtered by itself; axes stay as they are
  ///              (f, in)        one filter over all channels; one output channel
  ///              (f, in, out)   `out` filters; `in` is that of one group
  ///
  /// The output is floor((n + 2p - f) / s) + 1 long.
  ///
  ///     try x.conv1d(filters, stride: 2, padding: .same)     // (8, 100, 3), (5, 3, 16) -> (8, 50, 16)
  ///
  /// - Parameters:
  ///   - filters: Weights in one of the shapes above.
  ///   - bias: One number for each output channel.
  ///   - stride: How far the window moves at a time.
  ///   - padding: Zeros before and after the sequence; `.causal` keeps outputs from looking ahead.
  ///   - dilation: The distance between neighbours under the window; 1 is dense.
  ///   - groups: Channels are split into so many parts, each with filters of its own.
  /// - Throws: A shape error when channels do not agree or the window is larger than the padded sequence.
  public func conv1d(
    _ filters: Variable, bias: Variable? = nil, stride: Int = 1, padding: Padding1D = .valid,
    dilation: Int = 1, groups: Int = 1
  ) throws -> Variable {
    let operands = try WindowOperands("conv1d", .sequence, self, filters, bias, groups: groups)
    let geometry = try SequenceGeometry(
      "conv1d", length: operands.x.shape[1], window: operands.filters.shape[0], stride: stride,
      padding: padding, dilation: dilation)
    // A sequence is a picture of height 1.
    let settings = ConvolutionSettings(
      stride: Pair(height: 1, width: stride), padding: geometry.padding,
      dilation: Pair(height: 1, width: dilation), groups: operands.groups)
    let pictures =
      [try operands.x.expandDims(1), try operands.filters.expandDims(0)] + operands.all.dropFirst(2)
    let result = try Variable.apply(Convolution(settings: settings), pictures)
    return try operands.trimmed(result.squeeze([1]))
  }
}

import Tensors

/// The cross-correlation of volumes with filters, plus a bias.
struct VolumeConvolution: Operation {
  var stride: Triple = 1
  var padding: Padding3D = .valid
  var dilation: Triple = 1
  var groups = 1

  var name: String { "conv3d" }

  /// The sizes for (batch, depth, height, width, channels) and (fd, fh, fw, in / groups, out), which
  /// `WindowOperands` has checked.
  func geometry(_ specs: [TensorSpec]) throws -> VolumeGeometry {
    let filters = specs[1].shape
    return try VolumeGeometry(
      name, volume: specs[0].shape, filters: filters[4],
      window: Triple(depth: filters[0], height: filters[1], width: filters[2]), stride: stride,
      padding: padding, dilation: dilation, groups: groups)
  }

  private func dtype(_ specs: [TensorSpec]) -> DType {
    specs.dropFirst().reduce(specs[0].dtype) { .arithmetic($0, $1.dtype) }
  }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(try geometry(operands).output, dtype(operands))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let specs = operands.map(TensorSpec.init)
    let dtype = dtype(specs)
    let result = try operands[0].asType(dtype).convolved(operands[1].asType(dtype), geometry(specs))
    return operands.count > 2 ? try result + operands[2].asType(dtype) : result
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let geometry = try geometry(record.specs)
    var parts: [Tensor?] = record.specs.map { _ in nil }
    if record.wanted[0] { parts[0] = try g.convolvedBack(record.operands[1].asType(g.dtype), geometry) }
    if record.wanted[1] { parts[1] = try record.operands[0].asType(g.dtype).filterGradient(g, geometry) }
    if record.wanted.count > 2, record.wanted[2] {
      parts[2] = try g.sum(axes: [0, 1, 2, 3]).reshape(record.specs[2].shape.sizes)
    }
    return parts
  }
}

extension Variable {
  /// Slides filters through volumes: scans, or films whose depth is time.
  ///
  ///     x:       (depth, height, width), (depth, height, width, channels) or
  ///              (batch, depth, height, width, channels)
  ///     filters: (f, f, f)            every channel is filtered by itself; axes stay as they are
  ///              (f, f, f, in)        one filter over all channels; one output channel
  ///              (f, f, f, in, out)   `out` filters; `in` is that of one group
  ///
  /// Each output axis is floor((n + 2p - f) / s) + 1 long.
  ///
  ///     try x.conv3d(filters, padding: .same)     // (2, 16, 64, 64, 1), (3, 3, 3, 1, 8) -> (2, 16, 64, 64, 8)
  ///
  /// - Parameters:
  ///   - filters: Weights in one of the shapes above.
  ///   - bias: One number for each output channel.
  ///   - stride: How far the window moves at a time.
  ///   - padding: Zeros around the volume.
  ///   - dilation: The distance between neighbours under the window; 1 is dense.
  ///   - groups: Channels are split into so many parts, each with filters of its own.
  /// - Throws: A shape error when channels do not agree or the window is larger than the padded volume.
  public func conv3d(
    _ filters: Variable, bias: Variable? = nil, stride: Triple = 1, padding: Padding3D = .valid,
    dilation: Triple = 1, groups: Int = 1
  ) throws -> Variable {
    let operands = try WindowOperands("conv3d", .volume, self, filters, bias, groups: groups)
    let operation = VolumeConvolution(
      stride: stride, padding: padding, dilation: dilation, groups: operands.groups)
    return try operands.trimmed(Variable.apply(operation, operands.all))
  }
}

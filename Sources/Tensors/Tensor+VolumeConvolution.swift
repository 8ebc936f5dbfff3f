import Base

/// A convolution of volumes is one of pictures: the planes that lie under a filter are joined along the channels.
///
/// One convolution with fd x channels channels keeps oneDNN's vectors full, which volumes of one channel and a sum
/// over the filter's depth would not.
extension VolumeGeometry {
  /// Volumes are taken a few at a time: what is joined holds each plane as often as filters are deep.
  private static let largest = 64.0 * 1024 * 1024

  /// The parts into which the batch is cut.
  fileprivate var parts: [Range<Int>] {
    let bytes = [z.out, z.window, y.size, x.size, channels].reduce(8.0) { $0 * Double($1) }
    let count = Int(min(Double(batch), max(1, VolumeGeometry.largest / max(1, bytes))))
    guard count > 0 else { return [] }
    return stride(from: 0, to: batch, by: count).map { $0..<min($0 + count, batch) }
  }

  /// The convolution of so many volumes' joined planes.
  fileprivate func planes(_ count: Int) throws -> ConvolutionGeometry {
    try ConvolutionGeometry(
      "conv3d", picture: Shape([count * z.out, y.size, x.size, z.window * channels]), filters: filters,
      window: Pair(height: y.window, width: x.window), stride: Pair(height: y.stride, width: x.stride),
      padding: planePadding, dilation: Pair(height: y.dilation, width: x.dilation), groups: groups)
  }

  /// The padded planes that lie under the filters' plane `number`.
  fileprivate func planes(under number: Int) -> [TensorIndex] {
    let first = number * z.dilation
    return [.all, .range(lower: first, upper: first + (z.out - 1) * z.stride + 1, step: z.stride)]
  }
}

extension Range<Int> {
  fileprivate var index: TensorIndex { .range(lower: lowerBound, upper: upperBound, step: 1) }
}

extension Tensor {
  /// A convolution of (n, d, h, w, c) with (fd, fh, fw, c / groups, out) filters.
  package func convolved(_ filters: Tensor, _ g: VolumeGeometry) throws -> Tensor {
    let filters = try filters.planeFilters(g)
    return try joined(g.parts, g.output) { part in
      try slice([part.index]).planes(g).convolved(filters, g.planes(part.count))
        .reshape([part.count, g.z.out, g.y.out, g.x.out, g.filters])
    }
  }

  /// The gradient of a convolution with respect to its source, for the gradient (this tensor) of its result.
  package func convolvedBack(_ filters: Tensor, _ g: VolumeGeometry) throws -> Tensor {
    let filters = try filters.planeFilters(g)
    let volume = try Shape([g.batch, g.z.size, g.y.size, g.x.size, g.channels])
    return try joined(g.parts, volume) { part in
      let planes = try slice([part.index]).reshape([part.count * g.z.out, g.y.out, g.x.out, g.filters])
        .convolvedBack(filters, g.planes(part.count))
      return try planes.volumes(part.count, g)
    }
  }

  /// The gradient of a convolution of this tensor with respect to its filters, for the gradient of its result.
  package func filterGradient(_ gradient: Tensor, _ g: VolumeGeometry) throws -> Tensor {
    let each = g.channels / g.groups
    var sum = try Tensor.zeros([g.y.window, g.x.window, g.z.window * each, g.filters], dtype)
    for part in g.parts {
      try Safepoint.poll()
      let rows = try gradient.slice([part.index])
        .reshape([part.count * g.z.out, g.y.out, g.x.out, g.filters])
      sum = try sum + slice([part.index]).planes(g).filterGradient(rows, g.planes(part.count))
    }
    return try sum.reshape([g.y.window, g.x.window, g.z.window, each, g.filters]).transposed([2, 0, 1, 3, 4])
  }

  private func joined(_ parts: [Range<Int>], _ shape: Shape, _ make: (Range<Int>) throws -> Tensor) throws
    -> Tensor
  {
    let made = try parts.map { part in
      try Safepoint.poll()
      return try make(part)
    }
    switch made.count {
    case 0: return try .zeros(shape, dtype)
    case 1: return made[0]
    default: return try Tensor.concatenate(made)
    }
  }

  /// (fd, fh, fw, c, out) filters as (fh, fw, fd * c, out).
  private func planeFilters(_ g: VolumeGeometry) throws -> Tensor {
    try transposed([1, 2, 0, 3, 4]).reshape([
      g.y.window, g.x.window, g.z.window * (g.channels / g.groups), g.filters,
    ])
  }

  /// (n, d, h, w, c) volumes as (n * out, h, w, fd * c) pictures: for each place along the depth all planes that a
  /// filter covers there, each group's channels side by side.
  private func planes(_ g: VolumeGeometry) throws -> Tensor {
    let isPadded = g.z.before + g.z.after > 0
    let padded = isPadded ? try pad([(0, 0), (g.z.before, g.z.after), (0, 0), (0, 0), (0, 0)]) : self
    let sizes = [shape[0], g.z.out, g.y.size, g.x.size, g.groups, g.channels / g.groups]
    let parts = try (0..<g.z.window).map { number in
      try padded.slice(g.planes(under: number)).reshape(sizes)
    }
    return try Tensor.concatenate(parts, axis: 5)
      .reshape([shape[0] * g.z.out, g.y.size, g.x.size, g.z.window * g.channels])
  }

  /// The opposite of `planes`: each plane is added to the place that it was taken from.
  private func volumes(_ count: Int, _ g: VolumeGeometry) throws -> Tensor {
    let parts = try reshape([
      count, g.z.out, g.y.size, g.x.size, g.groups, g.z.window, g.channels / g.groups,
    ])
    let depth = g.z.before + g.z.size + g.z.after
    var sum = try Tensor.zeros([count, depth, g.y.size, g.x.size, g.channels], dtype)
    for number in 0..<g.z.window {
      let part = try parts.slice([.all, .all, .all, .all, .all, .index(number)])
        .reshape([count, g.z.out, g.y.size, g.x.size, g.channels])
      let places = g.planes(under: number)
      try sum.assign(sum.slice(places) + part, at: places)
    }
    return try sum.slice([.all, (g.z.before..<g.z.before + g.z.size).index])
  }
}

import Tensors

extension Variable {
  /// The largest value under a window that slides through volumes, each channel by itself.
  ///
  ///     try x.maxPool3d(2)     // (2, 16, 64, 64, 8) -> (2, 8, 32, 32, 8)
  ///
  /// Takes (depth, height, width), (depth, height, width, channels) or (batch, depth, height, width, channels).
  ///
  /// - Parameters:
  ///   - window: The size of the window.
  ///   - stride: How far it moves at a time; without one, by its own size.
  ///   - padding: Places outside the volume never count.
  /// - Throws: A shape error when the window is larger than the padded volume.
  public func maxPool3d(
    _ window: Triple, stride: Triple? = nil, padding: Padding3D = .valid
  ) throws -> Variable {
    try pool3d("maxPool3d", largest: true, window, stride ?? window, padding)
  }

  /// The mean of the values under a window that slides through volumes; see `maxPool3d`.
  public func averagePool3d(
    _ window: Triple, stride: Triple? = nil, padding: Padding3D = .valid
  ) throws -> Variable {
    try pool3d("averagePool3d", largest: false, window, stride ?? window, padding)
  }

  /// Each plane is pooled by itself, then the planes along the depth: a largest of largest ones is the largest of
  /// all, and so is the mean, since every plane under a window counts the same places.
  private func pool3d(
    _ operation: String, largest: Bool, _ window: Triple, _ stride: Triple, _ padding: Padding3D
  ) throws -> Variable {
    let places = try WindowKind.volume.places(of: shape, for: operation)
    let x = try WindowKind.volume.batch(of: self)
    let geometry = try VolumeGeometry(
      operation, volume: x.shape, filters: x.shape[4], window: window, stride: stride, padding: padding)
    try geometry.checkPoolPadding(operation)
    let (n, out) = (x.shape, geometry.output)
    let planes = try Variable.apply(
      Pool(largest: largest, window: window.plane, stride: stride.plane, padding: geometry.planePadding),
      [x.reshape([n[0] * n[1], n[2], n[3], n[4]])])
    let result = try Variable.apply(
      Pool(
        largest: largest, window: Pair(height: window.depth, width: 1),
        stride: Pair(height: stride.depth, width: 1), padding: geometry.depthPadding),
      [planes.reshape([n[0], n[1], out[2] * out[3], n[4]])])
    return try result.reshape(shape.replacing(places, by: [out[1], out[2], out[3]]))
  }

  /// The largest value of each channel; depth, height and width become 1.
  public func globalMaxPool3d() throws -> Variable {
    try max(axes: Array(WindowKind.volume.places(of: shape, for: "globalMaxPool3d")), keepAxes: true)
  }

  /// The mean of each channel; depth, height and width become 1.
  public func globalAveragePool3d() throws -> Variable {
    try mean(axes: Array(WindowKind.volume.places(of: shape, for: "globalAveragePool3d")), keepAxes: true)
  }

  /// The mean of equal parts, so that any volume comes out in this size.
  public func adaptiveAveragePool3d(_ size: Triple) throws -> Variable {
    try adaptivePool("adaptiveAveragePool3d", .volume, [size.depth, size.height, size.width]) {
      try $0.mean(axes: $1, keepAxes: true)
    }
  }

  /// The largest value of equal parts, so that any volume comes out in this size.
  public func adaptiveMaxPool3d(_ size: Triple) throws -> Variable {
    try adaptivePool("adaptiveMaxPool3d", .volume, [size.depth, size.height, size.width]) {
      try $0.max(axes: $1, keepAxes: true)
    }
  }
}

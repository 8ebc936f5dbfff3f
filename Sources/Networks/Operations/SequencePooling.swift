import Tensors

extension Variable {
  /// The largest value under a window that slides along sequences, each channel by itself.
  ///
  ///     try x.maxPool1d(2)     // (8, 100, 16) -> (8, 50, 16)
  ///
  /// Takes (length), (length, channels) or (batch, length, channels).
  ///
  /// - Parameters:
  ///   - window: The length of the window.
  ///   - stride: How far it moves at a time; without one, by its own length.
  ///   - padding: Places outside the sequence never count.
  /// - Throws: A shape error when the window is longer than the padded sequence.
  public func maxPool1d(_ window: Int, stride: Int? = nil, padding: Padding1D = .valid) throws -> Variable {
    try pool1d("maxPool1d", largest: true, window, stride ?? window, padding)
  }

  /// The mean of the values under a window that slides along sequences; see `maxPool1d`.
  public func averagePool1d(_ window: Int, stride: Int? = nil, padding: Padding1D = .valid) throws -> Variable
  {
    try pool1d("averagePool1d", largest: false, window, stride ?? window, padding)
  }

  private func pool1d(
    _ operation: String, largest: Bool, _ window: Int, _ stride: Int, _ padding: Padding1D
  ) throws -> Variable {
    let places = try WindowKind.sequence.places(of: shape, for: operation)
    let geometry = try SequenceGeometry(
      operation, length: shape[places.lowerBound], window: window, stride: stride, padding: padding)
    try geometry.checkPoolPadding(operation)
    let pool = Pool(
      largest: largest, window: Pair(height: 1, width: window), stride: Pair(height: 1, width: stride),
      padding: geometry.padding)
    let result = try Variable.apply(pool, [WindowKind.sequence.batch(of: self).expandDims(1)])
    return try result.reshape(shape.replacing(places, by: [result.shape[2]]))
  }

  /// The largest value of each channel; the length becomes 1.
  public func globalMaxPool1d() throws -> Variable {
    try max(axes: Array(WindowKind.sequence.places(of: shape, for: "globalMaxPool1d")), keepAxes: true)
  }

  /// The mean of each channel; the length becomes 1.
  public func globalAveragePool1d() throws -> Variable {
    try mean(axes: Array(WindowKind.sequence.places(of: shape, for: "globalAveragePool1d")), keepAxes: true)
  }

  /// The mean of equal parts, so that any sequence comes out `length` long.
  public func adaptiveAveragePool1d(_ length: Int) throws -> Variable {
    try adaptivePool("adaptiveAveragePool1d", .sequence, [length]) { try $0.mean(axes: $1, keepAxes: true) }
  }

  /// The largest value of equal parts, so that any sequence comes out `length` long.
  public func adaptiveMaxPool1d(_ length: Int) throws -> Variable {
    try adaptivePool("adaptiveMaxPool1d", .sequence, [length]) { try $0.max(axes: $1, keepAxes: true) }
  }

  func adaptivePool(
    _ operation: String, _ kind: WindowKind, _ sizes: [Int],
    _ reduce: (Variable, [Int]) throws -> Variable
  ) throws -> Variable {
    let places = try kind.places(of: shape, for: operation)
    guard zip(places, sizes).allSatisfy({ $1 > 0 && $1 <= shape[$0] }) else {
      let came = sizes.count == 1 ? "\(sizes[0])" : "(\(sizes.map(String.init).joined(separator: ", ")))"
      throw TensorError.value(
        "\(operation) expects a size from 1 to that of the \(kind.noun), but \(came) came for shape \(shape)."
      )
    }
    return try zip(places, sizes).reduce(self) { try $0.adaptivelyReduced(axis: $1.0, to: $1.1, reduce) }
  }

  /// One axis in `count` parts as equal as can be, which overlap where they must, each reduced to one place.
  func adaptivelyReduced(
    axis: Int, to count: Int, _ reduce: (Variable, [Int]) throws -> Variable
  ) throws -> Variable {
    let n = shape[axis]
    let whole = [TensorIndex](repeating: .all, count: axis)
    let parts = try (0..<count).map { part in
      let (lower, upper) = (part * n / count, ((part + 1) * n + count - 1) / count)
      return try reduce(slice(whole + [.range(lower: lower, upper: upper, step: 1)]), [axis])
    }
    return try Variable.concatenate(parts, axis: axis)
  }
}

extension Shape {
  /// The sizes with other ones for some axes.
  func replacing(_ axes: Range<Int>, by other: [Int]) -> [Int] {
    var sizes = self.sizes
    sizes.replaceSubrange(axes, with: other)
    return sizes
  }
}

import Base

/// What stands in the new places around a padded tensor.
public enum PadMode: Sendable {
  /// One number.
  case constant(Scalar)
  /// The tensor mirrored at its edge, which is not repeated: 3 2 | 1 2 3 | 2 1.
  case reflect
  /// The value at the edge: 1 1 | 1 2 3 | 3 3.
  case edge
}

extension Tensor {
  /// The tensor with places added before and after each axis.
  ///
  ///     try Tensor([1, 2, 3]).pad([(1, 2)])     // [0 1 2 3 0 0]
  ///
  /// - Parameters:
  ///   - amounts: One pair for each axis.
  ///   - mode: What stands in the new places.
  /// - Throws: A shape error when there is not one pair for each axis, an amount is negative, or a reflection would reach
  ///   beyond the axis.
  public func pad(_ amounts: [(before: Int, after: Int)], mode: PadMode = .constant(0)) throws -> Tensor {
    guard amounts.count == rank else {
      throw TensorError.shape(
        "pad expects one pair (before, after) for each of the \(counted(rank, "axis", plural: "axes")) of shape "
          + "\(shape), but \(counted(amounts.count, "pair")) came.")
    }
    var sizes = shape.sizes
    for (axis, (before, after)) in amounts.enumerated() {
      guard before >= 0, after >= 0 else {
        throw TensorError.value(
          "pad expects amounts of 0 or more, but (\(before), \(after)) came for axis \(axis).")
      }
      let (sum, first) = sizes[axis].addingReportingOverflow(before)
      let (total, second) = sum.addingReportingOverflow(after)
      guard !first, !second else { throw TensorError(.memory, "No machine can hold so much padding.") }
      sizes[axis] = total
    }
    switch mode {
    case .constant(let value):
      let fill = try Tensor(value, dtype: value.dtype == .float32 ? .float64 : nil).exactly(dtype)
      let result = try Tensor(uninitialized: Shape(sizes), dtype)
      ElementwiseKernels.fill(result, with: fill)
      if elementCount > 0 { result.paste(self, at: amounts.map(\.before)) }
      return result
    case .reflect, .edge:
      // The places are listed while the result is made.
      let target = try Shape(sizes)
      try MemoryBudget.require(
        sizes.reduce(0, Swift.max), of: 4 * MemoryLayout<Int>.size, for: "padding to \(target)")
      var result = self
      for (axis, (before, after)) in amounts.enumerated() where before > 0 || after > 0 {
        let places = try mirrored(axis, before, after, mode)
        result = try result.slice([TensorIndex](repeating: .all, count: axis) + [.gather(Tensor(places))])
      }
      return result
    }
  }

  /// The places of an axis in the order in which the padded one shows them.
  private func mirrored(_ axis: Int, _ before: Int, _ after: Int, _ mode: PadMode) throws -> [Int] {
    let size = shape[axis]
    let limit = Swift.max(before, after)
    if case .reflect = mode {
      guard limit < size else {
        throw TensorError.shape(
          "A reflection can be at most \(Swift.max(0, size - 1)) wide on axis \(axis) of shape \(shape), one less "
            + "than its length, but \(limit) came.")
      }
      return (-before..<(size + after)).map { $0 < 0 ? -$0 : $0 < size ? $0 : 2 * (size - 1) - $0 }
    }
    guard size > 0 else {
      throw TensorError.shape("An empty axis has no edge to repeat: axis \(axis) of shape \(shape).")
    }
    return (-before..<(size + after)).map { Swift.min(Swift.max($0, 0), size - 1) }
  }
}

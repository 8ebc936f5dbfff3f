extension Tensor {
  /// The elements in rising order along an axis; NaN comes last.
  ///
  ///     try Tensor([3, 1, 2]).sorted()     // [1 2 3]
  public func sorted(axis: Int = -1, descending: Bool = false) throws -> Tensor {
    try alongLast(axis, "sorted") { lines in
      try OrderKernels.sorted(lines, descending: descending)
    }
  }

  /// The places of the elements in rising order along an axis, as int64; equal elements keep their order, NaN comes
  /// last.
  ///
  ///     try Tensor([3, 1, 2]).argSort()     // [1 2 0]
  public func argSort(axis: Int = -1, descending: Bool = false) throws -> Tensor {
    try alongLast(axis, "argSort") { lines in
      try OrderKernels.places(lines, descending: descending)
    }
  }

  /// The sums of all elements up to each one along an axis; int64 for integers and bool.
  ///
  ///     try Tensor([1, 2, 3]).cumulativeSum()     // [1 3 6]
  ///
  /// - Parameter axis: Along which axis; without one, over all elements in row-major order.
  /// - Throws: An arithmetic error when an integer sum does not fit into 64 bits.
  public func cumulativeSum(axis: Int? = nil) throws -> Tensor {
    guard let axis else { return try flatten().cumulativeSum(axis: 0) }
    let type = dtype.isFloating ? dtype : .int64
    return try asType(type).alongLast(axis, "cumulativeSum", OrderKernels.sums)
  }

  /// Does `body` with the axis moved to the end.
  private func alongLast(_ axis: Int, _ operation: String, _ body: (Tensor) throws -> Tensor) throws -> Tensor
  {
    let axis = try resolvedAxis(axis, rank: rank, of: operation)
    if axis == rank - 1 { return try body(self) }
    var order = Array(0..<rank)
    order.swapAt(axis, rank - 1)
    return try body(transposed(order)).transposed(order)
  }
}

import Tensors

/// The slices that a list of positions names along one axis.
struct Gather: Operation {
  /// Resolved.
  let axis: Int

  var name: String { "gather" }

  var keeps: Kept { [] }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let (x, indices) = (operands[0], operands[1])
    try requireIntegers(indices.dtype, for: name)
    let sizes = x.shape.sizes
    let shape = try Shape(sizes[..<axis] + indices.shape.sizes + sizes[(axis + 1)...])
    return TensorSpec(shape, x.dtype)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let spec = try output(for: operands.map(TensorSpec.init))
    let places = try Picking.places(operands[1], axis: axis, of: operands[0].shape, for: name)
    extras = [places]
    return try Picking.take(operands[0], places, axis: axis, into: spec.shape)
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    [try Picking.put(g, record.extras[0], axis: axis, into: record.specs[0].shape), nil]
  }
}

/// For each place of a tensor of positions, the element that it names in its own line along one axis.
struct TakeAlong: Operation {
  /// Resolved.
  let axis: Int

  var name: String { "takeAlong" }

  var keeps: Kept { [] }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(try stretched(operands[0], operands[1]).indices, operands[0].dtype)
  }

  /// The shapes of both operands once they agree in all axes but one.
  private func stretched(_ x: TensorSpec, _ indices: TensorSpec) throws -> (x: Shape, indices: Shape) {
    try requireIntegers(indices.dtype, for: name)
    var (a, b) = (x.shape.sizes, indices.shape.sizes)
    let agree =
      a.count == b.count && a.indices.allSatisfy { $0 == axis || a[$0] == b[$0] || a[$0] == 1 || b[$0] == 1 }
    guard agree else {
      throw TensorError.shape(
        "takeAlong expects indices that agree with the tensor in all axes but axis \(axis): the tensor is "
          + "\(x.shape), the indices are \(indices.shape).")
    }
    for other in a.indices where other != axis {
      let size = a[other] == 1 ? b[other] : a[other]
      a[other] = size
      b[other] = size
    }
    return (try Shape(a), try Shape(b))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let shapes = try stretched(TensorSpec(operands[0]), TensorSpec(operands[1]))
    let places = try Picking.places(operands[1], axis: axis, of: operands[0].shape, for: name)
      .broadcast(to: shapes.indices)
    extras = [places]
    return try Picking.takeAlong(operands[0].broadcast(to: shapes.x), places, axis: axis)
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let shape = try stretched(record.specs[0], record.specs[1]).x
    return [
      try Picking.putAlong(g, record.extras[0], axis: axis, into: shape).summed(to: record.specs[0].shape),
      nil,
    ]
  }
}

/// The elements in order along one axis.
struct Sort: Operation {
  /// Resolved.
  let axis: Int
  let isDescending: Bool

  var name: String { "sorted" }

  var keeps: Kept { [] }

  func output(for operands: [TensorSpec]) throws -> TensorSpec { operands[0] }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let places = try operands[0].argSort(axis: axis, descending: isDescending)
    extras = [places]
    return try Picking.takeAlong(operands[0], places, axis: axis)
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    [try Picking.putAlong(g, record.extras[0], axis: axis, into: record.specs[0].shape)]
  }
}

private func requireIntegers(_ dtype: DType, for operation: String) throws {
  guard dtype.isInteger else {
    throw TensorError.type(
      "\(operation) expects indices that are whole numbers, but they are \(dtype).",
      suggestion: dtype == .bool ? "pick with a mask: x[mask]" : "indices.asType(.int64)")
  }
}

extension Variable {
  /// The elements in rising order along an axis; NaN comes last. The gradient of each goes to where it was.
  ///
  ///     try Variable(Tensor([3.0, 1, 2])).sorted(descending: true)     // [3. 2. 1.]
  public func sorted(axis: Int = -1, descending: Bool = false) throws -> Variable {
    let axis = try resolvedAxis(axis, rank: rank, of: "sorted")
    return try Variable.apply(Sort(axis: axis, isDescending: descending), [self])
  }

  /// The `k` largest elements along an axis, largest first, and their positions there (int64).
  ///
  ///     (..., classes)  ->  (..., k) and (..., k)
  ///
  /// Of equal elements the first comes first. Gradients flow through the values.
  ///
  ///     let best = try Variable(Tensor([0.1, 0.7, 0.2])).topK(2)
  ///     best.values      // [0.7 0.2]
  ///     best.indices     // [1 2]
  ///
  /// - Throws: A value error when the axis has fewer than `k` elements.
  public func topK(_ k: Int, axis: Int = -1) throws -> (values: Variable, indices: Tensor) {
    let axis = try resolvedAxis(axis, rank: rank, of: "topK")
    guard k >= 0, k <= shape[axis] else {
      throw TensorError.value(
        "topK expects from 0 to \(shape[axis]) elements, the length of axis \(axis) of shape \(shape), but "
          + "\(k) came.")
    }
    let indices = try tensor().argSort(axis: axis, descending: true)
      .slice([TensorIndex](repeating: .all, count: axis) + [.range(lower: 0, upper: k, step: 1)])
    return (try takeAlong(indices, axis: axis), indices)
  }

  /// The slices that a list of positions names along an axis, in the list's order (NumPy's `take`).
  ///
  ///     x (a, n, b), indices (k)  ->  (a, k, b)
  ///
  /// Indices of any shape replace the axis by their own axes, and a single number takes it away. Negative
  /// ones count from the end. A slice that is taken more than once adds up its gradients.
  ///
  ///     let x = Variable(try Tensor([[1.0, 2], [3, 4], [5, 6]]))
  ///     try x.gather(Tensor([2, 0]), axis: 0)     // [[5. 6.] [1. 2.]]
  ///
  /// - Throws: A type error for indices that are not whole numbers, an index error for one out of range.
  public func gather(_ indices: Tensor, axis: Int = 0) throws -> Variable {
    let axis = try resolvedAxis(axis, rank: rank, of: "gather")
    return try Variable.apply(Gather(axis: axis), [self, Variable(indices)])
  }

  /// For each place of `indices`, the element that it names in its own line along an axis (NumPy's
  /// `take_along_axis`).
  ///
  ///     x (n, classes), indices (n, k)  ->  (n, k)
  ///
  /// Both have as many axes and agree in all but the one; there a size of 1 is stretched.
  ///
  ///     let scores = Variable(try Tensor([[0.1, 0.9], [0.8, 0.2]]))
  ///     try scores.takeAlong(Tensor([[1], [0]]), axis: 1)     // [[0.9] [0.8]]
  ///
  /// - Throws: A type error for indices that are not whole numbers, an index error for one out of range, a
  ///   shape error when the other axes do not agree.
  public func takeAlong(_ indices: Tensor, axis: Int = -1) throws -> Variable {
    let axis = try resolvedAxis(axis, rank: rank, of: "takeAlong")
    return try Variable.apply(TakeAlong(axis: axis), [self, Variable(indices)])
  }
}

import Base

extension Tensor {
  /// The same elements in another shape; one size may be -1 and is then computed.
  ///
  ///     try Tensor.range(to: 12).reshape([3, -1])     // shape (3, 4)
  public func reshape(_ sizes: [Int]) throws -> Tensor {
    reshaped(try shape.reshaped(to: sizes))
  }

  /// All elements along one axis.
  public func flatten() -> Tensor {
    reshaped(Shape(trusted: [elementCount]))
  }

  /// The axes in another order; without one, reversed.
  ///
  ///     try x.transposed([2, 0, 1])     // (height, width, channels) -> (channels, height, width)
  public func transposed(_ axes: [Int]? = nil) throws -> Tensor {
    let order = try axes?.map { try resolvedAxis($0, rank: rank, of: "transposed") } ?? (0..<rank).reversed()
    guard order.sorted() == Array(0..<rank) else {
      throw TensorError.value(
        "transposed expects every axis of the tensor exactly once: \(rank) axes for shape \(shape), but "
          + "\(axes ?? []) came.")
    }
    return try gathered(Shape(order.map { shape[$0] }), steps: order.map { steps[$0] })
  }

  /// Without axes of size 1: all of them, or those that are named.
  public func squeeze(_ axes: [Int]? = nil) throws -> Tensor {
    let gone =
      try axes.map { try resolvedAxes($0, rank: rank, of: "squeeze") } ?? (0..<rank).filter { shape[$0] == 1 }
    for axis in gone where shape[axis] != 1 {
      throw TensorError.shape(
        "squeeze removes axes of size 1, but axis \(axis) of shape \(shape) has size \(shape[axis]).")
    }
    return reshaped(Shape(trusted: (0..<rank).filter { !gone.contains($0) }.map { shape[$0] }))
  }

  /// With a new axis of size 1 before `axis`; -1 puts it last.
  public func expandDims(_ axis: Int) throws -> Tensor {
    let place = axis < 0 ? axis + rank + 1 : axis
    guard place >= 0, place <= rank else {
      throw TensorError.index(
        "expandDims expects a place from 0 to \(rank) (or from -\(rank + 1) to -1) for a tensor of shape "
          + "\(shape), but \(axis) came.")
    }
    var sizes = shape.sizes
    sizes.insert(1, at: place)
    return reshaped(try Shape(sizes))
  }

  /// Stretched to a larger shape, as broadcasting does it.
  public func broadcast(to target: Shape) throws -> Tensor {
    if target == shape { return self }
    guard (try? shape.broadcast(with: target)) == target else {
      throw TensorError.shape("A tensor of shape \(shape) cannot be stretched to \(target).")
    }
    return try gathered(target, steps: Broadcast.steps(of: shape, in: target))
  }

  /// The order along the given axes reversed; along all when none are given.
  public func flip(_ axes: [Int]? = nil) throws -> Tensor {
    let axes = try resolvedAxes(axes, rank: rank, of: "flip")
    var steps = self.steps
    var offset = 0
    for axis in axes where shape[axis] > 0 {
      offset += (shape[axis] - 1) * steps[axis]
      steps[axis] = -steps[axis]
    }
    return try gathered(shape, offset: offset, steps: steps)
  }

  /// The first two axes (rows and columns of a picture) turned anticlockwise by quarter turns.
  public func rot90(times: Int = 1) throws -> Tensor {
    guard rank >= 2 else {
      throw TensorError.shape("rot90 expects at least two axes, rows and columns, but the shape is \(shape).")
    }
    let swapped = [1, 0] + Array(2..<rank)
    switch ((times % 4) + 4) % 4 {
    case 1: return try transposed(swapped).flip([0])
    case 2: return try flip([0, 1])
    case 3: return try flip([0]).transposed(swapped)
    default: return self
    }
  }

  /// The whole tensor repeated along its axes; missing counts in front are 1.
  ///
  ///     try Tensor([1, 2]).tile([2, 2])     // [[1 2 1 2] [1 2 1 2]]
  public func tile(_ counts: [Int]) throws -> Tensor {
    if let negative = counts.first(where: { $0 < 0 }) {
      throw TensorError.value("tile expects counts of 0 or more, but \(negative) came.")
    }
    let rank = Swift.max(self.rank, counts.count)
    let sizes = Array(repeating: 1, count: rank - self.rank) + shape.sizes
    let steps = Array(repeating: 0, count: rank - self.rank) + self.steps
    let counts = Array(repeating: 1, count: rank - counts.count) + counts
    let target = try zip(sizes, counts).map { size, count in
      let (product, overflow) = size.multipliedReportingOverflow(by: count)
      guard !overflow else { throw TensorError(.memory, "No machine can hold so many repetitions.") }
      return product
    }
    let result = try Tensor(uninitialized: Shape(target), dtype)
    // Each repetition is an axis of its own with step 0, beyond the rank limit only here.
    copyBox(
      zip(counts, sizes).flatMap { [$0, $1] }, steps.flatMap { [0, $0] }, into: result)
    return result
  }

  /// Every element repeated `count` times along an axis.
  ///
  ///     try Tensor([1, 2]).repeated(2, axis: 0)     // [1 1 2 2]
  public func repeated(_ count: Int, axis: Int) throws -> Tensor {
    let axis = try resolvedAxis(axis, rank: rank, of: "repeated")
    guard count >= 0 else {
      throw TensorError.value("repeated expects a count of 0 or more, but \(count) came.")
    }
    var sizes = shape.sizes
    var steps = self.steps
    let (size, overflow) = sizes[axis].multipliedReportingOverflow(by: count)
    guard !overflow else { throw TensorError(.memory, "No machine can hold so many repetitions.") }
    let target = try Shape(sizes.replacing(axis, with: size))
    // The repetition is an axis of its own with step 0; it needs room beyond the rank limit only here.
    sizes.insert(count, at: axis + 1)
    steps.insert(0, at: axis + 1)
    let result = try Tensor(uninitialized: target, dtype)
    copyBox(sizes, steps, into: result)
    return result
  }

  // MARK: Joining and splitting

  /// Tensors laid end to end along an axis they already have.
  public static func concatenate(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw TensorError.value("Joining needs at least one tensor, but the list is empty.")
    }
    guard first.rank > 0 else {
      throw TensorError.shape("Single numbers have no axis to be joined along.", suggestion: "use stack")
    }
    let axis = try resolvedAxis(axis, rank: first.rank, of: "concatenate")
    let type = tensors.reduce(first.dtype) { .promoted($0, $1.dtype) }
    var total = 0
    for (index, tensor) in tensors.enumerated() {
      let agrees =
        tensor.rank == first.rank
        && (0..<first.rank).allSatisfy { $0 == axis || tensor.shape[$0] == first.shape[$0] }
      guard agrees else {
        throw TensorError.shape(
          "Tensors joined along axis \(axis) must agree in all other axes, but tensor 0 has shape "
            + "\(first.shape) and tensor \(index) has \(tensor.shape).")
      }
      let (sum, overflow) = total.addingReportingOverflow(tensor.shape[axis])
      guard !overflow else { throw TensorError(.memory, "No machine can hold so many elements.") }
      total = sum
    }
    let result = try Tensor(uninitialized: Shape(first.shape.sizes.replacing(axis, with: total)), type)
    var start = 0
    for tensor in tensors {
      result.paste(try tensor.asType(type), at: start, axis: axis)
      start += tensor.shape[axis]
    }
    return result
  }

  /// Tensors of one shape laid side by side along a new axis.
  public static func stack(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw TensorError.value("Joining needs at least one tensor, but the list is empty.")
    }
    for (index, tensor) in tensors.enumerated() where tensor.shape != first.shape {
      throw TensorError.shape(
        "Stacked tensors must have the same shape, but tensor 0 has \(first.shape) and tensor \(index) has "
          + "\(tensor.shape).")
    }
    return try concatenate(tensors.map { try $0.expandDims(axis) }, axis: axis)
  }

  /// Cut into equal parts along an axis.
  public func split(_ parts: Int, axis: Int = 0) throws -> [Tensor] {
    let axis = try resolvedAxis(axis, rank: rank, of: "split")
    guard parts > 0, shape[axis] % parts == 0 else {
      throw TensorError.value(
        parts > 0
          ? "Axis \(axis) of shape \(shape) has length \(shape[axis]), which cannot be cut into \(parts) equal parts."
          : "split expects one part or more, but \(parts) came.")
    }
    // An empty axis can be cut into any number of parts; each is a tensor that takes memory.
    try MemoryBudget.require(parts, of: 256, for: "\(parts) parts")
    let size = shape[axis] / parts
    return try split(at: (1..<parts).map { $0 * size }, axis: axis)
  }

  /// Cut before the given places along an axis.
  public func split(at places: [Int], axis: Int = 0) throws -> [Tensor] {
    let axis = try resolvedAxis(axis, rank: rank, of: "split")
    let limits = [0] + places + [shape[axis]]
    let whole = [TensorIndex](repeating: .all, count: axis)
    return try zip(limits, limits.dropFirst()).map { lower, upper in
      guard lower >= 0, lower <= upper, upper <= shape[axis] else {
        throw TensorError.value(
          "split expects rising places from 0 to \(shape[axis]), the length of axis \(axis), but \(places) came."
        )
      }
      return try slice(whole + [.range(lower: lower, upper: upper, step: 1)])
    }
  }
}

extension Array where Element == Int {
  func replacing(_ index: Int, with value: Int) -> [Int] {
    var copy = self
    copy[index] = value
    return copy
  }
}

import CKernels

/// Copies between boxes of elements that lie at regular steps in memory.
enum StridedCopy {
  /// Copies a box; steps are in elements, and axes that lie behind one another on both sides are joined.
  static func run(
    _ sizes: [Int], _ source: UnsafeRawPointer, _ sourceSteps: [Int], _ target: UnsafeMutableRawPointer,
    _ targetSteps: [Int], elementSize: Int
  ) {
    guard !sizes.contains(0) else { return }
    var joined: [Int] = []
    var from: [Int] = []
    var to: [Int] = []
    for axis in sizes.indices where sizes[axis] != 1 {
      if let last = joined.indices.last, from[last] == sourceSteps[axis] * sizes[axis],
        to[last] == targetSteps[axis] * sizes[axis]
      {
        joined[last] *= sizes[axis]
        from[last] = sourceSteps[axis]
        to[last] = targetSteps[axis]
      } else {
        joined.append(sizes[axis])
        from.append(sourceSteps[axis])
        to.append(targetSteps[axis])
      }
    }
    // A plane whose source runs along the first axis is transposed in squares; bring such an axis next to
    // the last one.
    if joined.count > 2, from[joined.count - 1] != 1, let axis = from.firstIndex(of: 1),
      axis < joined.count - 2
    {
      let target = joined.count - 2
      joined.insert(joined.remove(at: axis), at: target)
      from.insert(from.remove(at: axis), at: target)
      to.insert(to.remove(at: axis), at: target)
    }
    cnn_copy(elementSize, Int32(joined.count), joined, source, from, target, to)
  }
}

extension Tensor {
  /// A new contiguous tensor that takes its elements from this one's memory at the given steps.
  func gathered(_ shape: Shape, offset: Int = 0, steps: [Int]) throws -> Tensor {
    let result = try Tensor(uninitialized: shape, dtype)
    let strides = shape.strides
    withExtendedLifetime((storage, result.storage)) {
      StridedCopy.run(
        shape.sizes, storage.base + offset * dtype.size, steps, result.storage.base,
        (0..<shape.rank).map { strides[$0] }, elementSize: dtype.size)
    }
    return result
  }

  /// The steps of a tensor's own elements.
  var steps: [Int] {
    let strides = shape.strides
    return (0..<rank).map { strides[$0] }
  }
}

extension Tensor {
  /// Fills `result` from a box over this tensor's memory.
  func copyBox(_ sizes: [Int], _ boxSteps: [Int], into result: Tensor) {
    guard result.elementCount > 0 else { return }
    var packed = sizes
    var step = 1
    for axis in sizes.indices.reversed() {
      packed[axis] = step
      step *= sizes[axis]
    }
    precondition(step == result.elementCount && dtype == result.dtype, "a box fills its result")
    withExtendedLifetime((storage, result.storage)) {
      StridedCopy.run(sizes, storage.base, boxSteps, result.storage.base, packed, elementSize: dtype.size)
    }
  }

  /// Copies `part` into a tensor that is being made, `start` places along `axis`.
  func paste(_ part: Tensor, at start: Int, axis: Int) {
    paste(part, at: (0..<rank).map { $0 == axis ? start : 0 })
  }

  /// Copies `part` into a tensor that is being made, its first element at `corner`.
  func paste(_ part: Tensor, at corner: [Int]) {
    precondition(part.dtype == dtype && part.rank == rank, "parts have the type and axes of the whole")
    let offset = zip(corner, steps).reduce(0) { $0 + $1.0 * $1.1 }
    withExtendedLifetime((storage, part.storage)) {
      StridedCopy.run(
        part.shape.sizes, part.storage.base, part.steps, storage.base + offset * dtype.size, steps,
        elementSize: dtype.size)
    }
  }
}

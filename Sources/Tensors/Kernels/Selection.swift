import Base
import CKernels

/// What a list of indices names in a tensor of a given shape: a box of steps, with at most one list of
/// places in the middle.
struct Selection {
  /// An axis of the result.
  private struct Axis {
    var size: Int
    var step: Int
  }

  private var offset = 0
  private var before: [Axis] = []
  /// Offsets of the gathered places, and the shape they are listed in.
  private var places: (shape: Shape, offsets: [Int])?
  private var after: [Axis] = []
  /// The shape of what is selected.
  private(set) var shape = Shape()

  init(_ indices: [TensorIndex], of shape: Shape) throws {
    let strides = shape.strides
    var axis = 0
    var skipped = try Selection.unnamedAxes(indices, of: shape)
    func add(_ size: Int, _ step: Int, to selection: inout Selection) {
      if selection.places == nil {
        selection.before.append(Axis(size: size, step: step))
      } else {
        selection.after.append(Axis(size: size, step: step))
      }
    }
    // Without `...` the axes that are not named come last.
    let hasEllipsis = indices.contains { if case .ellipsis = $0 { true } else { false } }
    for index in hasEllipsis ? indices : indices + [.ellipsis] {
      switch index {
      case .index(let value):
        offset += try Selection.place(value, axis: axis, of: shape) * strides[axis]
        axis += 1
      case .range(let lower, let upper, let step):
        let (first, count) = try Selection.bounds(lower, upper, step, axis: axis, of: shape)
        offset += first * strides[axis]
        add(count, strides[axis] &* step, to: &self)
        axis += 1
      case .ellipsis:
        for _ in 0..<skipped {
          add(shape[axis], strides[axis], to: &self)
          axis += 1
        }
        skipped = 0
      case .newAxis:
        add(1, 0, to: &self)
      case .mask(let mask):
        let offsets = try Selection.offsets(where: mask, axis: axis, of: shape)
        try gather(Shape([offsets.count]), offsets)
        axis += mask.rank
      case .gather(let list):
        try gather(list.shape, Selection.offsets(listed: list, axis: axis, of: shape))
        axis += 1
      }
    }
    self.shape = try Shape(
      before.map(\.size) + (places.map { $0.shape.sizes } ?? []) + after.map(\.size))
  }

  // MARK: Reading the indices

  /// How many axes the indices leave unnamed.
  private static func unnamedAxes(_ indices: [TensorIndex], of shape: Shape) throws -> Int {
    var named = 0
    var ellipses = 0
    for index in indices {
      switch index {
      case .index, .range, .gather: named += 1
      case .mask(let mask): named += mask.rank
      case .ellipsis: ellipses += 1
      case .newAxis: break
      }
    }
    guard ellipses <= 1 else {
      throw TensorError.index("Only one ... can stand between the brackets, but \(ellipses) came.")
    }
    guard named <= shape.rank else {
      throw TensorError.index(
        shape.rank == 0
          ? "A tensor without axes, a single number, has nothing to index, but "
            + "\(counted(named, "index", plural: "indices")) came."
          : "A tensor of shape \(shape) has \(counted(shape.rank, "axis", plural: "axes")), but "
            + "\(counted(named, "index", plural: "indices")) came.")
    }
    return shape.rank - named
  }

  static func place(_ index: Int, axis: Int, of shape: Shape) throws -> Int {
    let size = shape[axis]
    guard index >= -size, index < size else {
      throw TensorError.index(
        size == 0
          ? "Axis \(axis) of a tensor of shape \(shape) is empty, so index \(index) is out of range."
          : "Index \(index) is out of range for axis \(axis) of a tensor of shape \(shape): the axis has length "
            + "\(size), so indices go from 0 to \(size - 1), or from -1 back to -\(size).")
    }
    return index < 0 ? index + size : index
  }

  /// The first place and the number of places of a range.
  private static func bounds(
    _ lower: Int?, _ upper: Int?, _ step: Int, axis: Int, of shape: Shape
  ) throws -> (first: Int, count: Int) {
    let size = shape[axis]
    guard step != 0 else { throw TensorError.index("A range of indices cannot go on in steps of 0.") }
    func fail() -> TensorError {
      let text = (lower.map { "\($0)" } ?? "") + "..<" + (upper.map { "\($0)" } ?? "")
      return .index(
        "The range \(text) is out of range for axis \(axis) of a tensor of shape \(shape), which has length "
          + "\(size).")
    }
    func limit(_ value: Int) throws -> Int {
      let place = value < 0 ? value &+ size : value
      guard place >= 0, place <= size else { throw fail() }
      return place
    }
    if step > 0 {
      let first = try lower.map(limit) ?? 0
      let end = try upper.map(limit) ?? size
      guard first <= end else { throw backwards(lower, upper, first, end, size) }
      // (end - first) / step rounded up, without adding to a step of any size
      return (first, (end - first) / step + ((end - first) % step == 0 ? 0 : 1))
    }
    let first = try lower.map { try place($0, axis: axis, of: shape) } ?? size - 1
    let end = try upper.map(limit) ?? -1
    guard first > end else { return (max(0, first), 0) }
    let length = first - end
    let stride = Int(clamping: step.magnitude)
    return (first, length / stride + (length % stride == 0 ? 0 : 1))
  }

  private static func backwards(
    _ lower: Int?, _ upper: Int?, _ first: Int, _ end: Int, _ size: Int
  ) -> TensorError {
    let negative = (lower ?? 0) < 0 || (upper ?? 0) < 0
    return .index(
      "A range of indices must not end before it begins, but it goes from \(first) to before \(end)"
        + (negative ? ", counted from the end of an axis of length \(size)." : "."))
  }

  private static func offsets(where mask: Tensor, axis: Int, of shape: Shape) throws -> [Int] {
    guard mask.dtype == .bool else {
      throw TensorError.type("A mask is a bool tensor, but \(mask.dtype.tensorText) came.")
    }
    let covered = Shape(trusted: shape[axis..<(axis + mask.rank)])
    guard covered == mask.shape else {
      throw TensorError.index(
        "A mask must have the shape of the axes it selects from: the tensor has shape \(shape), the mask "
          + "\(mask.shape).")
    }
    let strides = shape.strides
    // Rows of the mask are contiguous in the tensor's covered axes, up to the step of the last of these.
    let step = mask.rank == 0 ? 0 : strides[axis + mask.rank - 1]
    try MemoryBudget.require(mask.elementCount, of: 8, for: "the places that a mask selects")
    return mask.withUnsafeBytes { bytes in
      let flags = bytes.assumingMemoryBound(to: UInt8.self)
      return [Int](unsafeUninitializedCapacity: flags.count + 1) { offsets, count in
        guard let from = flags.baseAddress, let to = offsets.baseAddress else { return }
        count = cnn_find_true(from, flags.count, step, to)
      }
    }
  }

  private static func offsets(listed list: Tensor, axis: Int, of shape: Shape) throws -> [Int] {
    guard list.dtype.isInteger else {
      throw TensorError.type(
        "A tensor of indices holds whole numbers, but \(list.dtype.tensorText) came.",
        suggestion: list.dtype.isFloating ? "convert it: i.asType(.int64)" : nil)
    }
    try MemoryBudget.require(list.elementCount, of: 16, for: "the places that a list of indices selects")
    let step = shape.strides[axis]
    return try list.integers().map { try place($0, axis: axis, of: shape) * step }
  }

  private mutating func gather(_ listShape: Shape, _ offsets: [Int]) throws {
    guard let (shape, sums) = places else {
      places = (listShape, offsets)
      return
    }
    guard let joined = try? shape.broadcast(with: listShape) else {
      throw TensorError.index(
        "Several lists of indices are matched element by element, but their shapes \(shape) and \(listShape) "
          + "do not fit together.")
    }
    let a = try Tensor(sums, shape: shape).broadcast(to: joined)
    let b = try Tensor(offsets, shape: listShape).broadcast(to: joined)
    places = (joined, try Tensor.apply(.add, a, b).integers())
  }

  static func misfit(_ value: Shape, _ place: Shape) -> TensorError {
    .shape(
      "The value to assign has shape \(value), but the place has shape \(place), and the one cannot be "
        + "stretched to the other.")
  }

  // MARK: Moving elements

  func read(from source: Tensor, into target: Tensor) {
    let strides = shape.strides
    move(
      source.dtype.size, selected: source.storage.base, other: target.storage.base,
      otherSteps: (0..<shape.rank).map { strides[$0] }, writes: false)
  }

  func write(_ value: Tensor, into target: Tensor) {
    move(
      target.dtype.size, selected: target.storage.base, other: value.storage.base,
      otherSteps: Broadcast.steps(of: value.shape, in: shape), writes: true)
    withExtendedLifetime((value.storage, target.storage)) {}
  }

  private func move(
    _ size: Int, selected: UnsafeMutableRawPointer, other: UnsafeMutableRawPointer, otherSteps: [Int],
    writes: Bool
  ) {
    guard shape.elementCount > 0 else { return }
    let start = selected + offset * size
    guard let places else {
      let steps = before.map(\.step)
      if writes {
        StridedCopy.run(shape.sizes, other, otherSteps, start, steps, elementSize: size)
      } else {
        StridedCopy.run(shape.sizes, start, steps, other, otherSteps, elementSize: size)
      }
      return
    }
    let listed = before.count..<(before.count + places.shape.rank)
    let tailSizes = after.map(\.size)
    let tailSteps = after.map(\.step)
    let otherTail = Array(otherSteps[listed.upperBound...])
    let listSteps = Array(otherSteps[listed])
    let block = packedCount(tailSizes, tailSteps)
    let isLine = listSteps == Selection.packed(places.shape, listSteps.last ?? 0)
    each(before.map(\.size)) { position in
      var near = start
      var far = other
      for (axis, index) in position.enumerated() {
        near += index * before[axis].step * size
        far += index * otherSteps[axis] * size
      }
      if let block, isLine, !writes || packedCount(tailSizes, otherTail) == block {
        if writes {
          cnn_scatter(size, block, far, listSteps.last ?? 0, places.offsets, places.offsets.count, near)
        } else {
          cnn_gather(size, block, near, places.offsets, places.offsets.count, far)
        }
        return
      }
      var place = 0
      each(places.shape.sizes) { listPosition in
        let there = near + places.offsets[place] * size
        let here = far + zip(listPosition, listSteps).reduce(0) { $0 + $1.0 * $1.1 } * size
        if writes {
          StridedCopy.run(tailSizes, here, otherTail, there, tailSteps, elementSize: size)
        } else {
          StridedCopy.run(tailSizes, there, tailSteps, here, otherTail, elementSize: size)
        }
        place += 1
      }
    }
  }

  /// The number of elements of a box that lies in one piece, nil for one that does not.
  private func packedCount(_ sizes: [Int], _ steps: [Int]) -> Int? {
    var step = 1
    for axis in sizes.indices.reversed() where sizes[axis] != 1 {
      guard steps[axis] == step else { return nil }
      step *= sizes[axis]
    }
    return step
  }

  /// The steps of a list laid out in order with the given last step.
  private static func packed(_ shape: Shape, _ last: Int) -> [Int] {
    let strides = shape.strides
    return (0..<shape.rank).map { strides[$0] * last }
  }

  /// Calls `body` with every position of a box, the last axis fastest.
  private func each(_ sizes: [Int], _ body: ([Int]) -> Void) {
    var position = [Int](repeating: 0, count: sizes.count)
    while true {
      body(position)
      var axis = sizes.count - 1
      while axis >= 0 {
        position[axis] += 1
        if position[axis] < sizes[axis] { break }
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

extension Tensor {
  /// Writes a single number of the tensor's own type; the storage is unique already.
  func write(_ value: Tensor, atOffset offset: Int) {
    precondition(
      value.dtype == dtype && offset >= 0 && offset < elementCount, "an element is written in place")
    withExtendedLifetime((storage, value.storage)) {
      (storage.base + offset * dtype.size).copyMemory(from: value.storage.base, byteCount: dtype.size)
    }
  }
}

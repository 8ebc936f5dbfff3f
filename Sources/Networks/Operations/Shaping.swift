import Tensors

/// The same elements in another shape.
struct Reshape: Operation {
  let shape: Shape

  var name: String { "reshape" }
  func output(for operands: [TensorSpec]) throws -> TensorSpec { TensorSpec(shape, operands[0].dtype) }
  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try operands[0].reshape(shape.sizes)
  }
  var keeps: Kept { [] }
  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    [try g.reshape(record.specs[0].shape.sizes)]
  }
}

/// The axes in another order.
struct Transpose: Operation {
  /// Every axis once.
  let order: [Int]

  var name: String { "transposed" }
  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(try Shape(order.map { operands[0].shape[$0] }), operands[0].dtype)
  }
  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try operands[0].transposed(order)
  }
  var keeps: Kept { [] }
  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return [try g.transposed(inverse)]
  }
}

/// Stretched as broadcasting does it.
struct Stretch: Operation {
  let shape: Shape

  var name: String { "broadcast" }
  func output(for operands: [TensorSpec]) throws -> TensorSpec { TensorSpec(shape, operands[0].dtype) }
  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try operands[0].broadcast(to: shape)
  }
  var keeps: Kept { [] }
  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    [try g.summed(to: record.specs[0].shape)]
  }
}

/// The order along axes reversed.
struct Flip: Operation {
  let axes: [Int]

  var name: String { "flip" }
  func output(for operands: [TensorSpec]) throws -> TensorSpec { operands[0] }
  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor { try operands[0].flip(axes) }
  var keeps: Kept { [] }
  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] { [try g.flip(axes)] }
}

/// Tensors laid end to end.
struct Concatenate: Operation {
  let axis: Int

  var name: String { "concatenate" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let first = operands[0]
    var sizes = first.shape.sizes
    sizes[axis] = 0
    for (index, operand) in operands.enumerated() {
      let agrees =
        operand.shape.rank == sizes.count
        && sizes.indices.allSatisfy { $0 == axis || operand.shape[$0] == first.shape[$0] }
      guard agrees else {
        throw TensorError.shape(
          "Tensors joined along axis \(axis) must agree in all other axes, but tensor 0 has shape "
            + "\(first.shape) and tensor \(index) has \(operand.shape).")
      }
      sizes[axis] += operand.shape[axis]
    }
    let dtype = operands.reduce(first.dtype) { .promoted($0, $1.dtype) }
    return TensorSpec(try Shape(sizes), dtype)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try Tensor.concatenate(operands, axis: axis)
  }
  var keeps: Kept { [] }
  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    var start = 0
    let whole = [TensorIndex](repeating: .all, count: axis)
    return try zip(record.specs, record.wanted).map { spec, wanted in
      defer { start += spec.shape[axis] }
      guard wanted else { return nil }
      return try g.slice(whole + [.range(lower: start, upper: start + spec.shape[axis], step: 1)])
    }
  }
}

/// Zeros, mirrored or repeated edges around a tensor.
struct Pad: Operation {
  enum Mode: Hashable {
    case constant(Scalar)
    case reflect, edge
  }
  let before, after: [Int]
  let mode: Mode

  var name: String { "pad" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(
      try Shape(
        operands[0].shape.enumerated().map { axis, size in
          let (first, overflowsBefore) = size.addingReportingOverflow(before[axis])
          let (sum, overflowsAfter) = first.addingReportingOverflow(after[axis])
          return overflowsBefore || overflowsAfter ? .max : sum
        }), operands[0].dtype)
  }

  private func padded(_ x: Tensor) throws -> Tensor {
    let amounts = zip(before, after).map { (before: $0, after: $1) }
    switch mode {
    case .constant(let value): return try x.pad(amounts, mode: .constant(value))
    case .reflect: return try x.pad(amounts, mode: .reflect)
    case .edge: return try x.pad(amounts, mode: .edge)
    }
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor { try padded(operands[0]) }
  var keeps: Kept { [] }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let shape = record.specs[0].shape
    if case .constant = mode {
      return [
        try g.slice(
          shape.enumerated().map { .range(lower: before[$0], upper: before[$0] + $1, step: 1) })
      ]
    }
    // Where each element of the padded tensor came from, added up there.
    let places = try padded(
      Tensor.range(to: .int(shape.elementCount)).reshape(shape.sizes)
    ).flatten()
    var sum = try Tensor.zeros([shape.elementCount], g.dtype)
    try sum.add(g.flatten(), at: places.integers())
    return [try sum.reshape(shape.sizes)]
  }
}

extension Variable {
  /// The same elements in another shape; one size may be -1. See `Tensor.reshape`.
  public func reshape(_ sizes: [Int]) throws -> Variable {
    let target = try shape.reshaped(to: sizes)
    return target == shape ? self : try Variable.apply(Reshape(shape: target), [self])
  }

  /// All elements along one axis.
  public func flatten() throws -> Variable { try reshape([shape.elementCount]) }

  /// The axes in another order; without one, reversed.
  public func transposed(_ axes: [Int]? = nil) throws -> Variable {
    let order = try axes?.map { try resolvedAxis($0, rank: rank, of: "transposed") } ?? (0..<rank).reversed()
    guard order.sorted() == Array(0..<rank) else {
      throw TensorError.value(
        "transposed expects every axis of the tensor exactly once: \(rank) axes for shape \(shape), but "
          + "\(axes ?? []) came.")
    }
    return try Variable.apply(Transpose(order: order), [self])
  }

  /// Stretched to a larger shape.
  public func broadcast(to target: Shape) throws -> Variable {
    if target == shape { return self }
    guard (try? shape.broadcast(with: target)) == target else {
      throw TensorError.shape("A tensor of shape \(shape) cannot be stretched to \(target).")
    }
    return try Variable.apply(Stretch(shape: target), [self])
  }

  /// The order along the given axes reversed; along all when none are given.
  public func flip(_ axes: [Int]? = nil) throws -> Variable {
    try Variable.apply(Flip(axes: try resolvedAxes(axes, rank: rank, of: "flip")), [self])
  }

  /// With a new axis of size 1 before `axis`; -1 puts it last.
  public func expandDims(_ axis: Int) throws -> Variable {
    let place = axis < 0 ? axis + rank + 1 : axis
    guard place >= 0, place <= rank else {
      throw TensorError.index(
        "expandDims expects a place from 0 to \(rank) (or from -\(rank + 1) to -1) for a tensor of shape "
          + "\(shape), but \(axis) came.")
    }
    var sizes = shape.sizes
    sizes.insert(1, at: place)
    return try reshape(sizes)
  }

  /// Without axes of size 1: all of them, or those that are named.
  public func squeeze(_ axes: [Int]? = nil) throws -> Variable {
    let gone =
      try axes.map { try resolvedAxes($0, rank: rank, of: "squeeze") } ?? (0..<rank).filter { shape[$0] == 1 }
    for axis in gone where shape[axis] != 1 {
      throw TensorError.shape(
        "squeeze removes axes of size 1, but axis \(axis) of shape \(shape) has size \(shape[axis]).")
    }
    return try reshape((0..<rank).filter { !gone.contains($0) }.map { shape[$0] })
  }

  /// Places added before and after each axis; see `Tensor.pad`.
  public func pad(_ amounts: [(before: Int, after: Int)], mode: PadMode = .constant(0)) throws -> Variable {
    guard amounts.count == rank else {
      throw TensorError.shape(
        "pad expects one pair (before, after) for each of the \(counted(rank, "axis", plural: "axes")) of shape "
          + "\(shape), but \(counted(amounts.count, "pair")) came.")
    }
    for (axis, (before, after)) in amounts.enumerated() {
      guard before >= 0, after >= 0, before < 1 << 40, after < 1 << 40 else {
        throw TensorError.value(
          "pad expects amounts of 0 or more, but (\(before), \(after)) came for axis \(axis).")
      }
    }
    let kind: Pad.Mode =
      switch mode {
      case .constant(let value): .constant(value)
      case .reflect: .reflect
      case .edge: .edge
      }
    return try Variable.apply(
      Pad(before: amounts.map(\.before), after: amounts.map(\.after), mode: kind), [self])
  }

  /// Tensors laid end to end along an axis they already have.
  public static func concatenate(_ parts: [Variable], axis: Int = 0) throws -> Variable {
    guard let first = parts.first else {
      throw TensorError.value("Joining needs at least one tensor, but the list is empty.")
    }
    guard first.rank > 0 else {
      throw TensorError.shape("Single numbers have no axis to be joined along.", suggestion: "use stack")
    }
    let axis = try resolvedAxis(axis, rank: first.rank, of: "concatenate")
    return try apply(Concatenate(axis: axis), parts)
  }

  /// Tensors of one shape laid side by side along a new axis.
  public static func stack(_ parts: [Variable], axis: Int = 0) throws -> Variable {
    for (index, part) in parts.enumerated() where part.shape != parts[0].shape {
      throw TensorError.shape(
        "Stacked tensors must have the same shape, but tensor 0 has \(parts[0].shape) and tensor \(index) has "
          + "\(part.shape).")
    }
    return try concatenate(parts.map { try $0.expandDims(axis) }, axis: axis)
  }

  /// Cut into equal parts along an axis.
  public func split(_ parts: Int, axis: Int = 0) throws -> [Variable] {
    let axis = try resolvedAxis(axis, rank: rank, of: "split")
    guard parts > 0, shape[axis] % parts == 0 else {
      throw TensorError.value(
        parts > 0
          ? "Axis \(axis) of shape \(shape) has length \(shape[axis]), which cannot be cut into \(parts) equal parts."
          : "split expects one part or more, but \(parts) came.")
    }
    let size = shape[axis] / parts
    let whole = [TensorIndex](repeating: .all, count: axis)
    return try (0..<parts).map {
      try slice(whole + [.range(lower: $0 * size, upper: ($0 + 1) * size, step: 1)])
    }
  }
}

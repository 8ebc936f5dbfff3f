import Tensors

/// A part of a tensor.
struct Slice: Operation {
  let indices: IndexList

  var name: String { "slice" }
  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(try indices.shape(in: operands[0].shape), operands[0].dtype)
  }
  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try operands[0].slice(indices.parts)
  }
  var keeps: Kept { [] }
  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    var sum = try Tensor.zeros(record.specs[0].shape, g.dtype)
    if indices.mayRepeat {
      let shape = record.specs[0].shape
      let places = try Tensor.range(to: .int(shape.elementCount)).reshape(shape.sizes).slice(indices.parts)
      var flat = sum.flatten()
      try flat.add(g.flatten(), at: places.integers())
      return [try flat.reshape(shape.sizes)]
    }
    try sum.assign(g, at: indices.parts)
    return [sum]
  }
}

/// A tensor with a part of it replaced.
struct Assign: Operation {
  let indices: IndexList

  var name: String { "assign" }
  func output(for operands: [TensorSpec]) throws -> TensorSpec { operands[0] }
  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    var copy = operands[0]
    try copy.assign(operands[1], at: indices.parts)
    return copy
  }
  var keeps: Kept { [] }
  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    var rest: Tensor?
    if record.wanted[0] {
      var copy = g
      try copy.assign(.int(0), at: indices.parts)
      rest = copy
    }
    guard record.wanted[1] else { return [rest, nil] }
    var part = try g.slice(indices.parts)
    if indices.mayRepeat { part = try part * lastOnes(part.shape, in: g.shape).asType(part.dtype) }
    return [rest, try part.summed(toTrailing: record.specs[1].shape)]
  }

  /// Which of the assigned numbers stayed, where a place was named more than once.
  private func lastOnes(_ part: Shape, in shape: Shape) throws -> Tensor {
    let order = try Tensor.range(from: .int(1), to: .int(part.elementCount + 1)).reshape(part.sizes)
    var owners = try Tensor.zeros(shape, .int64)
    try owners.assign(order, at: indices.parts)
    return try owners.slice(indices.parts) .== order
  }
}

/// What stands between the brackets of `x[...]`, comparable.
struct IndexList: Hashable, Sendable {
  let parts: [TensorIndex]

  /// Whether a place may be named twice.
  var mayRepeat: Bool {
    parts.contains { if case .gather = $0 { true } else { false } }
  }

  func shape(in shape: Shape) throws -> Shape { try Tensor.shape(of: parts, in: shape) }

  private enum Key: Hashable {
    case index(Int)
    case range(Int?, Int?, Int)
    case ellipsis, newAxis
    case list(Shape, [UInt8])
  }

  private var keys: [Key] {
    parts.map { part in
      switch part {
      case .index(let place): .index(place)
      case .range(let lower, let upper, let step): .range(lower, upper, step)
      case .ellipsis: .ellipsis
      case .newAxis: .newAxis
      case .mask(let tensor), .gather(let tensor): .list(tensor.shape, tensor.withUnsafeBytes { Array($0) })
      }
    }
  }

  static func == (a: IndexList, b: IndexList) -> Bool { a.keys == b.keys }
  func hash(into hasher: inout Hasher) { hasher.combine(keys) }
}

extension Variable {
  /// The part of the tensor that `indices` name; see `Tensor.slice`.
  public func slice(_ indices: [TensorIndex]) throws -> Variable {
    try Variable.apply(Slice(indices: IndexList(parts: indices)), [self])
  }

  /// Sets the part of the tensor that `indices` name; see `Tensor.assign`.
  public mutating func assign(_ value: Variable, at indices: [TensorIndex]) throws {
    self = try Variable.apply(Assign(indices: IndexList(parts: indices)), [self, value])
  }
}

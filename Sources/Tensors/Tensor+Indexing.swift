/// One part of what stands between the brackets of `x[...]`.
public enum TensorIndex: Sendable {
  /// One place of an axis; the axis disappears. Negative ones count from the end.
  case index(Int)
  /// The places from `lower` to before `upper`, `step` apart; nil means the axis' own end. Negative limits
  /// count from the end, and a negative step walks backwards.
  case range(lower: Int?, upper: Int?, step: Int)
  /// All axes that the other parts do not name.
  case ellipsis
  /// A new axis of size 1.
  case newAxis
  /// The places where a bool tensor is true; it takes as many axes as it has, and they become one.
  case mask(Tensor)
  /// The places that an int64 tensor lists; its axes replace the one axis.
  case gather(Tensor)

  /// A whole axis.
  public static let all = TensorIndex.range(lower: nil, upper: nil, step: 1)
}

extension Tensor {
  /// The part of the tensor that `indices` name, as an independent tensor.
  ///
  ///     try x.slice([.index(0), .range(lower: 1, upper: 3, step: 1), .ellipsis, .index(-1)])
  ///
  /// Axes that are not named are taken whole. Several masks and gathering lists are broadcast together; their
  /// axes stand where the first of them stood.
  ///
  /// - Throws: An index error that names the axis, its length and the index.
  public func slice(_ indices: [TensorIndex]) throws -> Tensor {
    let selection = try Selection(indices, of: shape)
    let result = try Tensor(uninitialized: selection.shape, dtype)
    selection.read(from: self, into: result)
    return result
  }

  /// The shape of `slice(indices)` for a tensor of the given shape.
  package static func shape(of indices: [TensorIndex], in shape: Shape) throws -> Shape {
    try Selection(indices, of: shape).shape
  }

  /// Adds each value to the element at its row-major place; a place may come several times.
  package mutating func add(_ values: Tensor, at places: [Int]) throws {
    precondition(values.dtype == dtype && values.elementCount == places.count, "one value for each place")
    let count = elementCount
    func sum<T: TensorElement & AdditiveArithmetic>(_ type: T.Type) throws {
      try withUnsafeMutableElements(as: T.self) { target in
        values.withUnsafeElements(as: T.self) { source in
          for (index, place) in places.enumerated() {
            precondition(place >= 0 && place < count, "a place lies in the tensor")
            target[place] += source[index]
          }
        }
      }
    }
    switch dtype {
    case .float32: try sum(Float.self)
    case .float64: try sum(Double.self)
    case .int64, .uint8, .bool: preconditionFailure("gradients are floating-point numbers")
    }
  }

  /// Adds each row of a matrix to the row at its place; a place may come several times.
  package mutating func add(rows: Tensor, at places: [Int]) throws {
    precondition(rows.dtype == dtype && rank == 2 && rows.shape[0] == places.count)
    let width = shape[1]
    let count = shape[0]
    func sum<T: TensorElement & AdditiveArithmetic>(_ type: T.Type) throws {
      try withUnsafeMutableElements(as: T.self) { target in
        rows.withUnsafeElements(as: T.self) { source in
          for (index, place) in places.enumerated() {
            precondition(place >= 0 && place < count, "a place lies in the tensor")
            for column in 0..<width { target[place &* width &+ column] += source[index &* width &+ column] }
          }
        }
      }
    }
    switch dtype {
    case .float32: try sum(Float.self)
    case .float64: try sum(Double.self)
    case .int64, .uint8, .bool: preconditionFailure("gradients are floating-point numbers")
    }
  }

  /// Sets the part of the tensor that `indices` name; `value` is broadcast to its shape.
  ///
  /// The value takes the tensor's own type. Where a gathering list names a place twice, the last one counts.
  ///
  /// - Throws: An index error for the indices, a shape error when the value does not fit, a type error when a
  ///   value has a fraction and the tensor holds integers.
  public mutating func assign(_ value: Tensor, at indices: [TensorIndex]) throws {
    let selection = try Selection(indices, of: shape)
    let value = try value.exactly(dtype)
    let fits = (try? value.shape.broadcast(with: selection.shape)) == selection.shape
    // Leading axes of size 1 do no harm: (1, 3) goes into (3).
    let extra = Swift.max(0, value.rank - selection.shape.rank)
    guard fits || value.shape.prefix(extra).allSatisfy({ $0 == 1 }) else {
      throw Selection.misfit(value.shape, selection.shape)
    }
    let trimmed = value.reshaped(Shape(trusted: value.shape.dropFirst(extra)))
    guard (try? trimmed.shape.broadcast(with: selection.shape)) == selection.shape else {
      throw Selection.misfit(value.shape, selection.shape)
    }
    try prepareForWriting()
    selection.write(trimmed, into: self)
  }

  /// Sets the part of the tensor that `indices` name to one number.
  public mutating func assign(_ value: Scalar, at indices: [TensorIndex]) throws {
    // A double is kept at full precision until it takes the tensor's type.
    try assign(Tensor(value, dtype: value.dtype == .float32 ? .float64 : nil), at: indices)
  }

  /// One element.
  public func element(at indices: [Int]) throws -> Scalar {
    scalar(atOffset: try offset(of: indices))
  }

  /// Sets one element.
  public mutating func setElement(_ value: Scalar, at indices: [Int]) throws {
    let offset = try offset(of: indices)
    let exact = try Tensor(value, dtype: value.dtype == .float32 ? .float64 : nil).exactly(dtype)
    try prepareForWriting()
    write(exact, atOffset: offset)
  }

  private func offset(of indices: [Int]) throws -> Int {
    guard indices.count == rank else {
      throw TensorError.index(
        "An element of a tensor of shape \(shape) is named by \(counted(rank, "index", plural: "indices")), but "
          + "\(indices.count) came.")
    }
    let strides = shape.strides
    var offset = 0
    for (axis, index) in indices.enumerated() {
      offset += try Selection.place(index, axis: axis, of: shape) * strides[axis]
    }
    return offset
  }
}

import Base

extension Tensor {
  /// A tensor of zeros.
  public static func zeros(_ shape: Shape, _ dtype: DType = .float32) throws -> Tensor {
    let result = try Tensor(uninitialized: shape, dtype)
    ElementwiseKernels.zero(result)
    return result
  }

  /// A tensor of ones.
  public static func ones(_ shape: Shape, _ dtype: DType = .float32) throws -> Tensor {
    try full(shape, .int(1), dtype: dtype)
  }

  /// A tensor with the same value everywhere.
  ///
  /// - Parameters:
  ///   - shape: Its shape; `[]` for a single number.
  ///   - value: What stands everywhere.
  ///   - dtype: Its type; without one, int64 for whole numbers, float32 for others, bool for truth values.
  public static func full(_ shape: Shape, _ value: Scalar, dtype: DType? = nil) throws -> Tensor {
    let value = try Tensor(value, dtype: dtype)
    let result = try Tensor(uninitialized: shape, value.dtype)
    ElementwiseKernels.fill(result, with: value)
    return result
  }

  /// A single number, as a tensor without axes.
  public init(_ scalar: Scalar, dtype: DType? = nil) throws {
    switch scalar {
    case .int(let value): try self.init([value], shape: [], dtype: dtype)
    case .double(let value): try self.init([value], shape: [], dtype: dtype ?? .float32)
    case .bool(let value): try self.init([value], shape: [], dtype: dtype)
    }
  }

  /// A tensor from values in row-major order.
  ///
  ///     try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])                 // int64
  ///     try Tensor([0.5, 1.5] as [Float])                            // float32, shape (2)
  ///
  /// - Parameters:
  ///   - values: The elements, those of the last axis next to each other.
  ///   - shape: Its shape; without one, a single axis.
  ///   - dtype: Its type; without one, that of the values.
  /// - Throws: A shape error when the number of values is not that of the shape.
  public init<T: TensorElement>(_ values: [T], shape: Shape? = nil, dtype: DType? = nil) throws {
    let shape = try shape ?? Shape([values.count])
    guard shape.elementCount == values.count else {
      throw TensorError.shape(
        "A tensor of shape \(shape) has \(counted(shape.elementCount, "element")), but "
          + "\(counted(values.count, "value")) came.")
    }
    let exact = try Tensor(shape: shape) { (elements: UnsafeMutableBufferPointer<T>) in
      _ = elements.update(from: values)
    }
    self = try exact.asType(dtype ?? T.dtype)
  }

  /// A tensor with two axes from rows of equal length.
  public init<T: TensorElement>(_ rows: [[T]], dtype: DType? = nil) throws {
    self = try Tensor.nested(rows.map { try Tensor($0) }, [rows.count, 0], T.self, dtype)
  }

  /// A tensor with three axes.
  public init<T: TensorElement>(_ planes: [[[T]]], dtype: DType? = nil) throws {
    self = try Tensor.nested(planes.map { try Tensor($0) }, [planes.count, 0, 0], T.self, dtype)
  }

  /// A tensor with four axes.
  public init<T: TensorElement>(_ blocks: [[[[T]]]], dtype: DType? = nil) throws {
    self = try Tensor.nested(blocks.map { try Tensor($0) }, [blocks.count, 0, 0, 0], T.self, dtype)
  }

  private static func nested<T: TensorElement>(
    _ parts: [Tensor], _ empty: [Int], _ type: T.Type, _ dtype: DType?
  ) throws -> Tensor {
    guard let first = parts.first else {
      return try Tensor([T](), shape: Shape(empty), dtype: dtype)
    }
    for (index, part) in parts.enumerated() where part.shape != first.shape {
      throw TensorBuilder.ragged(first.shape, index, part.shape)
    }
    return try stack(parts).asType(dtype ?? T.dtype)
  }

  /// The numbers from `start` up to, but not including, `end`, `step` apart.
  ///
  ///     try Tensor.range(to: 5)                       // [0 1 2 3 4]
  ///     try Tensor.range(from: 1, to: 2, by: 0.25)    // [1 1.25 1.5 1.75]
  ///
  /// int64 when all three are whole numbers, otherwise float32.
  public static func range(
    from start: Scalar = 0, to end: Scalar, by step: Scalar = 1, dtype: DType? = nil
  ) throws -> Tensor {
    guard step.doubleValue != 0 else {
      throw TensorError.value("A range cannot go on in steps of 0.")
    }
    if case (.int(let start), .int(let end), .int(let step)) = (start, end, step) {
      let (length, overflow) = end.subtractingReportingOverflow(start)
      guard !overflow else {
        throw TensorError(.memory, "A range so long is more than any machine can hold.")
      }
      // In magnitudes, because -Int.min has no place among the integers.
      let goesOn = (length > 0) == (step > 0) && length != 0
      let steps = goesOn ? (length.magnitude - 1) / step.magnitude + 1 : 0
      let count = try rangeCount(Double(steps))
      let values = (0..<count).map { start &+ $0 &* step }
      return try Tensor(values, dtype: dtype)
    }
    let count = try rangeCount((end.doubleValue - start.doubleValue) / step.doubleValue)
    let values = (0..<count).map { start.doubleValue + Double($0) * step.doubleValue }
    return try Tensor(values, dtype: dtype ?? .float32)
  }

  private static func rangeCount(_ steps: Double) throws -> Int {
    guard steps.isFinite else {
      throw TensorError.value("A range expects finite limits and a finite step.")
    }
    guard steps < 1e12 else {
      throw TensorError(
        .memory, "A range of \(steps.rounded(.up)) elements is more than any machine can hold.")
    }
    let count = Int(Swift.max(0, steps.rounded(.up)))
    try MemoryBudget.require(count, of: 16, for: "a range of \(count) elements")
    return count
  }

  /// `count` numbers at equal distances from `start` to `end`, both included.
  ///
  ///     try Tensor.linspace(from: 0, to: 1, count: 5)     // [0 0.25 0.5 0.75 1]
  public static func linspace(
    from start: Double, to end: Double, count: Int, dtype: DType = .float32
  ) throws -> Tensor {
    guard count >= 0 else {
      throw TensorError.value("linspace expects a count of 0 or more, but \(count) came.")
    }
    let shape = try Shape([count])
    let exact = try Tensor(shape: shape) { (elements: UnsafeMutableBufferPointer<Double>) in
      for index in elements.indices {
        let part = Double(index) / Double(Swift.max(1, count - 1))
        elements[index] = index == count - 1 && count > 1 ? end : start + (end - start) * part
      }
    }
    return try exact.asType(dtype)
  }

  /// A matrix with ones on its diagonal and zeros elsewhere.
  public static func identity(_ rows: Int, columns: Int? = nil, dtype: DType = .float32) throws -> Tensor {
    let columns = columns ?? rows
    var result = try zeros(Shape([rows, columns]), dtype)
    for index in 0..<Swift.min(rows, columns) { try result.setElement(1, at: [index, index]) }
    return result
  }
}

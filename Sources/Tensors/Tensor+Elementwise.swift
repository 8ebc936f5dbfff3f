import Base

extension Tensor {
  /// Applies an operation to two tensors element by element, stretching sizes of 1 (broadcasting).
  ///
  /// Types: as `DType.arithmetic` and `DType.promoted` say; comparisons, `and` and `or` give bool. Floats
  /// follow IEEE 754, so division by zero gives infinities; integers are exact.
  ///
  /// - Throws: A shape error when the shapes do not fit; an arithmetic error when an int64 result does not
  ///   fit into 64 bits or an integer is divided by zero.
  public static func apply(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    let type = operation.computingType(a.dtype, b.dtype)
    return try apply(operation, a.asType(type), b.asType(type), computing: type)
  }

  /// Applies an operation to a tensor and a plain number; see `Scalar` for the type of the result.
  public static func apply(_ operation: BinaryOperation, _ a: Tensor, _ b: Scalar) throws -> Tensor {
    let type = operation.computingType(a.dtype, b.dtype(meeting: a.dtype))
    return try apply(operation, a.asType(type), Tensor(b, dtype: type), computing: type)
  }

  /// Applies an operation to a plain number and a tensor; see `Scalar` for the type of the result.
  public static func apply(_ operation: BinaryOperation, _ a: Scalar, _ b: Tensor) throws -> Tensor {
    let type = operation.computingType(a.dtype(meeting: b.dtype), b.dtype)
    return try apply(operation, Tensor(a, dtype: type), b.asType(type), computing: type)
  }

  private static func apply(
    _ operation: BinaryOperation, _ a: Tensor, _ b: Tensor, computing type: DType
  ) throws -> Tensor {
    let shape = try a.shape.broadcast(with: b.shape)
    let result = try Tensor(uninitialized: shape, operation.isLogical ? .bool : type)
    try check(ElementwiseKernels.binary(operation, a, b, into: result), operation.symbol)
    return result
  }

  /// Applies an operation to every element.
  ///
  /// Functions such as `squareRoot` answer in float32, or in float64 for float64; `negate`, `absolute`,
  /// `sign`, `square` and `relu` keep float and int64 types and make int64 of uint8 and bool.
  ///
  /// - Throws: An arithmetic error when an int64 result does not fit into 64 bits.
  public func apply(_ operation: UnaryOperation) throws -> Tensor {
    switch operation {
    case .floor, .ceiling, .round, .truncate: if !dtype.isFloating { return self }
    default: break
    }
    let operand = try asType(operation.computingType(dtype))
    let result = try Tensor(uninitialized: shape, operation.isLogical ? .bool : operand.dtype)
    try Tensor.check(ElementwiseKernels.unary(operation, operand, into: result), operation.rawValue)
    return result
  }

  /// Applies `self = self op other` in this tensor's own memory where shapes and types allow it.
  public mutating func applyInPlace(_ operation: BinaryOperation, _ other: Tensor) throws {
    let type = operation.computingType(dtype, other.dtype)
    guard type == dtype, !operation.isLogical, try shape.broadcast(with: other.shape) == shape else {
      self = try Tensor.apply(operation, self, other)
      return
    }
    try applyInPlace(operation, converted: other.asType(type))
  }

  /// Applies `self = self op other` in this tensor's own memory where types allow it.
  public mutating func applyInPlace(_ operation: BinaryOperation, _ other: Scalar) throws {
    let type = operation.computingType(dtype, other.dtype(meeting: dtype))
    guard type == dtype, !operation.isLogical else {
      self = try Tensor.apply(operation, self, other)
      return
    }
    try applyInPlace(operation, converted: Tensor(other, dtype: type))
  }

  private mutating func applyInPlace(_ operation: BinaryOperation, converted other: Tensor) throws {
    // Integers are computed aside, so that an overflow half-way leaves this tensor as it was.
    guard dtype.isFloating, isUniquelyHeld() else {
      self = try Tensor.apply(operation, self, other)
      return
    }
    try Tensor.check(ElementwiseKernels.binary(operation, self, other, into: self), operation.symbol)
  }

  private mutating func isUniquelyHeld() -> Bool {
    isKnownUniquelyReferenced(&storage)
  }

  /// Turns what a loop found into an error.
  static func check(_ findings: Findings, _ operation: String) throws {
    if findings.contains(.divisionByZero) {
      throw TensorError.arithmetic(
        "Integer division by zero: the right side of \(operation) holds a 0.",
        suggestion: "floating-point tensors give infinity instead: x.asType(.float32)")
    }
    if findings.contains(.negativeExponent) {
      throw TensorError.arithmetic(
        "An integer to a negative power is not an integer, but the right side of ** holds a negative number.",
        suggestion: "use a floating-point base: x.asType(.float32) ** n")
    }
    if findings.contains(.overflow) {
      throw TensorError.arithmetic(
        "Integer overflow: a result of \(operation) does not fit into 64 bits.",
        suggestion: "compute in float64: x.asType(.float64)")
    }
  }

  // MARK: Choosing

  /// Every element limited to `lower ... upper`; a nil side is open.
  ///
  ///     try Tensor([-2, 5, 300]).clip(0, 255)     // [0 5 255]
  ///
  /// The limits adapt to the tensor's type as in arithmetic. A NaN stays a NaN.
  public func clip(_ lower: Scalar?, _ upper: Scalar?) throws -> Tensor {
    if let lower, let upper, lower.doubleValue > upper.doubleValue {
      throw TensorError.value(
        "clip expects a lower limit that is not above the upper one, but \(lower) and \(upper) came.")
    }
    var result = self
    if let lower { result = try Tensor.apply(.maximum, result, lower) }
    if let upper { result = try Tensor.apply(.minimum, result, upper) }
    return result
  }

  /// Elements of `a` where `mask` is true, of `b` elsewhere; all three are broadcast together.
  public static func `where`(_ mask: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    let type = DType.promoted(a.dtype, b.dtype)
    let shape = try mask.shape.broadcast(with: a.shape).broadcast(with: b.shape)
    let result = try Tensor(uninitialized: shape, type)
    func full(_ tensor: Tensor) throws -> Tensor {
      tensor.elementCount == 1 ? tensor : try tensor.broadcast(to: shape)
    }
    try ElementwiseKernels.choose(
      full(mask.asType(.bool)), full(a.asType(type)), full(b.asType(type)), into: result)
    return result
  }

  /// Whether all elements agree: `|a - b| <= absolute + relative * |b|`, infinities and NaN only with themselves.
  public func allClose(_ other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8) throws -> Bool {
    let (a, b) = (try asType(.float64), try other.asType(.float64))
    let shape = try a.shape.broadcast(with: b.shape)
    let (left, right) = (try a.broadcast(to: shape).doubles(), try b.broadcast(to: shape).doubles())
    return zip(left, right).allSatisfy { x, y in
      x == y || (x.isNaN && y.isNaN)
        || (x.isFinite && y.isFinite && (x - y).magnitude <= absolute + relative * y.magnitude)
    }
  }

  /// Whether shapes are the same and every element is equal, whatever the types.
  public func isEqual(to other: Tensor) -> Bool {
    guard shape == other.shape else { return false }
    if dtype == other.dtype, let same = try? (self .== other).all().truthValue() { return same }
    return (0..<elementCount).allSatisfy { offset in
      switch (scalar(atOffset: offset), other.scalar(atOffset: offset)) {
      case (.int(let a), .int(let b)): a == b
      case (let a, let b): a.doubleValue == b.doubleValue
      }
    }
  }
}

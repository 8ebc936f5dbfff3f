extension Tensor {
  /// The same values in another type.
  ///
  /// Floats become integers by cutting off their fraction; any number but 0 becomes `true`.
  ///
  /// - Throws: An arithmetic error when a value does not fit: 300 into uint8, NaN into int64.
  public func asType(_ dtype: DType) throws -> Tensor {
    guard dtype != self.dtype else { return self }
    let result = try Tensor(uninitialized: shape, dtype)
    if ElementwiseKernels.cast(self, into: result).contains(.outOfRange) { throw outOfRange(dtype) }
    return result
  }

  /// The same values in another type, for writing into a tensor that has it: a fraction is not cut off silently.
  func exactly(_ dtype: DType) throws -> Tensor {
    guard dtype != self.dtype else { return self }
    let result = try Tensor(uninitialized: shape, dtype)
    let findings = ElementwiseKernels.cast(self, into: result)
    if findings.contains(.outOfRange) { throw outOfRange(dtype) }
    if findings.contains(.inexact) {
      let value = doubles().first { $0 != $0.rounded(.towardZero) } ?? .nan
      throw TensorError.type(
        "The tensor holds \(dtype) and cannot take \(value), which has a fraction.",
        suggestion: "convert the tensor first: x.asType(.float32)")
    }
    return result
  }

  private func outOfRange(_ dtype: DType) -> TensorError {
    let limits = dtype == .uint8 ? 0.0..<256.0 : -0x1p63..<0x1p63
    let value = doubles().first { !limits.contains($0.rounded(.towardZero)) } ?? .nan
    let text = value == value.rounded() && Swift.abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    return .arithmetic(
      dtype == .uint8
        ? "uint8 holds whole numbers from 0 to 255, but \(text) came."
        : "int64 holds whole numbers of 64 bits, but \(text) came.",
      suggestion: dtype == .uint8 && !value.isNaN ? "limit the values first: x.clip(0, 255)" : nil)
  }

  /// The one number of a tensor that holds exactly one.
  public func item() throws -> Scalar {
    guard elementCount == 1 else {
      throw TensorError.value(
        "item expects a tensor with exactly one element, but this one has shape \(shape), which is "
          + "\(counted(elementCount, "element")).")
    }
    return scalar(atOffset: 0)
  }

  /// A tensor used as a condition: that of its only element.
  public func truthValue() throws -> Bool {
    guard elementCount == 1 else {
      throw TensorError.type(
        "A condition expects true or false, but a tensor of shape \(shape) with "
          + "\(counted(elementCount, "element")) came; it is not clear which of them counts.",
        suggestion: "say what is meant: all(x), any(x), or allClose(a, b) to compare two tensors")
    }
    return scalar(atOffset: 0).doubleValue != 0
  }

  /// All elements in row-major order, as doubles.
  public func doubles() -> [Double] {
    switch dtype {
    case .float64: withUnsafeElements(as: Double.self) { Array($0) }
    case .float32: withUnsafeElements(as: Float.self) { $0.map(Double.init) }
    case .int64: withUnsafeElements(as: Int.self) { $0.map(Double.init) }
    case .uint8: withUnsafeElements(as: UInt8.self) { $0.map(Double.init) }
    case .bool: withUnsafeElements(as: Bool.self) { $0.map { $0 ? 1 : 0 } }
    }
  }

  /// All elements in row-major order, as floats.
  public func floats() -> [Float] {
    dtype == .float32 ? withUnsafeElements(as: Float.self) { Array($0) } : doubles().map(Float.init)
  }

  /// All elements in row-major order, as integers; fractions are cut off.
  public func integers() throws -> [Int] {
    try asType(.int64).withUnsafeElements(as: Int.self) { Array($0) }
  }

  /// All elements in row-major order, as bytes; fractions are cut off.
  public func bytes() throws -> [UInt8] {
    try asType(.uint8).withUnsafeElements(as: UInt8.self) { Array($0) }
  }

  /// All elements in row-major order, as truth values.
  public func booleans() -> [Bool] {
    dtype == .bool ? withUnsafeElements(as: Bool.self) { Array($0) } : doubles().map { $0 != 0 }
  }
}

/// Where a tensor's elements lie, for a reader that indexes them itself.
public struct StridedView {
  public let base: UnsafeMutableRawPointer
  public let dtype: DType
  public let shape: Shape
  /// Steps between neighbours along each axis, in elements.
  public let strides: Strides
}

extension Tensor {
  /// The elements in memory, for the interpreter's element access.
  ///
  /// Valid while this tensor or a copy of it lives and is not changed through `Tensor`'s own methods. Before
  /// writing through the view call `prepareForWriting()` and take the view afterwards.
  public func stridedView() -> StridedView {
    StridedView(base: storage.base, dtype: dtype, shape: shape, strides: shape.strides)
  }

  /// Makes sure that no other tensor shares this one's memory, copying it when one does.
  public mutating func prepareForWriting() throws {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = try Tensor(uninitialized: shape, dtype)
    copy.storage.base.copyMemory(from: storage.base, byteCount: byteCount)
    storage = copy.storage
  }

  /// Calls `body` with the elements' bytes, row-major.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(storage) {
      try body(UnsafeRawBufferPointer(start: storage.base, count: byteCount))
    }
  }

  /// Calls `body` with the elements' bytes to be changed, row-major; copies them first when they are shared.
  public mutating func withUnsafeMutableBytes<R>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> R
  ) throws -> R {
    try prepareForWriting()
    return try withExtendedLifetime(storage) {
      try body(UnsafeMutableRawBufferPointer(start: storage.base, count: byteCount))
    }
  }

  /// Calls `body` with the elements; `T` must be the tensor's own type.
  public func withUnsafeElements<T: TensorElement, R>(
    as type: T.Type, _ body: (UnsafeBufferPointer<T>) throws -> R
  ) rethrows -> R {
    precondition(T.dtype == dtype, "elements are read in the tensor's own type")
    return try withUnsafeBytes { try body($0.assumingMemoryBound(to: T.self)) }
  }

  /// Calls `body` with the elements to be changed; `T` must be the tensor's own type.
  public mutating func withUnsafeMutableElements<T: TensorElement, R>(
    as type: T.Type, _ body: (UnsafeMutableBufferPointer<T>) throws -> R
  ) throws -> R {
    precondition(T.dtype == dtype, "elements are changed in the tensor's own type")
    return try withUnsafeMutableBytes { try body($0.assumingMemoryBound(to: T.self)) }
  }

  /// A new tensor whose elements `fill` sets, all of them.
  public init<T: TensorElement>(
    shape: Shape, filledBy fill: (UnsafeMutableBufferPointer<T>) throws -> Void
  ) throws {
    try self.init(uninitialized: shape, T.dtype)
    try withExtendedLifetime(storage) {
      let bytes = UnsafeMutableRawBufferPointer(start: storage.base, count: byteCount)
      try fill(bytes.bindMemory(to: T.self))
    }
  }

  /// One element by its row-major position.
  func scalar(atOffset offset: Int) -> Scalar {
    precondition(offset >= 0 && offset < elementCount, "an element's position lies in the tensor")
    return withExtendedLifetime(storage) {
      switch dtype {
      case .float32: .double(Double(storage.base.load(fromByteOffset: offset * 4, as: Float.self)))
      case .float64: .double(storage.base.load(fromByteOffset: offset * 8, as: Double.self))
      case .int64: .int(storage.base.load(fromByteOffset: offset * 8, as: Int.self))
      case .uint8: .int(Int(storage.base.load(fromByteOffset: offset, as: UInt8.self)))
      case .bool: .bool(storage.base.load(fromByteOffset: offset, as: UInt8.self) != 0)
      }
    }
  }
}

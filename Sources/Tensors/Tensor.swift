import Base

/// An array of numbers with any number of axes up to eight, stored row by row.
///
/// A tensor is a value: a copy is independent of the original, though they share memory until one of them is
/// changed. Pictures are (height, width, channels), batches of them (batch, height, width, channels).
///
///     let x = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
///     try x.sum(axes: [0])     // [5 7 9]
///
/// Operations throw a `TensorError` or a `MemoryError`, in plain words, when shapes, types or values do not fit.
public struct Tensor: Sendable {
  public let dtype: DType
  public private(set) var shape: Shape
  var storage: Storage

  /// A tensor whose elements are not set yet; whoever makes one fills it.
  init(uninitialized shape: Shape, _ dtype: DType) throws {
    let (bytes, overflow) = shape.elementCount.multipliedReportingOverflow(by: dtype.size)
    guard !overflow else {
      throw TensorError(
        .memory,
        "\(shape.elementCount) elements of shape \(shape) and type \(dtype) are more bytes than any machine can hold."
      )
    }
    self.dtype = dtype
    self.shape = shape
    storage = try Storage(bytes: bytes, for: "\(dtype.tensorText) of shape \(shape)")
  }

  public var rank: Int { shape.rank }
  public var elementCount: Int { shape.elementCount }
  public var byteCount: Int { shape.elementCount * dtype.size }

  /// The same elements in another shape; the caller knows that the counts agree.
  func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.elementCount == elementCount, "a new shape keeps the number of elements")
    var result = self
    result.shape = shape
    return result
  }
}

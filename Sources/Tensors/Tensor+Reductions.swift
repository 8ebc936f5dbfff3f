import Base

/// An operation that makes one number of many.
public enum Reduction: String, CaseIterable, Sendable {
  case sum, mean, max, min, product, variance, standardDeviation, norm, all, any
}

extension Tensor {
  /// Reduces the given axes, or all.
  ///
  /// Sums, products: int64 for integers and bool, otherwise the tensor's type. `mean`, `variance`
  /// (divided by the count), `standardDeviation` and `norm` (Euclidean) of integers are float32. `max` and
  /// `min` keep the type; NaN wins. `all` and `any` are bool. Sums of float32 are accumulated in double
  /// precision, those of float64 with compensation.
  ///
  /// - Parameters:
  ///   - reduction: What is made of the elements.
  ///   - axes: What is reduced; nil for everything, negative ones count from the end.
  ///   - keepAxes: Whether reduced axes stay, with size 1, so that the result broadcasts against the tensor.
  /// - Throws: A value error for the largest of no elements; an arithmetic error when an integer sum does not fit.
  public func reduce(_ reduction: Reduction, axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    let name = reduction == .standardDeviation ? "std" : reduction.rawValue
    let axes = try resolvedAxes(axes, rank: rank, of: name)
    let kept = (0..<rank).filter { !axes.contains($0) }
    let shape = Shape(
      trusted: keepAxes
        ? (0..<rank).map { axes.contains($0) ? 1 : self.shape[$0] } : kept.map { self.shape[$0] })
    let count = axes.reduce(1) { $0 * self.shape[$1] }
    if count == 0, shape.elementCount > 0, reduction == .max || reduction == .min {
      throw TensorError.value("\(name) expects at least one element, but the tensor has shape \(self.shape).")
    }

    // A mean of integers is taken of doubles, which hold them exactly up to 53 bits.
    let needsFloats = [.mean, .variance, .standardDeviation, .norm].contains(reduction)
    var source = needsFloats && !dtype.isFloating ? try asType(.float64) : self
    let isBlock = axes.isEmpty || axes.count == (axes[axes.count - 1] - axes[0] + 1)
    var inner = 1
    if isBlock {
      inner = axes.last.map { last in self.shape[(last + 1)...].reduce(1, *) } ?? 1
    } else {
      source = try source.transposed(kept + axes)
    }

    let type: DType =
      switch reduction {
      case .all, .any: .bool
      case .sum, .product: source.dtype.isFloating ? source.dtype : .int64
      default: source.dtype
      }
    let result = try Tensor(uninitialized: shape, type)
    let findings =
      shape.elementCount == 0
      ? []
      : ReductionKernels.run(
        reduction.code, source, outer: shape.elementCount / inner, count: count, inner: inner, into: result)
    if findings.contains(.overflow) {
      throw TensorError.arithmetic(
        "Integer overflow: a \(name) does not fit into 64 bits.",
        suggestion: "compute in float64: x.asType(.float64)")
    }
    let rooted = reduction == .standardDeviation ? try result.apply(.squareRoot) : result
    return needsFloats && !dtype.isFloating ? try rooted.asType(.float32) : rooted
  }

  /// The sum of elements; see `reduce`.
  public func sum(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.sum, axes: axes, keepAxes: keepAxes)
  }
  /// The arithmetic mean of elements; NaN for none.
  public func mean(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.mean, axes: axes, keepAxes: keepAxes)
  }
  /// The largest element.
  public func max(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.max, axes: axes, keepAxes: keepAxes)
  }
  /// The smallest element.
  public func min(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.min, axes: axes, keepAxes: keepAxes)
  }
  /// The product of elements.
  public func product(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.product, axes: axes, keepAxes: keepAxes)
  }
  /// The mean squared distance from the mean, divided by the count as NumPy does.
  public func variance(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.variance, axes: axes, keepAxes: keepAxes)
  }
  /// The square root of the variance.
  public func standardDeviation(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.standardDeviation, axes: axes, keepAxes: keepAxes)
  }
  /// The square root of the sum of squares.
  public func norm(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.norm, axes: axes, keepAxes: keepAxes)
  }
  /// Whether every element is true (not 0).
  public func all(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.all, axes: axes, keepAxes: keepAxes)
  }
  /// Whether some element is true (not 0).
  public func any(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Tensor {
    try reduce(.any, axes: axes, keepAxes: keepAxes)
  }

  /// The place of the largest element, the first one of equals, as int64.
  ///
  /// - Parameters:
  ///   - axis: Along which axis; without one, the place in row-major order.
  ///   - keepAxes: Whether reduced axes stay, with size 1.
  public func argMax(axis: Int? = nil, keepAxes: Bool = false) throws -> Tensor {
    try position(largest: true, axis: axis, keepAxes: keepAxes)
  }

  /// The place of the smallest element, the first one of equals, as int64.
  public func argMin(axis: Int? = nil, keepAxes: Bool = false) throws -> Tensor {
    try position(largest: false, axis: axis, keepAxes: keepAxes)
  }

  private func position(largest: Bool, axis: Int?, keepAxes: Bool) throws -> Tensor {
    let name = largest ? "argMax" : "argMin"
    guard let axis else {
      let place = try flatten().position(largest: largest, axis: 0, keepAxes: false)
      return keepAxes ? place.reshaped(Shape(trusted: [Int](repeating: 1, count: rank))) : place
    }
    let resolved = try resolvedAxis(axis, rank: rank, of: name)
    let sizes = (0..<rank).filter { keepAxes || $0 != resolved }.map { $0 == resolved ? 1 : shape[$0] }
    let result = try Tensor(uninitialized: Shape(sizes), .int64)
    guard result.elementCount > 0 else { return result }
    guard shape[resolved] > 0 else {
      throw TensorError.value("\(name) expects at least one element, but the tensor has shape \(shape).")
    }
    let inner = shape[(resolved + 1)...].reduce(1, *)
    _ = ReductionKernels.run(
      largest ? .argMax : .argMin, self, outer: result.elementCount / inner, count: shape[resolved],
      inner: inner, into: result)
    return result
  }

  /// exp(x) / sum(exp(x)) along an axis: positive numbers that add up to 1.
  public func softmax(axis: Int = -1) throws -> Tensor {
    let axis = try resolvedAxis(axis, rank: rank, of: "softmax")
    let floats = try asType(dtype.floatingForm)
    // The largest one is taken away first, which changes nothing but keeps exp in range.
    var result = try (floats - floats.max(axes: [axis], keepAxes: true)).exp()
    try result /= result.sum(axes: [axis], keepAxes: true)
    return result
  }
}

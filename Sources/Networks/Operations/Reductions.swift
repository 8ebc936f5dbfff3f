import Tensors

/// One number of many, along axes.
struct Reduce: Operation {
  let reduction: Reduction
  /// Resolved, rising.
  let axes: [Int]
  let keepsAxes: Bool

  var name: String { reduction.rawValue }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let spec = operands[0]
    let sizes = spec.shape.enumerated().compactMap { axis, size in
      axes.contains(axis) ? (keepsAxes ? 1 : nil) : size
    }
    let dtype: DType =
      switch reduction {
      case .all, .any: .bool
      case .sum, .product: spec.dtype.isFloating ? spec.dtype : .int64
      case .max, .min: spec.dtype
      default: spec.dtype.floatingForm
      }
    return TensorSpec(try Shape(sizes), dtype)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try operands[0].reduce(reduction, axes: axes, keepAxes: keepsAxes)
  }

  var keeps: Kept {
    switch reduction {
    case .sum, .mean: []
    case .max, .min, .norm, .standardDeviation, .product: [.operands, .result]
    default: .operands
    }
  }

  func backward(_ gradient: Tensor, _ record: Record) throws -> [Tensor?] {
    let spec = record.specs[0]
    let kept = spec.shape.enumerated().map { axes.contains($0) ? 1 : $1 }
    let g = try gradient.reshape(kept)
    let count = axes.reduce(1) { $0 * spec.shape[$1] }
    switch reduction {
    case .sum: return [try g.broadcast(to: spec.shape)]
    case .mean: return [try (g * .double(1 / Double(count))).broadcast(to: spec.shape)]
    case .all, .any: return [nil]
    default: break
    }
    let x = record.operands[0]
    func deviation() throws -> Tensor { try x - x.mean(axes: axes, keepAxes: true) }
    switch reduction {
    case .variance: return [try g * (2 / Double(count)).scalar * deviation()]
    default: break
    }
    let y = try record.result.reshape(kept)
    switch reduction {
    case .standardDeviation: return [try g * (1 / Double(count)).scalar * deviation() / y]
    case .norm:
      // At the origin the norm has no slope; 0 lies among its subgradients.
      let safe = try Tensor.where(y .> 0, y, Tensor(1, dtype: y.dtype))
      return [try g * x / safe]
    case .product:
      return [try productGradient(g, x)]
    default:
      // Equal largest ones share the gradient.
      let mask = try (x .== y).asType(g.dtype)
      return [try mask * (g / mask.sum(axes: axes, keepAxes: true))]
    }
  }

  /// The product of all others for each element, which division could not give beside a zero.
  private func productGradient(_ g: Tensor, _ x: Tensor) throws -> Tensor {
    let zeros = try (x .== 0).asType(x.dtype)
    let count = try zeros.sum(axes: axes, keepAxes: true)
    let others = try (x + zeros).product(axes: axes, keepAxes: true)
    let none = try (count .== 0).asType(x.dtype) * (1 - zeros) / (x + zeros)
    let one = try (count .== 1).asType(x.dtype) * zeros
    return try g * others * (none + one)
  }
}

extension Double {
  fileprivate var scalar: Scalar { .double(self) }
}

extension Variable {
  /// Reduces the given axes, or all; see `Tensor.reduce`.
  public func reduce(_ reduction: Reduction, axes: [Int]? = nil, keepAxes: Bool = false) throws -> Variable {
    let name = reduction == .standardDeviation ? "std" : reduction.rawValue
    let axes = try resolvedAxes(axes, rank: rank, of: name)
    return try Variable.apply(Reduce(reduction: reduction, axes: axes, keepsAxes: keepAxes), [self])
  }

  public func sum(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Variable {
    try reduce(.sum, axes: axes, keepAxes: keepAxes)
  }
  public func mean(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Variable {
    try reduce(.mean, axes: axes, keepAxes: keepAxes)
  }
  public func max(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Variable {
    try reduce(.max, axes: axes, keepAxes: keepAxes)
  }
  public func min(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Variable {
    try reduce(.min, axes: axes, keepAxes: keepAxes)
  }
  public func variance(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Variable {
    try reduce(.variance, axes: axes, keepAxes: keepAxes)
  }
  /// The square root of the sum of squares.
  public func norm(axes: [Int]? = nil, keepAxes: Bool = false) throws -> Variable {
    try reduce(.norm, axes: axes, keepAxes: keepAxes)
  }
}

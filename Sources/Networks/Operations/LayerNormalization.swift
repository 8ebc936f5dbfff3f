import Tensors

/// Numbers moved and scaled along axes so that they have mean 0 and variance 1 there.
struct LayerNormalization: Operation {
  /// Resolved, rising.
  let axes: [Int]
  let epsilon: Double

  var name: String { "layerNormalized" }

  var keeps: Kept { .result }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let shape = operands[0].shape
    guard !axes.isEmpty, axes.allSatisfy({ shape[$0] > 0 }) else {
      throw TensorError.shape(
        "layerNormalized expects axes with at least one element, but the axes \(axes) of shape \(shape) came."
      )
    }
    guard epsilon >= 0, epsilon.isFinite else {
      throw TensorError.value("layerNormalized expects an epsilon of 0 or more, but \(epsilon) came.")
    }
    return operands[0]
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let x = operands[0]
    _ = try output(for: [TensorSpec(x)])
    let view = NormalizationView(x.shape, axes: axes)
    let (result, scales) =
      x.dtype == .float64
      ? try normalized(view.packed(x), view, Double.self) : try normalized(view.packed(x), view, Float.self)
    extras = [scales]
    return try view.unpacked(result)
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let view = NormalizationView(g.shape, axes: axes)
    let (packed, y, scales) = (try view.packed(g), try view.packed(record.result), record.extras[0])
    let part =
      g.dtype == .float64
      ? try derivative(packed, y, scales, view, Double.self)
      : try derivative(packed, y, scales, view, Float.self)
    return [try view.unpacked(part)]
  }

  private func normalized<T: FloatingElement>(
    _ x: Tensor, _ view: NormalizationView, _ type: T.Type
  ) throws -> (Tensor, scales: Tensor) {
    let (count, inner) = (view.count, view.inner)
    var scales = try Tensor.zeros(Shape([view.outer, inner]), T.dtype)
    let result = try Tensor(shape: x.shape) { (result: UnsafeMutableBufferPointer<T>) in
      try x.withUnsafeElements(as: T.self) { x in
        try scales.withUnsafeMutableElements(as: T.self) { scales in
          var pace = Pace()
          for block in 0..<view.outer {
            let first = block * count * inner
            let means = view.sums(first) { index, _ in Double(x[index]) }.map { $0 / Double(count) }
            // Squares of differences, because a difference of squares loses what they have in common.
            let squares = view.sums(first) { index, k in
              let difference = Double(x[index]) - means[k]
              return difference * difference
            }
            let factors = squares.map { 1 / ($0 / Double(count) + epsilon).squareRoot() }
            view.forEach(first) { index, k in result[index] = T((Double(x[index]) - means[k]) * factors[k]) }
            for k in 0..<inner { scales[block * inner + k] = T(factors[k]) }
            try pace.advance(3 * count * inner)
          }
        }
      }
    }
    return (result, scales)
  }

  /// With y the result and means along the axes: (g - mean of g - y * mean of g * y) * scale.
  private func derivative<T: FloatingElement>(
    _ g: Tensor, _ y: Tensor, _ scales: Tensor, _ view: NormalizationView, _ type: T.Type
  ) throws -> Tensor {
    let (count, inner) = (view.count, view.inner)
    return try Tensor(shape: g.shape) { (result: UnsafeMutableBufferPointer<T>) in
      try withElements(g, y, scales, T.self) { g, y, scales in
        var pace = Pace()
        for block in 0..<view.outer {
          let first = block * count * inner
          let means = view.sums(first) { index, _ in Double(g[index]) }.map { $0 / Double(count) }
          let slopes = view.sums(first) { index, _ in Double(g[index]) * Double(y[index]) }
            .map { $0 / Double(count) }
          let factors = (0..<inner).map { Double(scales[block * inner + $0]) }
          view.forEach(first) { index, k in
            result[index] = T((Double(g[index]) - means[k] - Double(y[index]) * slopes[k]) * factors[k])
          }
          try pace.advance(3 * count * inner)
        }
      }
    }
  }
}

/// A tensor read as (outer, count, inner), with everything that one mean is taken over in the middle.
private struct NormalizationView {
  let outer, count, inner: Int
  /// The order in which the axes must lie; nil when they do.
  private let order: [Int]?

  init(_ shape: Shape, axes: [Int]) {
    let sizes = shape.sizes
    // An empty tensor may have sizes whose product is out of range.
    let known = shape.elementCount > 0 ? sizes : sizes.map { _ in 0 }
    count = axes.reduce(1) { $0 * known[$1] }
    let first = axes.first ?? 0
    let others = sizes.indices.filter { !axes.contains($0) }
    let isBlock = axes == Array(first..<(first + axes.count))
    order = isBlock ? nil : others + axes
    outer = others.filter { !isBlock || $0 < first }.reduce(1) { $0 * known[$1] }
    inner = others.filter { isBlock && $0 > first }.reduce(1) { $0 * known[$1] }
  }

  func packed(_ x: Tensor) throws -> Tensor {
    try order.map { try x.transposed($0) } ?? x
  }

  func unpacked(_ x: Tensor) throws -> Tensor {
    guard let order else { return x }
    var back = order
    for (place, axis) in order.enumerated() { back[axis] = place }
    return try x.transposed(back)
  }

  /// The sums over the middle axis for each inner place of the block that begins at `first`.
  func sums(_ first: Int, _ value: (_ index: Int, _ k: Int) -> Double) -> [Double] {
    guard inner > 1 else {
      // Four sums at a time, so that no addition waits for the one before.
      var four = SIMD4<Double>()
      var index = first
      let end = first + count
      while index + 4 <= end {
        four += SIMD4(value(index, 0), value(index + 1, 0), value(index + 2, 0), value(index + 3, 0))
        index += 4
      }
      var sum = four.sum()
      while index < end {
        sum += value(index, 0)
        index += 1
      }
      return [sum]
    }
    var sums = [Double](repeating: 0, count: inner)
    forEach(first) { index, k in sums[k] += value(index, k) }
    return sums
  }

  func forEach(_ first: Int, _ body: (_ index: Int, _ k: Int) -> Void) {
    guard inner > 1 else {
      for index in first..<(first + count) { body(index, 0) }
      return
    }
    for row in 0..<count {
      for k in 0..<inner { body(first + row * inner + k, k) }
    }
  }
}

extension Variable {
  /// The numbers along some axes moved and scaled to mean 0 and variance 1: (x - mean) / sqrt(variance +
  /// epsilon).
  ///
  ///     x (..., features)  ->  the same shape
  ///
  /// Along the last axis it is layer normalisation; along height and width of a batch (axes 1 and 2) it is
  /// instance normalisation. The variance is that of all numbers, divided by their count. What a layer learns
  /// beside it, scale and shift, is multiplied and added to the result.
  ///
  ///     try Variable(Tensor([1.0, 3])).layerNormalized(epsilon: 0)     // [-1. 1.]
  ///
  /// - Parameters:
  ///   - axes: Over which axes mean and variance are taken together; negative ones count from the end.
  ///   - epsilon: Keeps numbers that are all equal from being divided by zero; Keras uses 0.001.
  /// - Throws: An index error for an axis that is not there, a shape error for an empty one.
  public func layerNormalized(axes: [Int] = [-1], epsilon: Double = 1e-5) throws -> Variable {
    let axes = try resolvedAxes(axes, rank: rank, of: "layerNormalized")
    return try Variable.apply(LayerNormalization(axes: axes, epsilon: epsilon), [floating()])
  }
}

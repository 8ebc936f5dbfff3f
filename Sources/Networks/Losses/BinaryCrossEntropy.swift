import Tensors

/// Sigmoid and binary cross-entropy in one.
struct BinaryCrossEntropy: Operation {
  /// What samples of the positive class count.
  let positiveWeight: Double
  let reduction: LossReduction

  var name: String { "binaryCrossEntropy" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    try requireSameShape(operands[0].shape, operands[1].shape, ("scores", "targets"), for: name)
    guard positiveWeight >= 0, positiveWeight.isFinite else {
      throw TensorError.value(
        "binaryCrossEntropy expects a positive weight of 0 or more, but \(positiveWeight) came.")
    }
    return TensorSpec([], operands[0].dtype)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let spec = try output(for: operands.map(TensorSpec.init))
    let targets = try operands[1].asType(spec.dtype)
    let sum =
      spec.dtype == .float64
      ? try losses(operands[0], targets, Double.self) : try losses(operands[0], targets, Float.self)
    return try Tensor.loss(sum * reduction.factor(for: targets.elementCount), spec.dtype)
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let targets = try record.operands[1].asType(g.dtype)
    let factor = try g.onlyDouble() * reduction.factor(for: targets.elementCount)
    return [
      g.dtype == .float64
        ? try derivative(factor, record.operands[0], targets, Double.self)
        : try derivative(factor, record.operands[0], targets, Float.self), nil,
    ]
  }

  /// (1 - t) * softplus(x) + w * t * softplus(-x), where softplus(x) = log(1 + exp(x)) never sees a large
  /// power.
  private func losses<T: FloatingElement>(_ x: Tensor, _ targets: Tensor, _ type: T.Type) throws -> Double {
    try x.withUnsafeElements(as: T.self) { x in
      try targets.withUnsafeElements(as: T.self) { targets in
        var pace = Pace()
        var sum = 0.0
        for (x, t) in zip(x, targets) {
          guard t >= 0, t <= 1 else {
            throw TensorError.value("binaryCrossEntropy expects targets from 0 to 1, but \(t) came.")
          }
          let tail = Double(T.logarithm1p(T.exponential(-x.magnitude)))
          let (x, t) = (Double(x), Double(t))
          // Where a target leaves a side out, an infinite score on that side does not count.
          if t < 1 { sum += (1 - t) * (tail + max(x, 0)) }
          if t > 0 { sum += positiveWeight * t * (tail + max(-x, 0)) }
          try pace.advance(8)
        }
        return sum
      }
    }
  }

  private func derivative<T: FloatingElement>(
    _ factor: Double, _ x: Tensor, _ targets: Tensor, _ type: T.Type
  ) throws -> Tensor {
    let (factor, weight) = (T(factor), T(positiveWeight))
    return try Tensor(shape: x.shape) { (result: UnsafeMutableBufferPointer<T>) in
      x.withUnsafeElements(as: T.self) { x in
        targets.withUnsafeElements(as: T.self) { targets in
          for index in x.indices {
            // The smaller of sigmoid(x) and sigmoid(-x) first, which cannot overflow.
            let power = T.exponential(-x[index].magnitude)
            let (small, large) = (power / (1 + power), 1 / (1 + power))
            let (up, down) = x[index] >= 0 ? (large, small) : (small, large)
            let t = targets[index]
            result[index] = ((1 - t) * up - weight * t * down) * factor
          }
        }
      }
    }
  }
}

/// How badly scores foretell yes and no: the mean of -log(sigmoid(x)) where the target is 1 and of
/// -log(1 - sigmoid(x)) where it is 0.
///
///     logits and targets of any one shape  ->  one number
///
/// Sigmoid is part of it and is computed without overflow; a network's last layer therefore has no
/// activation.
///
///     try binaryCrossEntropy(Variable(Tensor([0.0, 2])), Tensor([1, 1]))     // 0.41003759580145893
///
/// - Parameters:
///   - logits: Scores: above 0 for yes, below 0 for no.
///   - targets: Numbers from 0 to 1, or bool. No gradient flows to them.
///   - positiveWeight: What a target of 1 counts beside one of 0, for classes of unequal size.
///   - reduction: Whether losses are averaged or added up, over all elements.
/// - Throws: A shape error when the shapes differ, a value error for a target outside 0 to 1.
public func binaryCrossEntropy(
  _ logits: Variable, _ targets: Tensor, positiveWeight: Double = 1, reduction: LossReduction = .mean
) throws -> Variable {
  let operation = BinaryCrossEntropy(positiveWeight: positiveWeight, reduction: reduction)
  return try Variable.apply(operation, [logits.floating(), Variable(targets)])
}

/// As above, with targets that may change from one planned step to the next.
public func binaryCrossEntropy(
  _ logits: Variable, _ targets: Variable, positiveWeight: Double = 1, reduction: LossReduction = .mean
) throws -> Variable {
  let operation = BinaryCrossEntropy(positiveWeight: positiveWeight, reduction: reduction)
  return try Variable.apply(operation, [logits.floating(), targets])
}

import Tensors

/// How far predicted numbers lie from the right ones, as one operation.
struct RegressionLoss: Operation {
  enum Kind: Hashable {
    case squared
    case huber(delta: Double)
  }

  let kind: Kind
  let reduction: LossReduction

  var name: String { kind == .squared ? "meanSquaredError" : "huber" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    try requireSameShape(operands[0].shape, operands[1].shape, ("predictions", "targets"), for: name)
    if case .huber(let delta) = kind, !(delta > 0 && delta.isFinite) {
      throw TensorError.value("huber expects a delta above 0, but \(delta) came.")
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
    let part =
      g.dtype == .float64
      ? try derivative(factor, record.operands[0], targets, Double.self)
      : try derivative(factor, record.operands[0], targets, Float.self)
    return [record.wanted[0] ? part : nil, record.wanted[1] ? try -part : nil]
  }

  private func losses<T: FloatingElement>(_ a: Tensor, _ b: Tensor, _ type: T.Type) throws -> Double {
    try a.withUnsafeElements(as: T.self) { a in
      try b.withUnsafeElements(as: T.self) { b in
        var pace = Pace()
        var sum = 0.0
        for first in stride(from: 0, to: a.count, by: 1024) {
          for index in first..<min(first + 1024, a.count) {
            let error = Double(a[index] - b[index]).magnitude
            switch kind {
            case .squared: sum += error * error
            case .huber(let delta):
              sum += error <= delta ? 0.5 * error * error : delta * (error - 0.5 * delta)
            }
          }
          try pace.advance(1024)
        }
        return sum
      }
    }
  }

  private func derivative<T: FloatingElement>(
    _ factor: Double, _ a: Tensor, _ b: Tensor, _ type: T.Type
  ) throws -> Tensor {
    let factor = T(factor)
    return try Tensor(shape: a.shape) { (result: UnsafeMutableBufferPointer<T>) in
      a.withUnsafeElements(as: T.self) { a in
        b.withUnsafeElements(as: T.self) { b in
          switch kind {
          case .squared:
            for index in a.indices { result[index] = 2 * (a[index] - b[index]) * factor }
          case .huber(let delta):
            let delta = T(delta)
            // Written so that a NaN stays one.
            for index in a.indices {
              let error = a[index] - b[index]
              result[index] = (error > delta ? delta : error < -delta ? -delta : error) * factor
            }
          }
        }
      }
    }
  }
}

/// The mean of squared differences.
///
///     predictions and targets of any one shape  ->  one number
///
///     try meanSquaredError(Variable(Tensor([1.0, 2])), Tensor([1, 4]))     // 2.0
///
/// - Parameters:
///   - predictions: What the network gave.
///   - targets: What the predictions should be. No gradient flows to them.
///   - reduction: Whether squares are averaged or added up, over all elements.
/// - Throws: A shape error when the shapes differ; nothing is stretched.
public func meanSquaredError(
  _ predictions: Variable, _ targets: Tensor, reduction: LossReduction = .mean
) throws -> Variable {
  try meanSquaredError(predictions, Variable(targets), reduction: reduction)
}

/// The mean of squared differences of two variables, with gradients for both.
public func meanSquaredError(
  _ predictions: Variable, _ targets: Variable, reduction: LossReduction = .mean
) throws -> Variable {
  let operation = RegressionLoss(kind: .squared, reduction: reduction)
  return try Variable.apply(operation, [predictions.floating(), targets])
}

/// Squared differences for small errors and straight ones for large, so that outliers pull less: the mean of
/// e * e / 2 where |e| <= delta, and of delta * (|e| - delta / 2) beyond.
///
///     predictions and targets of any one shape  ->  one number
///
///     try huber(Variable(Tensor([0.5, 3])), Tensor([0, 0]))     // (0.125 + 2.5) / 2 = 1.3125
///
/// - Parameters:
///   - predictions: What the network gave.
///   - targets: What the predictions should be. No gradient flows to them.
///   - delta: The error from which on the loss grows in a straight line.
///   - reduction: Whether losses are averaged or added up, over all elements.
/// - Throws: A shape error when the shapes differ, a value error for a delta that is not above 0.
public func huber(
  _ predictions: Variable, _ targets: Tensor, delta: Double = 1, reduction: LossReduction = .mean
) throws -> Variable {
  try huber(predictions, Variable(targets), delta: delta, reduction: reduction)
}

/// The Huber loss of two variables, with gradients for both.
public func huber(
  _ predictions: Variable, _ targets: Variable, delta: Double = 1, reduction: LossReduction = .mean
) throws -> Variable {
  let operation = RegressionLoss(kind: .huber(delta: delta), reduction: reduction)
  return try Variable.apply(operation, [predictions.floating(), targets])
}

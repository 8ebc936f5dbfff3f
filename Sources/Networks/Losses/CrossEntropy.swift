import Tensors

/// Softmax and cross-entropy in one: the mean of -log(probability of the right class).
struct SoftmaxCrossEntropy: Operation {
  let labelSmoothing: Double
  let reduction: LossReduction

  var name: String { "crossEntropy" }

  /// The probabilities are kept instead of the scores.
  var keeps: Kept { [] }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let (scores, labels) = (operands[0].shape, operands[1])
    guard scores.rank > 0, scores[scores.rank - 1] > 0 else {
      throw TensorError.shape(
        "crossEntropy expects scores (..., classes), one for each class in the last axis, but their shape is "
          + "\(scores).")
    }
    guard (0...1).contains(labelSmoothing) else {
      throw TensorError.value(
        "crossEntropy expects a label smoothing from 0 to 1, but \(labelSmoothing) came.")
    }
    if labels.shape.rank == scores.rank {
      guard labels.shape == scores else {
        throw TensorError.shape(
          "crossEntropy expects a row of probabilities for each row of the scores: scores are \(scores), "
            + "labels \(labels.shape).",
          suggestion: labels.shape[scores.rank - 1] == 1
            ? "class numbers without that axis: labels.squeeze([-1])" : nil)
      }
    } else {
      guard labels.shape.sizes == scores.dropLast() else {
        throw TensorError.shape(
          "crossEntropy expects one label for each row of the scores: scores are \(scores), labels "
            + "\(labels.shape).")
      }
      guard labels.dtype.isInteger else {
        throw TensorError.type(
          "crossEntropy expects labels that are whole numbers, one class for each row of the scores, but "
            + "they are \(labels.dtype).", suggestion: "labels.asType(.int64)")
      }
    }
    guard scores.elementCount > 0 else {
      throw TensorError.shape(
        "crossEntropy expects at least one row of scores, but their shape is \(scores).")
    }
    return TensorSpec([], operands[0].dtype)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let (scores, labels) = (operands[0], operands[1])
    let spec = try output(for: operands.map(TensorSpec.init))
    // Labels are brought into one form: class numbers, or rows in the type of the scores.
    let targets = labels.rank == scores.rank ? try labels.asType(spec.dtype) : try labels.asType(.int64)
    if targets.rank < scores.rank { try check(targets, classes: scores.shape[scores.rank - 1]) }
    let (loss, probabilities) =
      spec.dtype == .float64
      ? try losses(scores, targets, Double.self) : try losses(scores, targets, Float.self)
    extras = [probabilities, targets]
    return try Tensor.loss(loss, spec.dtype)
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let (probabilities, targets) = (record.extras[0], record.extras[1])
    let factor = try g.onlyDouble() * factor(for: probabilities.shape)
    return [
      g.dtype == .float64
        ? try derivative(factor, probabilities, targets, Double.self)
        : try derivative(factor, probabilities, targets, Float.self), nil,
    ]
  }

  private func factor(for scores: Shape) -> Double {
    reduction.factor(for: scores.elementCount / scores[scores.rank - 1])
  }

  private func check(_ labels: Tensor, classes: Int) throws {
    try labels.withUnsafeElements(as: Int.self) { labels in
      if let wrong = labels.first(where: { $0 < 0 || $0 >= classes }) {
        throw TensorError.value(
          "crossEntropy expects labels from 0 to \(classes - 1), since the scores have "
            + "\(counted(classes, "class", plural: "classes")), but \(wrong) came.",
          suggestion: wrong == classes ? "classes are counted from 0" : nil)
      }
    }
  }

  /// The probability of each class that a row of the targets asks for, once it is smoothed.
  private func target<T: FloatingElement>(_ row: Int, _ classes: Int, _ targets: Tensor, _ into: inout [T]) {
    let share = T(labelSmoothing / Double(classes))
    let rest = T(1 - labelSmoothing)
    if targets.dtype == .int64 {
      for k in 0..<classes { into[k] = share }
      targets.withUnsafeElements(as: Int.self) { into[$0[row]] += rest }
    } else {
      targets.withUnsafeElements(as: T.self) { targets in
        for k in 0..<classes { into[k] = targets[row * classes + k] * rest + share }
      }
    }
  }

  private func losses<T: FloatingElement>(
    _ scores: Tensor, _ targets: Tensor, _ type: T.Type
  ) throws -> (loss: Double, probabilities: Tensor) {
    let classes = scores.shape[scores.rank - 1]
    var total = 0.0
    let probabilities = try Tensor(shape: scores.shape) { (result: UnsafeMutableBufferPointer<T>) in
      try scores.withUnsafeElements(as: T.self) { scores in
        var pace = Pace()
        var wanted = [T](repeating: 0, count: classes)
        for row in 0..<(scores.count / classes) {
          let first = row * classes
          var best = first
          for place in first..<(first + classes) where scores[place] > scores[best] { best = place }
          let largest = scores[best]
          // All powers but the largest, which is 1: beside it a small rest would be rounded away.
          var rest = 0.0
          for place in first..<(first + classes) {
            let power = T.exponential(scores[place] - largest)
            result[place] = power
            if place != best { rest += Double(power) }
          }
          let inverse = T(1 / (1 + rest))
          let logarithm = Double.logarithm1p(rest)
          target(row, classes, targets, &wanted)
          for k in 0..<classes {
            result[first + k] *= inverse
            // A class that is not asked for may well have a score of minus infinity.
            guard wanted[k] != 0 else { continue }
            total += Double(wanted[k]) * (logarithm - Double(scores[first + k] - largest))
          }
          try pace.advance(8 * classes)
        }
      }
    }
    return (total * factor(for: scores.shape), probabilities)
  }

  /// For targets that add up to 1: probabilities - targets.
  private func derivative<T: FloatingElement>(
    _ factor: Double, _ probabilities: Tensor, _ targets: Tensor, _ type: T.Type
  ) throws -> Tensor {
    let shape = probabilities.shape
    let classes = shape[shape.rank - 1]
    let factor = T(factor)
    return try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      try probabilities.withUnsafeElements(as: T.self) { probabilities in
        var pace = Pace()
        var wanted = [T](repeating: 0, count: classes)
        for row in 0..<(probabilities.count / classes) {
          let first = row * classes
          target(row, classes, targets, &wanted)
          let sum = targets.dtype == .int64 ? 1 : wanted.reduce(0, +)
          for k in 0..<classes {
            result[first + k] = (probabilities[first + k] * sum - wanted[k]) * factor
          }
          try pace.advance(2 * classes)
        }
      }
    }
  }
}

/// How badly scores foretell classes: the mean over all rows of -log(softmax(scores)) at the right class.
///
///     logits (..., classes), labels (...) class numbers, or (..., classes) probabilities  ->  one number
///
/// Softmax is part of it and is computed without overflow, whatever the scores; a network's last layer
/// therefore has no activation.
///
///     try crossEntropy(Variable(Tensor([[2.0, 1, 0]])), Tensor([0]))     // 0.40760596444438013
///
/// - Parameters:
///   - logits: A score for each class along the last axis, any numbers.
///   - labels: Whole numbers from 0 to classes - 1, one for each row of the scores, or a row of probabilities
///     for each of them (one-hot rows among these). No gradient flows to them.
///   - labelSmoothing: How much of the probability is spread evenly over all classes.
///   - reduction: Whether rows are averaged or added up.
/// - Throws: A shape error when scores and labels do not fit, a value error for a label that is not a class.
public func crossEntropy(
  _ logits: Variable, _ labels: Tensor, labelSmoothing: Double = 0, reduction: LossReduction = .mean
) throws -> Variable {
  let operation = SoftmaxCrossEntropy(labelSmoothing: labelSmoothing, reduction: reduction)
  return try Variable.apply(operation, [logits.floating(), Variable(labels)])
}

/// As above, with labels that may change from one planned step to the next.
public func crossEntropy(
  _ logits: Variable, _ labels: Variable, labelSmoothing: Double = 0, reduction: LossReduction = .mean
) throws -> Variable {
  let operation = SoftmaxCrossEntropy(labelSmoothing: labelSmoothing, reduction: reduction)
  return try Variable.apply(operation, [logits.floating(), labels])
}

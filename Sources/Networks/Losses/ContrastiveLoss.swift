import Tensors

/// Whether two encodings lie together where they should, and apart where they should.
struct ContrastiveLoss: Operation {
  let margin: Double
  let reduction: LossReduction

  var name: String { "contrastiveLoss" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let (a, b, same) = (operands[0].shape, operands[1].shape, operands[2].shape)
    guard a.rank > 0, a == b else {
      throw TensorError.shape(
        "contrastiveLoss expects encodings (..., features) of one shape: the first are \(a), the second \(b)."
      )
    }
    guard same.sizes == a.dropLast() else {
      throw TensorError.shape(
        "contrastiveLoss expects for each pair of encodings whether they are the same: encodings are \(a), "
          + "answers \(same).")
    }
    guard a.elementCount > 0 else {
      throw TensorError.shape("contrastiveLoss expects at least one pair, but the shape is \(a).")
    }
    guard margin >= 0, margin.isFinite else {
      throw TensorError.value("contrastiveLoss expects a margin of 0 or more, but \(margin) came.")
    }
    return TensorSpec([], DType.promoted(operands[0].dtype, operands[1].dtype))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let spec = try output(for: operands.map(TensorSpec.init))
    let (a, b) = (try operands[0].asType(spec.dtype), try operands[1].asType(spec.dtype))
    let features = a.shape[a.rank - 1]
    let squares =
      spec.dtype == .float64 ? squares(a, b, features, Double.self) : squares(a, b, features, Float.self)
    var sum = 0.0
    // What the difference of each pair is multiplied with in the derivative.
    var slopes: [Double] = []
    for (square, same) in zip(squares, operands[2].doubles()) {
      guard same >= 0, same <= 1 else {
        throw TensorError.value(
          "contrastiveLoss expects 1 or true for pairs that are the same and 0 or false for others, but "
            + "\(same) came.")
      }
      let distance = square.squareRoot()
      let gap = distance >= margin ? 0 : margin - distance
      sum += same * square + (1 - same) * gap * gap
      // Two encodings in one place have no direction in which to part.
      slopes.append(2 * same - (distance > 0 ? 2 * (1 - same) * gap / distance : 0))
    }
    extras = [try Tensor(slopes, dtype: spec.dtype)]
    return try Tensor.loss(sum * reduction.factor(for: slopes.count), spec.dtype)
  }

  private func squares<T: FloatingElement>(_ a: Tensor, _ b: Tensor, _ features: Int, _ type: T.Type)
    -> [Double]
  {
    a.withUnsafeElements(as: T.self) { a in
      b.withUnsafeElements(as: T.self) { b in
        stride(from: 0, to: a.count, by: features).map { first in
          var sum = 0.0
          for index in first..<(first + features) {
            let difference = Double(a[index] - b[index])
            sum += difference * difference
          }
          return sum
        }
      }
    }
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let slopes = record.extras[0]
    let factor = try g.onlyDouble() * reduction.factor(for: slopes.elementCount)
    let weights = try (slopes * .double(factor)).reshape(record.specs[0].shape.sizes.dropLast() + [1])
    let part = try (record.operands[0] - record.operands[1]) * weights
    return [record.wanted[0] ? part : nil, record.wanted[1] ? try -part : nil, nil]
  }
}

/// Whether encodings lie together where they should, and apart where they should: the mean over all pairs of
/// d^2 where they are the same and of max(margin - d, 0)^2 where they are not, with d = |a - b|.
///
///     a and b (..., features), same (...)  ->  one number
///
/// The paper (Hadsell, Chopra and LeCun, 2006) has half of it.
///
///     let a = Variable(try Tensor([[0.0, 0], [0, 0]])), b = Variable(try Tensor([[0.5, 0], [0.5, 0]]))
///     try contrastiveLoss(a, b, Tensor([true, false]))     // (0.25 + 0.25) / 2 = 0.25
///
/// - Parameters:
///   - a: The first encoding of each pair.
///   - b: The second one.
///   - same: Whether each pair is of one kind: bool, or 1 and 0. No gradient flows to it.
///   - margin: The distance from which on pairs that differ are far enough apart.
///   - reduction: Whether pairs are averaged or added up.
/// - Throws: A shape error when the shapes do not fit.
public func contrastiveLoss(
  _ a: Variable, _ b: Variable, _ same: Tensor, margin: Double = 1, reduction: LossReduction = .mean
) throws -> Variable {
  let operation = ContrastiveLoss(margin: margin, reduction: reduction)
  return try Variable.apply(operation, [a.floating(), b.floating(), Variable(same)])
}

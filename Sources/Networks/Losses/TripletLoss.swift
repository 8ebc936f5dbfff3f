import Tensors

/// Whether an anchor lies nearer to its positive than to its negative, by some margin.
struct TripletLoss: Operation {
  let margin: Double
  let reduction: LossReduction

  var name: String { "tripletLoss" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let shapes = operands.map(\.shape)
    guard shapes[0].rank > 0, shapes.allSatisfy({ $0 == shapes[0] }) else {
      throw TensorError.shape(
        "tripletLoss expects encodings (..., features) of one shape: anchors are \(shapes[0]), positives "
          + "\(shapes[1]), negatives \(shapes[2]).")
    }
    guard shapes[0].elementCount > 0 else {
      throw TensorError.shape("tripletLoss expects at least one triplet, but the shape is \(shapes[0]).")
    }
    guard margin >= 0, margin.isFinite else {
      throw TensorError.value("tripletLoss expects a margin of 0 or more, but \(margin) came.")
    }
    return TensorSpec([], DType.promoted(.promoted(operands[0].dtype, operands[1].dtype), operands[2].dtype))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let spec = try output(for: operands.map(TensorSpec.init))
    let features = operands[0].shape[operands[0].rank - 1]
    let losses =
      spec.dtype == .float64
      ? try losses(operands, features, Double.self) : try losses(operands, features, Float.self)
    // Which triplets are too near or on the wrong side; only these learn.
    extras = [try Tensor(losses.map { !($0 <= 0) })]
    let sum = losses.reduce(0) { $0 + ($1 <= 0 ? 0 : $1) }
    return try Tensor.loss(sum * reduction.factor(for: losses.count), spec.dtype)
  }

  private func losses<T: FloatingElement>(
    _ operands: [Tensor], _ features: Int, _ type: T.Type
  ) throws -> [Double] {
    let parts = try operands.map { try $0.asType(T.dtype) }
    return withElements(parts[0], parts[1], parts[2], T.self) { anchor, positive, negative in
      stride(from: 0, to: anchor.count, by: features).map { first in
        var (near, far) = (0.0, 0.0)
        for index in first..<(first + features) {
          let a = Double(anchor[index] - positive[index])
          let b = Double(anchor[index] - negative[index])
          near += a * a
          far += b * b
        }
        return near - far + margin
      }
    }
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let count = record.extras[0].elementCount
    let factor = try 2 * g.onlyDouble() * reduction.factor(for: count)
    let shape = record.specs[0].shape
    let weights = try (record.extras[0].asType(g.dtype) * .double(factor))
      .reshape(shape.sizes.dropLast() + [1])
    let (anchor, positive, negative) = (record.operands[0], record.operands[1], record.operands[2])
    return [
      record.wanted[0] ? try (negative - positive) * weights : nil,
      record.wanted[1] ? try (positive - anchor) * weights : nil,
      record.wanted[2] ? try (anchor - negative) * weights : nil,
    ]
  }
}

/// Whether encodings of one face lie nearer together than those of two: the sum over the batch of
/// max(|anchor - positive|^2 - |anchor - negative|^2 + margin, 0).
///
///     anchor, positive and negative (..., features)  ->  one number
///
/// Squares are added up over the last axis. FaceNet (Schroff, Kalenichenko and Philbin, 2015) adds up the
/// losses of all triplets, and so does the course; `reduction: .mean` divides by their number.
///
///     let a = Variable(try Tensor([[0.0, 0]])), p = Variable(try Tensor([[1.0, 0]]))
///     let n = Variable(try Tensor([[0.0, 1]]))
///     try tripletLoss(a, p, n)     // 1 - 1 + 0.2 = 0.2
///
/// - Parameters:
///   - anchor: The encodings that the others are compared with.
///   - positive: For each of them one of the same face.
///   - negative: For each of them one of another face.
///   - margin: How much nearer the positive has to be, in squared distance.
///   - reduction: Whether triplets are averaged or added up.
/// - Throws: A shape error when the shapes differ.
public func tripletLoss(
  _ anchor: Variable, _ positive: Variable, _ negative: Variable, margin: Double = 0.2,
  reduction: LossReduction = .sum
) throws -> Variable {
  let operation = TripletLoss(margin: margin, reduction: reduction)
  return try Variable.apply(operation, [anchor.floating(), positive.floating(), negative.floating()])
}

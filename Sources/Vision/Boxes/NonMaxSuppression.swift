import Base
import Tensors

/// Which boxes remain when of several that overlap only the best is kept.
///
///     boxes (n, 4), scores (n)  ->  (k), int64
///
/// The box with the highest score is kept, all that overlap it too much are dropped, and so on with the best
/// of those that are left.
///
/// ```swift
/// let boxes = try Tensor([[0, 0, 10, 10], [1, 1, 10, 10], [20, 20, 30, 30]])
/// try nonMaxSuppression(boxes, scores: Tensor([0.8, 0.9, 0.7]))     // [1 2]
/// ```
///
/// It is computed in float32, operation by operation as torchvision's `nms` does it, so that both keep the
/// same boxes. A box without area overlaps nothing and is kept. Ten thousand boxes take about two
/// milliseconds; the time grows with the number of boxes that overlap, at worst with the square of the number
/// of boxes.
///
/// - Parameters:
///   - boxes: Two opposite corners of each box, x1, y1, x2, y2, in any unit; which corners does not matter.
///   - scores: How sure each box is.
///   - iouThreshold: From 0 to 1. A box is dropped when its intersection over union with a kept one is above
///     it.
///   - scoreThreshold: Boxes whose score is not above it are dropped at once; without one, none are.
///   - maxBoxes: How many boxes to keep at most; without a number, all that remain.
///   - classes: The class of each box, whole numbers (n). Boxes of different classes do not drop each other.
/// - Returns: The places of the kept boxes in `boxes`, highest score first; of equal ones the first one
///   first.
/// - Throws: A shape error when boxes, scores and classes do not fit together; a value error for a threshold
///   outside of its range, a negative `maxBoxes`, and for a coordinate or score that is NaN.
///
/// Source: greedy suppression as in Girshick et al., "Rich feature hierarchies", 2014, section 2.2.
public func nonMaxSuppression(
  _ boxes: Tensor, scores: Tensor, iouThreshold: Double = 0.5, scoreThreshold: Double? = nil,
  maxBoxes: Int? = nil, classes: Tensor? = nil
) throws -> Tensor {
  let name = "nonMaxSuppression"
  let candidates = try Candidates(
    boxes, scores, scoreThreshold: scoreThreshold, maxBoxes: maxBoxes, classes: classes, of: name)
  try BoxArguments.requireShare(iouThreshold, "an iouThreshold", of: name)
  let most = maxBoxes ?? Int.max

  guard let groups = candidates.byClass() else {
    let ranks = try keptRanks(candidates.corners, candidates.order[...], iouThreshold, most)
    return try Tensor(ranks.map { Int(candidates.order[$0]) })
  }
  var isKept = [Bool](repeating: false, count: candidates.order.count)
  for group in groups {
    let members = group.map { candidates.order[$0] }
    for rank in try keptRanks(candidates.corners, members[...], iouThreshold, most) {
      isKept[group[rank]] = true
    }
  }
  let ranks = isKept.indices.lazy.filter { isKept[$0] }.prefix(most)
  return try Tensor(ranks.map { Int(candidates.order[$0]) })
}

/// The places in `order` of the boxes that are kept.
private func keptRanks(
  _ corners: [SIMD4<Float>], _ order: ArraySlice<UInt32>, _ threshold: Double, _ most: Int
) throws -> [Int] {
  guard most > 0 else { return [] }
  let field = SuppressionField(corners, order: order, threshold: threshold)
  var kept: [Int] = []
  var work = 0
  for rank in 0..<order.count where !field.isSuppressed(rank) {
    kept.append(rank)
    if kept.count == most { break }
    work &+= field.suppress(around: rank) &+ 16
    if work > 1 << 20 {
      work = 0
      try Safepoint.poll()
    }
  }
  return kept
}

/// Boxes that may be kept, in the order in which they are looked at.
struct Candidates {
  /// Left, top, right and bottom of every box.
  let corners: [SIMD4<Float>]
  /// Every score.
  let scores: [Float]
  /// The numbers of the boxes above the score threshold, highest score first.
  let order: [UInt32]
  private let classes: [Int]?

  init(
    _ boxes: Tensor, _ scores: Tensor, scoreThreshold: Double?, maxBoxes: Int?, classes: Tensor?,
    of operation: String
  ) throws {
    try BoxArguments.requireList(boxes, of: operation)
    let count = boxes.shape[0]
    guard count < Int(Int32.max) else {
      throw TensorError(.value, "\(operation) takes at most \(Int32.max - 1) boxes, but \(count) came.")
    }
    try MemoryBudget.require(count, of: 128, for: "\(operation) of \(count) boxes")
    let scores = try BoxArguments.scores(scores, for: count, of: operation)
    if let maxBoxes { try BoxArguments.requireCount(maxBoxes, "maxBoxes", of: operation) }
    if let scoreThreshold, scoreThreshold.isNaN {
      throw TensorError(.value, "\(operation) expects a scoreThreshold that is a number, but it is NaN.")
    }
    self.classes = try classes.map { try BoxArguments.classes($0, for: count, of: operation) }
    corners = try BoxArguments.corners(boxes, of: operation)
    order = try scores.withUnsafeElements(as: Float.self) {
      try ScoreOrder.falling($0, above: scoreThreshold.map(Float.init(notAbove:)))
    }
    self.scores = scores.floats()
  }

  /// The class of a box; the same for all when classes do not matter.
  func label(of index: Int) -> Int { classes?[index] ?? 0 }

  /// The places in `order` of each class's boxes; nil when classes do not matter.
  func byClass() -> [[Int]]? {
    guard let classes else { return nil }
    var groups: [[Int]] = []
    var numbers: [Int: Int] = [:]
    for (rank, index) in order.enumerated() {
      let label = classes[Int(index)]
      if let number = numbers[label] {
        groups[number].append(rank)
      } else {
        numbers[label] = groups.count
        groups.append([rank])
      }
    }
    return groups
  }
}

extension Float {
  /// The largest float32 that is not above a number: comparing float32 numbers with it gives what comparing
  /// them with the number would.
  init(notAbove value: Double) {
    self = Float(value)
    if Double(self) > value { self = nextDown }
  }
}

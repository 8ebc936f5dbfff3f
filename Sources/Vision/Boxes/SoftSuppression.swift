import Base
import Glibc
import Tensors

/// How soft non-max suppression lowers the score of a box that overlaps a better one.
public enum ScoreDecay: Hashable, Sendable {
  /// Times 1 - IoU where the IoU is above a threshold.
  case linear(above: Double)
  /// Times exp(-IoU * IoU / sigma), whatever the IoU.
  case gaussian(sigma: Double)
}

/// Non-max suppression that lowers the scores of overlapping boxes instead of dropping them.
///
///     boxes (n, 4), scores (n)  ->  kept (k), int64, and scores (k), float32
///
/// Two objects that stand close together both survive, the one behind with a lower score.
///
/// ```swift
/// let boxes = try Tensor([[0, 0, 10, 10], [1, 1, 10, 10], [20, 20, 30, 30]])
/// let found = try softNonMaxSuppression(boxes, scores: Tensor([0.8, 0.9, 0.7]))
/// found.kept       // [1 2 0]
/// found.scores     // [0.9 0.7 0.21538...]
/// ```
///
/// The time grows with the square of the number of boxes that stay above the score threshold.
///
/// - Parameters:
///   - boxes: Two opposite corners of each box, x1, y1, x2, y2.
///   - scores: How sure each box is.
///   - decay: How scores are lowered; sigma is above 0, a threshold from 0 to 1.
///   - scoreThreshold: Boxes whose score is not above it, or falls to it, are dropped.
///   - maxBoxes: How many boxes to keep at most; without a number, all that remain.
///   - classes: The class of each box (n). Boxes of different classes do not lower each other's scores.
/// - Returns: The places of the kept boxes, highest lowered score first, and these scores.
/// - Throws: The errors of `nonMaxSuppression`.
///
/// Source: Bodla et al., "Soft-NMS: improving object detection with one line of code", 2017.
public func softNonMaxSuppression(
  _ boxes: Tensor, scores: Tensor, decay: ScoreDecay = .gaussian(sigma: 0.5), scoreThreshold: Double = 0.001,
  maxBoxes: Int? = nil, classes: Tensor? = nil
) throws -> (kept: Tensor, scores: Tensor) {
  let name = "softNonMaxSuppression"
  switch decay {
  case .linear(let threshold): try BoxArguments.requireShare(threshold, "a threshold", of: name)
  case .gaussian(let sigma):
    guard sigma > 0, sigma.isFinite else {
      throw TensorError(.value, "\(name) expects a sigma above 0, but \(sigma) came.")
    }
  }
  let candidates = try Candidates(
    boxes, scores, scoreThreshold: scoreThreshold, maxBoxes: maxBoxes, classes: classes, of: name)
  let limit = Float(notAbove: scoreThreshold)
  let most = maxBoxes ?? Int.max

  var alive = candidates.order.sorted().map { SoftCandidate(candidates, Int($0)) }
  var kept: [Int] = []
  var keptScores: [Float] = []
  var work = 0
  while kept.count < most, let best = alive.indices.max(by: { alive[$0].score < alive[$1].score }) {
    // Of equal ones `max` gives the first.
    let chosen = alive.remove(at: best)
    kept.append(chosen.index)
    keptScores.append(chosen.score)
    for index in alive.indices where alive[index].label == chosen.label {
      alive[index].score *= decay.factor(for: chosen.overlap(with: alive[index]))
    }
    work += alive.count
    alive.removeAll { !($0.score > limit) }
    if work > 1 << 18 {
      work = 0
      try Safepoint.poll()
    }
  }
  return (try Tensor(kept), try Tensor(keptScores))
}

extension ScoreDecay {
  fileprivate func factor(for overlap: Float) -> Float {
    switch self {
    case .linear(let threshold): Double(overlap) > threshold ? 1 - overlap : 1
    case .gaussian(let sigma): overlap > 0 ? expf(-overlap * overlap / Float(sigma)) : 1
    }
  }
}

/// A box whose score may still be lowered.
private struct SoftCandidate {
  let corners: SIMD4<Float>
  let index: Int
  let label: Int
  var score: Float

  init(_ candidates: Candidates, _ index: Int) {
    corners = candidates.corners[index]
    self.index = index
    label = candidates.label(of: index)
    score = candidates.scores[index]
  }

  func overlap(with other: SoftCandidate) -> Float {
    let (a, b) = (corners, other.corners)
    let width = min(a.z, b.z) - max(a.x, b.x)
    let height = min(a.w, b.w) - max(a.y, b.y)
    guard width > 0, height > 0 else { return 0 }
    let shared = width * height
    let ratio = shared / ((a.z - a.x) * (a.w - a.y) + (b.z - b.x) * (b.w - b.y) - shared)
    return ratio > 0 ? ratio : 0
  }
}

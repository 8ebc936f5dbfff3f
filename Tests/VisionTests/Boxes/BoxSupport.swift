import Base
import Tensors
import Testing
import Vision

/// Whether `body` fails with a plain error of this kind and message.
func expectBoxError(
  _ kind: ErrorKind, _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error was thrown", sourceLocation: sourceLocation)
  } catch let error as any PlainError {
    #expect(error.kind == kind, sourceLocation: sourceLocation)
    #expect(error.message == message, sourceLocation: sourceLocation)
  } catch {
    Issue.record("not a plain error: \(error)", sourceLocation: sourceLocation)
  }
}

/// Whether a tensor has these values, nearly.
func expectNear(
  _ tensor: Tensor, _ values: [Double], tolerance: Double = 1e-5,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = tensor.doubles()
  #expect(found.count == values.count, sourceLocation: sourceLocation)
  for (index, (a, b)) in zip(found, values).enumerated()
  where !(a == b || (a - b).magnitude <= tolerance * max(1, b.magnitude)) {
    Issue.record("element \(index) is \(a), not \(b)", sourceLocation: sourceLocation)
    return
  }
}

extension Tensor {
  /// Elements along the first axis.
  func row(_ index: Int) throws -> Tensor { try slice([.index(index)]) }
}

/// Non-max suppression as it is defined: every box with every better one, in float32.
func naiveSuppression(
  _ boxes: [SIMD4<Float>], _ scores: [Float], _ threshold: Double, above limit: Double? = nil,
  classes: [Int]? = nil, most: Int = .max
) -> [Int] {
  let order = scores.indices.filter { limit == nil || Double(scores[$0]) > limit ?? 0 }
    .sorted { (scores[$0], $1) > (scores[$1], $0) }
  func area(_ box: SIMD4<Float>) -> Float {
    (max(box.x, box.z) - min(box.x, box.z)) * (max(box.y, box.w) - min(box.y, box.w))
  }
  var kept: [Int] = []
  for index in order where kept.count < most {
    let isFree = kept.allSatisfy { other in
      if let classes, classes[other] != classes[index] { return true }
      let (a, b) = (boxes[other], boxes[index])
      let width = min(max(a.x, a.z), max(b.x, b.z)) - max(min(a.x, a.z), min(b.x, b.z))
      let height = min(max(a.y, a.w), max(b.y, b.w)) - max(min(a.y, a.w), min(b.y, b.w))
      let shared = (width > 0 ? width : 0) * (height > 0 ? height : 0)
      return !(Double(shared / (area(a) + area(b) - shared)) > threshold)
    }
    if isFree { kept.append(index) }
  }
  return kept
}

/// A picture's worth of random boxes.
struct RandomBoxes {
  var boxes: [SIMD4<Float>] = []
  var scores: [Float] = []

  var tensor: Tensor {
    get throws {
      try Tensor(boxes.flatMap { [$0.x, $0.y, $0.z, $0.w] }, shape: Shape([boxes.count, 4]))
    }
  }
}

import Base
import Tensors

/// Intersection over union: how well boxes agree, from 0 (they do not overlap) to 1 (they are the same).
///
///     (..., 4), (..., 4)  ->  (...), the leading axes broadcast together
///
/// ```swift
/// let a = try Tensor([2, 1, 4, 3]), b = try Tensor([1, 2, 3, 4])
/// try iou(a, b)                                                // 0.14285715, one seventh
/// try iou(predictions, truths)                                 // (n, 4), (n, 4) -> (n): pair by pair
/// try iou(predictions.expandDims(1), truths)                   // (n, 1, 4), (m, 4) -> (n, m); see
/// `iouMatrix`
/// ```
///
/// Boxes that only touch, and boxes without area, have 0.
///
/// - Parameters:
///   - a: Two opposite corners of each box, x1, y1, x2, y2 (or y1, x1, y2, x2 in both arguments).
///   - b: The same.
/// - Returns: float64 when an argument is, otherwise float32.
/// - Throws: A shape error when the last axes are not 4 or the others do not fit together.
public func iou(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try BoxArguments.requireBoxes(a, of: "iou")
  try BoxArguments.requireBoxes(b, of: "iou")
  let type = DType.promoted(a.dtype, b.dtype).floatingForm
  let (a, b) = (try a.asType(type), try b.asType(type))
  return type == .float64
    ? try Overlaps<Double>.compute(a, b) : try Overlaps<Float>.compute(a, b)
}

/// The intersection over union of every box of one list with every box of another.
///
///     (n, 4), (m, 4)  ->  (n, m)
///
/// See `iou`.
public func iouMatrix(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try BoxArguments.requireList(a, of: "iouMatrix")
  try BoxArguments.requireList(b, of: "iouMatrix")
  return try iou(a.expandDims(1), b)
}

/// The comparison of boxes, written once for both types.
enum Overlaps<T: TensorElement & BinaryFloatingPoint> {
  static func compute(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let (aSizes, bSizes) = (a.shape.dropLast(), b.shape.dropLast())
    let shape = try Shape(aSizes).broadcast(with: Shape(bSizes))
    let (aSteps, bSteps) = (steps(aSizes, in: shape), steps(bSizes, in: shape))
    let inner = shape.last ?? 1
    return try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      guard !result.isEmpty else { return }
      try a.withUnsafeElements(as: T.self) { a in
        try b.withUnsafeElements(as: T.self) { b in
          var place = [Int](repeating: 0, count: max(0, shape.rank - 1))
          var work = 0
          for first in stride(from: 0, to: result.count, by: inner) {
            var aPlace = 0
            var bPlace = 0
            for (axis, index) in place.enumerated() {
              aPlace += index * aSteps[axis]
              bPlace += index * bSteps[axis]
            }
            for index in first..<first + inner {
              result[index] = overlap(a, aPlace, b, bPlace)
              aPlace += aSteps.last ?? 0
              bPlace += bSteps.last ?? 0
            }
            advance(&place, shape)
            work += inner
            if work > 1 << 18 {
              work = 0
              try Safepoint.poll()
            }
          }
        }
      }
    }
  }

  /// How far apart neighbours lie along each axis of the result; 0 along stretched ones.
  private static func steps(_ sizes: Slice<Shape>, in shape: Shape) -> [Int] {
    var steps = [Int](repeating: 0, count: shape.rank)
    var step = 4
    for (back, size) in sizes.reversed().enumerated() {
      if size > 1 { steps[shape.rank - 1 - back] = step }
      step *= size
    }
    return steps
  }

  private static func advance(_ place: inout [Int], _ shape: Shape) {
    for axis in place.indices.reversed() {
      place[axis] += 1
      if place[axis] < shape[axis] { return }
      place[axis] = 0
    }
  }

  @inline(__always)
  private static func overlap(
    _ a: UnsafeBufferPointer<T>, _ i: Int, _ b: UnsafeBufferPointer<T>, _ j: Int
  ) -> T {
    let (aLeft, aRight) = (min(a[i], a[i + 2]), max(a[i], a[i + 2]))
    let (aTop, aBottom) = (min(a[i + 1], a[i + 3]), max(a[i + 1], a[i + 3]))
    let (bLeft, bRight) = (min(b[j], b[j + 2]), max(b[j], b[j + 2]))
    let (bTop, bBottom) = (min(b[j + 1], b[j + 3]), max(b[j + 1], b[j + 3]))
    let width = min(aRight, bRight) - max(aLeft, bLeft)
    let height = min(aBottom, bBottom) - max(aTop, bTop)
    guard width > 0, height > 0 else {
      // What is not a number is not hidden behind a 0.
      return (0..<4).contains { a[i + $0].isNaN || b[j + $0].isNaN } ? .nan : 0
    }
    let shared = width * height
    let union = (aRight - aLeft) * (aBottom - aTop) + (bRight - bLeft) * (bBottom - bTop) - shared
    return union > 0 ? shared / union : 0
  }
}

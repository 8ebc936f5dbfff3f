import CKernels

/// A walk over a result and two operands in lockstep, where an operand's axes of size 1 are stretched.
///
/// Axes that lie behind one another in all three are joined, so that most walks are one loop. The result is
/// always contiguous.
struct Broadcast {
  /// One inner loop over `count` elements; steps are 0, 1 or more elements.
  typealias Loop = (
    _ a: UnsafeRawPointer, _ stepA: Int, _ b: UnsafeRawPointer, _ stepB: Int,
    _ out: UnsafeMutableRawPointer, _ count: Int
  ) -> Int32

  /// Inner loops shorter than this are not worth a call each; operands are spread out instead.
  private static let shortest = 16
  /// Elements that are spread out at a time; they stay in the first-level cache.
  private static let chunk = 2048
  /// Elements below which a walk is not divided among threads.
  static let grain = 32768

  private var sizes: [Int]
  private var stepsA: [Int]
  private var stepsB: [Int]

  init(_ a: Shape, _ b: Shape, to result: Shape) {
    sizes = []
    stepsA = []
    stepsB = []
    let all = zip(result, zip(Broadcast.steps(of: a, in: result), Broadcast.steps(of: b, in: result)))
    for (size, (stepA, stepB)) in all where size != 1 {
      // An axis joins the one before when stepping over its end lands on the other's next element.
      if let last = sizes.indices.last, stepsA[last] == stepA * size, stepsB[last] == stepB * size {
        sizes[last] *= size
        stepsA[last] = stepA
        stepsB[last] = stepB
      } else {
        sizes.append(size)
        stepsA.append(stepA)
        stepsB.append(stepB)
      }
    }
    if sizes.isEmpty {
      sizes = [1]
      stepsA = [1]
      stepsB = [1]
    }
  }

  /// The steps of `shape`'s elements along the axes of `result`, 0 where it is stretched.
  static func steps(of shape: Shape, in result: Shape) -> [Int] {
    let strides = shape.strides
    let missing = result.rank - shape.rank
    return (0..<result.rank).map { axis in
      axis < missing || shape[axis - missing] == 1 ? 0 : strides[axis - missing]
    }
  }

  /// Runs `loop` over everything; sizes of elements are in bytes.
  func run(
    _ a: UnsafeRawPointer, size sizeA: Int, _ b: UnsafeRawPointer, size sizeB: Int,
    out: UnsafeMutableRawPointer, size sizeOut: Int, _ loop: Loop
  ) -> Int32 {
    let inner = sizes.dropFirst().reduce(1, *)
    return Parallel.run(sizes[0], grain: max(1, Broadcast.grain / max(1, inner))) { range in
      var walk = Walk(plan: self, sizeA: sizeA, sizeB: sizeB, sizeOut: sizeOut)
      walk.descend(
        0, range.count, a + range.lowerBound * stepsA[0] * sizeA, b + range.lowerBound * stepsB[0] * sizeB,
        out + range.lowerBound * inner * sizeOut, loop)
      return walk.found
    }
  }

  /// The walk of one thread.
  private struct Walk {
    let plan: Broadcast
    let sizeA, sizeB, sizeOut: Int
    var scratchA: [UInt64] = []
    var scratchB: [UInt64] = []
    var found: Int32 = 0

    init(plan: Broadcast, sizeA: Int, sizeB: Int, sizeOut: Int) {
      self.plan = plan
      self.sizeA = sizeA
      self.sizeB = sizeB
      self.sizeOut = sizeOut
    }

    mutating func descend(
      _ axis: Int, _ count: Int, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ out: UnsafeMutableRawPointer,
      _ loop: Loop
    ) {
      let stepA = plan.stepsA[axis]
      let stepB = plan.stepsB[axis]
      if axis == plan.sizes.count - 1 {
        found |= loop(a, stepA, b, stepB, out, count)
        return
      }
      let inner = plan.sizes[(axis + 1)...].reduce(1, *)
      if (plan.sizes.last ?? 1) < Broadcast.shortest, inner <= Broadcast.chunk {
        spread(axis, count, inner, a, b, out, loop)
        return
      }
      for index in 0..<count {
        descend(
          axis + 1, plan.sizes[axis + 1], a + index * stepA * sizeA, b + index * stepB * sizeB,
          out + index * inner * sizeOut, loop)
      }
    }

    /// Spreads the operands out, some thousand elements at a time, so that the loop runs over long lines.
    private mutating func spread(
      _ axis: Int, _ count: Int, _ inner: Int, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
      _ out: UnsafeMutableRawPointer, _ loop: Loop
    ) {
      let rows = min(count, max(1, Broadcast.chunk / inner))
      let words = (rows * inner * max(sizeA, sizeB) + 7) / 8
      if scratchA.count < words { scratchA = [UInt64](repeating: 0, count: words) }
      if scratchB.count < words { scratchB = [UInt64](repeating: 0, count: words) }
      let stepsA = Array(plan.stepsA[axis...])
      let stepsB = Array(plan.stepsB[axis...])
      let packed = Walk.packedSteps([rows] + plan.sizes[(axis + 1)...])
      scratchA.withUnsafeMutableBytes { bufferA in
        scratchB.withUnsafeMutableBytes { bufferB in
          guard let roomA = bufferA.baseAddress, let roomB = bufferB.baseAddress else { return }
          for first in stride(from: 0, to: count, by: rows) {
            let sizes = [min(rows, count - first)] + plan.sizes[(axis + 1)...]
            var lineA = a + first * stepsA[0] * sizeA
            var lineB = b + first * stepsB[0] * sizeB
            // What repeats with every row was spread out by the first round and is still there.
            if stepsA != packed {
              if first == 0 || stepsA[0] != 0 {
                StridedCopy.run(sizes, lineA, stepsA, roomA, packed, elementSize: sizeA)
              }
              lineA = UnsafeRawPointer(roomA)
            }
            if stepsB != packed {
              if first == 0 || stepsB[0] != 0 {
                StridedCopy.run(sizes, lineB, stepsB, roomB, packed, elementSize: sizeB)
              }
              lineB = UnsafeRawPointer(roomB)
            }
            found |= loop(lineA, 1, lineB, 1, out + first * inner * sizeOut, sizes[0] * inner)
          }
        }
      }
    }

    private static func packedSteps(_ sizes: [Int]) -> [Int] {
      var steps = sizes
      var step = 1
      for axis in sizes.indices.reversed() {
        steps[axis] = step
        step *= sizes[axis]
      }
      return steps
    }
  }
}

import Base
import Tensors

/// Shapes of boxes that a detector starts from: usual widths and heights.
public enum Anchors {
  /// The usual shapes among many boxes, by k-means with 1 - IoU for a distance.
  ///
  ///     sizes (n, 2): width and height  ->  anchors (count, 2), smallest area first
  ///
  /// ```swift
  /// let (anchors, fit) = try Anchors.clustered(scenes.train.sizes(), count: 5)
  /// anchors.shape     // (5, 2)
  /// fit               // 0.71
  /// ```
  ///
  /// Shapes are compared as if they had the same middle. A Euclidean distance would care most for large
  /// boxes.
  ///
  /// - Parameters:
  ///   - sizes: Widths and heights above 0, in any unit, which is also that of the anchors.
  ///   - count: How many anchors, at most as many as there are boxes.
  ///   - seed: Chooses the first shapes; the same seed gives the same anchors.
  ///   - rounds: How often boxes are assigned anew at most; it ends earlier when nothing changes.
  /// - Returns: float32 anchors, and the mean IoU of each box with its best anchor.
  /// - Throws: A shape error unless `sizes` is (n, 2), a value error for a size that is not above 0 and for
  ///   an unfit count.
  ///
  /// Source: Redmon and Farhadi, "YOLO9000: better, faster, stronger", 2017, section 2.
  public static func clustered(
    _ sizes: Tensor, count: Int, seed: Int = 0, rounds: Int = 300
  ) throws -> (anchors: Tensor, meanIoU: Double) {
    let shapes = try pairs(sizes, "sizes")
    guard (1...max(1, shapes.count)).contains(count), !shapes.isEmpty else {
      throw TensorError(
        .value,
        "Anchors are found for a count from 1 to the number of boxes, but count was \(count) and there "
          + (shapes.count == 1 ? "is 1 box." : "are \(shapes.count) boxes."))
    }
    var random = DrawingRandom(seed: seed, stream: 0xA0C4_0125)
    var anchors = try firstAnchors(shapes, count, &random)
    var assigned = [Int](repeating: -1, count: shapes.count)
    for _ in 0..<max(1, rounds) {
      try Safepoint.poll()
      let before = assigned
      assigned = try best(shapes, anchors)
      if assigned == before { break }
      var sums = [SIMD3<Double>](repeating: SIMD3(), count: count)
      for (shape, anchor) in zip(shapes, assigned) { sums[anchor] += SIMD3(shape, 1) }
      // An anchor that no box is assigned to stays.
      for (index, sum) in sums.enumerated() where sum.z > 0 {
        anchors[index] = SIMD2(sum.x, sum.y) / sum.z
      }
    }
    anchors.sort { $0.x * $0.y < $1.x * $1.y }
    let fit = try zip(shapes, best(shapes, anchors)).reduce(0) { $0 + overlap($1.0, anchors[$1.1]) }
    let values = anchors.flatMap { [Float($0.x), Float($0.y)] }
    return (try Tensor(values, shape: Shape([count, 2])), fit / Double(shapes.count))
  }

  /// How well shapes agree when they have the same middle.
  ///
  ///     sizes (n, 2), anchors (k, 2)  ->  (n, k), float32
  public static func shapeIoU(_ sizes: Tensor, _ anchors: Tensor) throws -> Tensor {
    let (shapes, anchors) = (try pairs(sizes, "sizes"), try pairs(anchors, "anchors"))
    let shape = try Shape([shapes.count, anchors.count])
    let pause = (1 << 20) / max(1, anchors.count) + 1
    return try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<Float>) in
      for (row, shape) in shapes.enumerated() {
        if row % pause == 0 { try Safepoint.poll() }
        for (column, anchor) in anchors.enumerated() {
          result[row * anchors.count + column] = Float(overlap(shape, anchor))
        }
      }
    }
  }

  /// Anchors from the text of a file such as `yolo_anchors.txt`: pairs of width and height between commas.
  ///
  ///     try Anchors.parse("0.57273,0.677385, 1.87446,2.06253")     // (2, 2)
  public static func parse(_ text: String) throws -> Tensor {
    let parts = text.split {
      $0 == "," || $0 == "\n" || $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n"
    }
    var numbers: [Float] = []
    for part in parts {
      guard let number = Float(part), number > 0, number.isFinite else {
        throw TensorError(
          .value, "Anchors are pairs of numbers above 0 between commas, but \"\(part.prefix(20))\" came.")
      }
      numbers.append(number)
    }
    guard !numbers.isEmpty, numbers.count % 2 == 0 else {
      throw TensorError(
        .value,
        "Anchors are pairs of width and height, but \(counted(numbers.count, "number")) came."
      )
    }
    return try Tensor(numbers, shape: Shape([numbers.count / 2, 2]))
  }

  // MARK: Means

  /// Widths and heights, all above 0.
  static func pairs(_ sizes: Tensor, _ name: String) throws -> [SIMD2<Double>] {
    guard sizes.rank == 2, sizes.shape[1] == 2, sizes.dtype != .bool else {
      throw TensorError(
        .shape, "\(name) are (n, 2), a width and a height in each row, but their shape is \(sizes.shape).")
    }
    try MemoryBudget.require(sizes.shape[0], of: 64, for: "\(sizes.shape[0]) shapes of boxes")
    let values = sizes.doubles()
    return try stride(from: 0, to: values.count, by: 2).map { index in
      let pair = SIMD2(values[index], values[index + 1])
      guard pair.x > 0, pair.y > 0, pair.x.isFinite, pair.y.isFinite else {
        throw TensorError(
          .value,
          "\(name) are widths and heights above 0, but row \(index / 2) is (\(pair.x), \(pair.y)).")
      }
      return pair
    }
  }

  static func overlap(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
    let shared = min(a.x, b.x) * min(a.y, b.y)
    return shared / (a.x * a.y + b.x * b.y - shared)
  }

  /// The place of the best anchor for each shape.
  private static func best(_ shapes: [SIMD2<Double>], _ anchors: [SIMD2<Double>]) throws -> [Int] {
    let pause = max(1, (1 << 20) / anchors.count)
    return try shapes.enumerated().map { index, shape in
      if index % pause == 0 { try Safepoint.poll() }
      var best = 0
      var found = -1.0
      for (place, anchor) in anchors.enumerated() {
        let value = overlap(shape, anchor)
        if value > found { (best, found) = (place, value) }
      }
      return best
    }
  }

  /// First shapes far from each other: each is drawn with the square of its distance to those there are.
  private static func firstAnchors(
    _ shapes: [SIMD2<Double>], _ count: Int, _ random: inout DrawingRandom
  ) throws -> [SIMD2<Double>] {
    var anchors = [shapes[random.below(shapes.count)]]
    var distances = [Double](repeating: .infinity, count: shapes.count)
    while anchors.count < count {
      try Safepoint.poll()
      let last = anchors[anchors.count - 1]
      var sum = 0.0
      for (index, shape) in shapes.enumerated() {
        distances[index] = min(distances[index], 1 - overlap(shape, last))
        sum += distances[index] * distances[index]
      }
      var left = Double(random.uniform(0, 1)) * sum
      var chosen = random.below(shapes.count)
      for (index, distance) in distances.enumerated() where distance > 0 {
        left -= distance * distance
        chosen = index
        if left < 0 { break }
      }
      anchors.append(shapes[chosen])
    }
    return anchors
  }
}

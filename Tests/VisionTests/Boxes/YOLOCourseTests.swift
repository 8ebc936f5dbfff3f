import Tensors
import Testing
import Vision

/// The outputs that the course publishes for its exercise on detection, from the same random numbers.
@Suite struct YOLOCourseTests {
  /// TensorFlow 1: every run of a random operation goes on where its last one ended, and operations of one
  /// seed draw the same numbers. The exercise looks at scores, boxes and classes in three runs, and an
  /// operation that a run does not need stays where it is.
  private func draw(_ shape: Shape, run: Int) throws -> Tensor {
    var generator = PhiloxGenerator(seed: 87_654_321, operationSeed: 1)
    for _ in 1..<run { generator.skip(elements: shape.elementCount) }
    return try generator.normal(shape, mean: 1, standardDeviation: 4)
  }

  private func filtered(run: Int) throws -> Detections {
    try Detections(
      boxes: draw([19, 19, 5, 4], run: max(1, run - 1)), confidences: draw([19, 19, 5, 1], run: run),
      classProbabilities: draw([19, 19, 5, 80], run: run), threshold: 0.5)
  }

  @Test func filterBoxesFirstEdition() throws {
    expectNear(try filtered(run: 1).scores.row(2), [10.7506])
    expectNear(try filtered(run: 2).boxes.row(2), [8.42653275, 3.27136683, -0.5313437, -4.94137383])
    #expect(try filtered(run: 3).classes.integers()[2] == 7)
  }

  /// TensorFlow 2: one generator for all operations of a seed.
  private struct Eager {
    var generator = PhiloxGenerator(seed: 10, operationSeed: 1)

    mutating func draw(_ shape: Shape) throws -> Tensor {
      var copy = generator
      generator.skip(elements: shape.elementCount)
      return try copy.normal(shape, mean: 1, standardDeviation: 4)
    }
  }

  @Test func filterBoxesSecondEdition() throws {
    var eager = Eager()
    let confidences = try eager.draw([19, 19, 5, 1])
    let boxes = try eager.draw([19, 19, 5, 4])
    let found = try Detections(
      boxes: boxes, confidences: confidences, classProbabilities: eager.draw([19, 19, 5, 80]), threshold: 0.5)
    #expect(found.count == 1789)
    expectNear(try found.scores.row(2), [9.270486])
    expectNear(try found.boxes.row(2), [4.6399336, 3.2303846, 4.431282, -2.202031])
    #expect(try found.classes.integers()[2] == 8)
  }

  @Test func nonMaxSuppressionFirstEdition() throws {
    func kept(run: Int) throws -> [Int] {
      try nonMaxSuppression(
        draw([54, 4], run: run), scores: draw([54], run: run), iouThreshold: 0.5, maxBoxes: 10
      ).integers()
    }
    #expect(try kept(run: 1).count == 10)
    expectNear(try draw([54], run: 1).row(kept(run: 1)[2]), [6.9384])
    expectNear(
      try draw([54, 4], run: 2).row(kept(run: 2)[2]), [-5.299932, 3.13798141, 4.45036697, 0.95942086])
    expectNear(try draw([54], run: 1).row(kept(run: 3)[2]), [-2.24527])
  }

  @Test func nonMaxSuppressionSecondEdition() throws {
    var eager = Eager()
    let (scores, boxes, classes) = (try eager.draw([54]), try eager.draw([54, 4]), try eager.draw([54]))
    let kept = try nonMaxSuppression(boxes, scores: scores, maxBoxes: 10).integers()
    #expect(kept.count == 10)
    expectNear(try scores.row(kept[2]), [8.147684])
    expectNear(try boxes.row(kept[2]), [6.0797963, 3.743308, 1.3914018, -0.34089637])
    expectNear(try classes.row(kept[2]), [1.7079165])
  }

  @Test func evaluationFirstEdition() throws {
    func evaluated(run: Int) throws -> Detections {
      let (middles, sizes) = (try draw([19, 19, 5, 2], run: run), try draw([19, 19, 5, 2], run: run))
      return try Detections(
        boxes: Boxes.corners(fromCentres: Tensor.concatenate([middles, sizes], axis: -1)),
        confidences: draw([19, 19, 5, 1], run: run), classProbabilities: draw([19, 19, 5, 80], run: run),
        threshold: 0.6
      ).scaled(width: 1280, height: 720).suppressed(maxBoxes: 10, perClass: false)
    }
    expectNear(try evaluated(run: 1).scores.row(2), [138.791])
    // The course has y before x.
    expectNear(
      try Boxes.swapped(evaluated(run: 2).boxes.row(2)), [1292.3297, -278.52167, 3876.9893, -835.56494])
    #expect(try evaluated(run: 3).classes.integers()[2] == 54)
  }
}

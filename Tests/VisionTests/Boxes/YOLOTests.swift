import Networks
import Tensors
import Testing
import Vision

@Suite struct YOLOTests {
  private func objects(_ boxes: [[Double]], _ classes: [Int]) throws -> LabelledBoxes {
    try LabelledBoxes(boxes: Tensor(boxes), classes: Tensor(classes))
  }

  @Test func shapesOfTheCourse() throws {
    #expect(try YOLO(rows: 3, columns: 3, classes: 3).targetShape == [3, 3, 8])
    let two = try Tensor([[1.0, 2], [2, 1]])
    #expect(try YOLO(rows: 3, columns: 3, anchors: two, classes: 3).targetShape == [3, 3, 2, 8])
    let five = try Tensor.ones([5, 2])
    let yolo = try YOLO(rows: 19, columns: 19, anchors: five, classes: 80)
    #expect(yolo.outputChannels == 425)
    #expect(try yolo.targetShape == [19, 19, 5, 85])
    // The practice question: 20 classes and five anchors.
    #expect(try YOLO(rows: 19, columns: 19, anchors: five, classes: 20).outputChannels == 5 * 25)
  }

  @Test func targetsByTheGrid() throws {
    let yolo = try YOLO(rows: 3, columns: 3, classes: 3)
    // The middle at (0.5, 0.8) of the picture; as wide as the picture, and 0.3 high.
    let targets = try yolo.targets(objects([[0, 325, 500, 475]], [1]), width: 500, height: 500)
    #expect(targets.shape == [3, 3, 8])
    expectNear(try targets.slice([.index(2), .index(1)]), [1, 0.5, 0.4, 0.9, 3, 0, 1, 0])
    #expect(targets.doubles().count { $0 != 0 } == 6)
    let back = try yolo.objects(inTargets: targets, width: 500, height: 500)
    expectNear(back.boxes, [0, 325, 500, 475])
    #expect(try back.classes.integers() == [1])
    #expect(back.scores.floats() == [1])
  }

  @Test func targetsByAnchors() throws {
    // A tall and a wide one, as in the lecture; a pedestrian stands before a car.
    let anchors = try Tensor([[0.6, 1.8], [1.8, 0.8]])
    let yolo = try YOLO(rows: 3, columns: 3, anchors: anchors, classes: 3)
    let (car, person) = ([0.2, 0.5, 0.8, 0.8], [0.45, 0.35, 0.6, 0.95])
    let targets = try yolo.targets(objects([car, person], [1, 0]))
    expectNear(try targets.slice([.index(1), .index(1), .index(1)]), [1, 0.5, 0.95, 0.9, 1.8, 0, 1, 0])
    expectNear(try targets.slice([.index(1), .index(1), .index(0)]), [1, 0.575, 0.95, 1.8, 0.45, 1, 0, 0])
    // Two of the same shape in one cell: the second has the other anchor; a third finds none.
    let crowd = try yolo.targets(objects([car, car, car], [0, 1, 2]))
    let cell = try crowd.slice([.index(1), .index(1)])
    #expect(try cell.slice([.all, .index(0)]).floats() == [1, 1])
    expectNear(try cell.slice([.all, .range(lower: 5, upper: 8, step: 1)]), [0, 1, 0, 1, 0, 0])
    // On the far edge a middle belongs to the last cell.
    let corner = try yolo.targets(objects([[0.9, 0.9, 1.1, 1.1]], [2]))
    #expect(try corner.slice([.index(2), .index(2), .all, .index(0)]).floats().contains(1))
    #expect(try yolo.targets([objects([car], [1]), objects([person], [0])]).shape == [2, 3, 3, 2, 8])
    #expect(try yolo.targets([LabelledBoxes]()).shape == [0, 3, 3, 2, 8])
  }

  @Test func decoding() throws {
    let anchors = try Tensor([[1.0, 2], [3, 1]])
    let yolo = try YOLO(rows: 2, columns: 4, anchors: anchors, classes: 2)
    var output = try Tensor.zeros([2, 4, 14])
    // Row 1, column 3, second anchor.
    for (place, value) in zip(7..., [0.5, -1, 0.2, -0.3, 2, 1, 3] as [Double]) {
      try output.setElement(.double(value), at: [1, 3, place])
    }
    let all = try yolo.decoded(output)
    #expect(all.boxes.shape == [2, 4, 2, 4])
    func sigmoid(_ x: Double) throws -> Double { try Tensor([x]).sigmoid().item().doubleValue }
    func power(_ x: Double) throws -> Double { try Tensor([x]).exp().item().doubleValue }
    let (x, y) = (try (3 + sigmoid(0.5)) / 4, try (1 + sigmoid(-1)) / 2)
    let (width, height) = (try 3 * power(0.2) / 4, try power(-0.3) / 2)
    let box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
    expectNear(try all.boxes.slice([.index(1), .index(3), .index(1)]), box)
    let confidence = try sigmoid(2)
    expectNear(try all.confidences.slice([.index(1), .index(3), .index(1)]), [confidence])
    let second = try sigmoid(2)
    expectNear(try all.classProbabilities.slice([.index(1), .index(3), .index(1)]), [1 - second, second])

    let found = try yolo.detections(in: output, threshold: 0.5, width: 400, height: 200)
    #expect(try found.classes.integers() == [1])
    expectNear(found.scores, [confidence * second])
    expectNear(found.boxes, [box[0] * 400, box[1] * 200, box[2] * 400, box[3] * 200])
    let batch = try Tensor.stack([output, Tensor.zeros([2, 4, 14])])
    #expect(try yolo.detections(inBatch: batch, threshold: 0.5).map(\.count) == [1, 0])
    #expect(try yolo.decoded(batch).boxes.shape == [2, 2, 4, 2, 4])
  }

  /// What the loss wants is what decoding turns into the objects.
  @Test func perfectOutputHasNoLoss() throws {
    let anchors = try Tensor([[0.6, 1.8], [1.8, 0.8]])
    let yolo = try YOLO(rows: 3, columns: 3, anchors: anchors, classes: 3)
    let truth = try objects([[0.2, 0.5, 0.8, 0.8], [0.45, 0.35, 0.6, 0.95]], [1, 0])
    let targets = try yolo.targets(truth)
    let wanted = targets.doubles()
    var values = [Double](repeating: 0, count: wanted.count)
    for first in stride(from: 0, to: wanted.count, by: 8) {
      let anchor = first / 8 % 2 == 0 ? (0.6, 1.8) : (1.8, 0.8)
      values[first + 4] = -30
      guard wanted[first] == 1 else { continue }
      func logit(_ p: Double) throws -> Double { try Tensor([p / (1 - p)]).log().item().doubleValue }
      values[first] = try logit(wanted[first + 1])
      values[first + 1] = try logit(wanted[first + 2])
      values[first + 2] = try Tensor([wanted[first + 4] / anchor.0]).log().item().doubleValue
      values[first + 3] = try Tensor([wanted[first + 3] / anchor.1]).log().item().doubleValue
      values[first + 4] = 30
      for label in 0..<3 { values[first + 5 + label] = wanted[first + 5 + label] * 40 }
    }
    let output = try Tensor(values, shape: [1, 3, 3, 16])
    let loss = try yolo.loss(Variable(output), Variable(targets.expandDims(0))).tensor().item().doubleValue
    #expect(loss >= 0 && loss < 1e-9)
    let found = try yolo.detections(in: output.row(0))
    #expect(found.count == 2)
    let best = try iouMatrix(truth.boxes, found.boxes).max(axes: [1])
    #expect(best.doubles().allSatisfy { $0 > 0.999 })
  }

  /// The loss in plain loops.
  private func plainLoss(
    _ output: [Double], _ targets: [Double], anchors: [(Double, Double)], classes: Int, pictures: Int,
    weights: YOLOLossWeights
  ) throws -> Double {
    func function(_ x: Double, _ operation: UnaryOperation) throws -> Double {
      try Tensor([x]).apply(operation).item().doubleValue
    }
    let numbers = 5 + classes
    var sum = 0.0
    for box in 0..<output.count / numbers {
      let (x, t) = (
        Array(output[box * numbers..<(box + 1) * numbers]),
        Array(targets[box * numbers..<(box + 1) * numbers])
      )
      let confidence = try function(x[4], .sigmoid)
      guard t[0] == 1 else {
        sum -= try weights.noObjects * function(1 - confidence, .logarithm)
        continue
      }
      let anchor = anchors[box % anchors.count]
      let errors = [
        try function(x[0], .sigmoid) - t[1], try function(x[1], .sigmoid) - t[2],
        try x[2] - function(t[4] / anchor.0, .logarithm), try x[3] - function(t[3] / anchor.1, .logarithm),
      ]
      sum += weights.coordinates * errors.reduce(0) { $0 + $1 * $1 }
      sum -= try weights.objects * function(confidence, .logarithm)
      let powers = try x[5...].map { try function($0, .exponential) }
      let label = t[5...].firstIndex(of: 1).map { $0 - 5 } ?? 0
      sum -= try weights.classes * function(powers[label] / powers.reduce(0, +), .logarithm)
    }
    return sum / Double(pictures)
  }

  @Test func lossIsTheSumOfItsPartsAndItsGradientIsRight() throws {
    let anchors = [(0.7, 1.5), (2.0, 0.9)]
    let yolo = try YOLO(
      rows: 2, columns: 3, anchors: Tensor(anchors.map { [$0.0, $0.1] }), classes: 3)
    let scenes = [
      try objects([[0.1, 0.1, 0.3, 0.6], [0.5, 0.5, 1, 0.9]], [0, 2]),
      try objects([[0.4, 0.2, 0.9, 0.5]], [1]),
    ]
    let targets = try yolo.targets(scenes).asType(.float64)
    var random = try RandomState(seed: 4)
    let output = try random.randn([2, 2, 3, 16])
    let weights = YOLOLossWeights(coordinates: 3, objects: 1.5, noObjects: 0.25, classes: 2)
    func loss(_ x: Variable) throws -> Variable { try yolo.loss(x, Variable(targets), weights: weights) }

    let value = try loss(Variable(output)).tensor().item().doubleValue
    let expected = try plainLoss(
      output.doubles(), targets.doubles(), anchors: anchors, classes: 3, pictures: 2, weights: weights)
    #expect(abs(value - expected) < 1e-9 * expected)

    let slopes = try gradient(at: output, loss).doubles()
    let step = 1e-5
    for index in slopes.indices {
      var values = output.doubles()
      values[index] += step
      let above = try loss(Variable(Tensor(values, shape: output.shape))).tensor().item().doubleValue
      values[index] -= 2 * step
      let below = try loss(Variable(Tensor(values, shape: output.shape))).tensor().item().doubleValue
      #expect(abs(slopes[index] - (above - below) / (2 * step)) < 1e-7, "\(index)")
    }
  }

  @Test func lossOfLocalisation() throws {
    let targets = try Tensor([[1, 0.5, 0.5, 0.2, 0.4, 0, 1, 0], [0, 9, 9, 9, 9, 9, 9, 9]])
    let answers = try Tensor([[0.8, 0.4, 0.5, 0.2, 0.6, 0.1, 1, 0], [0.3, 1, 2, 3, 4, 5, 6, 7]])
    let loss = try localizationLoss(Variable(answers), Variable(targets)).tensor()
    expectNear(loss, [(0.04 + 0.01 + 0.04 + 0.01 + 0.09) / 2])
    let slopes = try gradient(at: answers) { try localizationLoss($0, Variable(targets)) }
    #expect(try slopes.row(1).doubles().dropFirst().allSatisfy { $0 == 0 })
    #expect(throws: TensorError.self) {
      try localizationLoss(Variable(answers), Variable(targets.row(0)))
    }
  }

  // MARK: What is wrong is said

  @Test func wrongArguments() throws {
    let yolo = try YOLO(rows: 3, columns: 3, anchors: Tensor.ones([2, 2]), classes: 3)
    expectBoxError(.value, "YOLO expects rows of 1 or more, but 0 came.") {
      _ = try YOLO(rows: 0, columns: 3, classes: 3)
    }
    #expect(throws: TensorError.self) { try YOLO(rows: .max, columns: .max, classes: 3) }
    #expect(throws: TensorError.self) { try YOLO(rows: 3, columns: 3, classes: .max) }
    #expect(throws: TensorError.self) {
      try YOLO(rows: 3, columns: 3, anchors: Tensor.zeros([1, 2]), classes: 1)
    }
    #expect(throws: TensorError.self) {
      try YOLO(rows: 3, columns: 3, anchors: Tensor.zeros([0, 2]), classes: 1)
    }
    expectBoxError(.value, "YOLO has 3 classes, counted from 0, but class 3 came.") {
      _ = try yolo.targets(objects([[0, 0, 1, 1]], [3]))
    }
    expectBoxError(
      .value,
      "YOLO expects boxes with an area and with their middle in the picture of 1.0 x 1.0, but box 0 is "
        + "[0.0, 0.0, 0.0, 1.0]."
    ) { _ = try yolo.targets(objects([[0, 0, 0, 1]], [1])) }
    #expect(throws: TensorError.self) { try yolo.targets(objects([[0, 0, .nan, 1]], [1])) }
    #expect(throws: TensorError.self) { try yolo.targets(objects([[0, 0, .infinity, 1]], [1])) }
    #expect(throws: TensorError.self) { try yolo.targets(objects([[3, 3, 4, 4]], [1])) }
    #expect(throws: TensorError.self) { try yolo.targets(objects([[0, 0, 1, 1]], [1]), width: 0) }
    expectBoxError(
      .shape,
      "A detector with 3 x 3 cells, 2 anchors and 3 classes has an output (n, 3, 3, 16), but its shape is "
        + "(3, 3, 15)."
    ) { _ = try yolo.decoded(Tensor.zeros([3, 3, 15])) }
    expectBoxError(
      .shape,
      "Detections are those of one picture, with an output of shape (3, 3, 16), but (2, 3, 3, 16) came."
    ) { _ = try yolo.detections(in: Tensor.zeros([2, 3, 3, 16])) }
    expectBoxError(
      .shape,
      "The output of shape (1, 3, 3, 16) belongs to targets of shape (1, 3, 3, 2, 8), but they are (3, 3, 2, 8)."
    ) { _ = try yolo.loss(Variable(Tensor.zeros([1, 3, 3, 16])), Variable(Tensor.zeros([3, 3, 2, 8]))) }
    expectBoxError(
      .shape,
      "Boxes (..., 4) come with confidences (..., 1) and class probabilities (..., classes), but their shapes are "
        + "(2, 4), (3) and (2, 3)."
    ) {
      _ = try Detections(
        boxes: Tensor.zeros([2, 4]), confidences: Tensor.zeros([3]), classProbabilities: Tensor.zeros([2, 3]))
    }
  }
}

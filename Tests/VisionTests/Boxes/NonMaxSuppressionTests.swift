import Base
import Tensors
import Testing
import Vision

@Suite struct NonMaxSuppressionTests {
  /// How boxes are spread: all that a grid could get wrong.
  enum Spread: CaseIterable {
    case even, crowded, whole, nested, wide, tiny, distant, outliers, odd, sorted
  }

  private func draw(_ count: Int, _ spread: Spread, seed: Int) throws -> RandomBoxes {
    var random = try RandomState(seed: seed)
    func number(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.nextDouble() }
    var result = RandomBoxes()
    for index in 0..<count {
      var (x, y) = (number(0, 1000), number(0, 1000))
      var (width, height) = (number(10, 100), number(10, 100))
      switch spread {
      case .even: break
      case .crowded: (x, y) = (number(0, 50), number(0, 50))
      case .whole:
        // Whole numbers: equal boxes, overlaps that are exactly the threshold.
        (x, y) = (number(0, 12).rounded(), number(0, 12).rounded())
        (width, height) = (number(0, 6).rounded(), number(0, 6).rounded())
      case .nested: (x, y, width, height) = (Double(index), Double(index) / 2, 2000, 1500)
      case .wide: (width, height) = index % 7 == 0 ? (number(0, 1000), 1) : (width / 10, height)
      case .tiny: (x, y, width, height) = (x * 1e-21, y * 1e-21, width * 1e-21, height * 1e-21)
      case .distant: (x, y) = (x + 1e7, y - 3e8)
      case .outliers:
        if index % 10 == 0 { (x, y) = (x * 1e12, -y * 1e15) }
        if index % 25 == 1 { (width, height) = (width * 1e17, height * 1e17) }
      case .odd:
        switch index % 6 {
        case 0: width = 0
        case 1: (width, height) = (-width, -height)
        case 2: width = .infinity
        case 3: (x, width) = (-.infinity, .infinity)
        case 4: (x, y, width, height) = (-3e38, -3e38, 6e38, 6e38)
        default: break
        }
      case .sorted: (x, y) = (Double(index) * 2, 0)
      }
      result.boxes.append(SIMD4(Float(x), Float(y), Float(x + width), Float(y + height)))
      if result.boxes[index] != result.boxes[index] {
        result.boxes[index] = SIMD4(1, 2, -.infinity, .infinity)
      }
      // Many equal scores, among them both zeros.
      let score = spread == .even ? number(0, 1) : number(-4, 9).rounded() / 10
      result.scores.append(Float(score))
    }
    return result
  }

  @Test(arguments: Spread.allCases, [0, 0.05, 0.3, 0.45, 0.5, 0.7, 0.95, 1])
  func agreesWithTheDefinition(spread: Spread, threshold: Double) throws {
    for (count, seed) in [(0, 1), (1, 1), (2, 2), (3, 3), (17, 4), (60, 5), (300, 6), (900, 7)] {
      let random = try draw(count, spread, seed: seed)
      let found = try nonMaxSuppression(
        random.tensor, scores: Tensor(random.scores), iouThreshold: threshold)
      #expect(found.dtype == .int64)
      let expected = naiveSuppression(random.boxes, random.scores, threshold)
      #expect(try found.integers() == expected, "\(count) boxes")
    }
  }

  @Test func manyBoxesAgree() throws {
    let random = try draw(6000, .even, seed: 9)
    let found = try nonMaxSuppression(random.tensor, scores: Tensor(random.scores))
    #expect(try found.integers() == naiveSuppression(random.boxes, random.scores, 0.5))
  }

  @Test func limitsAndClassesAgree() throws {
    for seed in 0..<30 {
      let random = try draw(200, seed % 2 == 0 ? .even : .whole, seed: seed)
      let classes = (0..<200).map { $0 * 7 % 5 - 2 }
      let found = try nonMaxSuppression(
        random.tensor, scores: Tensor(random.scores), iouThreshold: 0.3, scoreThreshold: 0.2,
        maxBoxes: seed, classes: Tensor(classes))
      let expected = naiveSuppression(
        random.boxes, random.scores, 0.3, above: 0.2, classes: classes, most: seed)
      #expect(try found.integers() == expected)
    }
  }

  @Test func equalScoresKeepTheirOrder() throws {
    let boxes = try Tensor([[0, 0, 1, 1], [5, 5, 6, 6], [0, 0, 1, 1], [9, 9, 10, 10]])
    let kept = try nonMaxSuppression(boxes, scores: Tensor([0.0, -0.0, 0.0, 1]))
    #expect(try kept.integers() == [3, 0, 1])
  }

  /// A box is dropped above the threshold, not at it.
  @Test func thresholdItselfIsKept() throws {
    let boxes = try Tensor([[0, 0, 2, 1], [0, 0, 1, 1]])
    #expect(try nonMaxSuppression(boxes, scores: Tensor([2, 1]), iouThreshold: 0.5).integers() == [0, 1])
    #expect(try nonMaxSuppression(boxes, scores: Tensor([2, 1]), iouThreshold: 0.4999).integers() == [0])
    let third = try Tensor([[0, 0, 3, 1], [0, 0, 1, 1]])
    // One third in float32 is above one third in float64.
    #expect(try nonMaxSuppression(third, scores: Tensor([2, 1]), iouThreshold: 1.0 / 3).integers() == [0])
    #expect(
      try nonMaxSuppression(boxes, scores: Tensor([0.5, 0.25]), scoreThreshold: 0.25).integers() == [0])
  }

  /// The practice question: pictures with a probability of at most 0.4 go, then overlaps above 0.5.
  @Test func coursePracticeQuestion() throws {
    let boxes = try Tensor([
      [0, 0, 40, 80], [4, 2, 42, 82], [100, 50, 180, 90], [102, 52, 182, 88], [200, 10, 220, 70],
      [0, 0, 9, 9],
    ])
    let kept = try nonMaxSuppression(
      boxes, scores: Tensor([0.74, 0.46, 0.73, 0.62, 0.98, 0.2]), scoreThreshold: 0.4,
      classes: Tensor([0, 0, 1, 1, 0, 2]))
    #expect(try kept.integers() == [4, 0, 2])
  }

  @Test func interruptEndsIt() throws {
    struct Stop: Error {}
    let random = try draw(4000, .sorted, seed: 1)
    // Every box overlaps every other one a little.
    let boxes = try random.tensor * 0.0001
    #expect(throws: Stop.self) {
      try Safepoint.$check.withValue(Safepoint.Check { throw Stop() }) {
        _ = try nonMaxSuppression(boxes, scores: Tensor(random.scores), iouThreshold: 1)
      }
    }
  }

  // MARK: Soft

  @Test func softLowersScores() throws {
    let boxes = try Tensor([[0, 0, 10, 10], [1, 1, 10, 10], [20, 20, 30, 30]])
    let scores = try Tensor([0.8, 0.9, 0.7], dtype: .float32)
    let gaussian = try softNonMaxSuppression(boxes, scores: scores)
    #expect(try gaussian.kept.integers() == [1, 2, 0])
    expectNear(gaussian.scores, [0.9, 0.7, 0.8 * 0.2692271])
    let linear = try softNonMaxSuppression(boxes, scores: scores, decay: .linear(above: 0.3))
    #expect(try linear.kept.integers() == [1, 2, 0])
    expectNear(linear.scores, [0.9, 0.7, 0.8 * 0.19])
    let apart = try softNonMaxSuppression(boxes, scores: scores, classes: Tensor([0, 1, 0]))
    #expect(try apart.kept.integers() == [1, 0, 2])
    let few = try softNonMaxSuppression(boxes, scores: scores, scoreThreshold: 0.5, maxBoxes: 5)
    #expect(try few.kept.integers() == [1, 2])
    #expect(try softNonMaxSuppression(boxes, scores: scores, maxBoxes: 1).kept.integers() == [1])
  }

  /// With a decay that drops at once, it is the greedy one.
  @Test func softMeetsTheGreedyOne() throws {
    let random = try draw(300, .even, seed: 3)
    let scores = random.scores.map { $0 + 0.5 }
    let soft = try softNonMaxSuppression(
      random.tensor, scores: Tensor(scores), decay: .gaussian(sigma: 1e-6), scoreThreshold: 0.01)
    let hard = try nonMaxSuppression(random.tensor, scores: Tensor(scores), iouThreshold: 0.002)
    #expect(try Set(hard.integers()).isSuperset(of: soft.kept.integers()))
    #expect(soft.kept.elementCount > hard.elementCount * 9 / 10)
  }

  // MARK: What is wrong is said

  @Test func wrongArguments() throws {
    let boxes = try Tensor([[0.0, 0, 1, 1], [0, 0, 1, 1]])
    let scores = try Tensor([1.0, 2])
    expectBoxError(
      .shape, "nonMaxSuppression expects boxes (n, 4), a row x1, y1, x2, y2 for each, but their shape is (4)."
    ) { _ = try nonMaxSuppression(Tensor([0, 0, 1, 1]), scores: scores) }
    expectBoxError(
      .shape,
      "nonMaxSuppression expects one number for each box in scores: there are 2 boxes, and scores has shape (3)."
    ) { _ = try nonMaxSuppression(boxes, scores: Tensor([1, 2, 3])) }
    expectBoxError(.value, "nonMaxSuppression expects an iouThreshold from 0 to 1, but 1.5 came.") {
      _ = try nonMaxSuppression(boxes, scores: scores, iouThreshold: 1.5)
    }
    expectBoxError(.value, "nonMaxSuppression expects an iouThreshold from 0 to 1, but nan came.") {
      _ = try nonMaxSuppression(boxes, scores: scores, iouThreshold: .nan)
    }
    expectBoxError(.value, "nonMaxSuppression expects a scoreThreshold that is a number, but it is NaN.") {
      _ = try nonMaxSuppression(boxes, scores: scores, scoreThreshold: .nan)
    }
    expectBoxError(.value, "nonMaxSuppression expects maxBoxes of 0 or more, but -1 came.") {
      _ = try nonMaxSuppression(boxes, scores: scores, maxBoxes: -1)
    }
    expectBoxError(
      .type, "nonMaxSuppression expects classes that are whole numbers, but they are float32."
    ) { _ = try nonMaxSuppression(boxes, scores: scores, classes: Tensor([1.5, 2], dtype: .float32)) }
    expectBoxError(.value, "nonMaxSuppression expects scores that are numbers, but score 1 is NaN.") {
      _ = try nonMaxSuppression(boxes, scores: Tensor([1, Float.nan]))
    }
    expectBoxError(
      .value, "nonMaxSuppression expects boxes of numbers, but box 1 is (0.0, nan, 1.0, 1.0)."
    ) { _ = try nonMaxSuppression(Tensor([[0, 0, 1, 1], [0, Float.nan, 1, 1]]), scores: scores) }
    expectBoxError(.value, "softNonMaxSuppression expects a sigma above 0, but 0.0 came.") {
      _ = try softNonMaxSuppression(boxes, scores: scores, decay: .gaussian(sigma: 0))
    }
  }
}

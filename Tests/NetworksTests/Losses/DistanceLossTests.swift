import Networks
import Tensors
import Testing

@Suite struct DistanceLossTests {
  let x: Tensor
  let y: Tensor

  init() throws {
    x = try Tensor([[2, -1, 0.5, 3], [0, 1, -2, 4], [1, 1, 1, 1]])
    y = try Tensor([[0.1, 0.2, 0.3, 0.4], [1, 0, 0, 0], [0, 0.5, 0.5, 0]])
  }

  /// The figures are those of PyTorch 2.13.
  @Test func regression() throws {
    for dtype in [DType.float32, .float64] {
      let x = try x.asType(dtype)
      expectValues(
        try meanSquaredError(Variable(x), y).tensor(), [3.029166667], shape: [], dtype, tolerance: 1e-6)
      expectValues(
        try huber(Variable(x), y, delta: 1.5).tensor(), [1.186666667], shape: [], dtype, tolerance: 1e-6)
      expectValues(
        try gradient(at: x) { try huber($0, y, delta: 1.5) },
        [
          0.125, -0.1, 0.016666667, 0.125, -0.083333333, 0.083333333, -0.125, 0.125, 0.083333333, 0.041666667,
          0.041666667, 0.083333333,
        ], shape: [3, 4], dtype, tolerance: 1e-6)
    }
    expectValues(try meanSquaredError(Variable(Tensor([1.0, 2])), Tensor([1, 4])).tensor(), [2])
    expectValues(try huber(Variable(Tensor([0.5, 3])), Tensor([0, 0])).tensor(), [1.3125])
    expectValues(
      try meanSquaredError(Variable(x), y, reduction: .sum).tensor(), [3.029166667 * 12], tolerance: 1e-8)
  }

  @Test func regressionGradients() throws {
    for reduction in LossReduction.allCases {
      try checkGradient(at: x) { try meanSquaredError($0, y, reduction: reduction) }
      try checkGradient(at: y) {
        try meanSquaredError(Variable(x.asType($0.dtype)), $0, reduction: reduction)
      }
      for delta in [0.3, 1.5, 10] {
        try checkGradient(at: x) { try huber($0, y, delta: delta, reduction: reduction) }
        try checkGradient(at: y) { try huber(Variable(x), $0, delta: delta, reduction: reduction) }
      }
    }
  }

  @Test func regressionErrors() throws {
    expectError(
      .shape,
      "meanSquaredError expects targets of the same shape as the predictions: the predictions are (3, 4), "
        + "the targets (4).", suggestion: .some(nil)
    ) { _ = try meanSquaredError(Variable(x), .zeros([4])) }
    expectError(.shape, "huber expects at least one number, but the shape is (0).") {
      _ = try huber(Variable(.zeros([0])), .zeros([0]))
    }
    expectError(.value, "huber expects a delta above 0, but 0.0 came.") {
      _ = try huber(Variable(x), y, delta: 0)
    }
  }

  /// The course's triplets: TensorFlow 1 gives 528.1426.
  @Test func tripletsOfTheCourse() throws {
    func encodings(_ mean: Float, _ deviation: Float) throws -> Tensor {
      var stream = PhiloxGenerator(seed: 1, operationSeed: 1)
      return try stream.normal([3, 128], mean: mean, standardDeviation: deviation)
    }
    let (anchor, positive, negative) = (try encodings(6, 0.1), try encodings(1, 1), try encodings(3, 4))
    let loss = try tripletLoss(Variable(anchor), Variable(positive), Variable(negative))
    expectValues(try loss.tensor(), [528.1426], shape: [], .float32, tolerance: 1e-6)
    let g = try gradient(at: anchor) { try tripletLoss($0, Variable(positive), Variable(negative)) }
    expectValues(
      try Tensor(Array(g.doubles().prefix(4))), [5.691003, 18.32697, 17.682428, 2.1480274], tolerance: 1e-5)
  }

  @Test func triplets() throws {
    let a = try Tensor([[0.0, 0]])
    let p = try Tensor([[1.0, 0]])
    let n = try Tensor([[0.0, 1]])
    expectValues(try tripletLoss(Variable(a), Variable(p), Variable(n)).tensor(), [0.2], tolerance: 1e-15)
    // A negative that is far enough away teaches nothing.
    let far = try Tensor([[0.0, 2]])
    expectValues(try gradient(at: a) { try tripletLoss($0, Variable(p), Variable(far)) }, [0, 0])
    let nan = try tripletLoss(Variable(Tensor([[Double.nan, 0]])), Variable(p), Variable(n))
    expectValues(try nan.tensor(), [.nan])
    let (x, y, z) = (try normal([5, 3]), try normal([5, 3], seed: 2), try normal([5, 3], seed: 3))
    for reduction in LossReduction.allCases {
      for margin in [0.2, 0, 3] {
        try checkGradient(at: x) {
          try tripletLoss($0, Variable(y), Variable(z), margin: margin, reduction: reduction)
        }
        try checkGradient(at: y) {
          try tripletLoss(Variable(x), $0, Variable(z), margin: margin, reduction: reduction)
        }
        try checkGradient(at: z) {
          try tripletLoss(Variable(x), Variable(y), $0, margin: margin, reduction: reduction)
        }
      }
    }
    try checkGradient(at: x) { try tripletLoss($0, $0 * 2, Variable(z), margin: 3) }
    try checkGradient(at: normal([4])) { try tripletLoss($0, $0 * 2, Variable(.zeros([4])), margin: 9) }
    let three = try tripletLoss(Variable(x), Variable(y), Variable(z), margin: 9, reduction: .mean).tensor()
    expectValues(
      try tripletLoss(Variable(x), Variable(y), Variable(z), margin: 9).tensor(),
      try [5 * three.item().doubleValue],
      tolerance: 1e-12)
    expectError(
      .shape,
      "tripletLoss expects encodings (..., features) of one shape: anchors are (5, 3), positives (5, 3), "
        + "negatives (3)."
    ) { _ = try tripletLoss(Variable(x), Variable(y), Variable(.zeros([3]))) }
    expectError(.shape, "tripletLoss expects at least one triplet, but the shape is (0, 3).") {
      let none = Variable(try .zeros([0, 3]))
      _ = try tripletLoss(none, none, none)
    }
    expectError(.value, "tripletLoss expects a margin of 0 or more, but -1.0 came.") {
      _ = try tripletLoss(Variable(x), Variable(y), Variable(z), margin: -1)
    }
  }

  @Test func pairs() throws {
    let a = Variable(try Tensor([[0.0, 0], [0, 0]]))
    let b = Variable(try Tensor([[0.5, 0], [0.5, 0]]))
    expectValues(try contrastiveLoss(a, b, Tensor([true, false])).tensor(), [0.25], tolerance: 1e-15)
    expectValues(
      try contrastiveLoss(a, b, Tensor([1, 0]), reduction: .sum).tensor(), [0.5], tolerance: 1e-15)
    let (x, y) = (try normal([5, 3]), try normal([5, 3], seed: 2))
    let same = try Tensor([true, false, true, false, false])
    for reduction in LossReduction.allCases {
      for margin in [1, 2.5, 10] {
        try checkGradient(at: x) {
          try contrastiveLoss($0, Variable(y), same, margin: margin, reduction: reduction)
        }
        try checkGradient(at: y) {
          try contrastiveLoss(Variable(x), $0, same, margin: margin, reduction: reduction)
        }
      }
    }
    // Encodings in one place have no direction in which to part.
    expectValues(
      try gradient(at: x) { try contrastiveLoss($0, Variable(x), .zeros([5])) },
      [Double](repeating: 0, count: 15))
    expectError(
      .shape,
      "contrastiveLoss expects for each pair of encodings whether they are the same: encodings are (5, 3), "
        + "answers (3)."
    ) { _ = try contrastiveLoss(Variable(x), Variable(y), .zeros([3])) }
    expectError(
      .value,
      "contrastiveLoss expects 1 or true for pairs that are the same and 0 or false for others, but 2.0 came."
    ) { _ = try contrastiveLoss(Variable(x), Variable(y), .full([5], 2)) }
    expectError(
      .shape,
      "contrastiveLoss expects encodings (..., features) of one shape: the first are (5, 3), the second (3)."
    ) { _ = try contrastiveLoss(Variable(x), Variable(.zeros([3])), same) }
  }
}

import Networks
import Tensors
import Testing

/// The figures are those of PyTorch 2.13 in float64.
@Suite struct CrossEntropyTests {
  let scores: Tensor
  let probabilities: Tensor

  init() throws {
    scores = try Tensor([[2, -1, 0.5, 3], [0, 1, -2, 4], [1, 1, 1, 1]])
    probabilities = try Tensor([[0.1, 0.2, 0.3, 0.4], [1, 0, 0, 0], [0, 0.5, 0.5, 0]])
  }

  @Test func classes() throws {
    let labels = try Tensor([0, 3, 2])
    for dtype in [DType.float32, .float64] {
      let tolerance = dtype == .float64 ? 1e-8 : 1e-6
      let scores = try scores.asType(dtype)
      expectValues(
        try crossEntropy(Variable(scores), labels).tensor(), [0.946195994], shape: [], dtype,
        tolerance: tolerance)
      expectValues(
        try gradient(at: scores) { try crossEntropy($0, labels) },
        [
          -0.249816243, 0.004158071, 0.018635182, 0.22702299, 0.005702708, 0.015501566, 0.000771778,
          -0.021976051,
          0.083333333, 0.083333333, -0.25, 0.083333333,
        ], shape: [3, 4], dtype, tolerance: tolerance)
      expectValues(
        try crossEntropy(Variable(scores), labels, labelSmoothing: 0.1).tensor(), [1.083695994],
        tolerance: tolerance)
      expectValues(
        try gradient(at: scores) { try crossEntropy($0, labels, labelSmoothing: 0.1) },
        [
          -0.224816243, -0.004175262, 0.010301848, 0.218689656, -0.002630626, 0.007168233, -0.007561556,
          0.003023949,
          0.075, 0.075, -0.225, 0.075,
        ], tolerance: tolerance)
    }
    expectValues(
      try crossEntropy(Variable(scores), labels.asType(.uint8), reduction: .sum).tensor(), [3 * 0.946195994],
      tolerance: 1e-8)
    expectValues(
      try crossEntropy(Variable(Tensor([[2.0, 1, 0]])), Tensor([0])).tensor(), [0.40760596444438013],
      tolerance: 1e-15)
  }

  @Test func rows() throws {
    expectValues(
      try crossEntropy(Variable(scores), probabilities, labelSmoothing: 0.2).tensor(), [2.461195994],
      tolerance: 1e-8)
    expectValues(
      try gradient(at: scores) { try crossEntropy($0, probabilities, labelSmoothing: 0.2) },
      [
        0.040183757, -0.065841929, -0.078031485, 0.103689656, -0.277630626, -0.0011651, -0.015894889,
        0.294690615,
        0.066666667, -0.066666667, -0.066666667, 0.066666667,
      ], tolerance: 1e-8)
    // One-hot rows are class numbers in another form.
    let oneHot = try Tensor([[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
    expectValues(try crossEntropy(Variable(scores), oneHot).tensor(), [0.946195994], tolerance: 1e-8)
  }

  @Test func gradients() throws {
    let labels = try Tensor([0, 3, 2])
    for smoothing in [0, 0.1, 1] {
      for reduction in LossReduction.allCases {
        for targets in [labels, probabilities, try probabilities * 3] {
          try checkGradient(at: scores) {
            try crossEntropy($0, targets, labelSmoothing: smoothing, reduction: reduction)
          }
        }
      }
    }
    // A picture of labels, and a single row.
    try checkGradient(at: normal([2, 3, 2, 4])) {
      try crossEntropy($0, Tensor([0, 1, 2, 3, 0, 1, 2, 3, 3, 2, 1, 0], shape: [2, 3, 2]))
    }
    try checkGradient(at: normal([4])) { try crossEntropy($0, Tensor(2)) }
  }

  @Test func largeScores() throws {
    let large = try Tensor([[1000, -1000, 0], [-1e30, 0, -1e30]], dtype: .float32)
    expectValues(try crossEntropy(Variable(large), Tensor([0, 1])).tensor(), [0])
    expectValues(try crossEntropy(Variable(large), Tensor([1, 1])).tensor(), [1000], tolerance: 1e-6)
    let barred = try Tensor([[0, -Double.infinity, 0]])
    expectValues(
      try crossEntropy(Variable(barred), Tensor([0])).tensor(), [0.6931471805599453], tolerance: 1e-15)
    expectValues(try gradient(at: barred) { try crossEntropy($0, Tensor([0])) }, [-0.5, 0, 0.5])
    // Where the right class wins by far, the loss is small and still right.
    expectValues(
      try crossEntropy(Variable(Tensor([[30.0, 0]])), Tensor([0])).tensor(), [9.357622968839737e-14],
      tolerance: 1e-25)
  }

  @Test func errors() throws {
    let x = Variable(try Tensor.zeros([64, 10]))
    expectError(
      .shape, "crossEntropy expects one label for each row of the scores: scores are (64, 10), labels (32)."
    ) { _ = try crossEntropy(x, .zeros([32], .int64)) }
    expectError(
      .shape,
      "crossEntropy expects a row of probabilities for each row of the scores: scores are (64, 10), labels "
        + "(64, 1).",
      suggestion: "class numbers without that axis: labels.squeeze([-1])"
    ) { _ = try crossEntropy(x, .zeros([64, 1], .int64)) }
    expectError(
      .type,
      "crossEntropy expects labels that are whole numbers, one class for each row of the scores, but they "
        + "are float32.",
      suggestion: "labels.asType(.int64)"
    ) { _ = try crossEntropy(x, .zeros([64])) }
    expectError(
      .value, "crossEntropy expects labels from 0 to 9, since the scores have 10 classes, but 10 came.",
      suggestion: "classes are counted from 0"
    ) { _ = try crossEntropy(x, .full([64], 10)) }
    expectError(
      .value, "crossEntropy expects labels from 0 to 9, since the scores have 10 classes, but -1 came.",
      suggestion: .some(nil)
    ) { _ = try crossEntropy(x, .full([64], -1)) }
    expectError(.value, "crossEntropy expects a label smoothing from 0 to 1, but 1.5 came.") {
      _ = try crossEntropy(x, .zeros([64], .int64), labelSmoothing: 1.5)
    }
    expectError(
      .shape,
      "crossEntropy expects scores (..., classes), one for each class in the last axis, but their shape is "
        + "(64, 0)."
    ) { _ = try crossEntropy(Variable(.zeros([64, 0])), .zeros([64], .int64)) }
    expectError(
      .shape, "crossEntropy expects at least one row of scores, but their shape is (0, 10)."
    ) { _ = try crossEntropy(Variable(.zeros([0, 10])), .zeros([0], .int64)) }
  }

  @Test func binary() throws {
    for dtype in [DType.float32, .float64] {
      let tolerance = dtype == .float64 ? 1e-8 : 1e-6
      let scores = try scores.asType(dtype)
      expectValues(
        try binaryCrossEntropy(Variable(scores), probabilities).tensor(), [1.293115633], shape: [], dtype,
        tolerance: tolerance)
      expectValues(
        try binaryCrossEntropy(Variable(scores), probabilities, positiveWeight: 3).tensor(), [1.533684306],
        tolerance: tolerance)
      expectValues(
        try gradient(at: scores) { try binaryCrossEntropy($0, probabilities, positiveWeight: 3) },
        [
          0.063079708, -0.018623501, 0.007994577, 0.042886119, -0.125, 0.060921548, 0.009933577, 0.081834483,
          0.060921548, -0.003156904, -0.003156904, 0.060921548,
        ], shape: [3, 4], dtype, tolerance: tolerance)
    }
    for weight in [1, 0, 2.5] {
      for reduction in LossReduction.allCases {
        try checkGradient(at: scores) {
          try binaryCrossEntropy($0, probabilities, positiveWeight: weight, reduction: reduction)
        }
      }
    }
    let large = try Tensor([1000, -1000, .infinity], dtype: .float32)
    expectValues(try binaryCrossEntropy(Variable(large), Tensor([true, false, true])).tensor(), [0])
    expectValues(try gradient(at: large) { try binaryCrossEntropy($0, Tensor([1, 0, 1])) }, [0, 0, 0])
    expectValues(try binaryCrossEntropy(Variable(Tensor([1000.0])), Tensor([0])).tensor(), [1000])
  }

  @Test func binaryErrors() throws {
    let x = Variable(try Tensor.zeros([4, 1]))
    expectError(
      .shape,
      "binaryCrossEntropy expects targets of the same shape as the scores: the scores are (4, 1), the "
        + "targets (4).",
      suggestion: "targets.reshape([4, 1]) has that shape"
    ) { _ = try binaryCrossEntropy(x, .zeros([4])) }
    expectError(.value, "binaryCrossEntropy expects targets from 0 to 1, but 2.0 came.") {
      _ = try binaryCrossEntropy(x, .full([4, 1], 2))
    }
    expectError(.value, "binaryCrossEntropy expects a positive weight of 0 or more, but -1.0 came.") {
      _ = try binaryCrossEntropy(x, .zeros([4, 1]), positiveWeight: -1)
    }
  }
}

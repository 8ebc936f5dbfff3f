import Networks
import Tensors
import Testing

@Suite struct RegionPoolingTests {
  /// Two feature maps of 5 x 6 elements and 2 channels.
  private func features() throws -> Tensor {
    try Tensor((0..<120).map { Double($0 * 7 % 23) / 2 }, shape: [2, 5, 6, 2])
  }

  private func boxes() throws -> Tensor {
    try Tensor([[0, 0.2, 0.6, 3.7, 4.9], [1, 2.1, -1.5, 6.4, 3.2], [1, 1, 2, 1, 2]])
  }

  private let size = Pair(height: 2, width: 3)

  /// The figures are those of the formulas that torchvision's `roi_pool` computes, in plain loops.
  @Test func largest() throws {
    let boxes = try Tensor.concatenate([boxes(), Tensor([[0, 7, 7, 9, 9]], dtype: .float64)])
    for dtype in [DType.float32, .float64] {
      let result = try Variable(features().asType(dtype)).roiPool(boxes, size: size).tensor()
      expectValues(
        result,
        [
          10.5, 10.5, 10, 9.5, 8.5, 8.5, 10.5, 10, 9.5, 9.5, 8.5, 11, 0, 0, 10, 10, 9, 8.5, 0, 0, 10, 9, 8,
          4.5,
          1.5, 5, 1.5, 5, 1.5, 5, 1.5, 5, 1.5, 5, 1.5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ], shape: [4, 2, 3, 2], dtype)
    }
    let map = Variable(try Tensor.range(to: 16).reshape([1, 4, 4, 1]).asType(.float32))
    expectValues(
      try map.roiPool(Tensor([[0, 0, 3, 3]]), size: 2).tensor(), [5, 7, 13, 15], shape: [1, 2, 2, 1])
    let negative = Variable(try Tensor.full([1, 2, 2, 1], -3.0))
    expectValues(try negative.roiPool(Tensor([[0, 0, 1, 1]]), size: 1).tensor(), [-3])
  }

  /// The figures are those of torchvision 0.29's `roi_align(aligned=True)` written in Python, in float64,
  /// with the rule of the compiled one added that points outside the feature map count as 0.
  @Test func aligned() throws {
    let two = [
      4.800260417, 7.688125, 6.773710938, 4.610559896, 4.307382812, 5.952708333, 7.682773437,
      5.787955729, 4.873541667, 6.274492187, 5.808398437, 3.664414063, 2.5109375, 3.65, 5.325494792,
      6.084361979, 5.685520833, 4.716992187, 2.5, 0.5, 4.165625, 2.297916667, 1.573958333, 2.4375, 5.75,
      6.375, 5.75, 6.375, 5.75, 6.375, 5.75, 6.375, 5.75, 6.375, 5.75, 6.375,
    ]
    for dtype in [DType.float32, .float64] {
      let result = try Variable(features().asType(dtype)).roiAlign(boxes(), size: size).tensor()
      expectValues(result, two, shape: [3, 2, 3, 2], dtype, tolerance: dtype == .float64 ? 1e-8 : 1e-6)
    }
    let three = [
      4.945396091, 7.53586677, 6.4694393, 4.894709362, 4.787680041, 5.623335905, 7.504405864,
      5.989483025, 5.040717593, 5.968479938, 5.546442901, 3.912260802, 1.76712963, 2.380092593,
      5.472273663, 5.983693416, 5.628641975, 4.68587963, 2.222222222, 0.444444444, 5.444444444,
      3.234567901, 2.038271605, 3.25, 5.75, 6.375, 5.75, 6.375, 5.75, 6.375, 5.75, 6.375, 5.75, 6.375,
      5.75, 6.375,
    ]
    let result = try Variable(features()).roiAlign(boxes(), size: size, samples: 3).tensor()
    expectValues(result, three, tolerance: 1e-8)
    let map = Variable(try Tensor.range(to: 16).reshape([1, 4, 4, 1]).asType(.float32))
    expectValues(try map.roiAlign(Tensor([[0, 0, 4, 4]]), size: 2).tensor(), [2.5, 4.5, 10.5, 12.5])
    expectValues(try map.roiAlign(Tensor([[9, 9, 12, 12]]), size: 1).tensor(), [0])
  }

  @Test func alignedGradientAsInTorchvision() throws {
    let weights = Variable(try Tensor.range(to: 36, dtype: .float64).reshape([3, 2, 3, 2]))
    let found = try gradient(at: features()) { x in try (x.roiAlign(boxes(), size: size) * weights).sum() }
    let expected = [
      0, 0.116796875, 0.04671875, 0.346796875, 0.5534375, 0.867890625, 0.84453125, 1.12125, 1.106875,
      1.38359375,
      0.0359375, 0.044921875, 0.09140625, 0.258984375, 0.301875, 0.732421875, 1.04015625, 1.491328125,
      1.42828125,
      1.8253125, 1.8046875, 2.20171875, 0.05859375, 0.071484375, 0.9140625, 1.068098958, 2.410052083,
      2.805807292,
      3.190833333, 3.605546875, 3.279427083, 3.644375, 3.625416667, 3.990364583, 0.117708333, 0.129557292,
      0.61953125,
      0.722786458, 1.633020833, 1.898307292, 2.157239583, 2.435234375, 2.214427083, 2.4590625, 2.446354167,
      2.690989583, 0.079427083, 0.087369792,
    ]
    let first = Array(found.doubles().prefix(60))
    expectValues(try Tensor(first), expected + [Double](repeating: 0, count: 12), tolerance: 1e-8)
  }

  @Test func gradients() throws {
    let x = try normal([2, 5, 6, 2])
    for size: Pair in [1, 2, size, 7] {
      try checkGradient(at: x) { try $0.roiPool(boxes(), size: size) }
      for samples in 1...3 {
        try checkGradient(at: x) { try $0.roiAlign(boxes(), size: size, samples: samples) }
      }
    }
    // A single picture needs no number; boxes that overlap share elements.
    let overlapping = try Tensor([[0, 0, 3, 3], [1, 1, 4, 4], [1, 1, 4, 4]])
    try checkGradient(at: normal([1, 5, 5, 1])) { try $0.roiPool(overlapping, size: 2) }
    try checkGradient(at: normal([1, 5, 5, 1])) { try $0.roiAlign(overlapping, size: 2) }
  }

  @Test func nothing() throws {
    let x = Variable(try features())
    #expect(try x.roiPool(.zeros([0, 5]), size: 7).tensor().shape == [0, 7, 7, 2])
    #expect(try x.roiAlign(.zeros([0, 5]), size: 7).tensor().shape == [0, 7, 7, 2])
    expectValues(
      try gradient(at: features()) { try $0.roiPool(.zeros([0, 5]), size: 7).sum() },
      [Double](repeating: 0, count: 120))
  }

  @Test func shapeErrors() throws {
    let x = Variable(try features())
    expectError(
      .shape,
      "roiPool expects feature maps (batch, height, width, channels), but a tensor of shape (5, 6, 2) came.",
      suggestion: "a single one becomes a batch with expandDims(0)"
    ) { _ = try Variable(.zeros([5, 6, 2])).roiPool(boxes(), size: 2) }
    expectError(
      .shape,
      "roiAlign expects boxes (k, 5) with rows n, y1, x1, y2, x2, where n is the picture's number among the "
        + "2 of the batch, but a tensor of shape (3, 4) came."
    ) { _ = try x.roiAlign(.zeros([3, 4]), size: 2) }
    expectError(
      .shape,
      "roiPool expects boxes (k, 4) with rows y1, x1, y2, x2, or (k, 5) with the picture's number before "
        + "them, but a tensor of shape (4) came."
    ) { _ = try Variable(.zeros([1, 5, 6, 2])).roiPool(.zeros([4]), size: 2) }
  }

  @Test func valueErrors() throws {
    let x = Variable(try features())
    expectError(
      .value,
      "roiPool expects boxes with rows y1, x1, y2, x2, where y1 <= y2 and x1 <= x2, but box 1 is (3.0, 0.0, "
        + "2.0, 5.0)."
    ) { _ = try x.roiPool(Tensor([[0, 0, 0, 1, 1], [0, 3, 0, 2, 5]]), size: 2) }
    for wrong in [Double.nan, .infinity, 1e300] {
      #expect(throws: TensorError.self) { try x.roiPool(Tensor([[0, 0, 0, 1, wrong]]), size: 2) }
      #expect(throws: TensorError.self) { try x.roiAlign(Tensor([[wrong, 0, 0, 1, 1]]), size: 2) }
    }
    expectError(
      .index,
      "roiAlign expects the number of a picture, from 0 to 1, at the beginning of each box, but that of box "
        + "0 is 2.0."
    ) { _ = try x.roiAlign(Tensor([[2, 0, 0, 1, 1]]), size: 2) }
    expectError(.value, "roiPool expects a size from 1 to 10000 cells in each direction, but (0, 2) came.") {
      _ = try x.roiPool(boxes(), size: Pair(height: 0, width: 2))
    }
    expectError(.value, "roiAlign expects from 1 to 64 samples in each direction of a cell, but 0 came.") {
      _ = try x.roiAlign(boxes(), size: 2, samples: 0)
    }
  }
}

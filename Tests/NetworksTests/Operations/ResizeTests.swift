import Networks
import Tensors
import Testing

/// The figures are those of TensorFlow 2.21: `tf.image.resize`, and `resize_bilinear` for aligned corners.
@Suite struct ResizeTests {
  let x: Tensor

  init() throws {
    x = try Tensor([[3, 1, 4, 1], [5, 9, 2, 6], [5, 3, 5, 8]], dtype: .float32)
  }

  private func expect(
    _ height: Int, _ width: Int, _ method: ResizeMethod, alignCorners: Bool = false, _ values: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for dtype in [DType.float32, .float64] {
      let result = try Variable(x.asType(dtype)).resize(
        height: height, width: width, method: method, alignCorners: alignCorners)
      expectValues(
        try result.tensor(), values, shape: [height, width], dtype, tolerance: 1e-6,
        sourceLocation: sourceLocation)
    }
  }

  @Test func nearest() throws {
    try expect(2, 3, .nearest, [3, 4, 1, 5, 5, 8])
    try expect(5, 2, .nearest, [1, 1, 1, 1, 9, 6, 3, 8, 3, 8])
    try expect(
      6, 8, .nearest,
      [
        3, 3, 1, 1, 4, 4, 1, 1, 3, 3, 1, 1, 4, 4, 1, 1, 5, 5, 9, 9, 2, 2, 6, 6, 5, 5, 9, 9, 2, 2, 6, 6, 5, 5,
        3, 3,
        5, 5, 8, 8, 5, 5, 3, 3, 5, 5, 8, 8,
      ])
  }

  /// Where the middle of an element falls onto a border, both sides are as near; here too TensorFlow is
  /// followed.
  @Test func nearestOnBorders() throws {
    let long = Variable(try Tensor.range(to: 26).reshape([26, 1]))
    expectValues(
      try long.resize(height: 11, width: 1, method: .nearest).tensor(),
      [1, 3, 5, 8, 10, 12, 15, 17, 20, 22, 24], shape: [11, 1], .int64)
  }

  @Test func bilinear() throws {
    try expect(2, 3, .bilinear, [3.4166666, 3.25, 2.4583333, 4.9166666, 4.375, 6.9583333])
    try expect(5, 2, .bilinear, [2, 2.5, 4, 3.1, 7, 4, 5.2, 5.5, 4, 6.5])
    try expect(
      6, 8, .bilinear,
      [
        3, 2.5, 1.5, 1.75, 3.25, 3.25, 1.75, 1, 3.5, 3.375, 3.125, 3.125, 3.375, 3.1875, 2.5625, 2.25, 4.5,
        5.125,
        6.375, 5.875, 3.625, 3.0625, 4.1875, 4.75, 5, 5.625, 6.875, 6.3125, 3.9375, 3.6875, 5.5625, 6.5, 5,
        4.875,
        4.625, 4.4375, 4.3125, 5.0625, 6.6875, 7.5, 5, 4.5, 3.5, 3.5, 4.5, 5.75, 7.25, 8,
      ])
  }

  @Test func alignedCorners() throws {
    try expect(
      5, 7, .bilinear, alignCorners: true,
      [
        3, 2, 1, 2.5, 4, 2.5, 1, 4, 4.5, 5, 4, 3, 3.25, 3.5, 5, 7, 9, 5.5, 2, 4, 6, 5, 5.5, 6, 4.75, 3.5,
        5.25, 7,
        5, 4, 3, 4, 5, 6.5, 8,
      ])
    try expect(1, 2, .bilinear, alignCorners: true, [3, 1])
  }

  @Test func bicubic() throws {
    try expect(
      6, 8, .bicubic,
      [
        3.0467134, 2.2584803, 0.5873374, 0.98966, 3.5829506, 3.6423442, 1.3303994, 0.2396195, 3.4439678,
        3.221216,
        2.7490389, 2.8208261, 3.4697766, 3.2517414, 2.237999, 1.7595537, 4.2851377, 5.2608795, 7.3298178,
        6.7012172, 3.2296042, 2.4229944, 4.1593027, 4.9779983, 4.8652906, 5.8473845, 7.9298997, 7.1816559,
        3.4562266, 3.078434, 5.853179, 7.1621022, 5.1082015, 4.9036708, 4.4704409, 4.1990194, 4.1198678,
        5.1319442, 7.097075, 8.0249033, 5.2231841, 4.4587812, 2.8385723, 2.7920499, 4.4331341, 6.1012578,
        7.6850586, 8.4333925,
      ])
  }

  /// TensorFlow reads bicubic weights from a table of 1024 steps, which is seen where steps do not fit.
  @Test func bicubicBetweenSteps() throws {
    let odd = try Variable(x).resize(height: 2, width: 3, method: .bicubic).tensor()
    expectValues(
      odd, [3.2863693, 3.1596715, 2.1032045, 4.9597383, 4.0958028, 7.3494167], tolerance: 1e-3)
    let tall = try Variable(x).resize(height: 5, width: 2, method: .bicubic).tensor()
    expectValues(
      tall,
      [
        1.4736264, 2.5038245, 3.9332879, 2.8462453, 7.2941179, 3.7058825, 5.3613634, 5.7023973, 3.6879435,
        6.9324589,
      ], tolerance: 1e-3)
  }

  @Test func gradientsAsInTensorFlow() throws {
    let weights = Variable(try Tensor.range(to: 30, dtype: .float32).reshape([5, 6]))
    let bilinear = try gradient(at: x) { x in try (x.resize(height: 5, width: 6) * weights).sum() }
    expectValues(
      bilinear,
      [
        6.2, 9.6666641, 13.1333351, 16.6, 33.3, 37.2, 41.1, 45, 53, 56.4666667, 59.9333333, 63.4,
      ], shape: [3, 4], .float32, tolerance: 1e-6)
  }

  @Test func gradients() throws {
    for shape: Shape in [[3, 4], [3, 4, 2], [2, 3, 4, 2]] {
      let x = try normal(shape)
      for (height, width) in [(3, 4), (5, 7), (2, 3), (6, 2), (1, 9), (7, 1)] {
        for method in ResizeMethod.allCases {
          try checkGradient(at: x) { try $0.resize(height: height, width: width, method: method) }
        }
        try checkGradient(at: x) { try $0.resize(height: height, width: width, alignCorners: true) }
      }
    }
  }

  @Test func shapesAndTypes() throws {
    let batch = try normal([2, 3, 4, 5])
    let resized = try Variable(batch).resize(height: 6, width: 2, method: .bicubic).tensor()
    for picture in 0..<2 {
      for channel in 0..<5 {
        let part = try batch.slice([.index(picture), .ellipsis, .index(channel)])
        let alone = try Variable(part).resize(height: 6, width: 2, method: .bicubic).tensor()
        let there = try resized.slice([.index(picture), .ellipsis, .index(channel)])
        expectValues(there, alone.doubles(), shape: [6, 2], .float64, tolerance: 1e-12)
      }
    }
    // The same size gives the very same numbers.
    for method in ResizeMethod.allCases {
      let same = try Variable(batch).resize(height: 3, width: 4, method: method).tensor()
      #expect(same.doubles() == batch.doubles())
    }
    let bytes = try Tensor([[0, 255]], dtype: .uint8)
    let near = try Variable(bytes).resize(height: 2, width: 4, method: .nearest).tensor()
    expectValues(near, [0, 0, 255, 255, 0, 0, 255, 255], shape: [2, 4], .uint8)
    expectValues(try Variable(bytes).resize(height: 1, width: 4).tensor(), [0, 63.75, 191.25, 255], .float32)
    let none = try Variable(.zeros([0, 3, 4, 1])).resize(height: 5, width: 5)
    #expect(try none.tensor().shape == [0, 5, 5, 1])
    let infinite = try Variable(Tensor([[Double.infinity, 1]])).resize(height: 1, width: 4, method: .nearest)
    expectValues(try infinite.tensor(), [.infinity, .infinity, 1, 1])
  }

  @Test func errors() throws {
    expectError(
      .shape,
      "resize expects a picture (height, width) or (height, width, channels), or a batch of pictures (batch, "
        + "height, width, channels), but a tensor of shape (3) came."
    ) { _ = try Variable(.zeros([3])).resize(height: 2, width: 2) }
    expectError(.shape, "resize expects a picture with rows and columns, but the shape is (0, 3).") {
      _ = try Variable(.zeros([0, 3])).resize(height: 2, width: 2)
    }
    expectError(.value, "resize expects a height and a width of 1 or more, but 2 and 0 came.") {
      _ = try Variable(x).resize(height: 2, width: 0)
    }
    expectError(
      .value, "resize can align corners with the method bilinear only, but the method is bicubic."
    ) { _ = try Variable(x).resize(height: 2, width: 2, method: .bicubic, alignCorners: true) }
    #expect(throws: (any Error).self) { _ = try Variable(x).resize(height: Int.max, width: 1) }
    #expect(throws: (any Error).self) { _ = try Variable(x).resize(height: Int.max, width: Int.max) }
    #expect(throws: (any Error).self) { _ = try Variable(x).resize(height: 1 << 40, width: 1) }
  }
}

import Tensors
import Testing

/// Figures that the course prints.
@Suite struct CourseTests {
  private let six = [
    [3, 0, 1, 2, 7, 4], [1, 5, 8, 9, 3, 1], [2, 7, 2, 5, 1, 3], [0, 1, 3, 1, 7, 8], [4, 2, 1, 6, 2, 8],
    [2, 4, 5, 2, 3, 9],
  ]
  private let vertical = [[1, 0, -1], [1, 0, -1], [1, 0, -1]]

  @Test(arguments: DType.allCases.filter { $0 != .bool && $0 != .uint8 })
  func edges(_ type: DType) throws {
    let filter = try Tensor(vertical, dtype: type)
    expectValues(
      try Tensor(six, dtype: type).conv2d(filter),
      [-5, -4, 0, 8, -10, -2, 2, 3, 0, -2, -4, -7, -3, -2, -3, -16],
      shape: [4, 4], type)
    let bright = try Tensor([[Int]](repeating: [10, 10, 10, 0, 0, 0], count: 6), dtype: type)
    expectValues(try bright.conv2d(filter), [0, 30, 30, 0, 0, 30, 30, 0, 0, 30, 30, 0, 0, 30, 30, 0])
    expectValues(
      try bright.flip([1]).conv2d(filter), [0, -30, -30, 0, 0, -30, -30, 0, 0, -30, -30, 0, 0, -30, -30, 0])
    let top = [[Int]](repeating: [10, 10, 10, 0, 0, 0], count: 3)
    let checker = try Tensor(top + top.map { $0.reversed() }, dtype: type)
    expectValues(
      try checker.conv2d(filter.transposed()), [0, 0, 0, 0, 30, 10, -10, -30, 30, 10, -10, -30, 0, 0, 0, 0])
  }

  @Test func stride() throws {
    let x = try Tensor([
      [2, 3, 7, 4, 6, 2, 9], [6, 6, 9, 8, 7, 4, 3], [3, 4, 8, 3, 8, 9, 7], [7, 8, 3, 6, 6, 3, 4],
      [4, 2, 1, 8, 3, 4, 6], [3, 2, 4, 1, 9, 8, 3], [0, 1, 3, 9, 2, 1, 4],
    ])
    let filter = try Tensor([[3, 4, 4], [1, 0, 2], [-1, 0, 3]])
    expectValues(try x.conv2d(filter, stride: 2), [91, 100, 88, 69, 91, 117, 44, 72, 74], shape: [3, 3])
  }

  @Test func volumes() throws {
    let x = try sample([6, 6, 3])
    #expect(try x.conv2d(sample([3, 3, 3])).shape == [4, 4, 1])
    #expect(try x.conv2d(sample([3, 3, 3, 10])).shape == [4, 4, 10])
    // 39 -> 37 -> 17 -> 7, and 7 x 7 x 40 = 1960
    let a = try sample([39, 39, 3]).conv2d(sample([3, 3, 3, 10]))
    let b = try a.conv2d(sample([5, 5, 10, 20]), stride: 2)
    let c = try b.conv2d(sample([5, 5, 20, 40]), stride: 2)
    #expect([a, b, c].map(\.shape) == [[37, 37, 10], [17, 17, 20], [7, 7, 40]])
    #expect(c.elementCount == 1960)
  }

  @Test func pooling() throws {
    expectValues(
      try Tensor([[1, 3, 2, 1], [2, 9, 1, 1], [1, 3, 2, 3], [5, 6, 1, 2]]).maxPool2d(2), [9, 2, 6, 3],
      shape: [2, 2], .int64)
    expectValues(
      try Tensor([[1, 3, 2, 1], [2, 9, 1, 1], [1, 4, 2, 3], [5, 6, 1, 2]]).averagePool2d(2),
      [3.75, 1.25, 4, 2],
      shape: [2, 2], .float32)
    #expect(try sample([4, 4, 10]).maxPool2d(2).shape == [2, 2, 10])
    #expect(try sample([7, 7, 1000]).globalAveragePool2d().shape == [1, 1, 1000])
  }

  // MARK: Convolutional model, step by step

  @Test func zeroPad() throws {
    var random = try RandomState(seed: 1)
    let x = try random.randn([4, 3, 3, 2])
    expectValues(
      try x.slice([.index(1), .index(1)]),
      [0.90085595, -0.68372786, -0.12289023, -0.93576943, -0.26788808, 0.53035547], tolerance: 1e-8)
    let padded = try x.pad([(0, 0), (2, 2), (2, 2), (0, 0)])
    #expect(padded.shape == [4, 7, 7, 2])
    expectValues(try padded.slice([.index(1), .index(1)]).sum(), [0])
    #expect(
      try padded.slice([
        .ellipsis, .range(lower: 2, upper: 5, step: 1), .range(lower: 2, upper: 5, step: 1),
        .range(lower: nil, upper: nil, step: 1),
      ]).isEqual(to: x))
  }

  @Test func singleStep() throws {
    var random = try RandomState(seed: 1)
    let (a, w) = (try random.randn([4, 4, 3]), try random.randn([4, 4, 3]))
    let b = try random.randn([1, 1, 1])
    expectValues(try (a * w).sum() + b.flatten(), [-6.999089450680221], tolerance: 1e-14)
    expectValues(try a.conv2d(w, bias: b), [-6.999089450680221], shape: [1, 1, 1], tolerance: 1e-14)
  }

  @Test func convForward() throws {
    var random = try RandomState(seed: 1)
    let x = try random.randn([10, 4, 4, 3])
    let w = try random.randn([2, 2, 3, 8])
    let b = try random.randn([1, 1, 1, 8])
    let z = try x.conv2d(w, bias: b, stride: 2, padding: .amount(2))
    #expect(z.shape == [10, 4, 4, 8])
    expectValues(try z.mean(), [0.0489952035289], tolerance: 1e-12)
    expectValues(
      try z.slice([.index(3), .index(2), .index(1)]),
      [-0.61490741, -6.7439236, -2.55153897, 1.75698377, 3.56208902, 0.53036437, 5.18531798, 8.75898442],
      tolerance: 1e-8)

    random = try RandomState(seed: 1)
    let x2 = try random.randn([10, 5, 7, 4])
    let w2 = try random.randn([3, 3, 4, 8])
    let b2 = try random.randn([1, 1, 1, 8])
    let z2 = try x2.conv2d(w2, bias: b2, stride: 2, padding: .amount(1))
    #expect(z2.shape == [10, 3, 4, 8])
    expectValues(try z2.mean(), [0.692360880758], tolerance: 1e-12)
    expectValues(
      try z2.slice([.index(3), .index(2), .index(1)]),
      [-1.28912231, 2.27650251, 6.61941931, 0.95527176, 8.25132576, 2.31329639, 13.00689405, 2.34576051],
      tolerance: 1e-8)
  }

  @Test func poolForward() throws {
    var random = try RandomState(seed: 1)
    let first = try random.randn([2, 4, 4, 3])
    expectValues(
      try first.maxPool2d(4, stride: 1),
      [1.74481176, 1.6924546, 2.10025514, 1.19891788, 1.51981682, 2.18557541],
      shape: [2, 1, 1, 3], tolerance: 1e-8)
    expectValues(
      try first.averagePool2d(4, stride: 1),
      [-0.09498456, 0.11180064, -0.14263511, -0.09525108, 0.28325018, 0.33035185], tolerance: 1e-7)

    random = try RandomState(seed: 1)
    let second = try random.randn([2, 5, 5, 3])
    expectValues(
      try second.maxPool2d(3, stride: 1).slice([.index(1), .index(1)]),
      [
        1.96710175, 0.84616065, 1.27375593, 1.96710175, 0.84616065, 1.23616403, 1.62765075, 1.12141771,
        1.2245077,
      ],
      tolerance: 1e-8)
    expectValues(
      try second.averagePool2d(3, stride: 1).slice([.index(1), .index(1)]),
      [
        0.44497696, -0.00261695, -0.31040307, 0.50811474, -0.23493734, -0.23961183, 0.11872677, 0.17255229,
        -0.22112197,
      ],
      tolerance: 1e-8)
  }

  @Test func maskAndDistribution() throws {
    var random = try RandomState(seed: 1)
    let x = try random.randn([2, 3])
    expectValues(try x .== x.max(), [1, 0, 0, 0, 0, 0])
    expectValues(try Tensor.full([2, 2], 2.0) / 4, [0.5, 0.5, 0.5, 0.5])
  }

  // MARK: TensorFlow's generator

  /// The triplet loss of three (3, 128) normals, global and operation seed 1.
  @Test func tripletLoss() throws {
    func normal(_ mean: Float, _ deviation: Float) throws -> Tensor {
      var stream = PhiloxGenerator(seed: 1, operationSeed: 1)
      return try stream.normal([3, 128], mean: mean, standardDeviation: deviation)
    }
    let (anchor, positive, negative) = (try normal(6, 0.1), try normal(1, 1), try normal(3, 4))
    let near = try (anchor - positive).square().sum(axes: [1])
    let far = try (anchor - negative).square().sum(axes: [1])
    let loss = try (near - far + 0.2).relu().sum()
    expectValues(loss, [528.143], tolerance: 1e-6)
  }

  /// The Gram matrix of a (3, 2) normal: graph seed 1, third operation of the graph.
  @Test func gramMatrix() throws {
    var stream = PhiloxGenerator(seed: 1, operationSeed: 3)
    let a = try stream.normal([3, 2], mean: 1, standardDeviation: 4)
    expectValues(
      try a.matmul(a.transposed()),
      [
        6.42230511, -4.42912197, -2.09668207, -4.42912197, 19.46583748, 19.56387138, -2.09668207, 19.56387138,
        20.6864624,
      ],
      tolerance: 2e-6)
  }
}

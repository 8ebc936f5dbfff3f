import Base
import Networks
import Tensors
import Testing

/// Convolution and pooling along sequences and through volumes.
@Suite("One and three dimensions") struct WindowTests {
  static let convolutions: [WindowReference] = {
    var list: [WindowReference] = []
    let shapes = [
      WindowReference(batch: 2, sizes: [9], channels: 3, window: [3], outputs: 4),
      .init(batch: 1, sizes: [8], channels: 1, window: [1], outputs: 1),
      .init(batch: 3, sizes: [7], channels: 1, window: [2], outputs: 5),
      .init(batch: 1, sizes: [12], channels: 5, window: [5], outputs: 1),
      .init(batch: 2, sizes: [10], channels: 4, window: [3], outputs: 6, groups: 2),
      .init(batch: 2, sizes: [10], channels: 3, window: [4], outputs: 3, groups: 3),
      .init(batch: 2, sizes: [4, 5, 6], channels: 2, window: [3, 2, 3], outputs: 3),
      .init(batch: 1, sizes: [5, 5, 5], channels: 1, window: [3, 3, 3], outputs: 1),
      .init(batch: 1, sizes: [6, 3, 4], channels: 3, window: [1, 3, 1], outputs: 2),
      .init(batch: 2, sizes: [5, 6, 3], channels: 4, window: [3, 1, 3], outputs: 6, groups: 2),
      .init(batch: 1, sizes: [5, 4, 6], channels: 3, window: [2, 3, 2], outputs: 3, groups: 3),
    ]
    for shape in shapes {
      let sides = [[2, 0], [1, 3], [0, 1]]
      for ends in [WindowReference.Ends.valid, .same, .causal, .amount(2), .sides(sides)] {
        if ends == .causal, shape.sizes.count > 1 { continue }
        for (stride, dilation) in [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2)] {
          var c = shape
          (c.ends, c.stride, c.dilation) = (ends, stride, dilation)
          let fits = zip(c.sizes, c.window).allSatisfy { ($1 - 1) * dilation < $0 }
          if fits || ends == .same { list.append(c) }
        }
      }
    }
    list.append(.init(batch: 0, sizes: [9], channels: 3, window: [3], outputs: 4))
    list.append(.init(batch: 0, sizes: [4, 4, 4], channels: 3, window: [3, 3, 3], outputs: 4))
    list.append(.init(batch: 2, sizes: [2, 2, 2], channels: 1, window: [3, 3, 3], outputs: 2, ends: .same))
    // Large enough for oneDNN.
    for groups in [1, 4] {
      list.append(
        .init(batch: 2, sizes: [201], channels: 16, window: [7], outputs: 32, groups: groups, ends: .same))
      list.append(
        .init(
          batch: 2, sizes: [6, 12, 11], channels: 8, window: [3, 3, 3], outputs: 16, stride: 2,
          groups: groups, ends: .same))
    }
    return list
  }()

  @Test(arguments: convolutions)
  func convolution(_ c: WindowReference) throws {
    let (x, w) = (try integers(c.input, seed: 1), try integers(c.filters, seed: 2))
    let bias = try Tensor((0..<c.outputs).map { Double($0 * 3 - 4) })
    let expected = c.convolution(x.doubles(), w.doubles(), bias: bias.doubles())
    let shape = [c.batch] + c.spatialOutput + [c.outputs]
    // Whole numbers are exact in every type, as long as they are small.
    for type in [DType.float64, .float32, .int64] {
      let result = try c.convolve(
        Variable(x.asType(type)), Variable(w.asType(type)), bias: Variable(bias.asType(type)))
      #expect(result.shape.sizes == shape)
      expectValues(try result.tensor(), expected, shape: shape, type, tolerance: 1e-5)
    }
  }

  private func integers(_ shape: Shape, seed: Int) throws -> Tensor {
    try (normal(shape, seed: seed) * 4).apply(.round)
  }

  static let pools: [WindowReference] = {
    var list: [WindowReference] = []
    let shapes = [
      WindowReference(batch: 2, sizes: [9], channels: 3, window: [3]),
      .init(batch: 1, sizes: [8], channels: 1, window: [1]),
      .init(batch: 3, sizes: [7], channels: 17, window: [2]),
      .init(batch: 2, sizes: [4, 5, 6], channels: 3, window: [2, 2, 2]),
      .init(batch: 1, sizes: [5, 3, 4], channels: 16, window: [3, 1, 2]),
      .init(batch: 2, sizes: [3, 6, 5], channels: 1, window: [1, 3, 3]),
    ]
    for shape in shapes {
      for ends in [
        WindowReference.Ends.valid, .same, .causal, .amount(1), .sides([[0, 1], [0, 0], [1, 0]]),
      ] {
        if ends == .causal, shape.sizes.count > 1 { continue }
        if ends != .same, ends != .valid, shape.window.contains(1) { continue }
        for stride in 1...3 {
          var c = shape
          (c.ends, c.stride) = (ends, stride)
          list.append(c)
        }
      }
    }
    return list
  }()

  @Test(arguments: pools)
  func pooling(_ c: WindowReference) throws {
    let x = try normal(c.input)
    for largest in [true, false] {
      let expected = c.pool(x.doubles(), largest: largest)
      for (type, tolerance) in [(DType.float64, 1e-12), (.float32, 1e-5)] {
        let result = try c.pool(Variable(x.asType(type)), largest: largest)
        expectValues(
          try result.tensor(), expected, shape: [c.batch] + c.spatialOutput + [c.channels], type,
          tolerance: tolerance)
      }
    }
  }

  @Test func globalAndAdaptivePools() throws {
    let line = Variable(try Tensor((0..<12).map(Double.init)).reshape([1, 6, 2]))
    expectValues(try line.globalMaxPool1d().tensor(), [10, 11], shape: [1, 1, 2])
    expectValues(try line.globalAveragePool1d().tensor(), [5, 6], shape: [1, 1, 2])
    expectValues(try line.adaptiveMaxPool1d(3).tensor(), [2, 3, 6, 7, 10, 11], shape: [1, 3, 2])
    // 4 parts of 6 overlap: 0..<2, 1..<3, 3..<5, 4..<6.
    expectValues(
      try line.adaptiveAveragePool1d(4).tensor(), [1, 2, 3, 4, 7, 8, 9, 10], shape: [1, 4, 2])
    let cube = Variable(try Tensor((0..<64).map(Double.init)).reshape([4, 4, 4]))
    expectValues(try cube.globalMaxPool3d().tensor(), [63], shape: [1, 1, 1])
    expectValues(try cube.globalAveragePool3d().tensor(), [31.5], shape: [1, 1, 1])
    let halves = Triple(depth: 2, height: 1, width: 2)
    expectValues(try cube.adaptiveMaxPool3d(halves).tensor(), [29, 31, 61, 63], shape: [2, 1, 2])
    expectValues(
      try cube.adaptiveAveragePool3d(halves).tensor(), [14.5, 16.5, 46.5, 48.5], shape: [2, 1, 2])
    expectError(
      .value,
      "adaptiveMaxPool1d expects a size from 1 to that of the sequence, but 7 came for shape (1, 6, 2)."
    ) { _ = try line.adaptiveMaxPool1d(7) }
  }

  @Test func axesThatMayBeLeftOut() throws {
    let line = try Tensor([1, 2, 4, 7])
    expectValues(try line.conv1d(Tensor([-1, 1])), [1, 2, 3], shape: [3], .int64)
    expectValues(try line.conv1d(Tensor([-1, 1]), bias: Tensor(10)), [11, 12, 13], shape: [3])
    expectValues(try line.conv1d(.ones([2, 1, 3], .int64)).slice([.index(0)]), [3, 3, 3], shape: [3])
    expectValues(try line.reshape([4, 1]).conv1d(.ones([2, 1], .int64)), [3, 6, 11], shape: [3, 1])
    let both = try Tensor.stack([line, line * 10], axis: 1)
    expectValues(try both.conv1d(Tensor([-1, 1])), [1, 10, 2, 20, 3, 30], shape: [3, 2])
    expectValues(try both.conv1d(.ones([2, 2], .int64)), [33, 66, 121], shape: [3, 1])
    expectValues(try both.maxPool1d(2), [2, 20, 7, 70], shape: [2, 2])
    expectValues(try line.averagePool1d(2), [1.5, 5.5], shape: [2], .float32)
    #expect(try Tensor.ones([6, 6, 6]).conv3d(.ones([3, 3, 3])).shape == [4, 4, 4])
    #expect(try Tensor.ones([6, 6, 6]).conv3d(.ones([3, 3, 3, 1, 2])).shape == [4, 4, 4, 2])
    #expect(try Tensor.ones([6, 6, 6, 2]).conv3d(.ones([3, 3, 3, 2])).shape == [4, 4, 4, 1])
    #expect(try Tensor.ones([2, 6, 6, 6, 2]).conv3d(.ones([3, 3, 3])).shape == [2, 4, 4, 4, 2])
    #expect(try Tensor.ones([6, 6, 6]).maxPool3d(2).shape == [3, 3, 3])
    #expect(try Tensor.ones([6, 6, 6, 5]).averagePool3d(3).shape == [2, 2, 2, 5])
  }

  /// So much that volumes are taken a few at a time.
  @Test func manyVolumes() throws {
    let x = try normal([13, 8, 40, 40, 8]).asType(.float32)
    let w = try normal([5, 3, 3, 8, 2], seed: 2).asType(.float32)
    let whole = try valueWithGradients(at: [x, w]) { try $0[0].conv3d($0[1], padding: .same).square().sum() }
    var sum = try Tensor.zeros(w.shape, .float32)
    for index in [0, 6, 12] {
      let one = try x.slice([.range(lower: index, upper: index + 1, step: 1)])
      let part = try valueWithGradients(at: [one, w]) {
        try $0[0].conv3d($0[1], padding: .same).square().sum()
      }
      let found = try whole.inputs[0].slice([.range(lower: index, upper: index + 1, step: 1)])
      #expect(try found.allClose(part.inputs[0], relative: 1e-3, absolute: 1e-2))
    }
    for index in 0..<13 {
      let one = try x.slice([.range(lower: index, upper: index + 1, step: 1)])
      sum =
        try sum
        + valueWithGradients(at: [w]) {
          try Variable(one).conv3d($0[0], padding: .same).square().sum()
        }.inputs[0]
    }
    let size = try sum.abs().max().item().doubleValue
    #expect(try whole.inputs[1].allClose(sum, relative: 1e-3, absolute: 1e-4 * size))
  }

  // MARK: Gradients

  static let differentiated: [WindowReference] = [
    .init(batch: 2, sizes: [7], channels: 3, window: [3], outputs: 2),
    .init(batch: 1, sizes: [9], channels: 2, window: [2], outputs: 3, stride: 2, dilation: 2, ends: .same),
    .init(batch: 2, sizes: [6], channels: 4, window: [3], outputs: 2, groups: 2, ends: .causal),
    .init(batch: 1, sizes: [6], channels: 2, window: [3], outputs: 2, stride: 3, ends: .sides([[2, 1]])),
    .init(batch: 2, sizes: [3, 4, 3], channels: 2, window: [2, 3, 2], outputs: 2),
    .init(
      batch: 1, sizes: [5, 3, 4], channels: 2, window: [3, 2, 2], outputs: 3, stride: 2, ends: .same),
    .init(
      batch: 1, sizes: [4, 4, 3], channels: 4, window: [2, 2, 2], outputs: 2, dilation: 2, groups: 2,
      ends: .amount(1)),
    .init(
      batch: 1, sizes: [3, 3, 3], channels: 1, window: [3, 1, 2], outputs: 2, stride: 2,
      ends: .sides([[2, 0], [0, 1], [1, 1]])),
  ]

  @Test(arguments: differentiated)
  func gradients(_ c: WindowReference) throws {
    let (x, w) = (try normal(c.input), try normal(c.filters, seed: 3))
    try checkGradient(at: x) { try c.convolve($0, Variable(w)) }
    try checkGradient(at: w) { try c.convolve(Variable(x), $0) }
    try checkGradient(at: normal([c.outputs])) { try c.convolve(Variable(x), Variable(w), bias: $0) }
  }

  @Test func gradientsOfFewerAxes() throws {
    let (line, cube) = (try normal([6]), try normal([3, 3, 4]))
    try checkGradient(at: line) { try $0.conv1d(Variable(normal([3], seed: 2))) }
    try checkGradient(at: normal([2], seed: 2)) {
      try Variable(normal([5, 3])).conv1d($0, bias: Variable(Tensor(1.0)))
    }
    try checkGradient(at: cube) { try $0.conv3d(Variable(normal([2, 2, 2], seed: 2))) }
    try checkGradient(at: normal([2, 2, 2], seed: 2)) { try Variable(normal([3, 3, 3, 2])).conv3d($0) }
  }

  @Test func gradientsOfPools() throws {
    // Numbers well away from each other.
    func spread(_ shape: Shape) throws -> Tensor {
      var random = try RandomState(seed: 2)
      return try (random.permutation(shape.elementCount).asType(.float64) * 0.17 - 3).reshape(shape.sizes)
    }
    for padding in [Padding1D.valid, .same, .amount(1), .causal] {
      try checkGradient(at: spread([2, 7, 3])) { try $0.maxPool1d(3, stride: 2, padding: padding) }
      try checkGradient(at: spread([2, 7, 3])) { try $0.averagePool1d(3, stride: 2, padding: padding) }
    }
    for padding in [Padding3D.valid, .same, .amount(1)] {
      try checkGradient(at: spread([1, 4, 5, 4, 2])) { try $0.maxPool3d(2, stride: 1, padding: padding) }
      try checkGradient(at: spread([1, 4, 5, 4, 2])) { try $0.averagePool3d(3, stride: 2, padding: padding) }
    }
    try checkGradient(at: spread([5, 2])) { try $0.globalMaxPool1d() + $0.globalAveragePool1d() }
    try checkGradient(at: spread([2, 3, 2, 2])) { try $0.globalMaxPool3d() + $0.globalAveragePool3d() }
    try checkGradient(at: spread([1, 5, 2])) { try $0.adaptiveMaxPool1d(2) + $0.adaptiveAveragePool1d(2) }
    try checkGradient(at: spread([3, 4, 5])) { try $0.adaptiveMaxPool3d(2) + $0.adaptiveAveragePool3d(2) }
  }
}

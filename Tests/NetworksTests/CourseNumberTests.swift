import Networks
import Tensors
import Testing

/// What the exercises of the course on convolutional networks print, to the last digit.
@Suite("The course's published numbers") struct CourseNumberTests {
  /// Whether numbers, rounded to the last printed digit, are at most one unit of it away.
  private func expect(
    _ found: Tensor, _ expected: [Double], within unit: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let values = found.doubles()
    #expect(values.count == expected.count, sourceLocation: sourceLocation)
    for (a, b) in zip(values, expected) where !(abs(a - b) <= 1.5 * unit) {
      Issue.record("\(values) where \(expected) was published", sourceLocation: sourceLocation)
      return
    }
  }

  private func element(_ tensor: Tensor, _ indices: Int...) throws -> Tensor {
    try tensor.slice(indices.map { .index($0) })
  }

  @Test func convolutionForwardAndBack() throws {
    var random = try RandomState(seed: 1)
    let a = try random.randn([10, 4, 4, 3])
    let w = try random.randn([2, 2, 3, 8])
    let b = try random.randn([1, 1, 1, 8])
    func z(_ x: [Variable]) throws -> Variable {
      try x[0].conv2d(x[1], bias: x[2], stride: 2, padding: .amount(2))
    }
    let forward = try z([a, w, b].map { Variable($0) }).tensor()
    #expect(forward.shape == [10, 4, 4, 8])
    expect(try forward.mean(), [0.0489952035289], within: 1e-12)
    expect(
      try element(forward, 3, 2, 1),
      [-0.61490741, -6.7439236, -2.55153897, 1.75698377, 3.56208902, 0.53036437, 5.18531798, 8.75898442],
      within: 1e-8)
    // The exercise sends Z back as its own gradient: that of half the sum of squares.
    let back = try valueWithGradients(at: [a, w, b]) { try z($0).square().sum() * 0.5 }
    expect(try back.inputs[0].mean(), [1.45243777754], within: 1e-11)
    expect(try back.inputs[1].mean(), [1.72699145831], within: 1e-11)
    expect(try back.inputs[2].mean(), [7.83923256462], within: 1e-11)
  }

  @Test func convolutionOfTheSecondEdition() throws {
    var random = try RandomState(seed: 1)
    let (a, w, b) = (try random.randn([10, 5, 7, 4]), try random.randn([3, 3, 4, 8]), try random.randn([8]))
    let z = try Variable(a).conv2d(Variable(w), bias: Variable(b), stride: 2, padding: .amount(1)).tensor()
    #expect(z.shape == [10, 3, 4, 8])
    expect(try z.mean(), [0.692360880758], within: 1e-12)
    expect(
      try element(z, 3, 2, 1),
      [-1.28912231, 2.27650251, 6.61941931, 0.95527176, 8.25132576, 2.31329639, 13.00689405, 2.34576051],
      within: 1e-8)
  }

  @Test func pooling() throws {
    var random = try RandomState(seed: 1)
    let first = Variable(try random.randn([2, 4, 4, 3]))
    expect(
      try first.maxPool2d(4, stride: 1).tensor().flatten(),
      [1.74481176, 1.6924546, 2.10025514, 1.19891788, 1.51981682, 2.18557541], within: 1e-8)
    expect(
      try first.averagePool2d(4, stride: 1).tensor().flatten(),
      [-0.09498456, 0.11180064, -0.14263511, -0.09525108, 0.28325018, 0.33035185], within: 1e-8)

    random = try RandomState(seed: 1)
    let a = try random.randn([5, 5, 3, 2])
    let gradients = Variable(try random.randn([5, 4, 2, 2]))
    expect(try gradients.mean().tensor(), [0.145713902729], within: 1e-12)
    let largest = try gradient(at: a) { try ($0.maxPool2d(2, stride: 1) * gradients).sum() }
    expect(try element(largest, 1, 1).flatten(), [0, 0, 5.05844394, -1.68282702, 0, 0], within: 1e-8)
    let mean = try gradient(at: a) { try ($0.averagePool2d(2, stride: 1) * gradients).sum() }
    expect(
      try element(mean, 1, 1).flatten(),
      [0.08485462, 0.2787552, 1.26461098, -0.25749373, 1.17975636, -0.53624893], within: 1e-8)
  }

  /// The identity block of the ResNet exercise: 1x1, f x f, 1x1, each normalised, and the shortcut.
  private func identityBlock(_ f: Int, _ filters: [Int], _ initializer: Initializer) -> Residual {
    Residual(
      Sequential(
        Conv2D(filters[0], 1, initializer: initializer), BatchNorm(), ActivationLayer(.relu),
        Conv2D(filters[1], Pair(f), padding: .same, initializer: initializer), BatchNorm(),
        ActivationLayer(.relu), Conv2D(filters[2], 1, initializer: initializer), BatchNorm()))
  }

  private func levels() throws -> Tensor {
    try Tensor.concatenate([-1, 1, 3].map { try Tensor.full([1, 4, 4, 3], .int($0), dtype: .float32) })
  }

  /// Channel means of the first and the last row.
  private func rows(_ x: Tensor, _ sample: Int) throws -> Tensor {
    try x.slice([.index(sample), .range(lower: 0, upper: 4, step: 3)]).mean(axes: [-1]).flatten()
  }

  @Test func identityBlockOfOnes() throws {
    let output = try identityBlock(2, [4, 4, 3], .ones).predict(levels())
    expect(try rows(output, 0), [Double](repeating: 0, count: 8), within: 0)
    expect(
      try rows(output, 1),
      [192.71236, 192.71236, 192.71236, 96.85618, 96.85618, 96.85618, 96.85618, 48.92809], within: 1e-5)
    expect(
      try rows(output, 2),
      [578.1371, 578.1371, 578.1371, 290.56854, 290.56854, 290.56854, 290.56854, 146.78427], within: 1e-4)
  }

  @Test func identityBlockWhileTraining() throws {
    func output(_ f: Int) throws -> Tensor {
      try TrainingMode.$isOn.withValue(true) {
        try identityBlock(f, [3, 3, 3], .ones)(Variable(levels())).tensor()
      }
    }
    let even = try output(2)
    expect(try rows(even, 0), [Double](repeating: 0, count: 8), within: 0)
    expect(try rows(even, 1), [Double](repeating: 0.40739, count: 8), within: 1e-5)
    expect(
      try rows(even, 2), [4.99991, 4.99991, 4.99991, 3.25948, 3.25948, 3.25948, 3.25948, 2.40739],
      within: 1e-5)
  }

  /// Keras draws each layer's filters from TensorFlow's generator with operation seed 0.
  @Test func identityBlockOfTheFirstEdition() throws {
    var random = try RandomState(seed: 1)
    let x = try random.randn([3, 4, 4, 6]).asType(.float32)
    let block = identityBlock(2, [2, 4, 6], .zeros)
    try block.build(input: x.shape)
    for parameter in block.parameters where parameter.shape.rank == 4 {
      let shape = parameter.shape
      let fan = shape[0] * shape[1] * (shape[2] + shape[3])
      let limit = Float((6 / Double(fan)).squareRoot())
      var generator = PhiloxGenerator(seed: 87_654_321, operationSeed: 0)
      parameter.value = try generator.uniform(shape, low: -limit, high: limit)
    }
    expect(
      try element(block.predict(x), 1, 1, 0), [0.94822985, 0, 1.16101444, 2.747859, 0, 1.36677003],
      within: 1e-6)
  }

  @Test func styleCosts() throws {
    // The operation seed counts what the graph held before: 3 for the first normal, 9 for the second.
    func normal(_ shape: Shape, _ operation: UInt64) throws -> Tensor {
      var generator = PhiloxGenerator(seed: 1, operationSeed: operation)
      return try generator.normal(shape, mean: 1, standardDeviation: 4)
    }
    let (content, generated) = (try normal([1, 4, 4, 3], 3), try normal([1, 4, 4, 3], 9))
    let cost = try (content - generated).square().sum() / Scalar.double(4 * 4 * 4 * 3)
    expect(cost, [6.76559], within: 1e-5)
    let a = try normal([3, 2], 3)
    let gram = try a.matmul(a.transposed())
    // Eight decimals were printed of float32 sums of products near 10, whose last digit is 1e-6.
    expect(
      try gram.slice([.index(0)]), [6.42230511, -4.42912197, -2.09668207], within: 1e-6)
    expect(try element(gram, 1, 1), [19.46583748], within: 2e-6)
  }

  @Test func tripletLoss() throws {
    func normal(_ mean: Float, _ deviation: Float) throws -> Variable {
      var generator = PhiloxGenerator(seed: 1, operationSeed: 1)
      return Variable(try generator.normal([3, 128], mean: mean, standardDeviation: deviation))
    }
    let loss = try Networks.tripletLoss(normal(6, 0.1), normal(1, 1), normal(3, 4), margin: 0.2)
    expect(try loss.tensor(), [528.143], within: 1e-3)
  }
}

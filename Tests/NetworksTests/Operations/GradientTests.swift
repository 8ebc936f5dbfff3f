import Networks
import Tensors
import Testing

/// Derivatives against differences, for every basic operation.
@Suite("Gradients agree with differences") struct GradientTests {
  private func random(_ shape: Shape, seed: Int = 1) throws -> Tensor {
    var random = try RandomState(seed: seed)
    return try random.randn(shape)
  }

  /// Numbers well away from zero and from each other.
  private func spread(_ shape: Shape, seed: Int = 2) throws -> Tensor {
    var random = try RandomState(seed: seed)
    let order = try random.permutation(shape.elementCount).asType(.float64)
    return try ((order + 0.6) * 0.17 - .double(0.085 * Double(shape.elementCount))).reshape(shape.sizes)
  }

  @Test func arithmetic() throws {
    let x = try spread([3, 4])
    let row = Variable(try spread([4], seed: 4) + 5)
    let column = Variable(try spread([3, 1], seed: 5) + 4)
    try checkGradient(at: x) { try $0 + row * $0 - $0 / column }
    try checkGradient(at: x) { try row / ($0 * $0 + 1) - ($0 - column) * 2 }
    try checkGradient(at: x) { try 3 - $0 * 2 + 1 / ($0 * $0 + 2) + $0 / 7 }
    try checkGradient(at: row.tensor()) { r in try Variable(x) * r + column / r }
    try checkGradient(at: column.tensor()) { c in try Variable(x) - c * row }
    try checkGradient(at: row.tensor()) { r in try r ** 2.5 + 1.7 ** r + r ** (r * 0.2) }
    try checkGradient(at: x) { x in
      try Variable.apply(.maximum, x, row - 5.03) + Variable.apply(.minimum, x, column - 4.03)
    }
    try checkGradient(at: x) { try Variable.apply(.arcTangent2, $0, row) + $0.clip(-0.5, 0.55) }
    try checkGradient(at: row.tensor()) { try Variable.apply(.remainder, $0, 1.37) }
    try checkGradient(at: x) { try -$0 }
  }

  @Test(arguments: [
    UnaryOperation.absolute, .square, .relu, .exponential, .exponentialMinusOne, .sine, .cosine, .arcTangent,
    .hyperbolicSine, .hyperbolicCosine, .hyperbolicTangent, .sigmoid, .softplus, .errorFunction, .negate,
    .floor, .ceiling, .round, .sign, .reciprocal,
  ])
  func function(_ operation: UnaryOperation) throws {
    try checkGradient(at: spread([2, 5])) { try $0.apply(operation) }
  }

  @Test(arguments: [
    UnaryOperation.squareRoot, .logarithm, .logarithm2, .logarithm10, .logarithm1p,
  ])
  func functionOfPositive(_ operation: UnaryOperation) throws {
    try checkGradient(at: spread([2, 5]).abs() + 0.5) { try $0.apply(operation) }
  }

  @Test(arguments: [UnaryOperation.tangent, .arcSine, .arcCosine])
  func functionOfSmall(_ operation: UnaryOperation) throws {
    try checkGradient(at: spread([2, 5]) * 0.5) { try $0.apply(operation) }
  }

  @Test(arguments: [
    Activation.relu, .leakyRelu(slope: 0.2), .relu6, .elu(alpha: 1), .sigmoid, .tanh, .swish, .gelu,
  ])
  func activation(_ activation: Activation) throws {
    try checkGradient(at: spread([3, 5]) * 5.3) { try $0.activated(activation) }
  }

  @Test(arguments: [
    Reduction.sum, .mean, .max, .min, .product, .variance, .standardDeviation, .norm,
  ])
  func reduction(_ reduction: Reduction) throws {
    let x = try spread([3, 2, 4])
    for axes in [nil, [0], [1], [2], [0, 2], [1, -1]] as [[Int]?] {
      try checkGradient(at: x) { try $0.reduce(reduction, axes: axes) }
      try checkGradient(at: x) { try $0.reduce(reduction, axes: axes, keepAxes: true) }
    }
  }

  @Test func productWithZeros() throws {
    for values in [[2.0, 0, 3, 4], [0.0, 5, 0, 2], [1.0, 2, 3, 4]] {
      try checkGradient(at: Tensor(values)) { try $0.reduce(.product) }
    }
  }

  @Test func shaping() throws {
    let x = try random([2, 3, 4])
    try checkGradient(at: x) { try $0.reshape([4, -1]).transposed() }
    try checkGradient(at: x) { try $0.transposed([2, 0, 1]) }
    try checkGradient(at: x) { try $0.flip([1]).expandDims(1).squeeze([1]) }
    try checkGradient(at: random([3, 1])) { try $0.broadcast(to: [2, 3, 4]) }
    try checkGradient(at: x) { try Variable.concatenate([$0, $0 * 2, $0], axis: 1) }
    try checkGradient(at: x) { try Variable.stack([$0, $0 * 3], axis: -1) }
    try checkGradient(at: x) { x in
      let parts = try x.split(2, axis: 2)
      return try parts[0] * parts[1]
    }
    for mode in [PadMode.constant(2), .reflect, .edge] {
      try checkGradient(at: x) { try $0.pad([(1, 1), (2, 0), (1, 3)], mode: mode) }
    }
  }

  @Test func indexing() throws {
    let x = try random([4, 5])
    try checkGradient(at: x) { try $0.slice([.index(1)]) }
    try checkGradient(at: x) { try $0.slice([.ellipsis, .range(lower: 4, upper: nil, step: -2), .newAxis]) }
    try checkGradient(at: x) {
      try $0.slice([.gather(Tensor([1, 1, 3])), .range(lower: 1, upper: 3, step: 1)])
    }
    try checkGradient(at: x) { try $0.slice([.mask(x .> 0)]) }
    // Writes: what is written over counts no more, what is written does.
    try checkGradient(at: x) { x in
      var y = try x * 2
      try y.assign(x.slice([.index(3)]) * 5, at: [.index(0)])
      try y.assign(Variable(Tensor(7.0)), at: [.index(1), .index(2)])
      return try y * x
    }
    try checkGradient(at: x) { try Variable.where(x .> 0, $0 * 2, $0 * $0) }
    try checkGradient(at: x) { try $0.asType(.float64).abs() }
  }

  @Test func matrices() throws {
    let (a, b) = (try random([3, 4]), Variable(try random([4, 2], seed: 3)))
    try checkGradient(at: a) { try $0.matmul(b) }
    try checkGradient(at: b.tensor()) { try Variable(a).matmul($0) }
    try checkGradient(at: random([4])) { try $0.matmul(b) }
    try checkGradient(at: random([4])) { try Variable(a).matmul($0) }
    try checkGradient(at: random([4])) { try $0.matmul($0) }
    let batch = Variable(try random([5, 1, 3, 4]))
    try checkGradient(at: b.tensor()) { try batch.matmul($0) }
    try checkGradient(at: random([2, 4, 2])) { try batch.matmul($0) }
    try checkGradient(at: random([2, 1, 2, 3])) { try $0.matmul(batch.squeeze([1])) }
    for axis in [0, 1] {
      try checkGradient(at: a) { try $0.softmax(axis: axis) }
      try checkGradient(at: a) { try $0.logSoftmax(axis: axis) }
    }
  }

  @Test func convolution() throws {
    struct Case {
      var x: Shape
      var filters: Shape
      var stride: Pair = 1
      var padding: Padding = .valid
      var dilation: Pair = 1
      var groups = 1
    }
    let cases = [
      Case(x: [2, 5, 6, 3], filters: [3, 2, 3, 4]),
      Case(x: [1, 7, 6, 2], filters: [3, 3, 2, 3], stride: Pair(height: 2, width: 3), padding: .same),
      Case(
        x: [1, 6, 7, 4], filters: [2, 3, 2, 6], padding: .sides(top: 2, bottom: 0, left: 1, right: 3),
        dilation: Pair(height: 2, width: 1), groups: 2),
      Case(x: [2, 5, 5, 3], filters: [3, 3, 1, 3], padding: .amount(1), groups: 3),
      Case(x: [5, 6], filters: [3, 3]), Case(x: [5, 6, 2], filters: [3, 3, 2]),
      Case(x: [2, 5, 6, 2], filters: [2, 2], stride: 2),
    ]
    for c in cases {
      let (x, filters) = (try random(c.x), try random(c.filters, seed: 3))
      func run(_ x: Variable, _ filters: Variable) throws -> Variable {
        try x.conv2d(filters, stride: c.stride, padding: c.padding, dilation: c.dilation, groups: c.groups)
      }
      try checkGradient(at: x) { try run($0, Variable(filters)) }
      try checkGradient(at: filters) { try run(Variable(x), $0) }
    }
    let (x, filters) = (Variable(try random([1, 4, 4, 2])), Variable(try random([3, 3, 2, 3])))
    try checkGradient(at: random([3])) { try x.conv2d(filters, bias: $0) }
  }

  /// Large enough for oneDNN, both ways, against our own loops in float64.
  @Test func convolutionInFloat32() throws {
    for (groups, stride, padding) in [(1, 1, Padding.same), (1, 2, .same), (4, 1, .valid), (16, 2, .same)] {
      let x = try random([2, 17, 18, 16])
      let filters = try random([3, 3, 16 / groups, 32], seed: 3)
      let target = try random([2, 17, 18, 16], seed: 4)
      func both(_ dtype: DType) throws -> ValueWithGradients {
        try valueWithGradients(at: [x.asType(dtype), filters.asType(dtype)]) { inputs in
          let y = try inputs[0].conv2d(inputs[1], stride: Pair(stride), padding: padding, groups: groups)
          return try (y * y).sum() + (inputs[0] * Variable(target.asType(dtype))).sum()
        }
      }
      let (single, double) = (try both(.float32), try both(.float64))
      for (a, b) in zip(single.inputs, double.inputs) {
        let size = try b.abs().max().item().doubleValue
        #expect(try a.allClose(b, relative: 1e-4, absolute: 1e-5 * size), "groups \(groups)")
      }
    }
  }

  @Test func transposedConvolution() throws {
    for (stride, padding) in [(1, Padding.valid), (2, .same), (3, .amount(1)), (2, .valid)] {
      let (x, filters) = (try random([2, 3, 4, 3]), try random([3, 3, 2, 3], seed: 3))
      try checkGradient(at: x) {
        try $0.convTranspose2d(Variable(filters), stride: Pair(stride), padding: padding)
      }
      try checkGradient(at: filters) {
        try Variable(x).convTranspose2d($0, stride: Pair(stride), padding: padding)
      }
    }
  }

  @Test func pooling() throws {
    let x = try spread([2, 5, 6, 2])
    for padding in [Padding.valid, .same, .amount(1)] {
      try checkGradient(at: x) { try $0.maxPool2d(3, stride: 2, padding: padding) }
      try checkGradient(at: x) { try $0.averagePool2d(3, stride: 2, padding: padding) }
    }
    try checkGradient(at: spread([4, 6])) { try $0.maxPool2d(2) + $0.averagePool2d(2) }
    try checkGradient(at: x) { try $0.globalAveragePool2d() + $0.globalMaxPool2d() }
    try checkGradient(at: x) { try $0.adaptiveAveragePool2d(3) }
    try checkGradient(at: x) { try $0.adaptiveMaxPool2d(Pair(height: 2, width: 4)) }
  }

  /// Parameters as leaves, and a layer that is used twice.
  @Test func parameters() throws {
    let dense = Dense(3, activation: .tanh)
    let x = Variable(try random([4, 3]).asType(.float32))
    _ = try dense(x)
    for parameter in dense.parameters {
      let start = parameter.value
      try checkGradient(at: start.asType(.float64), tolerance: 1e-5) { moved in
        let inputs =
          [try x.asType(.float64)]
          + dense.parameters.map { other in
            other === parameter ? moved : Variable((try? other.value.asType(.float64)) ?? other.value)
          }
        let once = try (inputs[0].matmul(inputs[1]) + inputs[2]).tanh()
        return try (once.matmul(inputs[1]) + inputs[2]).tanh()
      }
    }
    let result = try valueWithGradients { _ in try dense(dense(x)).sum() }
    #expect(result.parameters.count == 2)
    dense.setTrainable(false)
    #expect(try valueWithGradients { _ in try dense(x).sum() }.parameters.isEmpty)
  }

  @Test func batchNormalization() throws {
    let x = try random([3, 2, 2, 2])
    for isTraining in [true, false] {
      try TrainingMode.$isOn.withValue(isTraining) {
        let layer = BatchNorm()
        _ = try layer(Variable(x))
        for parameter in layer.parameters {
          parameter.value = try (parameter.value.asType(.float64) + .double(0.3)) * 1.1
        }
        try checkGradient(at: x, tolerance: 1e-5) { try layer($0) }
      }
    }
  }

  /// A chain too long for recursion, and the gradient through element reads and writes of a loop.
  @Test func longChains() throws {
    let x = try Tensor([1.0])
    let slope = try gradient(at: x) { x in
      var y = x
      for _ in 0..<100_000 { y = try y + 1e-9 }
      return try (y * y).sum()
    }
    #expect(abs(slope.doubles()[0] - 2.0002) < 1e-6)
    let picture = try random([8, 8])
    let filter = try random([3, 3], seed: 2)
    let loop = try gradient(at: filter) { w in
      var out = Variable(try .zeros([6, 6], .float64))
      for row in 0..<6 {
        for column in 0..<6 {
          let window = Variable(
            try picture.slice([
              .range(lower: row, upper: row + 3, step: 1), .range(lower: column, upper: column + 3, step: 1),
            ]))
          try out.assign((window * w).sum(), at: [.index(row), .index(column)])
        }
      }
      return try (out * out).sum()
    }
    let engine = try gradient(at: filter) { w in
      let y = try Variable(picture).conv2d(w)
      return try (y * y).sum()
    }
    #expect(try loop.allClose(engine, relative: 1e-10))
  }
}

import Networks
import Tensors
import Testing

@Suite("A planned network gives what an eager one gives") struct PlanTests {
  private func input(_ shape: Shape, seed: Int = 3) throws -> Tensor {
    var random = try RandomState(seed: seed)
    return try random.randn(shape).asType(.float32)
  }

  /// A network with everything that a plan fuses.
  private func network() -> Sequential {
    func block(_ channels: Int) -> Sequential {
      Sequential(
        Conv2D(channels, 1, useBias: false), BatchNorm(), ActivationLayer(.relu),
        Conv2D(channels, 3, padding: .same), BatchNorm(), ActivationLayer(.relu),
        Conv2D(16, 1), BatchNorm())
    }
    return Sequential(
      Conv2D(16, 3, stride: 2, padding: .same, activation: .relu), MaxPool2D(2),
      Residual(block(8)), Residual(block(8)),
      Residual(
        Sequential(DepthwiseConv2D(3, padding: .same), BatchNorm()),
        shortcut: Sequential(Conv2D(16, 1), BatchNorm()), activation: .relu6),
      Parallel(Conv2D(8, 1, activation: .relu), AveragePool2D(3, stride: 1, padding: .same)),
      GlobalAveragePool2D(), Dense(12, activation: .tanh), Dropout(0.5), Dense(10))
  }

  @Test func forward() throws {
    let network = network()
    let x = try input([4, 32, 32, 3])
    try network.build(input: x.shape)
    // Statistics and shifts that are not trivial.
    var random = try RandomState(seed: 5)
    for (name, parameter) in network.namedParameters where parameter.shape.rank == 1 {
      let noise = try random.rand(parameter.shape).asType(.float32)
      parameter.value = try name.contains("variance") ? noise + 0.5 : parameter.value + noise * 0.3
    }
    let planned = try network.predict(x)
    let eager = try network(Variable(x)).tensor()
    #expect(planned.shape == [4, 10])
    #expect(try planned.allClose(eager, relative: 1e-4, absolute: 1e-5))
    // The plan follows its weights, and other numbers of the same shape.
    for parameter in network.parameters { parameter.value = try parameter.value * 0.9 }
    let other = try input([4, 32, 32, 3], seed: 8)
    let expected = try network(Variable(other)).tensor()
    #expect(try network.predict(other).allClose(expected, relative: 1e-4, absolute: 1e-5))
  }

  @Test("The way back through fixed filters", arguments: [Padding.same, .valid, .amount(1)])
  func fixedFilters(padding: Padding) throws {
    RandomStreams.start(seed: 4)
    // Enough channels for Winograd's algorithm in both directions; odd sizes leave a row and a column over.
    let network = Sequential(
      Conv2D(64, 3, padding: padding, activation: .relu), Conv2D(80, 3, padding: padding, activation: .relu),
      MaxPool2D(2), Conv2D(64, 3, padding: padding, activation: .relu), MaxPool2D(2))
    let x = try input([1, 23, 19, 3])
    try network.build(input: x.shape)
    func gradient(planned: Bool) throws -> (Tensor, Tensor) {
      let both = try valueWithGradients(at: [x], parameters: [], planned: planned) { x in
        let features = try network(x[0])
        let flat = try features.reshape([-1, features.shape[3]])
        let gram = try flat.transposed().matmul(flat)
        let other = try flat.matmul(flat.transposed())
        return try gram.square().mean() + other.square().mean() * .double(0.5)
      }
      return (both.value, both.inputs[0])
    }
    let (value, eager) = try gradient(planned: false)
    let scale = try eager.abs().max().item().doubleValue
    for _ in 0..<2 {
      let (plannedValue, planned) = try gradient(planned: true)
      #expect(try plannedValue.allClose(value, relative: 1e-4, absolute: 0))
      #expect(try planned.allClose(eager, relative: 1e-3, absolute: 1e-4 * scale))
      // Filters that change between two runs are packed anew.
      for parameter in network.parameters { parameter.value = parameter.value }
    }
  }

  @Test("Pooling by halves goes back as any pooling", arguments: [(8, 12), (7, 9), (2, 3)])
  func halvingPool(height: Int, width: Int) throws {
    for channels in [3, 8, 16, 20] {
      let x = try input([2, height, width, channels])
      let weights = try input([2, height / 2, width / 2, channels], seed: 8)
      func gradient(planned: Bool) throws -> ValueWithGradients {
        try valueWithGradients(at: [x], parameters: [], planned: planned) { x in
          try (MaxPool2D(2)(x[0].relu()) * Variable(weights)).sum() + (MaxPool2D(2)(x[0])).square().sum()
        }
      }
      let (eager, planned) = (try gradient(planned: false), try gradient(planned: true))
      #expect(try planned.inputs[0].allClose(eager.inputs[0], relative: 1e-5, absolute: 1e-6))
      #expect(try planned.value.allClose(eager.value, relative: 1e-5, absolute: 1e-5))
    }
  }

  @Test("A single row passes dense layers whose weights are read in place") func denseRow() throws {
    let network = Sequential(
      Flatten(), Dense(300, activation: .relu), Dense(129, activation: .tanh, useBias: false), Dense(7))
    let x = try input([1, 13, 11, 3])
    try network.build(input: x.shape)
    for round in 0..<2 {
      let eager = try network(Variable(x)).tensor()
      #expect(try network.predict(x).allClose(eager, relative: 1e-4, absolute: 1e-5))
      for parameter in network.parameters {
        parameter.value = try parameter.value * .double(0.5 + Double(round))
      }
    }
  }

  @Test("Numbers can be looked at while a step is recorded") func looking() throws {
    let network = Sequential(Dense(2))
    let x = try input([4, 3])
    let labels = try Tensor([0, 1, 1, 0])
    for planned in [true, false] {
      let loss = try trainingStep(try SGD(0.1), inputs: [x, labels], planned: planned) { inputs in
        let output = try network(inputs[0])
        let isLarge = try Variable.apply(.greater, output, 0)
        #expect(try isLarge.tensor().dtype == .bool)
        #expect(try isLarge.reshape([8]).tensor().shape == [8])
        return try crossEntropy(output, inputs[1])
      }
      #expect(try loss.item().doubleValue.isFinite)
    }
  }

  @Test func steps() throws {
    let x = try input([8, 16, 16, 3])
    let target = try input([8, 10], seed: 9)
    func trained(planned: Bool, _ make: () throws -> Optimizer) throws -> ([Double], [Tensor]) {
      RandomStreams.start(seed: 1)
      let network = Sequential(
        Conv2D(16, 3, padding: .same, useBias: false), BatchNorm(), ActivationLayer(.relu),
        Residual(
          Sequential(
            // A bias before a normalisation has no gradient but rounding, which Adam would blow up.
            Conv2D(16, 3, padding: .same, useBias: false), BatchNorm(), ActivationLayer(.relu),
            Conv2D(16, 3, padding: .same, useBias: false), BatchNorm())),
        Conv2D(20, 3, stride: 2, activation: .leakyRelu(slope: 0.1)), MaxPool2D(2),
        GlobalAveragePool2D(), Dense(24, activation: .relu), Dense(10))
      try network.build(input: x.shape)
      let optimizer = try make()
      let losses = try (0..<4).map { _ in
        try trainingStep(optimizer, inputs: [x, target], planned: planned) { inputs in
          try (network(inputs[0]) - inputs[1]).square().mean()
        }.item().doubleValue
      }
      return (losses, network.parameters.map(\.value))
    }
    let makers: [() throws -> Optimizer] = [
      { try SGD(0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01) },
      { try Adam(0.01, clipNorm: 0.5) }, { try RMSProp(0.001) },
    ]
    for make in makers {
      let (eager, eagerWeights) = try trained(planned: false, make)
      let (planned, plannedWeights) = try trained(planned: true, make)
      #expect(zip(eager, planned).allSatisfy { abs($0 - $1) < 2e-4 * (1 + abs($0)) }, "\(eager) \(planned)")
      for (a, b) in zip(eagerWeights, plannedWeights) {
        #expect(try a.allClose(b, relative: 2e-2, absolute: 2e-3), "\(a.shape)")
      }
    }
  }
}

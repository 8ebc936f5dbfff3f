import CNN

/// One row of the benchmark: a network and its input, prepared to be run again and again.
struct Workload {
  /// Parameters in the order in which they are first used, for the peer that is to have the same.
  let parameters: [(name: String, parameter: Parameter)]
  let input: Tensor
  var labels: Tensor?
  /// What the peer's output is compared with.
  let output: Tensor
  /// One timed round.
  let run: () throws -> Void

  static let names = ["resnet50", "vgg16", "mobilenetv2", "lenet", "resnet20", "resnet50-train", "sobel"]

  static func make(_ name: String) throws -> Workload? {
    RandomStreams.start(seed: 1)
    switch name {
    case "resnet50": return try inference(Zoo.resNet50(), size: 224)
    case "vgg16": return try inference(Zoo.vgg16(), size: 224)
    case "mobilenetv2": return try inference(Zoo.mobileNetV2(), size: 224)
    case "lenet":
      let network = Sequential(
        Conv2D(8, 5, activation: .relu), MaxPool2D(2), Conv2D(16, 5, activation: .relu), MaxPool2D(2),
        Flatten(), Dense(120, activation: .relu), Dense(84, activation: .relu), Dense(10))
      return try training(network, batch: 64, size: 32, classes: 10) { try Adam(0.001) }
    case "resnet20":
      return try training(Zoo.resNet20(), batch: 64, size: 32, classes: 10) { try SGD(0.1, momentum: 0.9) }
    case "resnet50-train":
      return try training(Zoo.resNet50(), batch: 8, size: 224, classes: 1000) { try SGD(0.01, momentum: 0.9) }
    case "sobel": return try sobel()
    default: return nil
    }
  }

  private static func inference(_ network: some Layer, size: Int) throws -> Workload {
    let x = try picture([1, size, size, 3])
    try network.build(input: x.shape)
    try roughen(network)
    return Workload(
      parameters: network.namedParameters, input: x, output: try network.predict(x),
      run: { _ = try network.predict(x) })
  }

  private static func training(
    _ network: some Layer, batch: Int, size: Int, classes: Int, _ optimizer: () throws -> Optimizer
  ) throws -> Workload {
    let x = try picture([batch, size, size, 3])
    var random = try RandomState(seed: 7)
    let labels = try random.randint(0, classes, [batch])
    try network.build(input: x.shape)
    let start = network.parameters.map(\.value)
    func stepper() throws -> () throws -> Tensor {
      let optimizer = try optimizer()
      return {
        try trainingStep(optimizer, inputs: [x, labels]) { inputs in
          try crossEntropy(network(inputs[0]), inputs[1])
        }
      }
    }
    let first = try stepper()
    let losses = try (0..<5).map { _ in Float(try first().item().doubleValue) }
    // The peer starts where this one started.
    for (parameter, value) in zip(network.parameters, start) { parameter.value = value }
    let step = try stepper()
    return Workload(
      parameters: network.namedParameters, input: x, labels: labels, output: try Tensor(losses),
      run: { _ = try step() })
  }

  private static func sobel() throws -> Workload {
    let x = try picture([1, 1080, 1920, 1])
    let filter = try Tensor([[1, 0, -1], [2, 0, -2], [1, 0, -1]] as [[Float]])
    let grey = try x.reshape([1080, 1920])
    let output = try grey.conv2d(filter, padding: .same)
    return Workload(
      parameters: [], input: x, output: output, run: { _ = try grey.conv2d(filter, padding: .same) })
  }

  private static func picture(_ shape: Shape) throws -> Tensor {
    var random = try RandomState(seed: 3)
    return try random.randn(shape).asType(.float32)
  }

  /// Gives vectors numbers that are not trivial, so that biases and statistics are checked too.
  private static func roughen(_ network: some Layer) throws {
    var random = try RandomState(seed: 5)
    for (name, parameter) in network.namedParameters where parameter.shape.rank == 1 {
      let noise = try random.rand(parameter.shape).asType(.float32)
      parameter.value = try name.hasSuffix("variance") ? noise + 0.5 : parameter.value + noise * 0.1
    }
  }
}

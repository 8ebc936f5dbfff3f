import CNN

/// One row of the benchmark: a network and its input, prepared to be run again and again.
struct Workload {
  /// Parameters in the order in which they are first used, for the peer that is to have the same.
  let parameters: [(name: String, parameter: Parameter)]
  let input: Tensor
  var labels: Tensor?
  /// Other tensors that the peer needs, by the names of their files.
  var more: [(name: String, tensor: Tensor)] = []
  /// What else the peer has to know.
  var facts: [String: String] = [:]
  /// The overlap from which on a box is dropped, for the peer that is to drop the same ones.
  var threshold: Double?
  /// What the peer's output is compared with.
  let output: Tensor
  /// One timed round.
  let run: () throws -> Void

  static let names = [
    "resnet50", "vgg16", "mobilenetv2", "lenet", "resnet20", "resnet50-train", "style", "sobel",
    "nms",
  ]

  /// - Parameter isCompared: Whether a peer is to have the same numbers; otherwise the work is only done.
  static func make(_ name: String, isCompared: Bool = true) throws -> Workload? {
    RandomStreams.start(seed: 1)
    switch name {
    case "resnet50": return try inference(Zoo.resNet50(), epsilon: "1.001e-5")
    case "vgg16": return try inference(Zoo.vgg16(), epsilon: "0")
    case "mobilenetv2": return try inference(Zoo.mobileNetV2(), epsilon: "1e-3")
    case "lenet":
      let network = Sequential(
        Conv2D(8, 5, activation: .relu), MaxPool2D(2), Conv2D(16, 5, activation: .relu), MaxPool2D(2),
        Flatten(), Dense(120, activation: .relu), Dense(84, activation: .relu), Dense(10))
      return try training(network, batch: 64, size: 32, classes: 10, epsilon: "0", isCompared) {
        try Adam(0.001)
      }
    case "resnet20":
      return try training(Zoo.resNet20(), batch: 64, size: 32, classes: 10, epsilon: "1e-5", isCompared) {
        try SGD(0.1, momentum: 0.9)
      }
    case "resnet50-train":
      return try training(Zoo.resNet50(), batch: 8, size: 224, classes: 1000, epsilon: "1.001e-5", isCompared)
      {
        try SGD(0.01, momentum: 0.9)
      }
    case "style": return try style()
    case "sobel": return try sobel()
    case "nms": return try nms()
    default: return nil
    }
  }

  private static func inference(_ network: some Layer, epsilon: String) throws -> Workload {
    let x = try picture([1, 224, 224, 3])
    try network.build(input: x.shape)
    try roughen(network)
    return Workload(
      parameters: network.namedParameters, input: x, facts: ["epsilon": epsilon],
      output: try network.predict(x),
      run: { _ = try network.predict(x) })
  }

  private static func training(
    _ network: some Layer, batch: Int, size: Int, classes: Int, epsilon: String, _ isCompared: Bool,
    _ optimizer: () throws -> Optimizer
  ) throws -> Workload {
    let x = try picture([batch, size, size, 3])
    var random = try RandomState(seed: 7)
    let labels = try random.randint(0, classes, [batch])
    try network.build(input: x.shape)
    func stepper() throws -> () throws -> Tensor {
      let optimizer = try optimizer()
      return {
        try trainingStep(optimizer, inputs: [x, labels]) { inputs in
          try crossEntropy(network(inputs[0]), inputs[1])
        }
      }
    }
    var losses: [Float] = []
    if isCompared {
      let start = network.parameters.map(\.value)
      let first = try stepper()
      losses = try (0..<5).map { _ in Float(try first().item().doubleValue) }
      // The peer starts where this one started.
      for (parameter, value) in zip(network.parameters, start) { parameter.value = value }
    }
    let step = try stepper()
    return Workload(
      parameters: network.namedParameters, input: x, labels: labels, facts: ["epsilon": epsilon],
      output: try Tensor(losses),
      run: { _ = try step() })
  }

  /// One step of style transfer: the gradient with respect to the picture of a content loss and five style losses.
  private static func style() throws -> Workload {
    let network = Zoo.vgg19Features()
    let styles = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]
    let size: Shape = [1, 256, 256, 3]
    let (start, content, style) = (try picture(size, 3), try picture(size, 4), try picture(size, 5))
    func features(_ x: Variable) throws -> (content: Variable, grams: [Variable]) {
      let found = try network.activations(x, of: styles + ["conv4_2"])
      let grams = try found.dropLast().map { feature -> Variable in
        let flat = try feature.reshape([-1, feature.shape[3]])
        return try flat.transposed().matmul(flat)
      }
      return (found[styles.count], grams)
    }
    let wanted = try features(Variable(content)).content.tensor()
    let wantedGrams = try features(Variable(style)).grams.map { try $0.tensor() }
    // As in the course: by the sizes of the features, and 10 to 40 between content and style.
    let contentFactor = 10.0 / (4 * Double(wanted.elementCount))
    let factors = zip(wantedGrams, [256, 128, 64, 32, 16]).map { gram, side in
      let entries = Double(gram.elementCount) * Double(side * side) * Double(side * side)
      return 40.0 * 0.2 / (4 * entries)
    }
    func step() throws -> Tensor {
      try valueWithGradients(at: [start], parameters: [], planned: true) { x in
        let (found, grams) = try features(x[0])
        var loss = try (found - Variable(wanted)).square().sum() * .double(contentFactor)
        for ((gram, wanted), factor) in zip(zip(grams, wantedGrams), factors) {
          loss = try loss + (gram - Variable(wanted)).square().sum() * .double(factor)
        }
        return loss
      }.inputs[0]
    }
    return Workload(
      parameters: network.namedParameters, input: start,
      more: [("content", content), ("style", style)],
      facts: [
        "content_factor": "\(contentFactor)", "style_factors": factors.map { "\($0)" }.joined(separator: ","),
      ], output: try step(), run: { _ = try step() })
  }

  private static func sobel() throws -> Workload {
    let x = try picture([1, 1080, 1920, 1])
    let filter = try Tensor([[1, 0, -1], [2, 0, -2], [1, 0, -1]] as [[Float]])
    let grey = try x.reshape([1080, 1920])
    let output = try grey.conv2d(filter, padding: .same)
    return Workload(
      parameters: [], input: x, output: output, run: { _ = try grey.conv2d(filter, padding: .same) })
  }

  /// Boxes of 10 to 100 pixels all over a picture of 1000 x 1000, of which a third overlap a better one.
  private static func nms() throws -> Workload {
    let count = 10_000
    let threshold = 0.5
    var random = try RandomState(seed: 3)
    let corners = try random.uniform(0, 1000, [count, 2])
    let sizes = try random.uniform(10, 100, [count, 2])
    let boxes = try Tensor.concatenate([corners, corners + sizes], axis: 1).asType(.float32)
    let scores = try random.rand([count]).asType(.float32)
    let kept = try nonMaxSuppression(boxes, scores: scores, iouThreshold: threshold)
    return Workload(
      parameters: [], input: boxes, more: [("scores", scores)], threshold: threshold, output: kept,
      run: { _ = try nonMaxSuppression(boxes, scores: scores, iouThreshold: threshold) })
  }

  private static func picture(_ shape: Shape, _ seed: Int = 3) throws -> Tensor {
    var random = try RandomState(seed: seed)
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

import Base
import Networks
import Tensors
import Testing

/// Counts and shapes of published networks, without computing anything.
@Suite("The networks of the zoo") struct ZooTests {
  /// What a network is expected to be for one picture.
  private func check(
    _ network: some Layer, _ input: [Int], output: [Int], total: Int, trainable: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try network.build(input: Shape([1] + input))
    #expect(network.parameterCount == total, sourceLocation: sourceLocation)
    let changed = network.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count }
    #expect(changed == trainable, sourceLocation: sourceLocation)
    let summary = try network.summary(input: input)
    #expect(summary.rows.last?.outputShape == output, sourceLocation: sourceLocation)
    #expect(summary.parameters == total, sourceLocation: sourceLocation)
    #expect(summary.trainableParameters == trainable, sourceLocation: sourceLocation)
    #expect(summary.rows.reduce(0) { $0 + $1.parameters } == total, sourceLocation: sourceLocation)
  }

  @Test func leNet5() throws {
    try check(Zoo.leNet5(), [32, 32, 1], output: [10], total: 61_706, trainable: 61_706)
    try check(Zoo.leNet5Modern(), [32, 32, 1], output: [10], total: 61_706, trainable: 61_706)
  }

  @Test func alexNet() throws {
    let network = Zoo.alexNet()
    try check(network, [227, 227, 3], output: [1000], total: 62_378_344, trainable: 62_378_344)
    let shapes = try network.summary(input: [227, 227, 3]).rows.map(\.outputShape)
    let expected = [
      [227, 227, 3], [55, 55, 96], [27, 27, 96], [27, 27, 256], [13, 13, 256], [13, 13, 384], [6, 6, 256],
      [9216], [4096], [1000],
    ]
    #expect(expected.allSatisfy(shapes.contains))
    try check(
      Zoo.alexNet(groups: 2), [227, 227, 3], output: [1000], total: 60_965_224, trainable: 60_965_224)
  }

  @Test func vgg16() throws {
    let network = Zoo.vgg16()
    try check(network, [224, 224, 3], output: [1000], total: 138_357_544, trainable: 138_357_544)
    let rows = try network.summary(input: [224, 224, 3]).rows
    #expect(
      rows.filter { $0.label == "MaxPool2D" }.map(\.outputShape) == [
        [112, 112, 64], [56, 56, 128], [28, 28, 256], [14, 14, 512], [7, 7, 512],
      ])
    #expect(rows.filter { $0.label == "Conv2D" }.map(\.parameters).reduce(0, +) == 14_714_688)
    #expect(rows.filter { $0.label == "Dense" }.map(\.parameters) == [102_764_544, 16_781_312, 4_097_000])
    // 15.3 billion in the convolutions, 0.12 billion in the dense layers.
    #expect(try network.summary(input: [224, 224, 3]).multiplyAdds == 15_470_264_320)
  }

  @Test func vgg19() throws {
    try check(Zoo.vgg19(), [224, 224, 3], output: [1000], total: 143_667_240, trainable: 143_667_240)
    try check(
      Zoo.vgg19Features(), [224, 224, 3], output: [14, 14, 512], total: 20_024_384, trainable: 20_024_384)
  }

  @Test func vggActivationsByName() throws {
    let features = Zoo.vgg19Features(averagePooling: true)
    let x = Variable(try Tensor.ones([1, 32, 32, 3]))
    let found = try features.activations(x, of: ["conv2_1", "conv1_1", "pool1"])
    #expect(found.map(\.shape) == [[1, 16, 16, 128], [1, 32, 32, 64], [1, 16, 16, 64]])
    #expect(features.names.last == "conv5_4")
    // What lies behind the last of them has not been run.
    #expect(try features.layer("conv3_1").parameters.isEmpty)
    #expect(try features.activations(x, of: []).isEmpty)
    expectError(
      .value,
      "The network has no layer \"relu1\"; its layers are \(features.names.joined(separator: ", "))."
    ) { _ = try features.activations(x, of: ["relu1"]) }
  }

  @Test(arguments: [(50, 25_636_712, 53_120), (101, 44_707_176, 105_344), (152, 60_419_944, 151_424)])
  func bottleneckResNets(depth: Int, total: Int, statistics: Int) throws {
    let network =
      switch depth {
      case 50: Zoo.resNet50()
      case 101: Zoo.resNet101()
      default: Zoo.resNet152()
      }
    try check(network, [224, 224, 3], output: [1000], total: total, trainable: total - statistics)
  }

  @Test func resNet50OfTorchvision() throws {
    let paper = Zoo.resNet50(useBias: false)
    try check(paper, [224, 224, 3], output: [1000], total: 25_610_152, trainable: 25_557_032)
    let later = Zoo.resNet50(useBias: false, strideIn3x3: true)
    try check(later, [224, 224, 3], output: [1000], total: 25_610_152, trainable: 25_557_032)
    // 3.9 and 4.1 billion, as both are quoted.
    #expect(try paper.summary(input: [224, 224, 3]).multiplyAdds == 3_857_973_248)
    #expect(try later.summary(input: [224, 224, 3]).multiplyAdds == 4_089_184_256)
  }

  @Test func courseResNet50() throws {
    let network = Zoo.courseResNet50()
    try check(network, [64, 64, 3], output: [6], total: 23_600_006, trainable: 23_600_006 - 53_120)
    let summary = try network.summary(input: [64, 64, 3])
    #expect(summary.nonTrainableParameters == 53_120)
    let shapes = summary.rows.map(\.outputShape)
    for shape in [
      [70, 70, 3], [32, 32, 64], [15, 15, 256], [8, 8, 512], [4, 4, 1024], [2, 2, 2048], [1, 1, 2048],
    ] {
      #expect(shapes.contains(shape))
    }
  }

  @Test func basicResNets() throws {
    try check(
      Zoo.resNet18(), [224, 224, 3], output: [1000], total: 11_689_512 + 9600, trainable: 11_689_512)
    try check(
      Zoo.resNet34(), [224, 224, 3], output: [1000], total: 21_797_672 + 17_024, trainable: 21_797_672)
  }

  @Test func smallResNets() throws {
    try check(Zoo.resNet20(), [32, 32, 3], output: [10], total: 272_474 + 1568, trainable: 272_474)
    try check(
      Zoo.resNet20(shortcut: .zeroPadded), [32, 32, 3], output: [10], total: 269_722 + 1376,
      trainable: 269_722)
    try check(Zoo.plain20(), [32, 32, 3], output: [10], total: 269_722 + 1376, trainable: 269_722)
    // As the paper's table 6: 0.85 million for 56 layers.
    let deep = try Zoo.smallResNet(depth: 56, shortcut: .zeroPadded)
    try deep.build(input: [1, 32, 32, 3])
    #expect(deep.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count } == 853_018)
    let message = "A residual network for small pictures has 6 n + 2 layers, from 8 to 1202, but a depth of "
    expectError(.value, message + "21 came.") { _ = try Zoo.smallResNet(depth: 21) }
    expectError(.value, message + "-4 came.") { _ = try Zoo.smallPlain(depth: -4) }
  }

  @Test func googLeNet() throws {
    let network = Zoo.googLeNet()
    try check(network, [224, 224, 3], output: [1000], total: 6_998_552, trainable: 6_998_552)
    let modules = try network.summary(input: [224, 224, 3]).rows
    // Four that make the picture smaller, and one in each of the nine modules.
    #expect(modules.filter { $0.label == "MaxPool2D" }.count == 13)
    #expect(modules.contains { $0.label == "GlobalAveragePool2D" && $0.outputShape == [1024] })
    #expect(modules.contains { $0.outputShape == [14, 14, 480] && $0.settings == "3x3, stride 2" })
    let small = Zoo.googLeNet(classes: 3)
    let scores = try small.withSideBranches(Variable(Tensor.ones([2, 96, 96, 3])))
    #expect([scores.main, scores.side1, scores.side2].map(\.shape) == [[2, 3], [2, 3], [2, 3]])
  }

  @Test func inceptionModule() throws {
    let module = Zoo.inception(64, threeByThree: (96, 128), fiveByFive: (16, 32), pooled: 32)
    let summary = try Sequential(module).summary(input: [28, 28, 192])
    #expect(module.parameterCount == 163_696)
    #expect(summary.rows.last?.outputShape == [28, 28, 256])
  }

  @Test func mobileNetV2() throws {
    try check(
      Zoo.mobileNetV2(), [224, 224, 3], output: [1000], total: 3_538_984, trainable: 3_504_872)
    try check(
      Zoo.mobileNetV2Features(), [160, 160, 3], output: [5, 5, 1280], total: 2_257_984, trainable: 2_223_872)
    try check(
      Zoo.mobileNetV2Features(width: 0.35), [96, 96, 3], output: [3, 3, 1280], total: 410_208,
      trainable: 396_128)
  }

  @Test func uNet() throws {
    try check(Zoo.uNet(), [96, 128, 3], output: [96, 128, 23], total: 8_640_471, trainable: 8_640_471)
    expectError(
      .shape,
      "U-Net: the input is a batch of pictures (batch, height, width, channels) with height and width "
        + "multiples of 16, since it halves them four times, but a tensor of shape (1, 100, 128, 3) came."
    ) { try Zoo.uNet().build(input: [1, 100, 128, 3]) }
    #expect(throws: MemoryError.self) { try Zoo.uNet(filters: .max).build(input: [1, 16, 16, 3]) }
    #expect(throws: TensorError.self) { try Zoo.uNet(filters: .min).build(input: [1, 16, 16, 3]) }
  }

  @Test func yoloV2() throws {
    let network = Zoo.yoloV2()
    try check(network, [608, 608, 3], output: [19, 19, 425], total: 50_983_561, trainable: 50_962_889)
    let shapes = try network.summary(input: [608, 608, 3]).rows.map(\.outputShape)
    #expect(shapes.contains([38, 38, 512]) && shapes.contains([38, 38, 64]))
    #expect(throws: TensorError.self) { try Zoo.yoloV2().build(input: [1, 600, 608, 3]) }
    #expect(throws: MemoryError.self) {
      try Zoo.yoloV2(anchors: .max, classes: .max).build(input: [1, 32, 32, 3])
    }
  }

  @Test func faceNet() throws {
    let network = Zoo.faceNet()
    try check(network, [96, 96, 3], output: [128], total: 3_743_280, trainable: 3_733_968)
    #expect(network.namedLayers.count == 75)
    #expect(network.namedLayers.map(\.name).contains("inception_4e_5x5_bn2"))
    #expect(network.namedLayers.flatMap { $0.layer.parameters }.count == network.parameters.count)
  }

  @Test func smallNetworksCompute() throws {
    let digits = try normal([2, 32, 32, 1], seed: 3).asType(.float32)
    #expect(try Zoo.leNet5().predict(digits).shape == [2, 10])
    let pictures = try normal([2, 32, 32, 3], seed: 4).asType(.float32)
    for network in [Zoo.resNet20(), Zoo.resNet20(shortcut: .zeroPadded), Zoo.plain20()] {
      let planned = try network.predict(pictures)
      let eager = try network(Variable(pictures)).tensor()
      #expect(planned.shape == [2, 10])
      expectValues(planned, eager.doubles(), tolerance: 1e-3)
    }
    let unit = try L2Normalize().predict(Tensor([[3, 4], [0, 0]], dtype: .float32))
    expectValues(unit, [0.6, 0.8, 0, 0], tolerance: 1e-6)
  }

  @Test func branchedNetworksCompute() throws {
    func check(_ network: some Layer, _ input: Shape, sourceLocation: SourceLocation = #_sourceLocation)
      throws
    {
      let x = try normal(input, seed: 5).asType(.float32)
      let planned = try network.predict(x)
      let eager = try network(Variable(x)).tensor()
      #expect(planned.shape == eager.shape, sourceLocation: sourceLocation)
      let difference = try (planned - eager).norm().doubles()[0] / max(eager.norm().doubles()[0], 1e-6)
      #expect(difference < 1e-3, sourceLocation: sourceLocation)
    }
    try check(Zoo.uNet(classes: 3, filters: 4), [2, 32, 48, 3])
    try check(Zoo.googLeNet(classes: 5), [1, 64, 64, 3])
    try check(Zoo.mobileNetV2(classes: 5, width: 0.35), [1, 64, 64, 3])
    try check(Zoo.yoloV2(anchors: 2, classes: 3), [1, 64, 64, 3])
    try check(Zoo.courseResNet50(), [1, 64, 64, 3])
    let network = Zoo.faceNet()
    try check(network, [2, 96, 96, 3])
    let faces = try network.predict(normal([3, 96, 96, 3], seed: 6).asType(.float32))
    for length in try faces.norm(axes: [1]).doubles() { #expect((length - 1).magnitude < 1e-4) }
  }

  @Test func aZeroPaddedShortcutTakesEverySecondPixel() throws {
    let x = try Tensor.range(to: 16).reshape([1, 4, 4, 1]).asType(.float32)
    let y = try ZeroPaddedShortcut(3)(Variable(x)).tensor()
    expectValues(y, [0, 0, 0, 0, 2, 0, 0, 8, 0, 0, 10, 0], shape: [1, 2, 2, 3])
  }
}

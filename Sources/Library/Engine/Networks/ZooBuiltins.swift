import Networks
import Script
import Tensors

/// Published networks by name.
enum ZooBuiltins {
  private static func classes(_ standard: Int) -> Builtin.Parameter {
    .init("classes", default: "\(standard)", "how many classes it tells apart")
  }

  private static func network(
    _ name: String, _ standard: Int, _ summary: String, input: [Int]? = nil, parameters: Int = 0,
    _ make: @escaping @Sendable (Int) -> any Layer
  ) -> Builtin {
    let example =
      input.map { Builtin.Example("zoo.\(name)().summary(input: \($0)).parameters", "\(parameters)") }
      ?? .init("type(of: zoo.\(name)())", "\"Layer\"")
    return Builtin(
      name, [classes(standard)], summary,
      details: "It gives scores, without a softmax; its weights are drawn at random, and read by `net.load`.",
      examples: [example]
    ) { call in
      let count = try call.size(0, default: standard)
      guard count <= 1_000_000 else { throw call.failure("there are at most a million classes", argument: 0) }
      return .host(LayerValue(make(count), depth: 8))
    }
  }

  static let namespaces: [Namespace] = [
    Namespace(
      "zoo", "Published networks, built from the layers of this library.",
      functions: [
        network(
          "leNet5", 10, "LeNet-5 for 32 × 32 points (LeCun et al. 1998).", input: [32, 32, 1],
          parameters: 61706
        ) { Zoo.leNet5(classes: $0) },
        network("leNet5Modern", 10, "LeNet-5 with ReLU and max pooling.") { Zoo.leNet5Modern(classes: $0) },
        network("alexNet", 1000, "AlexNet for 227 × 227 points (Krizhevsky et al. 2012).") {
          Zoo.alexNet(classes: $0)
        },
        network("vgg16", 1000, "VGG-16 for 224 × 224 points (Simonyan and Zisserman 2015).") {
          Zoo.vgg16(classes: $0)
        },
        network("vgg19", 1000, "VGG-19: three convolutions more than VGG-16.") { Zoo.vgg19(classes: $0) },
        network("googLeNet", 1000, "GoogLeNet with inception modules (Szegedy et al. 2015).") {
          Zoo.googLeNet(classes: $0)
        },
        network("resNet18", 1000, "ResNet-18 (He et al. 2016).") { Zoo.resNet18(classes: $0) },
        network("resNet34", 1000, "ResNet-34.") { Zoo.resNet34(classes: $0) },
        network(
          "resNet50", 1000, "ResNet-50: sixteen blocks of three convolutions.", input: [224, 224, 3],
          parameters: 25_636_712
        ) { Zoo.resNet50(classes: $0) },
        network("resNet101", 1000, "ResNet-101.") { Zoo.resNet101(classes: $0) },
        network("resNet152", 1000, "ResNet-152.") { Zoo.resNet152(classes: $0) },
        network("courseResNet50", 6, "The course's ResNet-50 for hand signs of 64 × 64 points.") {
          Zoo.courseResNet50(classes: $0)
        },
        network("resNet20", 10, "A residual network of 20 layers for small pictures.") {
          Zoo.resNet20(classes: $0)
        },
        network("plain20", 10, "The same without shortcuts.") { Zoo.plain20(classes: $0) },
        network("mobileNetV2", 1000, "MobileNetV2: few parameters (Sandler et al. 2018).") {
          Zoo.mobileNetV2(classes: $0)
        },
        network("uNet", 23, "U-Net: a class for each point (Ronneberger et al. 2015).") {
          Zoo.uNet(classes: $0)
        },
        network("yoloV2", 80, "YOLOv2 with five anchors (Redmon and Farhadi 2017).") {
          Zoo.yoloV2(classes: $0)
        },
        Builtin(
          "faceNet", [], "FaceNet: faces of 96 × 96 points as 128 numbers (Schroff et al. 2015).",
          examples: [.init("type(of: zoo.faceNet())", "\"Layer\"")]
        ) { _ in .host(LayerValue(Zoo.faceNet(), depth: 8)) },
        features("vgg16Features", "The convolutions of VGG-16, with names such as conv1_1.") {
          Zoo.vgg16Features(averagePooling: $0)
        },
        features("vgg19Features", "The convolutions of VGG-19, what style transfer looks at.") {
          Zoo.vgg19Features(averagePooling: $0)
        },
      ])
  ]

  private static func features(
    _ name: String, _ summary: String, _ make: @escaping @Sendable (Bool) -> VGGFeatures
  ) -> Builtin {
    Builtin(
      name,
      [
        .init(
          "averagePooling", default: "false", "means instead of the largest numbers, for smoother pictures")
      ],
      summary,
      details: "`net.activations(x, of: [\"conv1_1\", \"conv2_1\"])` gives what single layers answer.",
      examples: [.init("zoo.\(name)().layers.count > 16", "true")]
    ) { call in .host(LayerValue(make(try call.bool(0, default: false)), depth: 8)) }
  }
}

import Networks
import Script
import Tensors

/// Built-ins that make layers.
enum LayerBuiltins {
  static let functions: [Builtin] = convolutions + dense + pools + shapes + containers

  private static let window = Builtin.Parameter(
    "window", default: "2", "the size of the window: one integer or two")
  private static let lazily =
    "The number of inputs is taken from the first input; the parameters are made then."

  private static func made(_ layer: any Layer) -> Value { .host(LayerValue(layer)) }

  // MARK: Layers with parameters

  private static let convolutions: [Builtin] = [
    Builtin(
      "Conv2D",
      [
        .init("filters", "how many filters; the channels of the output"),
        .init("size", "rows and columns of each: one integer or two"), LayerArguments.stride,
        LayerArguments.padding, .init("dilation", default: "1", "the distance between the filter's taps"),
        .init("groups", default: "1", "channels are split into so many parts"), LayerArguments.activation,
        LayerArguments.useBias, LayerArguments.initializer,
      ],
      "A layer that slides filters over pictures: (n, height, width, in) -> (n, height', width', filters).",
      details: lazily,
      examples: [.init("Conv2D(8, 5, activation: .relu)(zeros(1, 32, 32, 3)).shape", "[1, 28, 28, 8]")]
    ) { call in
      made(
        Conv2D(
          try call.size(0), try call.window(1), stride: try call.window(2), padding: try call.padding(3),
          dilation: try call.window(4), groups: try call.size(5, default: 1),
          activation: try call.activation(6), useBias: try call.bool(7, default: true),
          initializer: try call.initializer(8)))
    },
    Builtin(
      "DepthwiseConv2D",
      [
        .init("size", "rows and columns of each filter: one integer or two"), LayerArguments.stride,
        LayerArguments.padding, LayerArguments.activation, LayerArguments.useBias,
      ],
      "A convolution that filters each channel by itself.", details: lazily,
      examples: [.init("DepthwiseConv2D(3, padding: .same)(zeros(1, 8, 8, 16)).shape", "[1, 8, 8, 16]")]
    ) { call in
      made(
        DepthwiseConv2D(
          try call.window(0), stride: try call.window(1), padding: try call.padding(2),
          activation: try call.activation(3), useBias: try call.bool(4, default: true)))
    },
    Builtin(
      "ConvTranspose2D",
      [
        .init("filters", "how many filters; the channels of the output"),
        .init("size", "rows and columns of each: one integer or two"), LayerArguments.stride,
        LayerArguments.padding, LayerArguments.activation, LayerArguments.useBias, LayerArguments.initializer,
      ],
      "The convolution that goes the other way: pictures grow by the stride.", details: lazily,
      examples: [
        .init(
          "ConvTranspose2D(8, 3, stride: 2, padding: .same)(zeros(1, 14, 14, 16)).shape", "[1, 28, 28, 8]")
      ]
    ) { call in
      made(
        ConvTranspose2D(
          try call.size(0), try call.window(1), stride: try call.window(2), padding: try call.padding(3),
          activation: try call.activation(4), useBias: try call.bool(5, default: true),
          initializer: try call.initializer(6)))
    },
  ]

  private static let dense: [Builtin] = [
    Builtin(
      "Dense",
      [
        .init("units", "how many outputs"), LayerArguments.activation, LayerArguments.useBias,
        LayerArguments.initializer,
      ],
      "A layer that connects every input with every output: (n, in) -> (n, units).", details: lazily,
      examples: [.init("Dense(10)(zeros(1, 84)).shape", "[1, 10]")]
    ) { call in
      made(
        Dense(
          try call.size(0), activation: try call.activation(1), useBias: try call.bool(2, default: true),
          initializer: try call.initializer(3)))
    },
    Builtin(
      "BatchNorm",
      [
        .init("momentum", default: "0.99", "how much of the running average stays with each batch"),
        .init("epsilon", default: "0.001", "is added to the variance"),
      ],
      "Brings each channel to mean 0 and variance 1, then scales and shifts it as it is learned.",
      details: """
        In training the batch's own statistics are used, afterwards their running average. Source: Ioffe and \
        Szegedy 2015.
        """,
      examples: [.init("BatchNorm()(zeros(1, 8, 8, 16)).shape", "[1, 8, 8, 16]")]
    ) { call in
      let momentum = try call.double(0, default: 0.99)
      let epsilon = try call.double(1, default: 1e-3)
      guard momentum >= 0, momentum < 1 else {
        throw call.failure("the momentum lies from 0 to below 1, but \(momentum) came", argument: 0)
      }
      guard epsilon >= 0, epsilon.isFinite else {
        throw call.failure("epsilon is a number of 0 or more, but \(epsilon) came", argument: 1)
      }
      return made(BatchNorm(momentum: momentum, epsilon: epsilon))
    },
    Builtin(
      "Dropout", [.init("rate", default: "0.5", "the part that is dropped, from 0 to below 1")],
      "Drops numbers at random in training and scales the others up, so that their mean stays.",
      details: "Outside of training it passes everything on.",
      examples: [.init("Dropout(0.5)(ones(1, 3))", "[[1. 1. 1.]]")]
    ) { call in
      let rate = try call.double(0, default: 0.5)
      guard rate >= 0, rate < 1 else {
        throw call.failure("the rate lies from 0 to below 1, but \(rate) came", argument: 0)
      }
      return made(Dropout(rate))
    },
  ]

  // MARK: Layers without parameters

  private static func pool(
    _ name: String, _ summary: String, _ make: @escaping @Sendable (Pair, Pair?, Padding) -> any Layer
  ) -> Builtin {
    Builtin(
      name,
      [
        window, .init("stride", default: "window", "rows and columns between two windows"),
        LayerArguments.padding,
      ], summary, examples: [.init("\(name)(2)(zeros(1, 28, 28, 8)).shape", "[1, 14, 14, 8]")]
    ) { call in
      made(
        make(
          try call.window(0, default: 2), call.has(1) ? try call.window(1) : nil, try call.padding(2)))
    }
  }

  private static let pools: [Builtin] = [
    pool("MaxPool2D", "A layer with the largest number under a window, each channel by itself.") {
      MaxPool2D($0, stride: $1, padding: $2)
    },
    pool("AveragePool2D", "A layer with the mean under a window, each channel by itself.") {
      AveragePool2D($0, stride: $1, padding: $2)
    },
    Builtin(
      "GlobalAveragePool2D", [],
      "A layer with the mean of each channel: (n, height, width, channels) -> (n, channels).",
      examples: [.init("GlobalAveragePool2D()(zeros(1, 7, 7, 512)).shape", "[1, 512]")]
    ) { _ in made(GlobalAveragePool2D()) },
    Builtin(
      "GlobalMaxPool2D", [],
      "A layer with the largest number of each channel: (n, height, width, channels) -> (n, channels).",
      examples: [.init("GlobalMaxPool2D()(zeros(1, 7, 7, 512)).shape", "[1, 512]")]
    ) { _ in made(GlobalMaxPool2D()) },
  ]

  private static let shapes: [Builtin] = [
    Builtin(
      "Flatten", [], "A layer that puts all numbers of each sample in a row: (n, ...) -> (n, count).",
      examples: [.init("Flatten()(zeros(1, 5, 5, 16)).shape", "[1, 400]")]
    ) { _ in made(Flatten()) },
    Builtin(
      "Activation",
      [
        .init(
          "function", choices: LayerArguments.activations.map(\.name), "`.relu`, ..., or one of `activations`"
        )
      ],
      "A function of each number as a layer of its own.",
      examples: [.init("Activation(.relu)(tensor([-1.0, 2.0]))", "[0. 2.]")]
    ) { call in
      guard let function = try call.activation(0) else {
        throw call.mismatch(0, "an activation such as .relu")
      }
      return made(ActivationLayer(function))
    },
    Builtin(
      "Softmax", [], "A layer that turns scores into probabilities along the last axis.",
      details: "The loss .crossEntropy takes scores as they are; a network trained with it needs no Softmax.",
      examples: [.init("Softmax()(zeros(1, 2))", "[[0.5 0.5]]")]
    ) { _ in made(SoftmaxLayer()) },
    Builtin(
      "ZeroPad2D", [.init("amount", "rows and columns of zeros on every side: one integer or two")],
      "A layer that puts zeros around pictures.",
      examples: [.init("ZeroPad2D(3)(zeros(1, 64, 64, 3)).shape", "[1, 70, 70, 3]")]
    ) { call in
      let amount = try call.pair(0, default: 1)
      guard (0...100_000).contains(amount.height), (0...100_000).contains(amount.width) else {
        throw call.failure("the amount is 0 or more, but \(amount) came", argument: 0)
      }
      return made(ZeroPad2D(amount))
    },
  ]

  // MARK: Layers made of layers

  private static let containers: [Builtin] = [
    Builtin(
      "Sequential",
      [.init("layers", variadic: true, "layers, structs with `callAsFunction`, closures, or arrays of them")],
      "A network: layers one after the other.",
      details: """
        `net(x)` runs it, `net.summary(input: [32, 32, 3])` shows what it consists of, `fit` trains it, \
        `net[0]` is its first layer. Copies share the parameters.
        """,
      examples: [
        .init(
          "let net = Sequential(Conv2D(8, 5, activation: .relu), MaxPool2D(2), Flatten(), Dense(10))\n"
            + "net(zeros(4, 32, 32, 3)).shape", "[4, 10]")
      ]
    ) { call in
      let parts = try layers(call)
      return .host(try LayerValue(Sequential(parts.map(\.layer)), around: parts.map(\.depth)))
    },
    Builtin(
      "Parallel",
      [.init("branches", variadic: true, "layers that are given the same input, or an array of them")],
      "Layers side by side, their outputs joined along the channels.",
      examples: [
        .init(
          "Parallel(Conv2D(4, 1), Conv2D(8, 3, padding: .same))(zeros(1, 6, 6, 3)).shape", "[1, 6, 6, 12]")
      ]
    ) { call in
      let parts = try layers(call)
      guard !parts.isEmpty else { throw call.failure("there is at least one branch", argument: 0) }
      return .host(try LayerValue(Parallel(parts.map(\.layer)), around: parts.map(\.depth)))
    },
    Builtin(
      "Residual",
      [
        .init("body", "what is added to the input: a layer or a network"),
        .init("shortcut", default: "nil", "a layer that makes the input fit; nil passes it on as it is"),
        .init(
          "activation", default: ".relu", choices: LayerArguments.activations.map(\.name),
          "what follows the sum; nil for nothing"),
      ],
      "A block with a shortcut: activation(body(x) + shortcut(x)).", details: "Source: He et al. 2016.",
      examples: [
        .init("Residual(Conv2D(3, 3, padding: .same))(zeros(1, 8, 8, 3)).shape", "[1, 8, 8, 3]")
      ]
    ) { call in
      let body = try call.layer(0)
      let shortcut = call.has(1) ? try call.layer(1) : nil
      return .host(
        try LayerValue(
          Residual(
            body.layer, shortcut: shortcut?.layer, activation: try call.activation(2, default: .relu)),
          around: [body.depth, shortcut?.depth ?? 0]))
    },
  ]

  private static func layers(_ call: Call) throws -> [(layer: any Layer, depth: Int)] {
    try call.elements(0).flatMap { value in
      try (value.isArray ? value.elements.map(Array.init) ?? [] : [value]).map { part in
        guard let layer = try call.layer(part) else {
          throw ScriptError(
            .type,
            "`\(call.builtin.name)` is made of layers, but got \(part.describedKind)",
            suggestion: "layers are `Conv2D(8, 3)`, `Dense(10)`, structs with `callAsFunction`, ...")
        }
        return layer
      }
    }
  }

  // MARK: Namespaces

  static let namespaces: [Namespace] = [
    Namespace(
      "activations", "Functions that follow a layer, with their settings.",
      functions: [
        Builtin(
          "leakyRelu", [.init("slope", default: "0.01", "what negative numbers are multiplied with")],
          "x, or slope times x where it is negative.",
          examples: [.init("Activation(activations.leakyRelu(0.1))(tensor([-1.0, 2.0]))", "[-0.1  2. ]")]
        ) { call in
          .host(ActivationValue(.leakyRelu(slope: Float(try call.double(0, default: 0.01)))))
        },
        Builtin(
          "elu", [.init("alpha", default: "1", "how far down negative numbers go")],
          "x, or alpha (exp(x) - 1) where it is negative.",
          examples: [.init("Activation(activations.elu(1))(tensor([0.0, 2.0]))", "[0. 2.]")]
        ) { call in .host(ActivationValue(.elu(alpha: Float(try call.double(0, default: 1))))) },
      ]),
    Namespace(
      "initializers", "Ways to draw a layer's first weights, with their settings.",
      functions: [
        Builtin(
          "constant", [.init("value", "what every weight is")], "The same number everywhere.",
          examples: [.init("Dense(1, initializer: initializers.constant(2))(ones(1, 3))", "[[6.]]")]
        ) { call in
          let value = try call.double(0)
          return .host(InitializerValue(.constant(value), "constant \(value)"))
        },
        Builtin(
          "normal", [.init("deviation", default: "0.05", "the standard deviation")],
          "The normal distribution with mean 0.",
          examples: [
            .init("Dense(4, initializer: initializers.normal(0.01))(zeros(1, 3)).shape", "[1, 4]")
          ]
        ) { call in
          let deviation = try call.double(0, default: 0.05)
          return .host(InitializerValue(.normal(deviation), "normal \(deviation)"))
        },
      ]),
  ]
}

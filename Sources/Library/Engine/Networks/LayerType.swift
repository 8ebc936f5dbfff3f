import Networks
import Script
import Tensors

/// The members of layers and networks.
enum LayerType {
  static let tables: [TypeTable] = [
    TypeTable(
      "Layer", "Part of a network, or a whole one: a function with parameters that `fit` learns.",
      properties: properties, methods: methods),
    TypeTable("Activation", "A function that follows a layer, with its setting."),
    TypeTable("Initializer", "A way to draw a layer's first weights."),
    SummaryValue.table,
  ]

  private static let small = "let net = Sequential(Flatten(), Dense(2))\nnet.build(input: [4, 4])\n"

  private static func layer(_ call: Call) throws -> LayerValue {
    try call.host(0, as: LayerValue.self, expected: "a layer")
  }

  private static func parameter(_ name: String, _ summary: String, _ example: Builtin.Example) -> Builtin {
    Builtin(
      name, [.init("self")], summary, details: "Assigning a tensor of the same shape replaces it.",
      examples: [example]
    ) { call in try .host(ParameterValue.tensor(of: layer(call).parameter(name))) }
  }

  private static let properties: [Builtin] = [
    Builtin(
      "kind", [.init("self")], "The kind of layer, as a string.",
      examples: [.init("Conv2D(8, 3).kind", "\"Conv2D\"")]
    ) { call in .string(LayerText.label(of: try layer(call).layer)) },
    Builtin(
      "parameters", [.init("self")], "All its numbers: a dictionary from names to tensors.",
      details: "Layers make their parameters at their first input. `net.load(dictionary)` puts them back.",
      examples: [.init(small + "net.parameters.keys", "[\"layers.1.weights\", \"layers.1.bias\"]")]
    ) { call in
      let result = Value.emptyDictionary()
      for (name, parameter) in try layer(call).layer.namedParameters {
        let key = Value.string(name)
        defer { key.release() }
        try result.setDictionaryValue(.host(ParameterValue.tensor(of: parameter)), for: key)
      }
      return result
    },
    Builtin(
      "parameterCount", [.init("self")], "How many numbers its parameters are, statistics included.",
      examples: [.init(small + "net.parameterCount", "34")]
    ) { call in Value(try layer(call).layer.parameterCount) },
    Builtin(
      "layers", [.init("self")], "The layers of a network, in order; a layer by itself is its only one.",
      examples: [.init("Sequential(Flatten(), Dense(2)).layers.count", "2")]
    ) { call in
      let host = try layer(call)
      return .array(host.layers?.map(host.value) ?? [call[0].retained()])
    },
    parameter(
      "weights", "The weights of this layer.",
      .init(
        "let layer = Dense(2, initializer: .ones)\nlayer.build(input: [3])\nlayer.weights.shape", "[3, 2]")),
    parameter(
      "bias", "What this layer adds to each output.",
      .init("let layer = Dense(2)\nlayer.build(input: [3])\nlayer.bias = [1, 2]\nlayer.bias", "[1. 2.]")),
    parameter(
      "scale", "What a normalisation multiplies each channel with.",
      .init("let layer = BatchNorm()\nlayer.build(input: [4, 4, 2])\nlayer.scale", "[1. 1.]")),
    parameter(
      "shift", "What a normalisation adds to each channel.",
      .init("let layer = BatchNorm()\nlayer.build(input: [4, 4, 2])\nlayer.shift", "[0. 0.]")),
  ]

  private static func activations(_ call: Call) throws -> Value {
    let host = try layer(call)
    let x = try call.operand(1).variable
    let wanted = try call.elements(2)
    let answers = try Differentiation.interruptible(call.machine) { () -> [Variable] in
      if let features = host.layer as? VGGFeatures, wanted.contains(where: { !$0.isInteger }) {
        return try features.activations(x, of: wanted.map { $0.stringValue ?? "" })
      }
      guard let layers = host.layers else {
        throw call.failure("a single layer has only its result: `layer(x)`", argument: 0)
      }
      var results: [Int: Variable] = [:]
      let places = try wanted.map { value -> Int in
        guard value.isInteger, layers.indices.contains(value.asInteger) else {
          throw call.failure("layers are counted from 0 to \(layers.count - 1)", argument: 2)
        }
        return value.asInteger
      }
      var value = x
      for place in 0..<((places.max() ?? -1) + 1) {
        value = try layers[place](value)
        if places.contains(place) { results[place] = value }
      }
      return places.compactMap { results[$0] }
    }
    return .array(try answers.map { try Value.tensor($0) })
  }

  private static let methods: [Builtin] = [
    Builtin(
      "summary", [.init("self"), SummaryValue.input],
      "The shape table: every layer with what it gives, its parameters and its multiply-adds.",
      examples: [.init(small + "net.summary(input: [4, 4]).parameters", "34")]
    ) { call in try SummaryValue.summary(of: layer(call).layer, call) },
    Builtin(
      "build", [.init("self"), SummaryValue.input],
      "Makes the parameters for inputs of a shape, without computing anything.",
      examples: [.init("let layer = Dense(10)\nlayer.build(input: [84])\nlayer.parameterCount", "850")]
    ) { call in
      let shape = try Shape([1] + (try call.integers(1)))
      try Differentiation.interruptible(call.machine) { try layer(call).layer.build(input: shape) }
      return .none
    },
    Builtin(
      "activations",
      [
        .init("self"), .init("x", "a batch"),
        .init(
          "of", "an array of names (\"conv1_1\") where the layers have some, else of places counted from 0"),
      ],
      "What single layers of a network answer: an array of tensors.",
      details: "Gradients flow through them, as style transfer needs it.",
      examples: [
        .init(
          "let net = Sequential(Flatten(), Dense(2), .relu)\nnet.activations(ones(1, 2, 2), of: [0, 1])[1].shape",
          "[1, 2]")
      ]
    ) { call in try activations(call) },
    Builtin(
      "freeze", [.init("self")], "Keeps training from changing its parameters.",
      examples: [.init(small + "net.freeze()\ngradients(of: net) { sum(net(ones(1, 4, 4))) }", "[:]")]
    ) { call in
      try layer(call).layer.setTrainable(false)
      return .none
    },
    Builtin(
      "unfreeze", [.init("self")], "Lets training change its parameters again.",
      examples: [
        .init(
          small + "net.freeze()\nnet.unfreeze()\ngradients(of: net) { sum(net(ones(1, 4, 4))) }.count", "2")
      ]
    ) { call in
      try layer(call).layer.setTrainable(true)
      return .none
    },
    Builtin(
      "save", [.init("self"), .init("path", "where to; a .safetensors file")],
      "Writes its parameters to a file.",
      examples: [
        .init(
          small
            + "net.save(\"/tmp/swift-cnn-net.safetensors\")\nnet.load(\"/tmp/swift-cnn-net.safetensors\")", ""
        )
      ]
    ) { call in
      try layer(call).layer.saveWeights(to: call.context.resolve(path: try call.string(1)))
      return .none
    },
    Builtin(
      "load",
      [.init("self"), .init("source", "a file that `save` wrote, or a dictionary such as `net.parameters`")],
      "Takes its parameters from a file or a dictionary; nothing changes when one does not fit.",
      examples: [
        .init(small + "net.load(net.parameters)\nnet.parameterCount", "34")
      ]
    ) { call in
      let layer = try layer(call).layer
      if let tensors = try call.namedTensors(1) {
        try layer.loadWeights(tensors, from: "The dictionary")
      } else {
        try layer.loadWeights(from: call.context.resolve(path: try call.string(1)))
      }
      return .none
    },
  ]
}

extension Call {
  /// A dictionary from names to tensors; nil for everything else.
  func namedTensors(_ index: Int) throws -> NamedTensors? {
    guard let entries = self[index].entries else { return nil }
    var tensors = NamedTensors()
    for (key, value) in entries {
      guard let name = key.stringValue, let tensor = try Tensor.from(value) else {
        throw mismatch(index, "a dictionary from names to tensors")
      }
      tensors[name] = tensor
    }
    return tensors
  }
}

import Networks
import Script
import Tensors

/// Built-ins that differentiate functions of the program.
enum GradientBuiltins {
  private static let point = Builtin.Parameter(
    "at",
    "a number or a tensor; or several of them in a tuple or an array, for a function of several arguments"
  )
  private static let function = Builtin.Parameter(
    "function", "gives one number, and is called once; what it does with its arguments is remembered")
  private static let network = Builtin.Parameter(
    "of", "a layer, or a struct with `callAsFunction` whose members are layers")
  private static let loss = Builtin.Parameter("loss", "a closure without arguments that gives one number")
  private static let training = Builtin.Parameter(
    "training", default: "true", "whether BatchNorm and Dropout behave as in training")
  private static let exactness = """
    Backward over everything that the function did: operators, built-ins, layers, and reading and writing \
    elements in loops. Numbers of the language are differentiated in float64, tensors in their own type.
    """

  static let functions: [Builtin] = [
    Builtin(
      "gradient", [point, function],
      "The derivative of a function that gives one number, with respect to each number of its argument.",
      details: exactness,
      examples: [
        .init("gradient(at: 3.0) { x in x * x }", "6.0"),
        .init("gradient(at: tensor([1.0, 2.0, 3.0])) { x in sum(x * x) }", "[2. 4. 6.]"),
        .init("gradient(at: (2.0, 5.0)) { a, b in a * b }", "[5.0, 2.0]"),
      ]
    ) { call in
      let (value, gradient) = try differentiate(call)
      value.release()
      return gradient
    },
    Builtin(
      "valueWithGradient", [point, function],
      "What a function gives, and its derivative: a tuple with `value` and `gradient`.",
      details: exactness,
      examples: [.init("valueWithGradient(at: 3.0) { x in x ** 2 }", "(value: 9.0, gradient: 6.0)")]
    ) { call in
      let (value, gradient) = try differentiate(call)
      return .tuple([value, gradient], labels: ["value", "gradient"])
    },
    Builtin(
      "valueWithGradients", [network, training, loss],
      "A loss, and its derivatives with respect to a network's parameters: a tuple with `value` and `gradients`.",
      details: """
        `gradients` is a dictionary from the names in `net.parameters` to tensors, for `optimizer.update(net, \
        gradients)`. Frozen parameters and those that the loss does not depend on are missing.
        """,
      examples: [
        .init(
          "let net = Dense(1, useBias: false, initializer: .ones)\n"
            + "let x = tensor([[1.0, 2.0]])\n"
            + "let result = valueWithGradients(of: net) { sum(net(x)) }\n"
            + "print(result.value, result.gradients[\"weights\"].shape)", "3.0 [2, 1]")
      ]
    ) { call in
      let (value, gradients) = try parameterGradients(call)
      return .tuple([value, gradients], labels: ["value", "gradients"])
    },
    Builtin(
      "gradients", [network, training, loss],
      "The derivatives of a loss with respect to a network's parameters, as a dictionary by their names.",
      examples: [
        .init(
          "let net = Dense(2, initializer: .ones)\nlet x = ones(1, 3)\n"
            + "gradients(of: net) { sum(net(x)) }[\"bias\"]", "[1. 1.]")
      ]
    ) { call in
      let (value, gradients) = try parameterGradients(call)
      value.release()
      return gradients
    },
  ]

  // MARK: With respect to arguments

  private static func differentiate(_ call: Call) throws -> (value: Value, gradient: Value) {
    let function = try call.function(1)
    let several = try parts(call)
    let points = try several ?? [try single(call[0], call)]
    let result = try Differentiation.interruptible(call.machine) {
      try Differentiation.habit(of: function).valueWithGradients(at: points, parameters: []) { variables in
        let arguments = try variables.map { Value.host(try TensorValue($0)) }
        defer { for argument in arguments { argument.release() } }
        guard several != nil, takesOne(function, of: arguments.count) else {
          return try Differentiation.run(function, arguments, call)
        }
        // A closure spreads a tuple over its parameters.
        let tuple = Value.tuple(arguments.map { $0.retained() })
        defer { tuple.release() }
        return try Differentiation.run(function, [tuple], call)
      }
    }
    let gradients = result.inputs.map { Value.tensor($0) }
    return (Value.tensor(result.value.flattenedNumber), several == nil ? gradients[0] : .array(gradients))
  }

  /// Whether several arguments are handed over as one tuple.
  private static func takesOne(_ function: Value, of count: Int) -> Bool {
    guard let code = function.functionCode else { return false }
    return code.parameterLabels.count != count
  }

  /// Several points; nil for a single one. An array of plain numbers is one tensor, as everywhere.
  private static func parts(_ call: Call) throws -> [Tensor]? {
    guard let elements = call[0].elements, !elements.isEmpty,
      call[0].kind == .tuple || elements.contains(where: { $0.hostValue is TensorValue })
    else { return nil }
    return try elements.map { try single($0, call) }
  }

  private static func single(_ value: Value, _ call: Call) throws -> Tensor {
    let isHost = value.kind == .host
    if let host = value.hostValue as? TensorValue, host.isLive {
      throw ScriptError(
        .type, "a gradient of a gradient is not computed, and this number belongs to a running `gradient`",
        suggestion: "`x.detached` takes the number alone; the outer gradient does not follow it then",
        argument: 0)
    }
    guard let tensor = try Tensor.from(value, dtype: isHost ? nil : .float64) else {
      throw call.mismatch(0, "a number or a tensor")
    }
    guard tensor.dtype.isFloating else {
      throw ScriptError(
        .type, "a gradient is taken at numbers with fractions, but this tensor is \(tensor.dtype)",
        suggestion: "`x.converted(to: .float32)`", argument: 0)
    }
    return tensor
  }

  // MARK: With respect to parameters

  private static func parameterGradients(_ call: Call) throws -> (value: Value, gradients: Value) {
    let (layer, _) = try call.layer(0)
    let function = try call.function(2)
    let isTraining = try call.bool(1, default: true)
    // Layers make their parameters at their first input, so the names are read afterwards.
    let result = try Differentiation.interruptible(call.machine) {
      try TrainingMode.$isOn.withValue(isTraining) {
        try Differentiation.habit(of: function).valueWithGradients { _ in
          try Differentiation.run(function, [], call)
        }
      }
    }
    let gradients = Value.emptyDictionary()
    for (name, parameter) in layer.namedParameters {
      guard let gradient = result.parameters[parameter] else { continue }
      let key = Value.string(name)
      defer { key.release() }
      try gradients.setDictionaryValue(.host(TensorValue(gradient)), for: key)
    }
    return (Value.tensor(result.value.flattenedNumber), gradients)
  }
}

extension Tensor {
  /// The only number of a tensor, without axes.
  var flattenedNumber: Tensor { (try? reshape([])) ?? self }
}

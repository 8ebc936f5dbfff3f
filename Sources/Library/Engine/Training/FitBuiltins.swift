import Base
import Networks
import Script
import Tensors

/// Built-ins that train networks and measure them.
enum FitBuiltins {
  private static let network = Builtin.Parameter(
    "network", "a layer or network, or a struct with `callAsFunction` whose members are layers")
  private static let losses: [(name: String, loss: Loss)] = [
    ("crossEntropy", .crossEntropy), ("binaryCrossEntropy", .binaryCrossEntropy),
    ("meanSquaredError", .squaredError), ("huber", .huber),
  ]
  private static let loss = Builtin.Parameter(
    "loss", default: ".crossEntropy", choices: losses.map(\.name),
    "what is made small; or a function of outputs and targets that gives one number")
  private static let tiny = "seed(1)\nlet net = Sequential(Dense(2))\n"

  static let functions: [Builtin] = [
    Builtin(
      "fit",
      [
        network, .init("data", "a data set such as `digits.train`, or a tuple (samples, targets)"),
        .init("epochs", default: "1", "how many times it goes through the data"),
        .init("batchSize", default: "32", "how many samples make one step"),
        .init("optimizer", default: "Adam()", "`SGD(0.1)`, `Adam(0.001)`, ..."), loss,
        .init("validation", default: "nil", "data that is not learned from, measured after each epoch"),
        .init("shuffle", default: "true", "a new order in each epoch"),
        .init(
          "patience", default: "nil",
          "stops when the loss has not fallen for so many epochs, and goes back to the best ones' weights"),
        .init("checkpoint", default: "nil", "a file for the best weights so far"),
        .init("progress", default: "true", "shows how far it is"),
      ],
      "Trains a network: one step of the optimizer for each batch. The result is its history, for `plot`.",
      details: """
        Interrupting it, or an error, leaves the weights as the last whole step left them. The accuracy is \
        that on up to 2,000 samples after each epoch. Data are read along the first axis.
        """,
      examples: [
        .init(
          tiny + "fit(net, (eye(2), [0, 1]), epochs: 50, optimizer: SGD(1), progress: false)\n"
            + "evaluate(net, eye(2), [0, 1]).accuracy", "1.0")
      ]
    ) { call in try fit(call) },
    Builtin(
      "evaluate",
      [
        network, .init("x", "samples along the first axis, or a data set"),
        .init("y", default: "nil", "what is to be answered for each; not for a data set"), loss,
      ],
      "The mean loss over samples and the part that is answered rightly: a tuple with `loss` and `accuracy`.",
      details: "The accuracy is nil where there is no right and wrong.",
      examples: [
        .init(
          "let net = Dense(2, useBias: false, initializer: .zeros)\n"
            + "round(evaluate(net, eye(2), [0, 1]).loss * 1000)", "693.0")
      ]
    ) { call in
      let layer = try call.layer(0).layer
      let data = try call.has(2) ? (call.tensor(1), call.tensor(2)) : samples(call, 1)
      let loss = try loss(call, 3)
      let result = try Differentiation.interruptible(call.machine) {
        try evaluateAny(layer, data.0, data.1, loss)
      }
      return .tuple(
        [Value(result.loss), result.accuracy.map { Value($0) } ?? .none], labels: ["loss", "accuracy"])
    },
  ]

  private static func fit(_ call: Call) throws -> Value {
    let layer = try call.layer(0).layer
    let data = try samples(call, 1)
    let validation = call.has(6) ? try samples(call, 6) : nil
    let optimizer =
      call.has(4)
      ? try call.host(4, as: OptimizerValue.self, expected: "an optimizer such as Adam(0.001)").optimizer
      : try Adam()
    let loss = try loss(call, 5)
    var options = FitOptions(
      epochs: try call.size(2, default: 1), batchSize: try call.size(3, default: 32))
    options.shuffle = try call.bool(7, default: true)
    options.patience = call.has(8) ? try call.size(8) : nil
    options.checkpoint = call.has(9) ? call.context.resolve(path: try call.string(9)) : nil
    let display = try call.bool(10, default: true) ? TrainingDisplay(call.context) : nil
    options.progress = { display?.progress($0) }
    let history = try Differentiation.interruptible(call.machine) {
      try Differentiation.$isRunning.withValue(true) {
        try fitAny(layer, data, optimizer, loss, options, validation)
      }
    }
    display?.finish(history)
    return .host(HistoryValue(history))
  }

  // Opens the type behind `any Layer`.
  private static func fitAny(
    _ layer: some Layer, _ data: (Tensor, Tensor), _ optimizer: Optimizer, _ loss: Loss,
    _ options: FitOptions, _ validation: (inputs: Tensor, targets: Tensor)?
  ) throws -> TrainingHistory {
    try Networks.fit(
      layer, data.0, data.1, optimizer: optimizer, loss: loss, options: options, validation: validation)
  }

  private static func evaluateAny(
    _ layer: some Layer, _ x: Tensor, _ y: Tensor, _ loss: Loss
  ) throws -> (loss: Double, accuracy: Double?) {
    try Networks.evaluate(layer, x, y, loss: loss)
  }

  /// A data set, or samples and targets in a tuple or an array of two.
  private static func samples(_ call: Call, _ index: Int) throws -> (inputs: Tensor, targets: Tensor) {
    if let set = call[index].hostValue as? DataSetValue { return (set.images, set.labels) }
    guard let parts = call[index].elements, parts.count == 2, let x = try Tensor.from(parts[0]),
      let y = try Tensor.from(parts[1])
    else { throw call.mismatch(index, "a data set, or a tuple (samples, targets)") }
    return (x, y)
  }

  private static func loss(_ call: Call, _ index: Int) throws -> Loss {
    if call[index].isCallable {
      // Held by the call for as long as the loss is used.
      let function = call[index]
      return .custom(
        LossFunction { output, target in
          let arguments = [Value.host(try TensorValue(output)), Value.host(try TensorValue(target))]
          defer { for argument in arguments { argument.release() } }
          return try Differentiation.run(function, arguments, call)
        })
    }
    let name = try call.choice(index, default: "crossEntropy")
    return losses.first { $0.name == name }?.loss ?? .crossEntropy
  }
}

import Networks
import Script
import Tensors

/// An optimizer as programs see it; copies share what it remembers of each weight.
final class OptimizerValue: HostValue {
  let optimizer: Optimizer

  init(_ optimizer: Optimizer) { self.optimizer = optimizer }

  var typeName: String { "Optimizer" }

  func text() -> String {
    let steps = optimizer.steps == 0 ? "" : ", \(optimizer.steps) step\(optimizer.steps == 1 ? "" : "s") made"
    return "\(type(of: optimizer))(\(optimizer.learningRate)\(steps))"
  }

  func setMember(_ name: String, _ value: Value) throws -> Bool {
    guard name == "learningRate" else { return false }
    guard let rate = value.number, rate >= 0, rate.isFinite else {
      throw ScriptError(.value, "a learning rate is a number of 0 or more, but got \(value.describedKind)")
    }
    optimizer.learningRate = rate
    return true
  }

  private static func optimizer(_ call: Call) throws -> Optimizer {
    try call.host(0, as: OptimizerValue.self, expected: "an optimizer").optimizer
  }

  private static let network = Builtin.Parameter(
    "network", "a layer, or a struct with `callAsFunction` whose members are layers")

  static let table = TypeTable(
    "Optimizer", "Changes a network's parameters against their gradients.",
    properties: [
      Builtin(
        "learningRate", [.init("self")], "How far a step goes; it can be set.",
        examples: [.init("let adam = Adam(0.001)\nadam.learningRate = 0.01\nadam.learningRate", "0.01")]
      ) { call in Value(try optimizer(call).learningRate) },
      Builtin(
        "steps", [.init("self")], "How many steps have been made.", examples: [.init("SGD(0.1).steps", "0")]
      ) { call in Value(try optimizer(call).steps) },
    ],
    methods: [
      Builtin(
        "step",
        [.init("self"), network, .init("loss", "a closure without arguments that gives one number")],
        "One step: computes a loss in training mode and changes the network's parameters against its gradients.",
        details:
          "The result is the loss, as it was before the step. Only the network's own parameters change.",
        examples: [
          .init(
            "let net = Dense(1, useBias: false, initializer: .ones)\nlet sgd = SGD(0.1)\n"
              + "for _ in 0..<50 { sgd.step(net) { meanSquaredError(net(ones(1, 1)), [[3.0]]) } }\n"
              + "round(net.weights[0, 0])", "3.0")
        ]
      ) { call in
        let optimizer = try optimizer(call)
        let (layer, _) = try call.layer(1)
        let function = try call.function(2)
        let loss = try Differentiation.interruptible(call.machine) {
          try TrainingMode.$isOn.withValue(true) {
            let result = try valueWithGradients { _ in try Differentiation.run(function, [], call) }
            let own = Set(layer.parameters)
            try optimizer.update(result.parameters.filter { own.contains($0.key) })
            return result.value
          }
        }
        return Value.tensor(loss.flattenedNumber)
      },
      Builtin(
        "update",
        [.init("self"), network, .init("gradients", "a dictionary, as `gradients(of: net)` gives it")],
        "One step with gradients that have been computed.",
        examples: [
          .init(
            "let net = Dense(1, useBias: false, initializer: .ones)\n"
              + "let g = gradients(of: net) { sum(net(ones(1, 2))) }\nSGD(0.5).update(net, g)\nnet.weights",
            "[[0.5]\n [0.5]]")
        ]
      ) { call in
        let optimizer = try optimizer(call)
        let (layer, _) = try call.layer(1)
        guard let tensors = try call.namedTensors(2) else {
          throw call.mismatch(2, "a dictionary from names to tensors")
        }
        var gradients: [Networks.Parameter: Tensor] = [:]
        let known = layer.namedParameters
        for (name, tensor) in tensors {
          guard let parameter = known.first(where: { $0.name == name })?.parameter else {
            throw call.failure("the network has no parameter \"\(name)\"", argument: 2)
          }
          guard parameter.shape == tensor.shape else {
            throw ScriptError(
              .shape,
              "the gradient \"\(name)\" has the shape \(tensor.shape), but the parameter \(parameter.shape)",
              argument: 2)
          }
          gradients[parameter] = tensor
        }
        try optimizer.update(gradients)
        return .none
      },
    ])
}

/// How a learning rate changes: `schedules.cosine(1000)`.
final class ScheduleValue: HostValue {
  let schedule: Schedule

  init(_ schedule: Schedule) { self.schedule = schedule }

  var typeName: String { "Schedule" }
  func text() -> String { "Schedule(\(schedule))" }
}

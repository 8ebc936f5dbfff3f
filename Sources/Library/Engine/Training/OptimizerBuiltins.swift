import Networks
import Script

/// Built-ins that make optimizers.
enum OptimizerBuiltins {
  private static func rate(_ standard: String) -> Builtin.Parameter {
    .init("rate", default: standard, "the learning rate: how far a step goes")
  }
  private static func decay(_ standard: String) -> Builtin.Parameter {
    .init("weightDecay", default: standard, "how strongly weights are drawn to zero; biases are left out")
  }
  private static let clip = Builtin.Parameter(
    "clipNorm", default: "nil", "the largest length that all gradients together may have")
  private static let schedule = Builtin.Parameter(
    "schedule", default: "nil", "how the rate changes from step to step: one of `schedules`")

  static let functions: [Builtin] = [
    Builtin(
      "SGD",
      [
        rate("0.01"), .init("momentum", default: "0", "the part of the last step that is kept"),
        .init("nesterov", default: "false", "looks ahead along the momentum"), decay("0"), clip, schedule,
      ],
      "Stochastic gradient descent, with momentum if asked for.",
      examples: [.init("SGD(0.1, momentum: 0.9)", "SGD(0.1)")]
    ) { call in
      .host(
        OptimizerValue(
          try SGD(
            call.double(0, default: 0.01), momentum: call.double(1, default: 0),
            nesterov: call.bool(2, default: false), weightDecay: call.double(3, default: 0),
            clipNorm: clip(call, 4), schedule: schedule(call, 5))))
    },
    Builtin(
      "RMSProp",
      [
        rate("0.001"), .init("rho", default: "0.9", "how slowly the mean changes"), decay("0"), clip,
        schedule,
      ],
      "Divides by a running mean of the gradient's size.", details: "Source: Hinton 2012.",
      examples: [.init("RMSProp()", "RMSProp(0.001)")]
    ) { call in
      .host(
        OptimizerValue(
          try RMSProp(
            call.double(0, default: 0.001), rho: call.double(1, default: 0.9),
            weightDecay: call.double(2, default: 0), clipNorm: clip(call, 3), schedule: schedule(call, 4))))
    },
    adam(
      "Adam", "Adaptive moments: each weight has a step size of its own.", "Source: Kingma and Ba 2015.", "0"
    ) {
      try Adam($0, beta1: $1, beta2: $2, weightDecay: $3 ?? 0, clipNorm: $4, schedule: $5)
    },
    adam(
      "AdamW", "Adam whose weights shrink by themselves, apart from the gradient.",
      "Source: Loshchilov and Hutter 2019.", "0.01"
    ) {
      try AdamW($0, beta1: $1, beta2: $2, weightDecay: $3 ?? 0.01, clipNorm: $4, schedule: $5)
    },
  ]

  private static func adam(
    _ name: String, _ summary: String, _ source: String, _ standardDecay: String,
    _ make: @escaping @Sendable (Double, Double, Double, Double?, Double?, Schedule?) throws -> Optimizer
  ) -> Builtin {
    Builtin(
      name,
      [
        rate("0.001"), .init("beta1", default: "0.9", "how slowly the mean gradient changes"),
        .init("beta2", default: "0.999", "how slowly the mean square changes"), decay(standardDecay), clip,
        schedule,
      ], summary, details: source, examples: [.init("\(name)(0.002)", "\(name)(0.002)")]
    ) { call in
      let (beta1, beta2) = (try call.double(1, default: 0.9), try call.double(2, default: 0.999))
      guard beta1 >= 0, beta1 < 1, beta2 >= 0, beta2 < 1 else {
        throw call.failure("beta1 and beta2 lie from 0 to below 1, but \(beta1) and \(beta2) came")
      }
      return .host(
        OptimizerValue(
          try make(
            call.double(0, default: 0.001), beta1, beta2, call.has(3) ? call.double(3) : nil, clip(call, 4),
            schedule(call, 5))))
    }
  }

  private static func clip(_ call: Call, _ index: Int) throws -> Double? {
    call.has(index) ? try call.double(index) : nil
  }

  private static func schedule(_ call: Call, _ index: Int) throws -> Schedule? {
    guard call.has(index) else { return nil }
    return try call.host(index, as: ScheduleValue.self, expected: "a schedule such as schedules.cosine(1000)")
      .schedule
  }

  // MARK: Schedules

  private static let steps = Builtin.Parameter("steps", "how many steps of the optimizer it takes")

  static let namespaces: [Namespace] = [
    Namespace(
      "schedules", "How a learning rate changes while training goes on; an epoch has a step for each batch.",
      functions: [
        Builtin(
          "step",
          [
            .init("every", "after how many steps"),
            .init("factor", default: "0.1", "what it is multiplied with"),
          ],
          "Multiplied by a factor every so many steps.",
          examples: [.init("type(of: schedules.step(1000))", "\"Schedule\"")]
        ) { call in
          .host(ScheduleValue(.step(every: try call.size(0), factor: try call.double(1, default: 0.1))))
        },
        Builtin(
          "exponential", [.init("rate", "what it is multiplied with"), steps],
          "Multiplied by `rate` over `steps` steps, gradually.",
          examples: [.init("type(of: schedules.exponential(0.5, 1000))", "\"Schedule\"")]
        ) { call in .host(ScheduleValue(.exponential(rate: try call.double(0), steps: try call.size(1)))) },
        Builtin(
          "cosine", [steps, .init("floor", default: "0", "the part of the rate that stays in the end")],
          "Down along half a cosine.",
          examples: [.init("type(of: schedules.cosine(1000))", "\"Schedule\"")]
        ) { call in
          .host(ScheduleValue(.cosine(steps: try call.size(0), floor: try call.double(1, default: 0))))
        },
        Builtin(
          "warmUp", [steps], "Up from 0, then constant.",
          examples: [.init("type(of: schedules.warmUp(100))", "\"Schedule\"")]
        ) { call in .host(ScheduleValue(.warmUp(steps: try call.size(0)))) },
      ])
  ]
}

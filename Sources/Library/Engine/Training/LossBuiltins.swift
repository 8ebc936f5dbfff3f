import Networks
import Script
import Tensors

/// Built-ins that say with one number how wrong a network's answers are.
enum LossBuiltins {
  private static let reduction = Builtin.Parameter(
    "reduction", default: ".mean", choices: ["mean", "sum"], "how the samples' losses become one number")
  private static let margin = "how far apart different ones have to be"

  static let functions: [Builtin] = [
    Builtin(
      "crossEntropy",
      [
        .init("scores", "(n, classes), as a network without a softmax gives them"),
        .init("labels", "the numbers of the classes (n), or rows of probabilities (n, classes)"),
        .init("smoothing", default: "0", "the part of each label that is spread over all classes"), reduction,
      ],
      "How surprised the softmax of the scores is by the labels: -log of the right class's probability.",
      examples: [.init("round(crossEntropy([[0.0, 0.0]], [1]) * 1000)", "693.0")]
    ) { call in
      try loss(call) {
        try Networks.crossEntropy(
          scores(call, 0), call.operand(1).variable, labelSmoothing: call.double(2, default: 0),
          reduction: reduction(call, 3))
      }
    },
    Builtin(
      "binaryCrossEntropy",
      [
        .init("scores", "any shape, as a network without a sigmoid gives them"),
        .init("targets", "0 or 1 for each score"), reduction,
      ],
      "The cross-entropy of answers yes or no: how surprised sigmoid(scores) is by the targets.",
      examples: [.init("round(binaryCrossEntropy([0.0], [1.0]) * 1000)", "693.0")]
    ) { call in
      try loss(call) {
        try Networks.binaryCrossEntropy(scores(call, 0), scores(call, 1), reduction: reduction(call, 2))
      }
    },
    Builtin(
      "meanSquaredError",
      [.init("predictions", "any shape"), .init("targets", "the same shape"), reduction],
      "The mean of the squared differences.",
      examples: [.init("meanSquaredError([1.0, 2.0], [1.0, 4.0])", "2.0")]
    ) { call in
      try loss(call) {
        try Networks.meanSquaredError(scores(call, 0), scores(call, 1), reduction: reduction(call, 2))
      }
    },
    Builtin(
      "huber",
      [
        .init("predictions", "any shape"), .init("targets", "the same shape"),
        .init("delta", default: "1", "where the square becomes a line"), reduction,
      ],
      "Squared differences near zero, absolute ones beyond delta: single wild numbers count less.",
      examples: [.init("huber([0.0, 0.0], [0.5, 3.0])", "1.3125")]
    ) { call in
      try loss(call) {
        try Networks.huber(
          scores(call, 0), scores(call, 1), delta: call.double(2, default: 1), reduction: reduction(call, 3))
      }
    },
    Builtin(
      "tripletLoss",
      [
        .init("anchor", "encodings (n, numbers)"), .init("positive", "encodings of the same persons"),
        .init("negative", "encodings of others"), .init("margin", default: "0.2", margin),
        .init(
          "reduction", default: ".sum", choices: ["mean", "sum"], "how the triplets' losses become one number"
        ),
      ],
      "How much nearer an anchor should be to the positive than to the negative: max(d(a, p) - d(a, n) + margin, 0).",
      details: "d is the squared distance. Source: Schroff, Kalenichenko and Philbin 2015.",
      examples: [.init("tripletLoss([[0.0, 0.0]], [[1.0, 0.0]], [[0.0, 1.0]])", "0.2")]
    ) { call in
      try loss(call) {
        try Networks.tripletLoss(
          scores(call, 0), scores(call, 1), scores(call, 2), margin: call.double(3, default: 0.2),
          reduction: reduction(call, 4, default: .sum))
      }
    },
    Builtin(
      "contrastiveLoss",
      [
        .init("a", "encodings (n, numbers)"), .init("b", "encodings (n, numbers)"),
        .init("same", "true or 1 for each pair of the same person"),
        .init("margin", default: "1", margin), reduction,
      ],
      "Pulls encodings of the same together and pushes others apart until the margin.",
      details: "Source: Hadsell, Chopra and LeCun 2006.",
      examples: [.init("contrastiveLoss([[0.0, 0.0]], [[0.0, 0.0]], [true])", "0.0")]
    ) { call in
      try loss(call) {
        try Networks.contrastiveLoss(
          scores(call, 0), scores(call, 1), call.tensor(2), margin: call.double(3, default: 1),
          reduction: reduction(call, 4))
      }
    },
  ]

  /// Numbers of the language keep their precision.
  private static func scores(_ call: Call, _ index: Int) throws -> Variable {
    let operand = try call.operand(index)
    guard call[index].kind != .host, operand.plain != nil else { return operand.variable }
    return Variable(try operand.numbers().asType(.float64))
  }

  private static func loss(_ call: Call, _ compute: () throws -> Variable) throws -> Value {
    try Value.tensor(compute())
  }

  private static func reduction(
    _ call: Call, _ index: Int, default standard: LossReduction = .mean
  ) throws -> LossReduction {
    LossReduction(rawValue: try call.choice(index, default: standard.rawValue)) ?? standard
  }
}

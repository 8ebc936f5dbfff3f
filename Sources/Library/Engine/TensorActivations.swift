import Glibc
import Networks
import Script
import Tensors

/// Activations and normalisations as functions.
enum TensorActivations {
  private static let x = Builtin.Parameter("x", "a number, an array of numbers or a tensor")

  /// A function of one number; a plain number of the language gives a number in float64.
  private static func activation(
    _ name: String, _ summary: String, _ settings: [Builtin.Parameter] = [], examples: [Builtin.Example],
    number: (@Sendable (Double, _ setting: Double) -> Double)? = nil,
    function: @escaping @Sendable (Call) throws -> Activation
  ) -> Builtin {
    Builtin(name, [x] + settings, summary, examples: examples) { call in
      let function = try function(call)
      if let x = call[0].number {
        if let number, !settings.isEmpty {
          return Value(number(x, try call.double(1, default: Double(settings[0].defaultText ?? "") ?? 1)))
        }
        return .tensor(try Variable(Tensor(.double(x), dtype: .float64)).activated(function).tensor())
      }
      return try Value.tensor(
        call.operand(0).applying { try $0.activated(function) }, isPicture: call[0].isPicture)
    }
  }

  static let functions: [Builtin] = [
    activation(
      "leakyRelu", "The number, or `slope` times it where it is negative.",
      [.init("slope", default: "0.01", "what negative numbers are multiplied with")],
      examples: [
        .init("leakyRelu([-1.0, 2.0], slope: 0.5)", "[-0.5  2. ]"), .init("leakyRelu(-3)", "-0.03"),
      ], number: { $0 > 0 ? $0 : $0 * $1 },
      function: { .leakyRelu(slope: Float(try $0.double(1, default: 0.01))) }),
    activation(
      "elu", "The number, or alpha (exp(x) - 1) where it is negative.",
      [.init("alpha", default: "1", "how far down negative numbers go")],
      examples: [.init("elu([0.0, 2.0])", "[0. 2.]")], number: { $0 > 0 ? $0 : $1 * Glibc.expm1($0) },
      function: { .elu(alpha: Float(try $0.double(1, default: 1))) }),
    activation(
      "relu6", "The number between 0 and 6: cut off below and above.",
      examples: [.init("relu6([-1.0, 3.0, 9.0])", "[0. 3. 6.]")]
    ) { _ in .relu6 },
    activation(
      "swish", "x sigmoid(x), also called SiLU.", examples: [.init("round(swish(1.0) * 1000)", "731.0")]
    ) { _ in .swish },
    activation(
      "gelu", "x times the share of the normal distribution that lies below x.",
      examples: [.init("round(gelu(1.0) * 1000)", "841.0")]
    ) { _ in .gelu },
    Builtin(
      "softplus", [x], "log(1 + exp(x)): a smooth form of `relu`.",
      examples: [.init("round(softplus(0.0) * 1000)", "693.0")]
    ) { call in
      if let number = call[0].number {
        return .tensor(try Tensor(.double(number), dtype: .float64).apply(.softplus))
      }
      return try Value.tensor(call.operand(0).apply(.softplus))
    },
    Builtin(
      "logSoftmax",
      [
        .init("x", "a tensor or an array of numbers"),
        .init("axis", default: "-1", "the axis whose probabilities sum to 1"),
      ],
      "The logarithm of `softmax`, without losing small numbers.",
      examples: [.init("round(logSoftmax([0.0, 0.0]) * 1000)", "[-693. -693.]")]
    ) { call in
      let axis = try call.integer(1, default: -1)
      return try Value.tensor(call.operand(0).applying { try $0.logSoftmax(axis: axis) })
    },
    Builtin(
      "layerNorm",
      [
        .init("x", "a tensor or an array of numbers"),
        .init("axes", default: "-1", "over which axes mean and variance are taken together"),
        .init("epsilon", default: "1e-5", "keeps equal numbers from being divided by zero"),
      ],
      "Moves and scales numbers to mean 0 and variance 1: (x - mean) / sqrt(variance + epsilon).",
      details: """
        Along the last axis it is layer normalisation; with the axes [1, 2] of a batch of pictures it is instance \
        normalisation. As a layer with what is learned beside it: `LayerNorm`.
        """,
      examples: [.init("layerNorm([1.0, 3.0], epsilon: 0)", "[-1.  1.]")]
    ) { call in
      let axes = try call.integers(1, default: [-1])
      let epsilon = try epsilon(call, 2, default: 1e-5)
      return try Value.tensor(
        call.operand(0).applying { try $0.layerNormalized(axes: axes, epsilon: epsilon) })
    },
    Builtin(
      "localResponseNorm",
      [.init("x", "a tensor whose last axis are channels")] + NormalizationArguments.localResponse,
      "Divides each number by what its channel and the neighbouring ones answer at the same place.",
      details: NormalizationArguments.localResponseDetails,
      examples: [
        .init("round(localResponseNorm([[3.0, 4.0]], 3, bias: 1, alpha: 1, beta: 0.5) * 100)", "[[59. 78.]]")
      ]
    ) { call in
      let (size, bias, alpha, beta) = try NormalizationArguments.localResponse(call, from: 1)
      return try Value.tensor(
        call.operand(0).applying {
          try $0.localResponseNormalized(size: size, bias: bias, alpha: alpha, beta: beta)
        })
    },
    Builtin(
      "l2Normalize",
      [
        .init("x", "a tensor or an array of numbers"),
        .init("axis", default: "-1", "the axis whose vectors come out with length 1"),
      ],
      "Gives vectors the length 1: x / norm(x).",
      details: "A vector of zeros stays as it is. As a layer: `L2Normalize()`.",
      examples: [.init("l2Normalize([3.0, 4.0])", "[0.6 0.8]")]
    ) { call in
      let axis = try call.integer(1, default: -1)
      return try Value.tensor(
        call.operand(0).applying { x in
          let x = try x.asType(x.dtype.floatingForm)
          return try x / x.square().sum(axes: [axis], keepAxes: true).clip(1e-12, nil).sqrt()
        })
    },
  ]

  private static func epsilon(_ call: Call, _ index: Int, default standard: Double) throws -> Double {
    let epsilon = try call.double(index, default: standard)
    guard epsilon >= 0 else {
      throw call.failure("`epsilon` is 0 or more, but \(epsilon) came", argument: index)
    }
    return epsilon
  }
}

/// Arguments that a normalisation takes as a function and as a layer.
enum NormalizationArguments {
  static let localResponse: [Builtin.Parameter] = [
    .init("size", default: "5", "how many channels, odd: the channel itself and its neighbours"),
    .init("bias", default: "2", "what is added to the sum, above 0"),
    .init("alpha", default: "1e-4", "what the sum of squares is multiplied with"),
    .init("beta", default: "0.75", "the power"),
  ]

  static let localResponseDetails = """
    a / (bias + alpha * sum of squares over `size` channels) ** beta, as in AlexNet. `alpha` multiplies the sum \
    itself, as the paper (Krizhevsky, Sutskever and Hinton 2012) and TensorFlow have it; PyTorch divides it by \
    `size` first.
    """

  static func localResponse(
    _ call: Call, from first: Int
  ) throws -> (size: Int, bias: Double, alpha: Double, beta: Double) {
    (
      try call.integer(first, default: 5), try call.double(first + 1, default: 2),
      try call.double(first + 2, default: 1e-4), try call.double(first + 3, default: 0.75)
    )
  }
}

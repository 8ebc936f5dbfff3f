import Networks
import Script
import Tensors

/// Built-ins that make layers which bring numbers to a scale, and the shortcut without parameters.
enum NormalizationBuiltins {
  private static func made(_ layer: any Layer) -> Value { .host(LayerValue(layer)) }

  static let functions: [Builtin] = [
    Builtin(
      "LayerNorm",
      [.init("epsilon", default: "1e-3", "keeps equal numbers from being divided by zero")],
      "A layer that brings the channels of each place to mean 0 and variance 1, then scales and shifts them.",
      details: """
        Unlike `BatchNorm` it looks at each sample by itself and does the same in training and afterwards. Source: \
        Ba, Kiros and Hinton 2016.
        """,
      examples: [.init("LayerNorm(epsilon: 0)(tensor([[1.0, 3.0]]))", "[[-1.  1.]]")]
    ) { call in
      let epsilon = try call.double(0, default: 1e-3)
      guard epsilon >= 0 else {
        throw call.failure("`epsilon` is 0 or more, but \(epsilon) came", argument: 0)
      }
      return made(LayerNorm(epsilon: epsilon))
    },
    Builtin(
      "LocalResponseNorm", NormalizationArguments.localResponse,
      "A layer that divides each number by what the neighbouring channels answer at the same place.",
      details: NormalizationArguments.localResponseDetails,
      examples: [.init("LocalResponseNorm(5)(ones(1, 8, 8, 16)).shape", "[1, 8, 8, 16]")]
    ) { call in
      let (size, bias, alpha, beta) = try NormalizationArguments.localResponse(call, from: 0)
      return made(LocalResponseNorm(size, bias: bias, alpha: alpha, beta: beta))
    },
    Builtin(
      "L2Normalize", [],
      "A layer that gives each vector along the last axis the length 1, as encodings of faces have it.",
      examples: [.init("L2Normalize()(tensor([[3.0, 4.0]]))", "[[0.6 0.8]]")]
    ) { _ in made(L2Normalize()) },
    Builtin(
      "ZeroPaddedShortcut",
      [
        .init("channels", "how many the block gives"),
        .init("stride", default: "2", "as in the block's first convolution: one integer or two"),
      ],
      "A shortcut without parameters to a block with more channels: every so many points, channels of zeros.",
      details: "Source: He et al. 2016, option A.",
      examples: [.init("ZeroPaddedShortcut(32)(ones(1, 8, 8, 16)).shape", "[1, 4, 4, 32]")]
    ) { call in made(ZeroPaddedShortcut(try call.size(0), stride: try call.window(1, default: 2))) },
  ]
}

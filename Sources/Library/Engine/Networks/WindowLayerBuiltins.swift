import Networks
import Script
import Tensors

/// Built-ins that make layers for sequences and volumes.
enum WindowLayerBuiltins {
  static let functions: [Builtin] = convolutions + pools + globalPools

  private static let filters = Builtin.Parameter("filters", "how many filters; the channels of the output")
  private static let dilation = Builtin.Parameter(
    "dilation", default: "1", "the distance between the filter's taps")
  private static let groups = Builtin.Parameter(
    "groups", default: "1", "channels are split into so many parts")
  private static let lazily =
    "The number of inputs is taken from the first input; the parameters are made then."

  private static func made(_ layer: any Layer) -> Value { .host(LayerValue(layer)) }

  private static let convolutions: [Builtin] = [
    Builtin(
      "Conv1D",
      [
        filters, .init("size", "the length of each"), WindowArguments.step, WindowArguments.ends, dilation,
        groups, LayerArguments.activation, LayerArguments.useBias, LayerArguments.initializer,
      ],
      "A layer that slides filters along sequences: (n, length, in) -> (n, length', filters).",
      details: lazily,
      examples: [
        .init("Conv1D(16, 5, activation: .relu)(zeros(1, 100, 3)).shape", "[1, 96, 16]"),
        .init("Conv1D(4, 3, padding: .causal)(zeros(2, 50, 1)).shape", "[2, 50, 4]"),
      ]
    ) { call in
      made(
        Conv1D(
          try call.size(0), try call.span(1), stride: try call.span(2), padding: try call.ends(3),
          dilation: try call.span(4), groups: try call.size(5, default: 1),
          activation: try call.activation(6), useBias: try call.bool(7, default: true),
          initializer: try call.initializer(8)))
    },
    Builtin(
      "Conv3D",
      [
        filters, .init("size", "depth, height and width of each: one integer or three"),
        WindowArguments.steps, WindowArguments.sides, dilation, groups, LayerArguments.activation,
        LayerArguments.useBias, LayerArguments.initializer,
      ],
      """
      A layer that slides filters through volumes: (n, depth, height, width, in) -> (n, depth', height', width', \
      filters).
      """,
      details: lazily,
      examples: [.init("Conv3D(8, 3, padding: .same)(zeros(1, 4, 16, 16, 1)).shape", "[1, 4, 16, 16, 8]")]
    ) { call in
      made(
        Conv3D(
          try call.size(0), try call.block(1), stride: try call.block(2), padding: try call.sides(3),
          dilation: try call.block(4), groups: try call.size(5, default: 1),
          activation: try call.activation(6), useBias: try call.bool(7, default: true),
          initializer: try call.initializer(8)))
    },
  ]

  private static let pools: [Builtin] = [
    sequencePool("MaxPool1D", "A layer with the largest number under a window along sequences.") {
      MaxPool1D($0, stride: $1, padding: $2)
    },
    sequencePool("AveragePool1D", "A layer with the mean under a window along sequences.") {
      AveragePool1D($0, stride: $1, padding: $2)
    },
    volumePool("MaxPool3D", "A layer with the largest number under a window through volumes.") {
      MaxPool3D($0, stride: $1, padding: $2)
    },
    volumePool("AveragePool3D", "A layer with the mean under a window through volumes.") {
      AveragePool3D($0, stride: $1, padding: $2)
    },
  ]

  private static func sequencePool(
    _ name: String, _ summary: String, _ make: @escaping @Sendable (Int, Int?, Padding1D) -> any Layer
  ) -> Builtin {
    Builtin(
      name,
      [
        .init("window", default: "2", "the length of the window"),
        .init("stride", default: "window", "places between two windows"), WindowArguments.ends,
      ], summary, details: "Each channel by itself: (n, length, channels) -> (n, length', channels).",
      examples: [.init("\(name)(2)(zeros(1, 100, 8)).shape", "[1, 50, 8]")]
    ) { call in
      made(make(try call.span(0, default: 2), call.has(1) ? try call.span(1) : nil, try call.ends(2)))
    }
  }

  private static func volumePool(
    _ name: String, _ summary: String, _ make: @escaping @Sendable (Triple, Triple?, Padding3D) -> any Layer
  ) -> Builtin {
    Builtin(
      name,
      [
        .init("window", default: "2", "the size of the window: one integer or three"),
        .init("stride", default: "window", "places between two windows: one integer or three"),
        WindowArguments.sides,
      ], summary,
      details: """
        Each channel by itself: (n, depth, height, width, channels) -> (n, depth', height', width', channels).
        """,
      examples: [.init("\(name)(2)(zeros(1, 4, 16, 16, 8)).shape", "[1, 2, 8, 8, 8]")]
    ) { call in
      made(make(try call.block(0, default: 2), call.has(1) ? try call.block(1) : nil, try call.sides(2)))
    }
  }

  private static let globalPools: [Builtin] = [
    Builtin(
      "GlobalAveragePool1D", [],
      "A layer with the mean of each channel of sequences: (n, length, channels) -> (n, channels).",
      examples: [.init("GlobalAveragePool1D()(zeros(1, 100, 64)).shape", "[1, 64]")]
    ) { _ in made(GlobalAveragePool1D()) },
    Builtin(
      "GlobalMaxPool1D", [],
      "A layer with the largest number of each channel of sequences: (n, length, channels) -> (n, channels).",
      examples: [.init("GlobalMaxPool1D()(zeros(1, 100, 64)).shape", "[1, 64]")]
    ) { _ in made(GlobalMaxPool1D()) },
    Builtin(
      "GlobalAveragePool3D", [],
      "A layer with the mean of each channel of volumes: (n, depth, height, width, channels) -> (n, channels).",
      examples: [.init("GlobalAveragePool3D()(zeros(1, 4, 7, 7, 64)).shape", "[1, 64]")]
    ) { _ in made(GlobalAveragePool3D()) },
    Builtin(
      "GlobalMaxPool3D", [],
      """
      A layer with the largest number of each channel of volumes: (n, depth, height, width, channels) -> \
      (n, channels).
      """,
      examples: [.init("GlobalMaxPool3D()(zeros(1, 4, 7, 7, 64)).shape", "[1, 64]")]
    ) { _ in made(GlobalMaxPool3D()) },
  ]
}

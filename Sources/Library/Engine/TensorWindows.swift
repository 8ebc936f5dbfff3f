import Networks
import Script
import Tensors

/// Built-ins for convolution and pooling along sequences and through volumes.
enum TensorWindows {
  static let functions: [Builtin] = sequences + volumes

  private static let sequence = Builtin.Parameter(
    "x", "a sequence (length) or (length, channels), or a batch (batch, length, channels)")
  private static let volume = Builtin.Parameter(
    "x",
    "a volume (depth, height, width) or (depth, height, width, channels), or a batch "
      + "(batch, depth, height, width, channels)")
  private static let dilation = Builtin.Parameter(
    "dilation", default: "1", "the distance between the filter's taps")
  private static let bias = Builtin.Parameter("bias", default: "nil", "one number for every filter")
  private static let groups = Builtin.Parameter(
    "groups", default: "1", "channels are split into so many parts, each with filters of its own")
  private static let length = "The output is floor((n + 2p - f) / s) + 1 long for an input of length n."
  private static let sizes = "Each output axis is floor((n + 2p - f) / s) + 1 long for one of n."

  // MARK: Sequences

  private static let sequences: [Builtin] = [
    Builtin(
      "conv1d",
      [
        sequence,
        .init(
          "filters",
          "(f) for every channel by itself, (f, in) for one filter over all channels, (f, in, out) for many"),
        WindowArguments.step, WindowArguments.ends, dilation, bias, groups,
      ],
      "Slides filters along a sequence: every output is the sum of products of the window and the filter.",
      details: """
        This is cross-correlation, which deep learning calls convolution. With `.causal` no output looks ahead of \
        its own place. \(length)
        """,
      examples: [
        .init("conv1d([1, 2, 4, 7], [-1, 1])", "[1 2 3]"),
        .init("conv1d([1, 2, 4, 7], [1, 1], padding: .causal)", "[ 1  3  6 11]"),
        .init("conv1d(zeros(8, 100, 3), zeros(5, 3, 16), stride: 2).shape", "[8, 48, 16]"),
      ]
    ) { call in
      let (stride, dilation) = (try call.integer(2, default: 1), try call.integer(4, default: 1))
      let (ends, groups) = (try call.ends(3), try call.integer(6, default: 1))
      return try convolution(call) { x, filters, bias in
        try x.conv1d(
          filters, bias: bias, stride: stride, padding: ends, dilation: dilation, groups: groups)
      }
    },
    sequencePool("maxPool1d", "The largest number of every window.", "[3 9]") {
      try $0.maxPool1d($1, stride: $2, padding: $3)
    },
    sequencePool("averagePool1d", "The mean of every window.", "[2.  5.5]") {
      try $0.averagePool1d($1, stride: $2, padding: $3)
    },
    Builtin(
      "globalMaxPool1d", [sequence], "The largest number of every channel of a sequence.",
      examples: [.init("globalMaxPool1d(ones(100, 16)).shape", "[1, 16]")]
    ) { call in try Value.tensor(call.operand(0).globalMaxPool1d()) },
    Builtin(
      "globalAveragePool1d", [sequence], "The mean of every channel of a sequence.",
      examples: [.init("globalAveragePool1d([[1.0, 2.0], [3.0, 6.0]])", "[[2. 4.]]")]
    ) { call in try Value.tensor(call.operand(0).globalAveragePool1d()) },
  ]

  private static func sequencePool(
    _ name: String, _ summary: String, _ output: String,
    _ pool: @escaping @Sendable (any Operand, Int, Int?, Padding1D) throws -> any Operand
  ) -> Builtin {
    Builtin(
      name,
      [
        sequence, .init("window", "the length of the window"),
        .init("stride", default: "window", "places between two windows"), WindowArguments.ends,
      ],
      summary, details: "Every channel by itself; there is nothing to learn. \(length)",
      examples: [.init("\(name)([1, 3, 2, 9], 2)", output)]
    ) { call in
      try Value.tensor(
        pool(call.operand(0), call.integer(1), call.has(2) ? call.integer(2) : nil, call.ends(3)))
    }
  }

  // MARK: Volumes

  private static let volumes: [Builtin] = [
    Builtin(
      "conv3d",
      [
        volume,
        .init(
          "filters",
          "(f, f, f) for every channel by itself, (f, f, f, in) for one filter over all channels, "
            + "(f, f, f, in, out) for many"),
        WindowArguments.steps, WindowArguments.sides, dilation, bias, groups,
      ],
      "Slides filters through a volume: every output is the sum of products of the window and the filter.",
      details: "Volumes are scans, or films whose depth is time. \(sizes)",
      examples: [
        .init("conv3d(ones(2, 2, 2), ones(2, 2, 2))", "[[[8.]]]"),
        .init("conv3d(zeros(1, 8, 16, 16, 3), zeros(3, 3, 3, 3, 4)).shape", "[1, 6, 14, 14, 4]"),
      ]
    ) { call in
      let (stride, dilation) = (try call.triple(2, default: 1), try call.triple(4, default: 1))
      let (sides, groups) = (try call.sides(3), try call.integer(6, default: 1))
      return try convolution(call) { x, filters, bias in
        try x.conv3d(
          filters, bias: bias, stride: stride, padding: sides, dilation: dilation, groups: groups)
      }
    },
    volumePool("maxPool3d", "The largest number of every window of a volume.", "[[[7]]]") {
      try $0.maxPool3d($1, stride: $2, padding: $3)
    },
    volumePool("averagePool3d", "The mean of every window of a volume.", "[[[3.5]]]") {
      try $0.averagePool3d($1, stride: $2, padding: $3)
    },
    Builtin(
      "globalMaxPool3d", [volume], "The largest number of every channel of a volume.",
      examples: [.init("globalMaxPool3d(ones(4, 7, 7, 16)).shape", "[1, 1, 1, 16]")]
    ) { call in try Value.tensor(call.operand(0).globalMaxPool3d()) },
    Builtin(
      "globalAveragePool3d", [volume], "The mean of every channel of a volume.",
      examples: [.init("globalAveragePool3d(ones(4, 7, 7, 16)).shape", "[1, 1, 1, 16]")]
    ) { call in try Value.tensor(call.operand(0).globalAveragePool3d()) },
  ]

  private static func volumePool(
    _ name: String, _ summary: String, _ output: String,
    _ pool: @escaping @Sendable (any Operand, Triple, Triple?, Padding3D) throws -> any Operand
  ) -> Builtin {
    Builtin(
      name,
      [
        volume, .init("window", "the size of the window: one integer or three"),
        .init("stride", default: "window", "places between two windows: one integer or three"),
        WindowArguments.sides,
      ],
      summary, details: "Every channel by itself; there is nothing to learn. \(sizes)",
      examples: [.init("\(name)([[[0, 1], [2, 3]], [[4, 5], [6, 7]]], 2)", output)]
    ) { call in
      try Value.tensor(
        pool(
          call.operand(0), call.triple(1, default: 2), call.has(2) ? call.triple(2, default: 1) : nil,
          call.sides(3)))
    }
  }

  // MARK: Both

  /// Runs a convolution of the arguments `x`, `filters` and `bias`; a plain result stays a plain tensor.
  private static func convolution(
    _ call: Call, _ run: (Variable, Variable, Variable?) throws -> Variable
  ) throws -> Value {
    let (x, filters) = (try call.operand(0), try call.operand(1))
    let bias = try call.operand(5, default: nil)
    if let x = x.plain, let filters = filters.plain, bias.map({ $0.plain != nil }) ?? true {
      let result = try run(Variable(x), Variable(filters), bias?.variable)
      return try Value.tensor(result.tensor())
    }
    // A variable keeps its type: plain filters of another one follow it.
    let type = DType.promoted(x.dtype, filters.dtype).floatingForm
    return try Value.tensor(
      run(x.variable.asType(type), filters.variable.asType(type), bias?.variable.asType(type)))
  }
}

import Script
import Tensors

/// Built-ins for convolution and pooling.
enum TensorConvolution {
  private static let input = Builtin.Parameter(
    "x", "a picture (height, width) or (height, width, channels), or a batch (batch, height, width, channels)"
  )
  private static let stride = Builtin.Parameter(
    "stride", default: "1", "rows and columns between two windows: one integer or two")
  private static let padding = Builtin.Parameter(
    "padding", default: ".valid", choices: ["valid", "same"],
    "`.valid` for none, `.same` to keep the size, a number of rows and columns, or `[[top, bottom], [left, right]]`"
  )
  private static let filters = Builtin.Parameter(
    "filters",
    "(f, f) for every channel by itself, (f, f, in) for one filter over a volume, (f, f, in, out) for many")
  private static let sizes = "The output has floor((n + 2p - f) / s) + 1 rows for n rows of input."

  static let functions: [Builtin] = [
    Builtin(
      "conv2d",
      [
        input, filters, stride, padding,
        .init("dilation", default: "1", "the distance between the filter's taps"),
        .init("bias", default: "nil", "one number for every filter"),
      ],
      "Slides filters over a picture: every output is the sum of products of the window and the filter.",
      details:
        "This is cross-correlation, which deep learning calls convolution; `convolve2d` flips the filter first. \(sizes)",
      examples: [
        .init("conv2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, -1]])", "[[-4 -4]\n [-4 -4]]"),
        .init("conv2d(zeros(6, 6, 3), zeros(3, 3, 3, 10)).shape", "[4, 4, 10]"),
      ]
    ) { call in try convolution(call, isFlipped: false) },
    Builtin(
      "convolve2d",
      [
        input, filters, stride, padding,
        .init("dilation", default: "1", "the distance between the filter's taps"),
        .init("bias", default: "nil", "one number for every filter"),
      ],
      "Convolution as mathematics defines it: the filter is flipped in both directions first.",
      details: "It is associative, which cross-correlation is not. \(sizes)",
      examples: [.init("convolve2d([[1, 2], [3, 4]], [[1, 2], [3, 4]])", "[[20]]")]
    ) { call in try convolution(call, isFlipped: true) },
    Builtin(
      "convTranspose2d",
      [
        input,
        .init("filters", "(f, f, out, in): the channels of the result come before those of the input"),
        stride, padding, .init("bias", default: "nil", "one number for every channel of the result"),
      ],
      "The convolution that goes the other way: a picture grows by its stride.",
      details: "It is the gradient of `conv2d` with respect to its input. With `.same`, n rows become n * s.",
      examples: [
        .init(
          "convTranspose2d(zeros(1, 14, 14, 8), zeros(3, 3, 4, 8), stride: 2, padding: .same).shape",
          "[1, 28, 28, 4]"),
        .init("convTranspose2d([[1, 2]], [[1, 1]], stride: 2)", "[[1. 1. 2. 2.]]"),
      ]
    ) { call in try transposed(call) },
    pooling("maxPool2d", "The largest number of every window.", "[[9 2]\n [6 3]]") {
      try $0.maxPool2d($1, stride: $2, padding: $3)
    },
    pooling("averagePool2d", "The mean of every window.", "[[3.75 1.25]\n [3.75 2.  ]]") {
      try $0.averagePool2d($1, stride: $2, padding: $3)
    },
    Builtin(
      "globalMaxPool", [input], "The largest number of every channel.",
      examples: [.init("globalMaxPool(ones(7, 7, 1000)).shape", "[1, 1, 1000]")]
    ) { call in try Value.tensor(call.operand(0).globalMaxPool2d()) },
    Builtin(
      "globalAveragePool", [input], "The mean of every channel.",
      examples: [.init("globalAveragePool(ones(7, 7, 1000)).shape", "[1, 1, 1000]")]
    ) { call in try Value.tensor(call.operand(0).globalAveragePool2d()) },
    Builtin(
      "flipFilter", [.init("filter", "a filter (f, f) or with channels behind")],
      "Turns a filter upside down and left to right.",
      examples: [.init("flipFilter([[1, 2], [3, 4]])", "[[4 3]\n [2 1]]")]
    ) { call in try Value.tensor(call.operand(0).flippedFilter()) },
    Builtin(
      "zeroPad", [input, .init("amount", "rows and columns added on every side")],
      "Puts zeros around a picture.",
      examples: [.init("zeroPad([[5]], 1)", "[[0 0 0]\n [0 5 0]\n [0 0 0]]")]
    ) { call in
      let tensor = try call.operand(0)
      let amount = try call.integer(1)
      let rows = tensor.rank == 4 ? 1 : 0
      guard tensor.rank >= 2 else {
        throw call.failure("a picture has at least two axes, but this has \(tensor.rank)", argument: 0)
      }
      let sides = (0..<tensor.rank).map {
        $0 == rows || $0 == rows + 1 ? (before: amount, after: amount) : (before: 0, after: 0)
      }
      return try Value.tensor(tensor.pad(sides, mode: .constant(0)), isPicture: call[0].isPicture)
    },
  ]

  private static func convolution(_ call: Call, isFlipped: Bool) throws -> Value {
    var filters = try call.operand(1)
    if isFlipped { filters = try filters.flippedFilter() }
    let (x, bias) = (try call.operand(0), try call.operand(5, default: nil))
    let (stride, padding) = (try call.pair(2, default: 1), try call.padding(3))
    let dilation = try call.pair(4, default: 1)
    let result: any Operand
    if let x = x.plain, let filters = filters.plain, bias.map({ $0.plain != nil }) ?? true {
      result = try x.conv2d(filters, bias: bias?.plain, stride: stride, padding: padding, dilation: dilation)
    } else {
      // A variable keeps its type: plain filters of another one follow it.
      let (x, filters) = (x.variable, filters.variable)
      let type = DType.promoted(x.dtype, filters.dtype).floatingForm
      result = try x.asType(type).conv2d(
        filters.asType(type), bias: bias?.variable.asType(type), stride: stride, padding: padding,
        dilation: dilation)
    }
    return try Value.tensor(result, isPicture: call[0].isPicture)
  }

  /// Pictures and filters may be without a batch and without channels.
  private static func transposed(_ call: Call) throws -> Value {
    let (x, filters) = (try call.operand(0), try call.operand(1))
    let bias = try call.operand(4, default: nil)
    let (stride, padding) = (try call.pair(2, default: 1), try call.padding(3))
    guard (2...4).contains(x.rank) else {
      throw call.failure("`x` is a picture or a batch, but its shape is \(x.shape)", argument: 0)
    }
    guard filters.rank == 4 || (filters.rank == 2 && x.rank == 2) else {
      throw call.failure("`filters` are (f, f, out, in), but their shape is \(filters.shape)", argument: 1)
    }
    let isPlain = x.plain != nil && filters.plain != nil && bias.map { $0.plain != nil } ?? true
    let type = DType.promoted(x.dtype, filters.dtype).floatingForm
    let sizes = x.shape.sizes
    let batch = x.rank == 2 ? [1] + sizes + [1] : x.rank == 3 ? [1] + sizes : sizes
    let input = try x.variable.asType(type).reshape(batch)
    let full = filters.rank == 2 ? filters.shape.sizes + [1, 1] : filters.shape.sizes
    var result = try input.convTranspose2d(
      filters.variable.asType(type).reshape(full), bias: bias?.variable.asType(type), stride: stride,
      padding: padding)
    if x.rank < 4 { result = try result.squeeze([0]) }
    if filters.rank == 2 { result = try result.squeeze([2]) }
    let isPicture = call[0].isPicture
    return isPlain
      ? .tensor(try result.tensor(), isPicture: isPicture) : try .tensor(result, isPicture: isPicture)
  }

  private static func pooling(
    _ name: String, _ summary: String, _ output: String,
    _ pool: @escaping @Sendable (any Operand, Pair, Pair?, Padding) throws -> any Operand
  ) -> Builtin {
    Builtin(
      name,
      [
        input, .init("window", "the size of the window: one integer or two"),
        .init("stride", default: "window", "rows and columns between two windows"), padding,
      ],
      summary, details: "Every channel by itself; there is nothing to learn. \(sizes)",
      examples: [.init("\(name)([[1, 3, 2, 1], [2, 9, 1, 1], [1, 3, 2, 3], [5, 6, 1, 2]], 2)", output)]
    ) { call in
      let window = try call.pair(1, default: 2)
      let result = try pool(
        call.operand(0), window, call.has(2) ? call.pair(2, default: 1) : nil, call.padding(3))
      return try Value.tensor(result, isPicture: call[0].isPicture)
    }
  }
}

import Networks
import Script
import Tensors

/// Built-ins that take tensors apart, pick elements, and lay neighbours into channels.
enum TensorParts {
  private static let x = Builtin.Parameter("x", "a tensor or nested arrays of numbers")
  private static let pictures = Builtin.Parameter(
    "x", "a picture (height, width, channels), or a batch (batch, height, width, channels)")

  static let functions: [Builtin] = [
    Builtin(
      "split",
      [
        x, .init("parts", "how many equal parts"),
        .init("axis", default: "0", "the axis that is cut; its length is a multiple of the parts"),
      ],
      "Cuts a tensor into equal parts: an array of tensors, which `concat` joins again.",
      examples: [.init("split([1, 2, 3, 4, 5, 6], 3)", "[[1 2], [3 4], [5 6]]")]
    ) { call in
      let operand = try call.operand(0)
      let (parts, axis) = (try call.integer(1), try call.integer(2, default: 0))
      let cut = try operand.variable.split(parts, axis: axis)
      guard operand.plain != nil else { return .array(try cut.map { try Value.tensor($0) }) }
      return .array(try cut.map { Value.tensor(try $0.tensor()) })
    },
    Builtin(
      "topK",
      [
        x, .init("k", "how many"), .init("axis", default: "-1", "the axis along which they are compared"),
      ],
      "The largest elements along an axis and where they are: a tuple with `values` and `indices`.",
      details: "The largest comes first; of equal elements the first one. Gradients flow through the values.",
      examples: [
        .init("topK([0.1, 0.7, 0.2], 2)", "(values: [0.7 0.2], indices: [1 2])"),
        .init("topK([[3, 9, 4], [8, 1, 2]], 1).indices", "[[1]\n [0]]"),
      ]
    ) { call in
      let operand = try call.operand(0)
      let best = try operand.variable.topK(call.integer(1), axis: call.integer(2, default: -1))
      let values = operand.plain == nil ? try Value.tensor(best.values) : .tensor(try best.values.tensor())
      return .tuple([values, .tensor(best.indices)], labels: ["values", "indices"])
    },
    Builtin(
      "gather",
      [
        x, .init("indices", "whole numbers of any shape; negative ones count from the end"),
        .init("axis", default: "0", "the axis along which they count"),
      ],
      "The slices that a list of positions names along an axis, in the list's order (NumPy's `take`).",
      details: "The axes of the indices stand where the axis was. One slice may be taken several times.",
      examples: [
        .init("gather([[1, 2], [3, 4], [5, 6]], [2, 0])", "[[5 6]\n [1 2]]"),
        .init("gather([[1, 2], [3, 4], [5, 6]], [1, 1, 0], axis: 1).shape", "[3, 3]"),
      ]
    ) { call in
      let (indices, axis) = (try call.tensor(1), try call.integer(2, default: 0))
      return try Value.tensor(call.operand(0).applying { try $0.gather(indices, axis: axis) })
    },
    Builtin(
      "takeAlong",
      [
        x,
        .init("indices", "whole numbers with as many axes as `x`, which agree with it in all axes but one"),
        .init("axis", default: "-1", "the axis along which they count"),
      ],
      "For each position the element that it names in its own line along an axis (NumPy's `take_along_axis`).",
      details: "`takeAlong(scores, labels.reshaped(-1, 1))` is each sample's score of its own class.",
      examples: [.init("takeAlong([[0.1, 0.9], [0.8, 0.2]], [[1], [0]])", "[[0.9]\n [0.8]]")]
    ) { call in
      let (indices, axis) = (try call.tensor(1), try call.integer(2, default: -1))
      return try Value.tensor(call.operand(0).applying { try $0.takeAlong(indices, axis: axis) })
    },
    Builtin(
      "spaceToDepth",
      [pictures, .init("block", "rows and columns of each block")],
      "Lays blocks of neighbours into the channels: a smaller picture with more channels.",
      details: """
        (height, width, channels) becomes (height / block, width / block, block * block * channels). The order is \
        TensorFlow's: the rows of a block, then its columns, then the channels.
        """,
      examples: [.init("spaceToDepth(reshape(arange(16), 4, 4, 1), 2)[0, 0]", "[0 1 4 5]")]
    ) { call in
      let block = try call.span(1)
      return try Value.tensor(call.operand(0).applying { try $0.spaceToDepth(block) })
    },
    Builtin(
      "depthToSpace",
      [pictures, .init("block", "rows and columns of each block")],
      "Lays channels out as blocks of neighbours: the inverse of `spaceToDepth`, also known as pixel shuffle.",
      details: """
        (height, width, block * block * channels) becomes (height * block, width * block, channels).
        """,
      examples: [.init("depthToSpace(reshape(arange(4), 1, 1, 4), 2)[..., 0]", "[[0 1]\n [2 3]]")]
    ) { call in
      let block = try call.span(1)
      return try Value.tensor(call.operand(0).applying { try $0.depthToSpace(block) })
    },
  ]
}

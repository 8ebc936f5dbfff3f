import Script
import Tensors

/// Built-ins that change the form of tensors, and products of matrices.
enum TensorShaping {
  private static let x = Builtin.Parameter("x", "a tensor or nested arrays of numbers")

  static let functions: [Builtin] = [
    Builtin(
      "reshape",
      [x, .init("shape", variadic: true, "the length of every axis; one may be -1, which is worked out")],
      "The same elements in another shape.",
      examples: [.init("reshape(arange(6), 2, -1)", "[[0 1 2]\n [3 4 5]]")]
    ) { call in try Value.tensor(call.operand(0).reshape(sizes(call, 1))) },
    Builtin(
      "transpose",
      [x, .init("axes", default: "nil", "the new order of the axes; turned round when not given")],
      "Exchanges axes: rows become columns.",
      examples: [.init("transpose([[1, 2], [3, 4]])", "[[1 3]\n [2 4]]")]
    ) { call in try Value.tensor(call.operand(0).transposed(call.axes(1))) },
    Builtin(
      "concat",
      [
        .init("tensors", "an array of tensors"),
        .init("axis", default: "0", "the axis along which they are joined"),
      ],
      "Joins tensors along an axis.", examples: [.init("concat([[1, 2], [3]])", "[1 2 3]")]
    ) { call in try Value.tensor(Operands.concatenate(list(call), axis: call.integer(1, default: 0))) },
    Builtin(
      "stack",
      [
        .init("tensors", "an array of tensors of one shape"),
        .init("axis", default: "0", "where the new axis goes"),
      ],
      "Puts tensors beside each other along a new axis.",
      examples: [.init("stack([[1, 2], [3, 4]])", "[[1 2]\n [3 4]]")]
    ) { call in try Value.tensor(Operands.stack(list(call), axis: call.integer(1, default: 0))) },
    Builtin(
      "flip", [x, .init("axes", default: "nil", "the axes; all when not given")],
      "Turns the order of the elements round.",
      examples: [.init("flip([1, 2, 3])", "[3 2 1]")]
    ) { call in try Value.tensor(call.operand(0).flip(call.axes(1)), isPicture: call[0].isPicture) },
    Builtin(
      "rot90", [x, .init("times", default: "1", "how many quarter turns, against the clock")],
      "Turns the first two axes by a quarter.",
      examples: [.init("rot90([[1, 2], [3, 4]])", "[[2 4]\n [1 3]]")]
    ) { call in
      try Value.tensor(
        call.operand(0).rot90(times: call.integer(1, default: 1)), isPicture: call[0].isPicture)
    },
    Builtin(
      "matmul",
      [
        .init("a", "a matrix, or a batch of them"),
        .init("b", "a matrix with as many rows as `a` has columns"),
      ],
      "The product of two matrices.",
      examples: [.init("matmul([[1, 2], [3, 4]], [[1, 0], [0, 1]])", "[[1 2]\n [3 4]]")]
    ) { call in try Value.tensor(Operands.matmul(call.operand(0), call.operand(1))) },
    Builtin(
      "dot", [.init("a", "a vector or a matrix"), .init("b", "a vector or a matrix")],
      "The sum of products of two vectors; of matrices their product.",
      examples: [.init("dot([1, 2, 3], [4, 5, 6])", "32")]
    ) { call in try Value.tensor(Operands.dot(call.operand(0), call.operand(1))) },
    Builtin(
      "outer", [.init("a", "a vector"), .init("b", "a vector")],
      "Every number of one vector times every number of the other.",
      examples: [.init("outer([1, 2], [3, 4])", "[[3 4]\n [6 8]]")]
    ) { call in try Value.tensor(Operands.outer(call.operand(0), call.operand(1))) },
    Builtin(
      "pad",
      [
        x, .init("amounts", "`[[before, after], ...]` for every axis"),
        .init("value", default: "0", "what the new elements are"),
      ],
      "Adds elements around a tensor.", examples: [.init("pad([1, 2], [[1, 2]])", "[0 1 2 0 0]")]
    ) { call in
      let sides = try call.elements(1).map { side -> (before: Int, after: Int) in
        guard let pair = side.elements, pair.count == 2, pair[0].isInteger, pair[1].isInteger else {
          throw call.mismatch(1, "an array of pairs such as `[[1, 1], [2, 2]]`")
        }
        return (pair[0].asInteger, pair[1].asInteger)
      }
      guard let value = call.has(2) ? Scalar(call[2]) : .int(0) else { throw call.mismatch(2, "a number") }
      return try Value.tensor(
        call.operand(0).pad(sides, mode: .constant(value)), isPicture: call[0].isPicture)
    },
    Builtin(
      "sort",
      [
        x, .init("axis", default: "-1", "the axis along which it is sorted"),
        .init("descending", default: "false", "the largest first"),
      ],
      "The elements in order.", examples: [.init("sort([3, 1, 2])", "[1 2 3]")]
    ) { call in
      try Value.tensor(
        call.operand(0).sorted(
          axis: call.integer(1, default: -1), descending: call.bool(2, default: false)))
    },
    Builtin(
      "cumsum", [x, .init("axis", default: "nil", "the axis; all elements in a row when not given")],
      "Running sums.", examples: [.init("cumsum([1, 2, 3])", "[1 3 6]")]
    ) { call in try Value.tensor(call.operand(0).cumulativeSum(axis: call.has(1) ? call.integer(1) : nil)) },
    Builtin(
      "expandDims", [x, .init("axis", default: "0", "where the new axis goes")],
      "The same elements with one more axis, of length 1; one picture becomes a batch.",
      examples: [.init("expandDims(zeros(32, 32, 3)).shape", "[1, 32, 32, 3]")]
    ) { call in try Value.tensor(call.operand(0).expandDims(call.integer(1, default: 0))) },
    Builtin(
      "squeeze", [x, .init("axes", default: "nil", "the axes; all of length 1 when not given")],
      "The same elements without axes of length 1.",
      examples: [.init("squeeze(zeros(1, 32, 32, 1)).shape", "[32, 32]")]
    ) { call in try Value.tensor(call.operand(0).squeeze(call.axes(1))) },
  ]

  static func sizes(_ call: Call, _ index: Int) throws -> [Int] {
    let values = try call.elements(index)
    let list = values.count == 1 ? values[0].elements.map(Array.init) ?? values : values
    guard !list.isEmpty, list.allSatisfy(\.isInteger) else { throw call.mismatch(index, "integers") }
    return list.map(\.asInteger)
  }

  private static func list(_ call: Call) throws -> [any Operand] {
    if let host = call[0].hostValue as? TensorValue {
      let operand = host.operand
      return try (0..<(host.iterationCount ?? 0)).map { try operand.slice([.index($0)]) }
    }
    return try call.elements(0).map { element in
      guard let operand = try Operands.from(element) else { throw call.mismatch(0, "an array of tensors") }
      return operand
    }
  }
}

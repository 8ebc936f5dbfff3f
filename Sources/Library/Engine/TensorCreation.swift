import Script
import Tensors

/// Built-ins that make tensors.
enum TensorCreation {
  static let types = ["float32", "float64", "int64", "uint8", "bool"]

  private static let typeParameter = Builtin.Parameter(
    "type", default: ".float32", choices: types, "the element type")

  static let functions: [Builtin] = [
    Builtin(
      "tensor",
      [
        .init("values", "numbers, or arrays of them nested as deep as the tensor has axes"),
        .init(
          "type", default: "nil", choices: types, "the element type; nil for the one that fits the numbers"),
      ],
      "A tensor from nested arrays.",
      details: "Integers make an int64 tensor, other numbers a float32 one, truth values a bool one.",
      examples: [
        .init("tensor([[1, 2], [3, 4]]).shape", "[2, 2]"),
        .init("print(tensor([[1, 2], [3, 4]]) * 10)", "[[10 20]\n [30 40]]"),
      ]
    ) { call in
      let type = try call.dtype(1, default: nil)
      guard let operand = try Operands.from(call[0]) else {
        throw call.mismatch(0, "numbers or nested arrays of numbers")
      }
      guard operand.plain != nil else {
        return try Value.tensor(type.map { try operand.asType($0) } ?? operand)
      }
      // Read with its type, numbers keep the precision that they were written with.
      guard let tensor = try Tensor.from(call[0], dtype: type) else { return .none }
      return .host(TensorValue(tensor))
    },
    Builtin(
      "zeros", [.init("shape", variadic: true, "the length of every axis"), typeParameter],
      "A tensor of zeros.",
      examples: [.init("print(zeros(2, 3))", "[[0. 0. 0.]\n [0. 0. 0.]]")]
    ) { call in
      .host(
        TensorValue(try Tensor.zeros(try call.shape(0), try call.dtype(1, default: .float32) ?? .float32)))
    },
    Builtin(
      "ones", [.init("shape", variadic: true, "the length of every axis"), typeParameter],
      "A tensor of ones.",
      examples: [.init("ones(2, 3).sum()", "6.0")]
    ) { call in
      .host(TensorValue(try Tensor.ones(try call.shape(0), try call.dtype(1, default: .float32) ?? .float32)))
    },
    Builtin(
      "full",
      [
        .init("shape", "an array with the length of every axis"), .init("value", "what every element is"),
        .init("type", default: "nil", choices: types, "the element type; nil for the value's own"),
      ],
      "A tensor whose elements are all the same.",
      examples: [.init("print(full([2, 2], 7))", "[[7 7]\n [7 7]]")]
    ) { call in
      guard let value = Scalar(call[1]) else { throw call.mismatch(1, "a number") }
      return .host(
        TensorValue(
          try Tensor.full(try Shape(try call.integers(0)), value, dtype: try call.dtype(2, default: nil))))
    },
    Builtin(
      "eye", [.init("size", "the number of rows and columns"), typeParameter],
      "The identity matrix: ones on the diagonal.",
      examples: [.init("print(eye(2))", "[[1. 0.]\n [0. 1.]]")]
    ) { call in
      .host(
        TensorValue(
          try Tensor.identity(try call.integer(0), dtype: try call.dtype(1, default: .float32) ?? .float32)))
    },
    Builtin(
      "arange",
      [
        .init("start", "the first number, or the end when it stands alone"),
        .init("end", default: "nil", "the number before which it stops"),
        .init("step", default: "1", "the distance"),
      ],
      "Evenly spaced numbers, the end left out.",
      examples: [.init("arange(5)", "[0 1 2 3 4]"), .init("arange(0, 1, 0.25)", "[0.   0.25 0.5  0.75]")]
    ) { call in
      guard let first = Scalar(call[0]) else { throw call.mismatch(0, "a number") }
      let step = call.has(2) ? Scalar(call[2]) : .int(1)
      guard let step else { throw call.mismatch(2, "a number") }
      guard call.has(1) else {
        return .host(TensorValue(try Tensor.range(from: .int(0), to: first, by: step)))
      }
      guard let end = Scalar(call[1]) else { throw call.mismatch(1, "a number") }
      return .host(TensorValue(try Tensor.range(from: first, to: end, by: step)))
    },
    Builtin(
      "linspace",
      [
        .init("start", "the first number"), .init("end", "the last number"),
        .init("count", default: "50", "how many numbers"),
      ],
      "A number of evenly spaced values, both ends included.",
      examples: [.init("linspace(0, 1, count: 3)", "[0.  0.5 1. ]")]
    ) { call in
      .host(
        TensorValue(
          try Tensor.linspace(
            from: try call.double(0), to: try call.double(1), count: try call.integer(2, default: 50))))
    },
  ]
}

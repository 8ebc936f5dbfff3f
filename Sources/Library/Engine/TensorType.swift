import Script
import Tensors

/// The members of tensors.
enum TensorType {
  static let table = TypeTable(
    "Tensor", "Numbers in a grid with any number of axes; pictures are tensors (height, width, channels).",
    properties: properties + PictureBuiltins.tensorProperties,
    methods: methods + TensorReductions.methods + PictureBuiltins.tensorMethods)

  private static func property(
    _ name: String, _ summary: String, _ code: String, _ output: String,
    _ body: @escaping @Sendable (any Operand) throws -> Value
  ) -> Builtin {
    Builtin(name, [.init("self")], summary, examples: [.init(code, output)]) { call in
      try body(try call.operand(0))
    }
  }

  private static let properties: [Builtin] = [
    property("shape", "The length of every axis.", "zeros(2, 3).shape", "[2, 3]") {
      Value.array(Array($0.shape))
    },
    property("rank", "How many axes it has.", "zeros(2, 3).rank", "2") { Value($0.rank) },
    property("count", "How many elements it has.", "zeros(2, 3).count", "6") { Value($0.shape.elementCount) },
    property("type", "The element type.", "zeros(2, 3).type", "\"float32\"") { .string($0.dtype.rawValue) },
    property(
      "transposed", "Rows and columns exchanged.", "tensor([[1, 2], [3, 4]]).transposed", "[[1 3]\n [2 4]]"
    ) { try Value.tensor($0.transposed(nil)) },
    property("flattened", "All elements in a row.", "tensor([[1, 2], [3, 4]]).flattened", "[1 2 3 4]") {
      try Value.tensor($0.reshape([$0.shape.elementCount]))
    },
    property("bytes", "How much memory its elements take.", "zeros(2, 3).bytes", "24") {
      Value(try $0.numbers().byteCount)
    },
    property(
      "detached", "The same numbers, through which no gradient flows.",
      "gradient(at: 3.0) { x in x * x.detached }", "3.0"
    ) { Value.tensor(try $0.numbers()) },
  ]

  private static let methods: [Builtin] = [
    Builtin(
      "expandDims", [.init("self"), .init("axis", default: "0", "where the new axis goes")],
      "The same elements with one more axis, of length 1; one picture becomes a batch.",
      examples: [.init("zeros(32, 32, 3).expandDims(0).shape", "[1, 32, 32, 3]")]
    ) { call in try Value.tensor(call.operand(0).expandDims(call.integer(1, default: 0))) },
    Builtin(
      "squeeze", [.init("self"), .init("axes", default: "nil", "the axes; all of length 1 when not given")],
      "The same elements without axes of length 1.",
      examples: [.init("zeros(1, 32, 32, 1).squeeze().shape", "[32, 32]")]
    ) { call in try Value.tensor(call.operand(0).squeeze(call.axes(1))) },
    Builtin(
      "reshaped", [.init("self"), .init("shape", variadic: true, "the length of every axis; one may be -1")],
      "The same elements in another shape.", examples: [.init("arange(6).reshaped(3, 2).shape", "[3, 2]")]
    ) { call in try Value.tensor(call.operand(0).reshape(TensorShaping.sizes(call, 1))) },
    Builtin(
      "converted", [.init("self"), .init("to", choices: TensorCreation.types, "the element type")],
      "The same numbers in another element type.",
      details: "Fractions are cut off for integers; a number that does not fit is an error.",
      examples: [.init("tensor([1.5, 2.5]).converted(to: .int64)", "[1 2]")]
    ) { call in
      guard let type = try call.dtype(1, default: nil) else {
        throw call.mismatch(1, "an element type such as .float32")
      }
      return try Value.tensor(call.operand(0).asType(type), isPicture: call[0].isPicture)
    },
    Builtin(
      "array", [.init("self")], "The numbers as nested arrays of the language.",
      examples: [.init("tensor([[1, 2], [3, 4]]).array()", "[[1, 2], [3, 4]]")]
    ) { call in try nested(call.operand(0), call.machine) },
  ]

  /// At most eight levels, one for each axis.
  private static func nested(_ tensor: any Operand, _ machine: Machine) throws -> Value {
    guard tensor.rank > 0 else { return try Value.tensor(tensor) }
    try machine.checkpoint()
    return .array(try (0..<tensor.shape[0]).map { try nested(try tensor.slice([.index($0)]), machine) })
  }
}

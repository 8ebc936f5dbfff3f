import Script
import Tensors

/// Built-ins that make one number of many, as functions and as methods of tensors.
enum TensorReductions {
  private static let axis = Builtin.Parameter(
    "axis", default: "nil", "the axis, or an array of axes; all of them when not given")
  private static let keepAxes = Builtin.Parameter(
    "keepAxes", default: "false", "leaves the reduced axes with length 1")

  private struct Entry: Sendable {
    let name: String
    let summary: String
    let example: Builtin.Example
    let reduction: Reduction
  }

  private static let entries: [Entry] = [
    Entry(
      name: "sum", summary: "The sum of the elements.",
      example: .init("sum([[1, 2], [3, 4]], axis: 0)", "[4 6]"), reduction: .sum),
    Entry(
      name: "mean", summary: "The mean of the elements.", example: .init("mean([1, 2, 6])", "3.0"),
      reduction: .mean),
    Entry(
      name: "max", summary: "The largest element.", example: .init("max([3, 9, 4])", "9"), reduction: .max),
    Entry(
      name: "min", summary: "The smallest element.", example: .init("min([3, 9, 4])", "3"), reduction: .min),
    Entry(
      name: "product", summary: "The product of the elements.", example: .init("product([2, 3, 4])", "24"),
      reduction: .product),
    Entry(
      name: "variance", summary: "The mean square distance from the mean, as NumPy's `var`.",
      example: .init("variance([1.0, 3.0])", "1.0"), reduction: .variance),
    Entry(
      name: "std", summary: "The standard deviation: the root of the variance.",
      example: .init("std([1.0, 3.0])", "1.0"), reduction: .standardDeviation),
    Entry(
      name: "norm", summary: "The length: the root of the sum of the squares.",
      example: .init("norm([3.0, 4.0])", "5.0"), reduction: .norm),
    Entry(
      name: "all", summary: "Whether every element is true.",
      example: .init("all(tensor([1, 2]) > 0)", "true"), reduction: .all),
    Entry(
      name: "any", summary: "Whether at least one element is true.",
      example: .init("any(tensor([1, 2]) > 1)", "true"), reduction: .any),
  ]

  /// `sum(x, axis: 0)`; `max` and `min` also take several numbers.
  static let functions: [Builtin] =
    entries.map { entry in
      let isExtreme = entry.name == "max" || entry.name == "min"
      return Builtin(
        entry.name,
        [
          .init(
            "values", variadic: true,
            isExtreme
              ? "a tensor or an array; or several numbers or tensors, compared element by element"
              : "a tensor or an array of numbers"), axis,
          keepAxes,
        ],
        entry.summary, examples: [entry.example]
      ) { call in
        let values = try call.elements(0)
        guard let first = values.first else {
          throw ScriptError(.type, "`\(entry.name)` needs a tensor, an array or numbers")
        }
        if isExtreme, values.count > 1 { return try extreme(values, isLargest: entry.name == "max", call) }
        guard values.count == 1 else {
          throw ScriptError(
            .type, "`\(entry.name)` takes one tensor or array",
            suggestion: "put the numbers in brackets: `\(entry.name)([1, 2])`")
        }
        if let plain = (first.hostValue as? TensorValue)?.plain {
          return Value.tensor(
            try plain.reduce(entry.reduction, axes: call.axes(1), keepAxes: call.bool(2, default: false)))
        }
        guard let operand = try exact(first) else {
          throw call.mismatch(0, "a tensor or an array of numbers")
        }
        return try Value.tensor(
          operand.reduce(entry.reduction, axes: call.axes(1), keepAxes: call.bool(2, default: false)))
      }
    } + [
      Builtin(
        "argmax",
        [
          .init("x", "a tensor or an array of numbers"),
          .init("axis", default: "nil", "the axis; all elements in a row when not given"),
        ],
        "The position of the largest element.", examples: [.init("argmax([3, 9, 4])", "1")]
      ) { call in Value.tensor(try call.tensor(0).argMax(axis: call.has(1) ? try call.integer(1) : nil)) },
      Builtin(
        "argmin",
        [
          .init("x", "a tensor or an array of numbers"),
          .init("axis", default: "nil", "the axis; all elements in a row when not given"),
        ],
        "The position of the smallest element.", examples: [.init("argmin([3, 9, 1])", "2")]
      ) { call in Value.tensor(try call.tensor(0).argMin(axis: call.has(1) ? try call.integer(1) : nil)) },
    ]

  /// `x.sum(axis: 0)`
  static let methods: [Builtin] =
    entries.map { entry in
      Builtin(entry.name, [.init("self"), axis, keepAxes], entry.summary, examples: [methodExample(entry)]) {
        call in
        try Value.tensor(
          call.operand(0).reduce(entry.reduction, axes: call.axes(1), keepAxes: call.bool(2, default: false)))
      }
    } + [
      Builtin(
        "argmax", [.init("self"), .init("axis", default: "nil", "the axis")],
        "The position of the largest element.", examples: [.init("tensor([3, 9, 4]).argmax()", "1")]
      ) { call in
        Value.tensor(try call.tensor(0).argMax(axis: call.has(1) ? try call.integer(1) : nil))
      },
      Builtin(
        "argmin", [.init("self"), .init("axis", default: "nil", "the axis")],
        "The position of the smallest element.", examples: [.init("tensor([3, 9, 1]).argmin()", "2")]
      ) { call in
        Value.tensor(try call.tensor(0).argMin(axis: call.has(1) ? try call.integer(1) : nil))
      },
    ]

  private static func methodExample(_ entry: Entry) -> Builtin.Example {
    switch entry.name {
    case "sum": .init("tensor([1, 2, 3]).sum()", "6")
    case "mean": .init("tensor([1, 2, 6]).mean()", "3.0")
    case "max": .init("tensor([3, 9]).max()", "9")
    case "min": .init("tensor([3, 9]).min()", "3")
    case "product": .init("tensor([2, 3]).product()", "6")
    case "variance": .init("tensor([1.0, 3.0]).variance()", "1.0")
    case "norm": .init("tensor([3.0, 4.0]).norm()", "5.0")
    case "std": .init("tensor([1.0, 3.0]).std()", "1.0")
    case "all": .init("(tensor([1, 2]) > 1).all()", "false")
    default: .init("(tensor([1, 2]) > 1).any()", "true")
    }
  }

  /// Doubles of the language keep their precision in reductions.
  private static func exact(_ value: Value) throws -> (any Operand)? {
    guard let operand = try Operands.from(value) else { return nil }
    guard value.kind != .host, operand.plain?.dtype == .float32 else { return operand }
    return try Tensor.from(value, dtype: .float64)
  }

  private static func extreme(_ values: [Value], isLargest: Bool, _ call: Call) throws -> Value {
    if values.contains(where: { $0.kind == .host }) {
      var best = try Operands.from(values[0])
      for value in values.dropFirst() {
        guard let one = best, let other = try Operands.from(value) else { throw call.mismatch(0, "numbers") }
        best = try Operands.apply(isLargest ? .maximum : .minimum, one, other)
      }
      guard let best else { throw call.mismatch(0, "numbers") }
      return try Value.tensor(best)
    }
    var best = values[0]
    for value in values.dropFirst() {
      guard let order = try Operators.order(value, best) else {
        if value.number != nil, best.number != nil { continue }
        throw call.mismatch(0, "numbers")
      }
      if isLargest ? order > 0 : order < 0 { best = value }
    }
    return best.retained()
  }
}

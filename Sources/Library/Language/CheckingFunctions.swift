import Base
import Script

/// Saying what must be true.
enum CheckingFunctions {
  static let all: [Builtin] = [assert, assertClose]

  static let assert = Builtin(
    "assert",
    [
      .init("condition", "what must be true"),
      .init("message", default: "nil", "what to say when it is not"),
    ],
    "Ends the cell with an AssertionError unless the condition is true.",
    examples: [
      .init("assert([1, 2].count == 2)", ""),
      .init("assert(1 + 1 == 3, \"sums are off\")", "AssertionError: sums are off"),
    ]
  ) { call in
    let holds: Bool
    if let host = call[0].hostValue { holds = try host.truth() } else { holds = try call.bool(0) }
    if holds { return .none }
    guard call.has(1) else {
      throw ScriptError(.assertion, "the condition is false, but it must be true", argument: 0)
    }
    throw ScriptError(.assertion, try call.machine.text(of: call[1]), argument: 0)
  }

  static let assertClose = Builtin(
    "assertClose",
    [
      .init("value", "a number, or numbers: nested arrays, a tensor"),
      .init("expected", "what it should be, of the same shape, or one number for all"),
      .init(
        "tolerance", default: "1e-6",
        "the largest difference allowed; for numbers above 1, times their size"),
    ],
    "Ends the cell with an AssertionError unless two numbers, arrays or tensors are nearly equal.",
    details: """
      Rounding makes `==` on computed fractions a matter of luck. A difference counts as small when it is at \
      most `tolerance`, or at most `tolerance` times the expected number where that is above 1. Two NaN count \
      as equal, and so do two infinities of the same sign. The error names the place where they differ most.
      """,
    examples: [
      .init("assertClose(0.1 + 0.2, 0.3)", ""),
      .init("assertClose([1.0, 2.001], [1, 2], tolerance: 0.01)", ""),
      .init(
        "assertClose([[1, 2], [3, 4.5]], [[1, 2], [3, 4]])",
        "AssertionError: the values differ at [1][1]: 4.5 where 4.0 is expected, a difference of 0.5 "
          + "(1 of 4 numbers is off, the tolerance is 1e-06)"),
    ]
  ) { call in
    let value = try call.numbers(0)
    let expected = try call.numbers(1)
    let tolerance = try call.double(2, default: 1e-6)
    guard tolerance >= 0 else {
      throw call.failure("`tolerance` must be 0 or more, but is \(tolerance)", argument: 2)
    }
    guard value.shape == expected.shape || expected.shape.isEmpty else {
      throw ScriptError(
        .assertion, "the shapes differ: \(value.shapeText) where \(expected.shapeText) is expected",
        argument: 0)
    }
    var worst = -1
    var worstExcess = 0.0
    var off = 0
    for (index, number) in value.values.enumerated() {
      try call.poll(index)
      let wanted = expected.shape.isEmpty ? expected.values[0] : expected.values[index]
      if number == wanted || (number.isNaN && wanted.isNaN) { continue }
      let difference = (number - wanted).magnitude
      let allowed = tolerance * max(1, wanted.magnitude)
      if wanted.isFinite, difference <= allowed { continue }
      off += 1
      let excess = difference.isNaN ? .infinity : difference
      if worst < 0 || excess > worstExcess {
        worst = index
        worstExcess = excess
      }
    }
    if worst < 0 { return .none }
    let number = value.values[worst]
    let wanted = expected.shape.isEmpty ? expected.values[0] : expected.values[worst]
    let place = value.shape.isEmpty ? "" : " at " + value.place(of: worst)
    let share =
      value.values.count == 1
      ? "" : "\(off) of \(value.values.count) numbers \(off == 1 ? "is" : "are") off, "
    throw ScriptError(
      .assertion,
      "the values differ\(place): \(number) where \(wanted) is expected, a difference of "
        + "\((number - wanted).magnitude) (\(share)the tolerance is \(tolerance))",
      argument: 0)
  }
}

extension Call {
  /// The numbers in an argument.
  func numbers(_ index: Int) throws -> Numbers {
    guard let numbers = try Numbers(self[index]) else {
      throw mismatch(index, "numbers: one, or nested arrays with rows of equal length, or a tensor")
    }
    return numbers
  }
}

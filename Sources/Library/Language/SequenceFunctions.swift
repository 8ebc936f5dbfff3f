import Base
import Script

/// Functions that make sequences, and `type`.
enum SequenceFunctions {
  static let all: [Builtin] = [zip, stride, type]

  static let zip = Builtin(
    "zip",
    [.init("a", "a sequence"), .init("b", "a sequence"), .init("c", default: "nil", "a third sequence")],
    "Tuples of the elements that stand at the same position; the shortest sequence says how many.",
    examples: [
      .init("for (n, name) in zip([1, 2], [\"one\", \"two\"]) { print(n, name) }", "1 one\n2 two"),
      .init("zip([1, 2, 3], \"ab\")", "[(1, \"a\"), (2, \"b\")]"),
    ]
  ) { call in
    let first = try call.sequence(0)
    let second = try call.sequence(1)
    let isTriple = call.has(2)
    let third = try call.sequence(isTriple ? 2 : 1)
    let count = min(first.count, second.count, third.count)
    var result = try ArrayBuilder(capacity: count)
    for index in 0..<count {
      try call.poll(index)
      var elements = [try first.element(index)]
      do {
        elements.append(try second.element(index))
        if isTriple { elements.append(try third.element(index)) }
      } catch {
        for element in elements { element.release() }
        throw error
      }
      try result.append(.tuple(elements))
    }
    return result.finish()
  }

  static let stride = Builtin(
    "stride",
    [
      .init("from", "the first number"),
      .init("to", default: "nil", "where to stop, not included"),
      .init("through", default: "nil", "where to stop, included"),
      .init("by", default: "1", "the step, not 0"),
    ],
    "An array of numbers at equal steps.",
    examples: [
      .init("stride(from: 0, to: 10, by: 4)", "[0, 4, 8]"),
      .init("stride(from: 1, through: 0, by: -0.5)", "[1.0, 0.5, 0.0]"),
    ]
  ) { call in
    guard call.has(1) != call.has(2) else {
      throw call.failure("say where to stop, either with `to:` (not included) or with `through:` (included)")
    }
    let isClosed = call.has(2)
    let end = isClosed ? 2 : 1
    if call[0].isInteger, call[end].isInteger, call[3].isAbsent || call[3].isInteger {
      let (from, step) = (call[0].asInteger, try call.integer(3, default: 1))
      guard step != 0 else { throw call.failure("`by` must not be 0", argument: 3) }
      var last = call[end].asInteger
      if !isClosed {
        guard step > 0 ? from < last : from > last else { return .array([Value]()) }
        last += step > 0 ? -1 : 1
      }
      guard step > 0 ? from <= last : from >= last else { return .array([Value]()) }
      return try call.integers(from: from, last: last, by: step)
    }
    let (from, to, step) = (try call.double(0), try call.double(end), try call.double(3, default: 1))
    guard step != 0, step.isFinite, from.isFinite, to.isFinite else {
      throw call.failure("start, end and step must be finite, and the step not 0")
    }
    let steps = (to - from) / step
    guard steps < 1e15 else { throw Heap.tooMany(call) }
    var result = try ArrayBuilder(capacity: max(0, Int(steps)))
    var index = 0
    while true {
      try call.poll(index)
      // Multiplying keeps rounding errors from adding up.
      let number = from + Double(index) * step
      guard step > 0 ? (isClosed ? number <= to : number < to) : (isClosed ? number >= to : number > to)
      else { break }
      try result.append(Value(number))
      index += 1
    }
    return result.finish()
  }

  static let type = Builtin(
    "type", [.init("of", "any value")], "The name of a value's type.",
    examples: [.init("type(of: 2.5)", "\"Double\""), .init("type([1])", "\"Array\"")]
  ) { call in
    if call[0].isAbsent { throw call.mismatch(0, "a value") }
    return .string(call[0].typeName)
  }
}

extension Heap {
  fileprivate static func tooMany(_ call: Call) -> any Error {
    call.failure("these would be more than 10 to the 15 numbers")
  }
}

extension Call {
  /// The integers from one to another, both included, where `step` leads from the first towards the last.
  func integers(from first: Int, last: Int, by step: Int) throws -> Value {
    let span = step > 0 ? UInt(bitPattern: last &- first) : UInt(bitPattern: first &- last)
    guard let count = Int(exactly: span / step.magnitude), count < .max else { throw Heap.tooMany(self) }
    var result = try ArrayBuilder(capacity: count + 1)
    var number = first
    for index in 0...count {
      try poll(index)
      try result.append(Value(number))
      number &+= step
    }
    return result.finish()
  }
}

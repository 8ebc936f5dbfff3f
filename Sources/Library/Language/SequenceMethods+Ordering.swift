import Base
import Script

/// Order, extremes and sums of elements.
extension SequenceMethods {
  static let ordering: [Builtin] = [sorted, reversed, min, max, sum, mean, joined]

  static let sorted = Builtin(
    "sorted",
    [
      Call.receiver,
      .init(
        "by", default: "nil",
        "called with two elements, answers whether the first one comes before the second"),
    ],
    "An array of the elements in ascending order, or in the order a closure says.",
    details: "Elements that are equal in this order keep their places. NaN comes behind all numbers.",
    examples: [
      .init("[3, 1, 2].sorted()", "[1, 2, 3]"), .init("[3, 1, 2].sorted { $0 > $1 }", "[3, 2, 1]"),
      .init("[\"bb\", \"a\", \"cc\"].sorted { $0.count < $1.count }", "[\"a\", \"bb\", \"cc\"]"),
    ]
  ) { call in
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder(capacity: iteration.count)
    try call.forEach(iteration) { _, element in
      try result.append(element.retained())
      return true
    }
    let function = call.has(1) ? try call.function(1) : nil
    let ordered = try call.sorted(Array(result.elements), by: function)
    for (index, element) in ordered.enumerated() { result.elements[index] = element }
    return result.finish()
  }

  static let reversed = Builtin(
    "reversed", [Call.receiver], "An array of the elements from the last to the first.",
    examples: [.init("[1, 2, 3].reversed()", "[3, 2, 1]")]
  ) { call in
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder(capacity: iteration.count)
    for index in 0..<iteration.count {
      try call.poll(index)
      try result.append(try iteration.element(iteration.count - 1 - index))
    }
    return result.finish()
  }

  static let min = Builtin(
    "min", [Call.receiver, .init("by", default: "nil", "called with an element, gives what to compare")],
    "The least element; nil when there is none.",
    examples: [.init("[3, 1, 2].min()", "1"), .init("[\"ccc\", \"a\"].min { $0.count }", "\"a\"")]
  ) { try $0.extreme { $0 < 0 } }

  static let max = Builtin(
    "max", [Call.receiver, .init("by", default: "nil", "called with an element, gives what to compare")],
    "The greatest element; nil when there is none.",
    examples: [.init("[3, 1, 2].max()", "3"), .init("[-5, 2].max { $0 * $0 }", "-5")]
  ) { try $0.extreme { $0 > 0 } }

  static let sum = Builtin(
    "sum", [Call.receiver], "The sum of the elements; 0 when there is none.",
    details:
      "Integers stay whole, and a sum beyond 64 bits is an ArithmeticError. Tensors of one shape can be added up too.",
    examples: [
      .init("[1, 2, 3].sum()", "6"), .init("[0.5, 2].sum()", "2.5"), .init("(1...100).sum()", "5050"),
    ]
  ) { try $0.sum() }

  static let mean = Builtin(
    "mean", [Call.receiver], "The mean of the elements, as a Double; NaN when there is none.",
    examples: [.init("[1, 2, 4, 5].mean()", "3.0")]
  ) { call in
    let iteration = try call.sequence(0)
    var total = 0.0
    try call.forEach(iteration) { index, element in
      guard let number = element.number else {
        throw call.failure("element \(index) is \(element.describedKind), not a number")
      }
      total += number
      return true
    }
    return Value(total / Double(iteration.count))
  }

  static let joined = Builtin(
    "joined", [Call.receiver, .init("separator", default: "\"\"", "the text between two elements")],
    "The elements as one text; arrays in an array become one array.",
    examples: [
      .init("[\"a\", \"b\"].joined(\", \")", "\"a, b\""),
      .init("[1, 2, 3].joined(separator: \"-\")", "\"1-2-3\""),
      .init("[[1], [2, 3]].joined()", "[1, 2, 3]"),
    ]
  ) { call in
    let iteration = try call.sequence(0)
    if !call.has(1), let elements = call[0].elements, !elements.isEmpty, elements.allSatisfy(\.isArray) {
      var result = try ArrayBuilder()
      try call.forEach(iteration) { _, part in
        for (index, element) in (part.elements ?? UnsafeBufferPointer(start: nil, count: 0)).enumerated() {
          try call.poll(index)
          try result.append(element.retained())
        }
        return true
      }
      return result.finish()
    }
    let separator = try call.string(1, default: "")
    var text = ""
    try call.forEach(iteration) { index, element in
      if index > 0 { text += separator }
      text += try call.machine.text(of: element)
      if index & 0xFF == 0xFF { try Heap.checkRoom(bytes: text.utf8.count) }
      return true
    }
    return .string(text)
  }
}

extension Call {
  /// The element that beats all others by its own order or by that of what a closure (1) makes of it.
  func extreme(_ beats: (Int) -> Bool) throws -> Value {
    let iteration = try sequence(0)
    let key = has(1) ? try function(1) : nil
    var best = Value.none
    var bestKey = Value.none
    defer { bestKey.release() }
    do {
      try forEach(iteration) { index, element in
        let elementKey = if let key { try call(key, element) } else { element.retained() }
        do {
          let wins = index == 0 ? true : try beats(Ordering.compare(elementKey, bestKey))
          guard wins else {
            elementKey.release()
            return true
          }
        } catch {
          elementKey.release()
          throw error
        }
        bestKey.release()
        best.release()
        bestKey = elementKey
        best = element.retained()
        return true
      }
    } catch {
      best.release()
      throw error
    }
    return best
  }

  /// The sum of the receiver's elements.
  func sum() throws -> Value {
    let iteration = try sequence(0)
    var total = Value(0)
    do {
      try forEach(iteration) { index, element in
        if total.isInteger, element.isInteger {
          let (next, overflow) = total.asInteger.addingReportingOverflow(element.asInteger)
          if overflow { throw self.overflow("\(total.asInteger) + \(element.asInteger)") }
          total = Value(next)
        } else if let sum = total.number, let number = element.number {
          total = Value(sum + number)
        } else {
          guard element.kind == .host || element.number != nil else {
            throw failure("element \(index) is \(element.describedKind), not a number")
          }
          let next = index == 0 ? element.retained() : try Operators.apply(.add, total, element)
          total.release()
          total = next
        }
        return true
      }
      return total
    } catch {
      total.release()
      throw error
    }
  }
}

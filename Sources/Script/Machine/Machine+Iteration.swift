extension Machine {
  /// Checks the bounds of `for i in a..<b`; true when there is nothing to do.
  func prepareCountedLoop(_ i: Instruction, _ r: UnsafeMutablePointer<Value>) throws -> Bool {
    let lower = r[i.a]
    var upper = r[i.a + 1]
    guard lower.isInteger, upper.isInteger else { throw rangeMismatch(lower.isInteger ? upper : lower) }
    if i.b != 0 {
      guard upper.asInteger < Int.max else {
        throw ScriptError(.arithmetic, "a range that ends with `...` cannot include the largest integer")
      }
      upper = Value(upper.asInteger &+ 1)
      r[i.a + 1] = upper
    }
    guard lower.asInteger <= upper.asInteger else {
      throw reversedRange(
        lower.asInteger, i.b != 0 ? upper.asInteger &- 1 : upper.asInteger, isClosed: i.b != 0)
    }
    store(lower, in: r + (i.a + 2))
    return lower.asInteger == upper.asInteger
  }

  func rangeMismatch(_ value: Value) -> ScriptError {
    ScriptError(
      .type, "a range goes from an integer to an integer, but one end is \(value.describedType)",
      suggestion: value.isDouble
        ? "for other steps write `stride(from: 0.0, to: 1.0, by: 0.1)`"
        : value.isArray ? "its number of elements is `x.count`" : nil)
  }

  func reversedRange(_ lower: Int, _ upper: Int, isClosed: Bool) -> ScriptError {
    let sign = isClosed ? "..." : "..<"
    return ScriptError(
      .value, "the range \(lower)\(sign)\(upper) runs backwards: its end lies before its start",
      suggestion: "to count down write `(\(upper)\(sign)\(lower)).reversed()`")
  }

  /// Makes what stands in `state[0]` ready for `nextElement`.
  func prepareIteration(_ state: UnsafeMutablePointer<Value>) throws {
    let sequence = state.pointee
    switch sequence.kind {
    case .array, .tuple, .dictionary: break
    case .string:
      let characters = Value.array(sequence.asString.map { Value.string(String($0)) })
      store(characters, in: state)
    case .range:
      guard let bounds = sequence.rangeBounds, bounds.lower != nil else {
        throw ScriptError(.type, "a loop needs a range with a start, such as `0..<10`")
      }
    case .host where sequence.hostValue?.iterationCount != nil: break
    case .integer:
      throw ScriptError(
        .type, "`for` needs something to go through, but this is \(sequence.describedKind)",
        suggestion: "to count write `for i in 0..<\(sequence.asInteger)`")
    default:
      throw ScriptError(.type, "`for` needs something to go through, but this is \(sequence.describedType)")
    }
    store(Value(0), in: state + 1)
  }

  /// Puts the next element into `state[2]`; false when there is none.
  func nextElement(_ state: UnsafeMutablePointer<Value>) throws -> Bool {
    let sequence = state.pointee
    var position = state[1].asInteger
    defer { state[1] = Value(position &+ 1) }
    switch sequence.kind {
    case .array, .tuple:
      guard let elements = sequence.elements, position < elements.count else { return false }
      store(elements[position].retained(), in: state + 2)
    case .range:
      let bounds = sequence.object(RangeObject.self)
      let (next, overflow) = (bounds.pointee.lower ?? 0).addingReportingOverflow(position)
      if overflow { return false }
      if let upper = bounds.pointee.upper, next >= upper { return false }
      store(Value(next), in: state + 2)
    case .dictionary:
      let object = sequence.object(DictionaryObject.self)
      while position < object.pointee.used, object.pointee.entries[position].key.isAbsent { position &+= 1 }
      guard position < object.pointee.used else { return false }
      let entry = object.pointee.entries[position]
      store(.tuple([entry.key.retained(), entry.value.retained()], labels: ["key", "value"]), in: state + 2)
    case .host:
      guard let host = sequence.hostValue, position < host.iterationCount ?? 0 else { return false }
      store(try host.iterationElement(position), in: state + 2)
    default: return false
    }
    return true
  }
}

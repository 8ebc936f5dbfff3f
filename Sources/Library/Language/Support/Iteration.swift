import Script

/// A look at something a program can loop over, element by element.
///
/// It holds the sequence, so that a closure which changes the variable in the middle changes a copy.
struct Iteration: ~Copyable {
  private enum Source {
    case elements(UnsafeBufferPointer<Value>)
    case integers(Int, Int)
    case characters([Character])
    case pairs([(key: Value, value: Value)])
    case host(any HostValue, Int)
  }

  private let holder: Value
  private let source: Source
  /// The number of elements.
  let count: Int

  /// `value` is borrowed. Nil when it is nothing to loop over; throws for a range without an end.
  init?(_ value: Value) throws {
    switch value.kind {
    case .array, .tuple:
      guard let elements = value.elements else { return nil }
      source = .elements(elements)
      count = elements.count
    case .range:
      guard let bounds = value.rangeBounds else { return nil }
      guard let lower = bounds.lower, let upper = bounds.upper else {
        throw ScriptError(
          .value,
          "the range has no \(bounds.lower == nil ? "start" : "end"), so its elements cannot be gone through",
          suggestion: "write both sides: `0..<10`")
      }
      let (length, overflow) = upper.subtractingReportingOverflow(lower)
      source = .integers(lower, upper)
      count = overflow ? .max : max(length, 0)
    case .string:
      let characters = Array(value.stringValue ?? "")
      source = .characters(characters)
      count = characters.count
    case .dictionary:
      let entries = value.entries ?? []
      source = .pairs(entries)
      count = entries.count
    case .host:
      guard let host = value.hostValue, let length = host.iterationCount else { return nil }
      source = .host(host, length)
      count = length
    default: return nil
    }
    holder = value.retained()
  }

  deinit { holder.release() }

  /// The element at a position within the count, owned by the caller.
  func element(_ index: Int) throws -> Value {
    switch source {
    case .elements(let elements): elements[index].retained()
    case .integers(let lower, _): Value(lower &+ index)
    case .characters(let characters): Value.string(String(characters[index]))
    case .pairs(let pairs):
      Value.tuple([pairs[index].key.retained(), pairs[index].value.retained()], labels: ["key", "value"])
    case .host(let host, _): try host.iterationElement(index)
    }
  }
}

extension Call {
  /// The sequence given for a parameter.
  func sequence(_ index: Int) throws -> Iteration {
    guard let iteration = try Iteration(self[index]) else {
      throw mismatch(index, "an array, a range, a string or a dictionary")
    }
    return iteration
  }

  /// Runs through a sequence; the body borrows each element and says whether to go on.
  func forEach(_ iteration: borrowing Iteration, _ body: (_ index: Int, _ element: Value) throws -> Bool)
    throws
  {
    for index in 0..<iteration.count {
      try poll(index)
      let element = try iteration.element(index)
      defer { element.release() }
      guard try body(index, element) else { return }
    }
  }
}

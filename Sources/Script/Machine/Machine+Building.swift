extension Machine {
  // MARK: Containers

  func makeContainer(_ i: Instruction, _ r: UnsafeMutablePointer<Value>) throws {
    let first = r + i.b
    switch i.operation {
    case .makeArray, .extendArray:
      if i.operation == .makeArray { store(.emptyArray(capacity: i.c), in: r + i.a) }
      for index in 0..<i.c {
        let element = first[index]
        first[index] = .absent
        try r[i.a].appendElement(element)
      }
    default:
      let built = i.operation == .makeDictionary ? Value.emptyDictionary(capacity: i.c) : r[i.a]
      do {
        for index in 0..<i.c {
          let value = first[2 * index + 1]
          first[2 * index + 1] = .absent
          try built.setDictionaryValue(value, for: first[2 * index])
          store(.absent, in: first + 2 * index)
        }
      } catch {
        if i.operation == .makeDictionary { built.release() }
        throw error
      }
      if i.operation == .makeDictionary { store(built, in: r + i.a) }
    }
  }

  func makeTuple(_ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ frame: Frame) {
    let (count, labels) = frame.function._withUnsafeGuaranteedRef {
      ($0.tupleShapes[i.wide].count, $0.tupleShapes[i.wide].labels)
    }
    let tuple = Value.tuple(taking: r + i.b, count: count, labels: labels)
    for index in 0..<count { r[i.b + index] = .absent }
    store(tuple, in: r + i.a)
  }

  func makeRange(_ i: Instruction, _ r: UnsafeMutablePointer<Value>) throws {
    let lower = i.x & 1 == 0 ? nil : try bound(r[i.b])
    var upper = i.x & 2 == 0 ? nil : try bound(r[i.c])
    let isClosed = i.x & 4 != 0
    if isClosed, let end = upper {
      // `...-1` means to the last element, so one past it is the open end.
      guard end < Int.max else {
        throw ScriptError(.arithmetic, "a range that ends with `...` cannot include the largest integer")
      }
      upper = end == -1 ? nil : end + 1
      if end == -1, lower == nil { upper = nil }
    }
    store(.range(lower, upper, isClosed: isClosed), in: r + i.a)
  }

  private func bound(_ value: Value) throws -> Int {
    guard value.isInteger else { throw rangeMismatch(value) }
    return value.asInteger
  }

  func interpolate(_ i: Instruction, _ r: UnsafeMutablePointer<Value>) throws {
    var result = ""
    for index in 0..<i.c {
      result += try text(of: r[i.b + index])
      store(.absent, in: r + (i.b + index))
    }
    try Heap.checkRoom(bytes: result.utf8.count)
    store(.string(result), in: r + i.a)
  }

  func destructure(_ i: Instruction, _ r: UnsafeMutablePointer<Value>) throws {
    let whole = r[i.b]
    guard let elements = whole.elements, elements.count == i.c else {
      let came =
        whole.elements.map { "\(whole.kind == .tuple ? "a tuple" : "an array") of \($0.count)" }
        ?? whole.describedType
      throw ScriptError(.type, "\(i.c) names on the left need \(i.c) values on the right, but got \(came)")
    }
    // The whole is kept alive by its register, which is none of the targets.
    for index in 0..<elements.count { store(elements[index].retained(), in: r + (i.a + index)) }
  }

  // MARK: Patterns

  /// Whether a case of a `switch` matches: equal values, a range that holds the number, `_` in tuples.
  func matches(_ value: Value, pattern: Value) throws -> Bool {
    if pattern.isAbsent { return true }
    if pattern.kind == .range, value.kind != .range {
      guard let bounds = pattern.rangeBounds, let number = value.number else { return false }
      if let lower = bounds.lower, number < Double(lower) { return false }
      guard let upper = bounds.upper else { return true }
      let isClosed = pattern.object(RangeObject.self).pointee.isClosed
      // A closed range of integers includes its end for doubles too, but nothing beyond it.
      return isClosed ? number <= Double(upper &- 1) : number < Double(upper)
    }
    if pattern.kind == .tuple, value.kind == .tuple, let wanted = pattern.elements, let given = value.elements
    {
      guard wanted.count == given.count else { return false }
      for index in 0..<wanted.count where try !matches(given[index], pattern: wanted[index]) { return false }
      return true
    }
    return Values.areEqual(value, pattern)
  }

  // MARK: Types

  func defineType(_ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ frame: Frame) {
    let code = frame.function.takeUnretainedValue()
    if i.operation == .defineStruct {
      let plan = code.structures[i.wide]
      store(
        .reference(StructType(name: plan.name, fields: plan.fields, source: code.source, range: plan.range)),
        in: r + i.a)
    } else {
      let plan = code.enumerations[i.wide]
      store(
        .reference(
          EnumType(name: plan.name, caseNames: plan.caseNames, source: code.source, range: plan.range)),
        in: r + i.a)
    }
  }

  func installMember(_ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ frame: Frame) {
    let slot = frame.function._withUnsafeGuaranteedRef { $0.slots[i.c] }
    let value = r[i.b]
    r[i.b] = .absent
    switch r[i.a].referenced {
    case let type as StructType: type.install(value, in: slot)
    case let type as EnumType: type.install(value, in: slot)
    default: preconditionFailure("members are installed into types")
    }
  }
}

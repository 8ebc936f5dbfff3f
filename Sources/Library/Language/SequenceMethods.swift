import Base
import Script

/// Methods of everything that has elements: arrays, ranges, dictionaries.
enum SequenceMethods {
  static let all: [Builtin] =
    [
      map, filter, reduce, forEach, flatMap, compactMap, contains, first, firstIndex, allSatisfy, count,
      enumerated,
    ]
    + ordering + parts + counting

  /// The same for strings, where parts of a text are texts.
  static let forStrings: [Builtin] =
    [map, reduce, forEach, flatMap, compactMap, first, allSatisfy, count, enumerated, sorted]
    + stringParts + counting

  static let properties: [Builtin] = [
    Builtin(
      "count", [Call.receiver], "The number of elements.",
      examples: [.init("[4, 5, 6].count", "3"), .init("(0..<10).count", "10")], shortcut: .count
    ) { call in Value(try call.sequence(0).count) },
    Builtin(
      "isEmpty", [Call.receiver], "Whether there is no element.", examples: [.init("[].isEmpty", "true")]
    ) { call in Value(try call.sequence(0).count == 0) },
    Builtin(
      "first", [Call.receiver], "The first element; nil when there is none.",
      examples: [.init("[4, 5].first", "4"), .init("[].first", "")]
    ) { call in
      let iteration = try call.sequence(0)
      return iteration.count > 0 ? try iteration.element(0) : .none
    },
    Builtin(
      "last", [Call.receiver], "The last element; nil when there is none.",
      examples: [.init("[4, 5].last", "5"), .init("(1...3).last", "3")]
    ) { call in
      let iteration = try call.sequence(0)
      return iteration.count > 0 ? try iteration.element(iteration.count - 1) : .none
    },
    Builtin(
      "indices", [Call.receiver], "The range of positions, from 0.",
      examples: [.init("[4, 5, 6].indices", "0..<3")]
    ) { call in .range(0, try call.sequence(0).count) },
  ]

  static let map = Builtin(
    "map", [Call.receiver, .init("transform", "called with each element")],
    "An array of what a closure makes of each element.",
    examples: [
      .init("[1, 2, 3].map { $0 * $0 }", "[1, 4, 9]"),
      .init("[\"a\": 1, \"b\": 2].map { $0.value }", "[1, 2]"),
    ]
  ) { call in
    let transform = try call.function(1)
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder()
    try call.forEach(iteration) { _, element in
      try result.append(try call.call(transform, element))
      return true
    }
    return result.finish()
  }

  static let filter = Builtin(
    "filter", [Call.receiver, .init("isIncluded", "called with each element, answers true or false")],
    "An array of the elements for which a closure answers true.",
    examples: [.init("(0..<10).filter { $0 % 3 == 0 }", "[0, 3, 6, 9]")]
  ) { call in
    let isIncluded = try call.function(1)
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder()
    try call.forEach(iteration) { _, element in
      if try call.isTrue(isIncluded, element) { try result.append(element.retained()) }
      return true
    }
    return result.finish()
  }

  static let reduce = Builtin(
    "reduce",
    [
      Call.receiver, .init("initial", "what to start with"),
      .init("combine", "called with the result so far and each element; gives the next result"),
    ],
    "One value made from all elements, one after the other.",
    examples: [.init("[1, 2, 3].reduce(10) { $0 + $1 }", "16")]
  ) { call in
    if call[1].isAbsent { throw call.mismatch(1, "the value to start with") }
    let combine = try call.function(2)
    let iteration = try call.sequence(0)
    var result = call[1].retained()
    do {
      try call.forEach(iteration) { _, element in
        let next = try call.call(combine, result, element)
        result.release()
        result = next
        return true
      }
    } catch {
      result.release()
      throw error
    }
    return result
  }

  static let forEach = Builtin(
    "forEach", [Call.receiver, .init("body", "called with each element")],
    "Calls a closure with each element.",
    examples: [.init("[1, 2].forEach { print($0) }", "1\n2")]
  ) { call in
    let body = try call.function(1)
    try call.forEach(try call.sequence(0)) { _, element in
      try call.call(body, element).release()
      return true
    }
    return .none
  }

  static let flatMap = Builtin(
    "flatMap", [Call.receiver, .init("transform", "called with each element, gives an array")],
    "The arrays that a closure makes of each element, joined into one.",
    examples: [.init("[1, 2, 3].flatMap { Array(repeating: $0, count: $0) }", "[1, 2, 2, 3, 3, 3]")]
  ) { call in
    let transform = try call.function(1)
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder()
    try call.forEach(iteration) { _, element in
      let part = try call.call(transform, element)
      defer { part.release() }
      guard !part.isString, let inner = try Iteration(part) else {
        throw ScriptError(
          .type, "the closure of `flatMap` must give an array, but gave \(part.describedKind)",
          suggestion: "`map` collects single values")
      }
      for index in 0..<inner.count {
        try call.poll(index)
        try result.append(try inner.element(index))
      }
      return true
    }
    return result.finish()
  }

  static let compactMap = Builtin(
    "compactMap", [Call.receiver, .init("transform", "called with each element, may give nil")],
    "An array of what a closure makes of each element, without the nils.",
    examples: [.init("[\"1\", \"x\", \"3\"].compactMap { Int($0) }", "[1, 3]")]
  ) { call in
    let transform = try call.function(1)
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder()
    try call.forEach(iteration) { _, element in
      let value = try call.call(transform, element)
      if !value.isNone { try result.append(value) }
      return true
    }
    return result.finish()
  }

  static let contains = Builtin(
    "contains", [Call.receiver, .init("element", "a value, or a closure that looks at an element")],
    "Whether an element equals a value, or whether a closure answers true for one.",
    examples: [.init("[1, 2, 3].contains(2)", "true"), .init("[1, 2, 3].contains { $0 > 3 }", "false")]
  ) { call in
    if call[1].isAbsent { throw call.mismatch(1, "a value or a closure") }
    // A range knows without looking through, even one without an end.
    if let bounds = call[0].rangeBounds, let number = call[1].number {
      let isAbove = bounds.lower.map { number >= Double($0) } ?? true
      let isBelow = bounds.upper.map { number <= Double($0) && number != Double($0) } ?? true
      return Value(isAbove && isBelow && number.rounded() == number)
    }
    return Value(try call.position(matching: 1, in: try call.sequence(0)) != nil)
  }

  static let first = Builtin(
    "first",
    [Call.receiver, .init("where", default: "nil", "called with each element, answers true or false")],
    "The first element for which a closure answers true; nil when there is none.",
    details: "Without a closure it is a member: `a.first`.",
    examples: [.init("[1, 5, 9].first { $0 > 3 }", "5")]
  ) { call in
    guard !call[1].isAbsent else {
      throw ScriptError(
        .type, "`first` needs a closure between the parentheses",
        suggestion: "the first element of all is `.first`, without parentheses")
    }
    let test = try call.function(1)
    let iteration = try call.sequence(0)
    var result = Value.none
    try call.forEach(iteration) { _, element in
      guard try call.isTrue(test, element) else { return true }
      result = element.retained()
      return false
    }
    return result
  }

  static let firstIndex = Builtin(
    "firstIndex", [Call.receiver, .init("of", "a value, or a closure that looks at an element")],
    "The position of the first element that equals a value, or for which a closure answers true; nil when "
      + "there is none.",
    examples: [.init("[7, 8, 9].firstIndex(of: 8)", "1"), .init("[7, 8, 9].firstIndex { $0 > 7 }", "1")]
  ) { call in
    if call[1].isAbsent { throw call.mismatch(1, "a value or a closure") }
    return try call.position(matching: 1, in: try call.sequence(0)).map { Value($0) } ?? .none
  }

  static let allSatisfy = Builtin(
    "allSatisfy", [Call.receiver, .init("test", "called with each element, answers true or false")],
    "Whether a closure answers true for every element.",
    examples: [.init("[2, 4].allSatisfy { $0 % 2 == 0 }", "true")]
  ) { call in
    let test = try call.function(1)
    let iteration = try call.sequence(0)
    var holds = true
    try call.forEach(iteration) { _, element in
      holds = try call.isTrue(test, element)
      return holds
    }
    return Value(holds)
  }

  static let count = Builtin(
    "count",
    [Call.receiver, .init("where", default: "nil", "called with each element, answers true or false")],
    "How many elements there are for which a closure answers true.",
    details: "Without a closure it is a member: `a.count`.",
    examples: [.init("[1, 2, 3, 4].count { $0 > 1 }", "3")]
  ) { call in
    guard !call[1].isAbsent else {
      throw ScriptError(
        .type, "`count` needs a closure between the parentheses",
        suggestion: "the number of all elements is `.count`, without parentheses")
    }
    let test = try call.function(1)
    let iteration = try call.sequence(0)
    var count = 0
    try call.forEach(iteration) { _, element in
      if try call.isTrue(test, element) { count += 1 }
      return true
    }
    return Value(count)
  }

  static let enumerated = Builtin(
    "enumerated", [Call.receiver], "Pairs of position and element.",
    examples: [.init("for (i, name) in [\"a\", \"b\"].enumerated() { print(i, name) }", "0 a\n1 b")]
  ) { call in
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder(capacity: iteration.count)
    try call.forEach(iteration) { index, element in
      try result.append(.tuple([Value(index), element.retained()], labels: ["offset", "element"]))
      return true
    }
    return result.finish()
  }
}

extension Call {
  /// The position of the first element that equals the argument, or that it answers true for.
  func position(matching index: Int, in iteration: borrowing Iteration) throws -> Int? {
    var result: Int?
    let isTest = self[index].isCallable
    try forEach(iteration) { position, element in
      let matches = isTest ? try isTrue(self[index], element) : Values.areEqual(element, self[index])
      if matches { result = position }
      return !matches
    }
    return result
  }
}

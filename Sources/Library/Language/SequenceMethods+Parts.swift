import Base
import Script

/// Parts of sequences; of a text they are texts, of everything else arrays.
extension SequenceMethods {
  static let parts: [Builtin] = [prefix, suffix, dropFirst, dropLast, chunked, prefixWhile, dropWhile]
  static let stringParts: [Builtin] = [
    prefix, suffix, dropFirst, dropLast, chunked, prefixWhile, dropWhile, reversedText, filteredText,
  ]

  static let prefix = Builtin(
    "prefix", [Call.receiver, .init("count", "how many, 0 or more")],
    "The first elements, as many as asked for or as there are.",
    examples: [.init("[1, 2, 3].prefix(2)", "[1, 2]"), .init("\"conv\".prefix(3)", "\"con\"")]
  ) { call in
    let count = try call.count(1)
    // A range without an end has as many as anybody asks for.
    if let bounds = call[0].rangeBounds, let lower = bounds.lower, bounds.upper == nil {
      let (end, overflow) = lower.addingReportingOverflow(count)
      guard !overflow else { throw call.overflow("\(lower) + \(count)") }
      return .range(lower, end)
    }
    let iteration = try call.sequence(0)
    return try call.part(iteration, 0..<Swift.min(count, iteration.count))
  }

  static let suffix = Builtin(
    "suffix", [Call.receiver, .init("count", "how many, 0 or more")],
    "The last elements, as many as asked for or as there are.",
    examples: [.init("[1, 2, 3].suffix(2)", "[2, 3]"), .init("\"photo.png\".suffix(3)", "\"png\"")]
  ) { call in
    let iteration = try call.sequence(0)
    return try call.part(iteration, Swift.max(0, iteration.count - (try call.count(1)))..<iteration.count)
  }

  static let dropFirst = Builtin(
    "dropFirst", [Call.receiver, .init("count", default: "1", "how many, 0 or more")],
    "All elements but the first ones.",
    examples: [.init("[1, 2, 3].dropFirst()", "[2, 3]"), .init("\"#tag\".dropFirst()", "\"tag\"")]
  ) { call in
    let iteration = try call.sequence(0)
    return try call.part(
      iteration, Swift.min(try call.count(1, default: 1), iteration.count)..<iteration.count)
  }

  static let dropLast = Builtin(
    "dropLast", [Call.receiver, .init("count", default: "1", "how many, 0 or more")],
    "All elements but the last ones.",
    examples: [.init("[1, 2, 3].dropLast(2)", "[1]")]
  ) { call in
    let iteration = try call.sequence(0)
    return try call.part(iteration, 0..<Swift.max(0, iteration.count - (try call.count(1, default: 1))))
  }

  static let chunked = Builtin(
    "chunked", [Call.receiver, .init("size", "elements per chunk, 1 or more")],
    "The elements in chunks of one size; the last one may be shorter.",
    examples: [.init("(0..<7).chunked(3)", "[[0, 1, 2], [3, 4, 5], [6]]")]
  ) { call in
    let size = try call.integer(1)
    guard size > 0 else { throw call.failure("`size` must be 1 or more, but is \(size)", argument: 1) }
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder()
    var start = 0
    while start < iteration.count {
      let end = Swift.min(iteration.count - start, size) + start
      try result.append(try call.part(iteration, start..<end))
      start = end
    }
    return result.finish()
  }

  static let prefixWhile = Builtin(
    "prefixWhile", [Call.receiver, .init("test", "called with each element, answers true or false")],
    "The first elements, up to the first one for which a closure answers false.",
    examples: [.init("[1, 2, 9, 1].prefixWhile { $0 < 5 }", "[1, 2]")]
  ) { call in
    let iteration = try call.sequence(0)
    return try call.part(iteration, 0..<(try call.lengthPassing(iteration)))
  }

  static let dropWhile = Builtin(
    "dropWhile", [Call.receiver, .init("test", "called with each element, answers true or false")],
    "The elements from the first one on for which a closure answers false.",
    examples: [.init("[1, 2, 9, 1].dropWhile { $0 < 5 }", "[9, 1]")]
  ) { call in
    let iteration = try call.sequence(0)
    return try call.part(iteration, (try call.lengthPassing(iteration))..<iteration.count)
  }

  static let reversedText = Builtin(
    "reversed", [Call.receiver], "The text from its last character to its first.",
    examples: [.init("\"abc\".reversed()", "\"cba\"")]
  ) { .string(String(try $0.string(0).reversed())) }

  static let filteredText = Builtin(
    "filter", [Call.receiver, .init("isIncluded", "called with each character, answers true or false")],
    "The text of those characters for which a closure answers true.",
    examples: [.init("\"a1b2\".filter { $0.isNumber }", "\"12\"")]
  ) { call in
    let isIncluded = try call.function(1)
    let iteration = try call.sequence(0)
    var text = ""
    try call.forEach(iteration) { _, character in
      if try call.isTrue(isIncluded, character) { text += character.stringValue ?? "" }
      return true
    }
    return .string(text)
  }
}

extension Call {
  /// Some of a sequence's elements, as a text when the receiver is one.
  func part(_ iteration: borrowing Iteration, _ range: Range<Int>) throws -> Value {
    if let text = self[0].stringValue {
      return .string(String(text.dropFirst(range.lowerBound).prefix(range.count)))
    }
    var result = try ArrayBuilder(capacity: range.count)
    for index in range {
      try poll(index)
      try result.append(try iteration.element(index))
    }
    return result.finish()
  }

  /// How many elements come before the first one that the closure (1) says no to.
  func lengthPassing(_ iteration: borrowing Iteration) throws -> Int {
    let test = try function(1)
    var length = iteration.count
    try forEach(iteration) { index, element in
      if try isTrue(test, element) { return true }
      length = index
      return false
    }
    return length
  }
}

import Base
import Script

/// Members of dictionaries.
enum DictionaryMethods {
  static let properties: [Builtin] = [
    Builtin(
      "count", [Call.receiver], "The number of entries.",
      examples: [.init("[\"a\": 1, \"b\": 2].count", "2")],
      shortcut: .count
    ) { Value(try $0.entries(0).count) },
    Builtin(
      "isEmpty", [Call.receiver], "Whether there is no entry.", examples: [.init("[:].isEmpty", "true")]
    ) { Value(try $0.entries(0).isEmpty) },
    Builtin(
      "keys", [Call.receiver], "An array of the keys, in the order they came.",
      examples: [.init("[\"b\": 1, \"a\": 2].keys", "[\"b\", \"a\"]")]
    ) { .array(try $0.entries(0).map { $0.key.retained() }) },
    Builtin(
      "values", [Call.receiver], "An array of the values, in the order of the keys.",
      examples: [.init("[\"b\": 1, \"a\": 2].values", "[1, 2]")]
    ) { .array(try $0.entries(0).map { $0.value.retained() }) },
    Builtin(
      "first", [Call.receiver], "The first entry as a tuple; nil when there is none.",
      examples: [.init("[\"b\": 1, \"a\": 2].first", "(key: \"b\", value: 1)")]
    ) { call in
      let iteration = try call.sequence(0)
      return iteration.count > 0 ? try iteration.element(0) : .none
    },
  ]

  static let methods: [Builtin] = [contains, get, mapValues, filter, merging, removeValue, removeAll]

  static let contains = Builtin(
    "contains", [Call.receiver, .init("key", "a key, or a closure that looks at an entry")],
    "Whether there is an entry with a key, or one for which a closure answers true.",
    examples: [
      .init("[\"a\": 1].contains(\"a\")", "true"), .init("[\"a\": 1].contains { $0.value > 1 }", "false"),
    ]
  ) { call in
    if call[1].isAbsent { throw call.mismatch(1, "a key") }
    if call[1].isCallable { return Value(try call.position(matching: 1, in: try call.sequence(0)) != nil) }
    return Value(try call[0].dictionaryValue(for: call[1]) != nil)
  }

  static let get = Builtin(
    "get",
    [
      Call.receiver, .init("key", "a key"),
      .init("default", default: "nil", "the result where there is no such key"),
    ],
    "The value under a key, or another value where there is none.",
    details: "`d[key] ?? other` does the same.",
    examples: [.init("[\"a\": 1].get(\"b\", default: 0)", "0")]
  ) { call in
    if let value = try call[0].dictionaryValue(for: call[1]) { return value.retained() }
    return call[2].isAbsent ? .none : call[2].retained()
  }

  static let mapValues = Builtin(
    "mapValues", [Call.receiver, .init("transform", "called with each value")],
    "A dictionary with the same keys and what a closure makes of each value.",
    examples: [.init("[\"a\": 1, \"b\": 2].mapValues { $0 * 10 }", "[\"a\": 10, \"b\": 20]")]
  ) { call in
    let transform = try call.function(1)
    return try call.dictionary { key, value in (key, try call.call(transform, value)) }
  }

  static let filter = Builtin(
    "filter", [Call.receiver, .init("isIncluded", "called with each entry, answers true or false")],
    "A dictionary of those entries for which a closure answers true.",
    examples: [.init("[\"a\": 1, \"b\": 2].filter { $0.value > 1 }", "[\"b\": 2]")]
  ) { call in
    let isIncluded = try call.function(1)
    return try call.dictionary { key, value in
      let entry = Value.tuple([key.retained(), value.retained()], labels: ["key", "value"])
      defer { entry.release() }
      return try call.isTrue(isIncluded, entry) ? (key, value.retained()) : nil
    }
  }

  static let merging = Builtin(
    "merging", [Call.receiver, .init("other", "a dictionary, whose values win where both have a key")],
    "A dictionary with the entries of two.",
    examples: [.init("[\"a\": 1, \"b\": 2].merging([\"b\": 3])", "[\"a\": 1, \"b\": 3]")]
  ) { call in
    let others = try call.entries(1)
    let result = try call.dictionary { key, value in (key, value.retained()) }
    do {
      for (index, entry) in others.enumerated() {
        try call.poll(index)
        try result.setDictionaryValue(entry.value.retained(), for: entry.key)
      }
    } catch {
      result.release()
      throw error
    }
    return result
  }

  static let removeValue = Builtin(
    "removeValue", [Call.receiver, .init("forKey", "a key")], mutating: true,
    "Takes out the entry with a key and gives back its value; nil when there is none.",
    examples: [.init("var d = [\"a\": 1, \"b\": 2]\nprint(d.removeValue(forKey: \"a\"))\nd", "1\n[\"b\": 2]")]
  ) { call in
    if call[1].isAbsent { throw call.mismatch(1, "a key") }
    return try call.uniqueDictionary().removeDictionaryValue(for: call[1]) ?? .none
  }

  static let removeAll = Builtin(
    "removeAll", [Call.receiver], mutating: true, "Takes out all entries.",
    examples: [.init("var d = [\"a\": 1]\nd.removeAll()\nd", "[:]")]
  ) { call in
    guard call[0].isDictionary else { throw call.mismatch(0, "a dictionary") }
    call.replaceReceiver(.emptyDictionary())
    return .none
  }
}

extension Call {
  /// The entries of an argument, borrowed.
  func entries(_ index: Int) throws -> [(key: Value, value: Value)] {
    guard let entries = self[index].entries else { throw mismatch(index, "a dictionary") }
    return entries
  }

  /// A dictionary made from the receiver's entries; `make` borrows both and gives a borrowed key with an owned
  /// value, or nil.
  fileprivate func dictionary(_ make: (Value, Value) throws -> (key: Value, value: Value)?) throws -> Value {
    let entries = try entries(0)
    // Holds the entries while closures of the program run.
    let holder = self[0].retained()
    defer { holder.release() }
    let result = Value.emptyDictionary(capacity: entries.count)
    do {
      for (index, entry) in entries.enumerated() {
        try poll(index)
        guard let new = try make(entry.key, entry.value) else { continue }
        try result.setDictionaryValue(new.value, for: new.key)
      }
    } catch {
      result.release()
      throw error
    }
    return result
  }
}

/// Members of ranges.
enum RangeMethods {
  static let properties: [Builtin] = [
    Builtin(
      "lowerBound", [Call.receiver], "The first integer; nil when the range has no start.",
      examples: [.init("(2..<5).lowerBound", "2")]
    ) { try $0.bounds().lower.map { Value($0) } ?? .none },
    Builtin(
      "upperBound", [Call.receiver], "The integer behind the last one; nil when the range has no end.",
      examples: [.init("(2..<5).upperBound", "5"), .init("(2...5).upperBound", "6")]
    ) { try $0.bounds().upper.map { Value($0) } ?? .none },
  ]

  static let methods: [Builtin] = [
    Builtin(
      "by", [Call.receiver, .init("step", "an integer other than 0; negative counts down from the end")],
      "An array of every so manieth integer of the range.",
      examples: [.init("(0..<10).by(3)", "[0, 3, 6, 9]"), .init("(0..<4).by(-1)", "[3, 2, 1, 0]")]
    ) { call in
      let bounds = try call.bounds()
      guard let lower = bounds.lower, let upper = bounds.upper else {
        throw call.mismatch(0, "a range with two sides")
      }
      let step = try call.integer(1)
      guard step != 0 else { throw call.failure("`step` must not be 0", argument: 1) }
      guard upper > lower else { return .array([Value]()) }
      return step > 0
        ? try call.integers(from: lower, last: upper - 1, by: step)
        : try call.integers(from: upper - 1, last: lower, by: step)
    }
  ]
}

extension Call {
  fileprivate func bounds() throws -> (lower: Int?, upper: Int?) {
    guard let bounds = self[0].rangeBounds else { throw mismatch(0, "a range") }
    return bounds
  }
}

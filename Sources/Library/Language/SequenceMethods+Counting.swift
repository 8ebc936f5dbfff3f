import Base
import Script

/// Elements told apart by their value.
extension SequenceMethods {
  static let counting: [Builtin] = [unique, counts]

  static let unique = Builtin(
    "unique", [Call.receiver], "An array with every element once, in the order they came.",
    examples: [.init("[3, 1, 3, 2, 1].unique()", "[3, 1, 2]")]
  ) { call in
    let iteration = try call.sequence(0)
    let seen = Value.emptyDictionary()
    defer { seen.release() }
    var result = try ArrayBuilder()
    try call.forEach(iteration) { _, element in
      guard try seen.dictionaryValue(for: element) == nil else { return true }
      try seen.setDictionaryValue(Value(true), for: element)
      try result.append(element.retained())
      return true
    }
    return result.finish()
  }

  static let counts = Builtin(
    "counts", [Call.receiver], "A dictionary that says how often each element comes.",
    examples: [
      .init("[\"cat\", \"dog\", \"cat\"].counts()", "[\"cat\": 2, \"dog\": 1]"),
      .init("\"hello\".counts()", "[\"h\": 1, \"e\": 1, \"l\": 2, \"o\": 1]"),
    ]
  ) { call in
    let iteration = try call.sequence(0)
    let result = Value.emptyDictionary()
    do {
      try call.forEach(iteration) { _, element in
        let count = try result.dictionaryValue(for: element)?.asInteger ?? 0
        try result.setDictionaryValue(Value(count &+ 1), for: element)
        return true
      }
    } catch {
      result.release()
      throw error
    }
    return result
  }
}

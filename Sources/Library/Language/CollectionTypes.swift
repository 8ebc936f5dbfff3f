import Base
import Script

/// `Array` and `Dictionary` as names.
enum CollectionTypes {
  static let array = Namespace(
    "Array", "Values in a row, and the conversion to them.",
    call: Builtin(
      "Array",
      [
        .init("elements", default: "[]", "an array, a range, a string, a dictionary or a tensor"),
        .init("repeating", default: "nil", "a value to repeat, instead of elements"),
        .init("count", default: "0", "how many times to repeat it"),
      ],
      "Makes an array of what a loop over a value visits, or of one value many times.",
      examples: [
        .init("Array(0..<4)", "[0, 1, 2, 3]"), .init("Array(\"abc\")", "[\"a\", \"b\", \"c\"]"),
        .init("Array(repeating: 0, count: 3)", "[0, 0, 0]"),
      ]
    ) { call in
      if !call[1].isAbsent {
        let count = try call.count(2, default: 0)
        var result = try ArrayBuilder(capacity: count)
        for index in 0..<count {
          try call.poll(index)
          try result.append(call[1].retained())
        }
        return result.finish()
      }
      if call[0].isAbsent { return .array([Value]()) }
      if call[0].isArray { return call[0].retained() }
      let iteration = try call.sequence(0)
      var result = try ArrayBuilder(capacity: iteration.count)
      try call.forEach(iteration) { _, element in
        try result.append(element.retained())
        return true
      }
      return result.finish()
    })

  static let dictionary = Namespace(
    "Dictionary", "Values found by keys, and the conversion to them.",
    call: Builtin(
      "Dictionary",
      [
        .init("pairs", default: "[]", "pairs of key and value, such as `zip` makes"),
        .init("grouping", default: "nil", "a sequence to sort into groups, instead of pairs"),
        .init("by", default: "nil", "called with each element of `grouping`, gives the key of its group"),
      ],
      "Makes a dictionary of pairs, or of groups of elements.",
      details: "Where a key comes twice, the later value counts.",
      examples: [
        .init("Dictionary(zip([\"a\", \"b\"], [1, 2]))", "[\"a\": 1, \"b\": 2]"),
        .init("Dictionary(grouping: 1...5) { $0 % 2 }", "[1: [1, 3, 5], 0: [2, 4]]"),
      ]
    ) { call in
      let groups = call.has(1)
      let key = groups ? try call.function(2) : .none
      if !groups, call[0].isAbsent { return .emptyDictionary() }
      if !groups, call[0].isDictionary { return call[0].retained() }
      let iteration = try call.sequence(groups ? 1 : 0)
      let result = Value.emptyDictionary()
      do {
        try call.forEach(iteration) { index, element in
          if groups {
            try call.add(element, to: result, under: key)
            return true
          }
          guard let pair = element.elements, pair.count == 2 else {
            throw call.failure(
              "element \(index) is \(element.describedKind), not a pair of key and value", argument: 0,
              suggestion: "`Dictionary(zip(keys, values))`")
          }
          try result.setDictionaryValue(pair[1].retained(), for: pair[0])
          return true
        }
      } catch {
        result.release()
        throw error
      }
      return result
    })
}

extension Call {
  /// Adds an element to the array that a dictionary holds for the element's key.
  fileprivate func add(_ element: Value, to dictionary: Value, under keyOf: Value) throws {
    let key = try call(keyOf, element)
    defer { key.release() }
    if let group = try dictionary.dictionaryValue(for: key) {
      let copy = element.retained()
      do { try group.appendElement(copy) } catch {
        copy.release()
        throw error
      }
    } else {
      try dictionary.setDictionaryValue(.array([element.retained()]), for: key)
    }
  }
}

import Base
import Script

/// The order of values for sorting, `min` and `max`.
enum Ordering {
  /// Negative, zero or positive: numbers by value with NaN behind all others, strings alphabetically, false
  /// before true, arrays and tuples by their first difference. Throws where there is no order.
  static func compare(_ a: Value, _ b: Value) throws -> Int {
    if let answer = flat(a, b) { return answer }
    var pending = [(a, b)]
    while let (a, b) = pending.popLast() {
      if let answer = flat(a, b) {
        if answer != 0 { return answer }
        continue
      }
      guard let left = a.elements, let right = b.elements else {
        throw ScriptError(
          .type, "\(a.describedKind) and \(b.describedKind) have no order: neither is less than the other")
      }
      let common = min(left.count, right.count)
      pending.append((Value(left.count), Value(right.count)))
      for index in (0..<common).reversed() { pending.append((left[index], right[index])) }
    }
    return 0
  }

  /// The answer for values without parts; nil for all others.
  @inline(__always)
  private static func flat(_ a: Value, _ b: Value) -> Int? {
    switch (a.kind, b.kind) {
    case (.integer, .integer): a.asInteger < b.asInteger ? -1 : a.asInteger > b.asInteger ? 1 : 0
    case (.double, .double), (.integer, .double), (.double, .integer):
      compare(a.number ?? .nan, b.number ?? .nan)
    case (.string, .string):
      if let left = a.stringValue, let right = b.stringValue {
        left < right ? -1 : left == right ? 0 : 1
      } else {
        nil
      }
    case (.bool, .bool): (a.asBool ? 1 : 0) - (b.asBool ? 1 : 0)
    default: nil
    }
  }

  @inline(__always)
  private static func compare(_ a: Double, _ b: Double) -> Int {
    if a < b { return -1 }
    if a > b { return 1 }
    if a == b { return 0 }
    return (a.isNaN ? 1 : 0) - (b.isNaN ? 1 : 0)
  }

  /// Sorts stably by merging; `isLess` may throw, and the items are then in no particular order.
  static func sort<Item>(
    _ items: inout [Item], poll: (Int) throws -> Void, isLess: (Item, Item) throws -> Bool
  ) throws {
    let count = items.count
    let run = 12
    for start in stride(from: 0, to: count, by: run) {
      try poll(start)
      for index in start..<min(start + run, count) {
        let item = items[index]
        var hole = index
        while hole > start, try isLess(item, items[hole - 1]) {
          items[hole] = items[hole - 1]
          hole -= 1
        }
        items[hole] = item
      }
    }
    var width = run
    var other = items
    var round = 0
    while width < count {
      for start in stride(from: 0, to: count, by: 2 * width) {
        let middle = min(start + width, count)
        let end = min(start + 2 * width, count)
        var left = start
        var right = middle
        for target in start..<end {
          round &+= 1
          if round & 0xFFF == 0 { try poll(0x3FF) }
          // The left one comes first unless the right one is strictly less: equal items keep their order.
          if left < middle, try right >= end || !isLess(items[right], items[left]) {
            other[target] = items[left]
            left += 1
          } else {
            other[target] = items[right]
            right += 1
          }
        }
      }
      swap(&items, &other)
      width *= 2
    }
  }
}

extension Call {
  /// A sorted copy of borrowed values, by the program's closure or by their own order. Counts stay as they are.
  func sorted(_ values: [Value], by function: Value?) throws -> [Value] {
    if let function {
      var items = values
      try Ordering.sort(&items, poll: poll) { try isTrue(function, $0, $1) }
      return items
    }
    if values.allSatisfy(\.isInteger) {
      var numbers = values.map(\.asInteger)
      try Ordering.sort(&numbers, poll: poll) { $0 < $1 }
      return numbers.map { Value($0) }
    }
    if values.allSatisfy(\.isDouble) {
      var numbers = values.map(\.asDouble)
      try Ordering.sort(&numbers, poll: poll) { $0 < $1 || ($1.isNaN && !$0.isNaN) }
      return numbers.map { Value($0) }
    }
    var items = values
    try Ordering.sort(&items, poll: poll) { try Ordering.compare($0, $1) < 0 }
    return items
  }
}

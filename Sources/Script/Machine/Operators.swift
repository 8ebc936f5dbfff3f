import Base

/// Operators on values that are not two integers or two doubles.
package enum Operators {
  static func overflow(_ operation: BinaryOperator, _ a: Value, _ b: Value) -> ScriptError {
    ScriptError(
      .arithmetic,
      "the integers overflow: \(number(a)) \(operation.rawValue) \(number(b)) does not fit into 64 bits",
      suggestion: "calculate with doubles: `Double(x)`")
  }

  private static func number(_ value: Value) -> String {
    value.isInteger ? String(value.asInteger) : "\(value.asDouble)"
  }

  /// `a op b`; borrows both, the result is owned by the caller.
  package static func apply(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
    if a.isInteger, b.isInteger { return try integers(operation, a.asInteger, b.asInteger) }
    if let p = a.number, let q = b.number, let result = doubles(operation, p, q) { return result }
    if a.kind == .host, let result = try a.hostValue?.binary(operation, b, isReversed: false) {
      return result
    }
    if b.kind == .host, let result = try b.hostValue?.binary(operation, a, isReversed: true) { return result }
    switch operation {
    case .equal: return Value(Values.areEqual(a, b))
    case .notEqual: return Value(!Values.areEqual(a, b))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      if let order = try order(a, b) { return Value(holds(operation, order)) }
    case .add:
      if a.kind == .string, b.kind == .string {
        try Heap.checkRoom(bytes: a.asString.utf8.count &+ b.asString.utf8.count)
        return .string(a.asString + b.asString)
      }
      if a.kind == .array, b.kind == .array { return try joined(a, b) }
    case .multiply:
      if a.kind == .string, b.isInteger { return try repeated(a.asString, b.asInteger) }
      if b.kind == .string, a.isInteger { return try repeated(b.asString, a.asInteger) }
    case .and, .or, .xor:
      if a.kind == .bool, b.kind == .bool {
        switch operation {
        case .and: return Value(a.asBool && b.asBool)
        case .or: return Value(a.asBool || b.asBool)
        default: return Value(a.asBool != b.asBool)
        }
      }
    default: break
    }
    throw mismatch(operation, a, b)
  }

  private static func integers(_ operation: BinaryOperator, _ a: Int, _ b: Int) throws -> Value {
    let (result, overflow): (Int, Bool)
    switch operation {
    case .add: (result, overflow) = a.addingReportingOverflow(b)
    case .subtract: (result, overflow) = a.subtractingReportingOverflow(b)
    case .multiply: (result, overflow) = a.multipliedReportingOverflow(by: b)
    case .divide, .remainder:
      guard b != 0 else {
        throw ScriptError(
          .arithmetic, "\(a) \(operation.rawValue) 0: an integer cannot be divided by zero",
          suggestion: "doubles can: `\(a).0 / 0` is infinite")
      }
      (result, overflow) =
        operation == .divide
        ? a.dividedReportingOverflow(by: b) : (b == -1 ? 0 : a % b, false)
    case .power:
      guard b >= 0 else { return Value(power(Double(a), Double(b))) }
      (result, overflow) = integerPower(a, b)
    case .equal: return Value(a == b)
    case .notEqual: return Value(a != b)
    case .less: return Value(a < b)
    case .lessOrEqual: return Value(a <= b)
    case .greater: return Value(a > b)
    case .greaterOrEqual: return Value(a >= b)
    case .and: return Value(a & b)
    case .or: return Value(a | b)
    case .xor: return Value(a ^ b)
    case .shiftLeft: return Value(a << b)
    case .shiftRight: return Value(a >> b)
    }
    guard !overflow else { throw Operators.overflow(operation, Value(a), Value(b)) }
    return Value(result)
  }

  private static func integerPower(_ base: Int, _ exponent: Int) -> (Int, Bool) {
    var result = 1
    var factor = base
    var rest = exponent
    var overflow = false
    while rest > 0 {
      if rest & 1 == 1 {
        let (product, tooLarge) = result.multipliedReportingOverflow(by: factor)
        if tooLarge { return (0, true) }
        result = product
      }
      rest >>= 1
      guard rest > 0 else { break }
      (factor, overflow) = factor.multipliedReportingOverflow(by: factor)
      // 0, 1 and -1 never get here with an overflow; anything else is lost.
      if overflow { return (0, true) }
    }
    return (result, false)
  }

  private static func doubles(_ operation: BinaryOperator, _ a: Double, _ b: Double) -> Value? {
    switch operation {
    case .add: Value(a + b)
    case .subtract: Value(a - b)
    case .multiply: Value(a * b)
    case .divide: Value(a / b)
    case .remainder: Value(a.truncatingRemainder(dividingBy: b))
    case .power: Value(power(a, b))
    case .equal: Value(a == b)
    case .notEqual: Value(a != b)
    case .less: Value(a < b)
    case .lessOrEqual: Value(a <= b)
    case .greater: Value(a > b)
    case .greaterOrEqual: Value(a >= b)
    case .and, .or, .xor, .shiftLeft, .shiftRight: nil
    }
  }

  private static func joined(_ a: Value, _ b: Value) throws -> Value {
    let more = b.elements?.count ?? 0
    let result = try a.copiedArray(minimumCapacity: (a.elements?.count ?? 0) + more)
    for element in b.elements ?? UnsafeBufferPointer(start: nil, count: 0) {
      try result.appendElement(element.retained())
    }
    return result
  }

  private static func repeated(_ text: String, _ count: Int) throws -> Value {
    guard count >= 0 else { throw ScriptError(.value, "a text cannot be repeated \(count) times") }
    let (bytes, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
    try Heap.checkRoom(bytes: overflow ? .max : bytes)
    return .string(String(repeating: text, count: count))
  }

  // MARK: Order

  /// -1, 0 or 1 for two values that have an order; nil for others, and for comparisons with NaN.
  package static func order(_ a: Value, _ b: Value) throws -> Int? {
    if a.isInteger, b.isInteger { return a.asInteger < b.asInteger ? -1 : a.asInteger == b.asInteger ? 0 : 1 }
    if let p = a.number, let q = b.number { return p < q ? -1 : p == q ? 0 : p > q ? 1 : nil }
    if a.kind == .string, b.kind == .string {
      let (p, q) = (a.asString, b.asString)
      return p == q ? 0 : p < q ? -1 : 1
    }
    guard a.kind == b.kind, a.kind == .tuple || a.kind == .array, let p = a.elements, let q = b.elements
    else {
      return nil
    }
    // Element by element; nested containers are compared one level deep, as deep as anybody sorts by.
    for index in 0..<min(p.count, q.count) {
      guard p[index].kind != .tuple, p[index].kind != .array, let order = try order(p[index], q[index]) else {
        return nil
      }
      if order != 0 { return order }
    }
    return p.count < q.count ? -1 : p.count == q.count ? 0 : 1
  }

  private static func holds(_ operation: BinaryOperator, _ order: Int) -> Bool {
    switch operation {
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    default: order >= 0
    }
  }

  private static func mismatch(_ operation: BinaryOperator, _ a: Value, _ b: Value) -> ScriptError {
    let sign = operation.rawValue
    if a.isNone || b.isNone {
      return ScriptError(
        .type, "`\(sign)` cannot work with nil: \(a.isNone ? "the left" : "the right") side has no value",
        suggestion: "give a value for that case with `??`")
    }
    var suggestion: String?
    if operation == .add, a.kind == .string || b.kind == .string {
      suggestion = "values go into text with `\"\\(x)\"`"
    } else if a.kind == .array || b.kind == .array, a.number != nil || b.number != nil || a.kind == b.kind {
      suggestion = "arithmetic on all elements works with tensors: `tensor(a) \(sign) ...`"
    }
    let verb = [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(operation) ? "compare" : "work with"
    return ScriptError(
      .type, "`\(sign)` cannot \(verb) \(a.describedType) and \(b.describedType)", suggestion: suggestion)
  }
}

import Base
import Glibc
import Script

/// `Int`, `Double`, `Float` and `Bool` as names: conversions and constants.
enum NumberTypes {
  static let int = Namespace(
    "Int", "Whole numbers of 64 bits, and the conversion to them.",
    constants: [
      constant("max", "The largest integer.", "Int.max", "9223372036854775807") { Value(Int.max) },
      constant("min", "The smallest integer.", "Int.min", "-9223372036854775808") { Value(Int.min) },
    ],
    call: Builtin(
      "Int",
      [
        .init("value", "a number, a string, true or false, or a tensor with one number"),
        .init("radix", default: "10", "the base of a string's digits, 2 to 36"),
      ],
      "Makes an integer.",
      details: """
        A fraction is cut off towards zero. A string that is no integer gives nil, so that `Int(text) ?? 0` \
        works. NaN, infinities and numbers beyond 64 bits are an ArithmeticError.
        """,
      examples: [
        .init("Int(-3.9)", "-3"), .init("Int(\"42\")", "42"), .init("Int(\"ff\", radix: 16)", "255"),
        .init("Int(\"many\") ?? 0", "0"),
      ]
    ) { call in
      if call[0].isInteger { return call[0] }
      if call[0].kind == .bool { return Value(call[0].asBool ? 1 : 0) }
      if let text = call[0].stringValue {
        let radix = try call.integer(1, default: 10)
        guard (2...36).contains(radix) else {
          throw call.failure("`radix` can be 2 to 36, but is \(radix)", argument: 1)
        }
        return Int(text.trimmingSpace, radix: radix).map { Value($0) } ?? .none
      }
      let number = try call.singleNumber(0)
      guard let integer = Int(exactly: number.rounded(.towardZero)) else {
        throw ScriptError(
          .arithmetic, "\(number.isNaN ? .nan : number) has no place among the integers of 64 bits",
          argument: 0)
      }
      return Value(integer)
    })

  static let double = Namespace(
    "Double", "Numbers of 64 bits with a fraction, and the conversion to them.", constants: doubleConstants,
    call: Builtin(
      "Double", [.init("value", "a number, a string, true or false, or a tensor with one number")],
      "Makes a number with a fraction.",
      details: "A string that is no number gives nil, so that `Double(text) ?? 0` works.",
      examples: [.init("Double(3)", "3.0"), .init("Double(\"1e-3\")", "0.001"), .init("Double(\"x\")", "")],
      numberFunction: .init(takesIntegers: true) { $0 }
    ) { call in
      if let text = call[0].stringValue { return Double(text.trimmingSpace).map { Value($0) } ?? .none }
      return try call.followedNumber(0) ?? Value(call.singleNumber(0))
    })

  static let float = Namespace(
    "Float", "The numbers that a float32 tensor can hold.", constants: doubleConstants,
    call: Builtin(
      "Float", [.init("value", "a number, a string, true or false, or a tensor with one number")],
      "Rounds to the nearest number that 32 bits can hold.",
      details: "The language computes with 64 bits; this shows what a float32 tensor keeps of a number.",
      examples: [.init("Float(0.5)", "0.5"), .init("Float(0.1) == 0.1", "false")]
    ) { call in
      if let text = call[0].stringValue {
        return Double(text.trimmingSpace).map { Value(Double(Float($0))) } ?? .none
      }
      return try call.followedNumber(0) ?? Value(Double(Float(call.singleNumber(0))))
    })

  static let bool = Namespace(
    "Bool", "true and false, and the conversion to them.",
    call: Builtin(
      "Bool", [.init("value", "true or false, or the string \"true\" or \"false\"")],
      "Makes true or false of a string.",
      details: "Any other string gives nil. Numbers are compared instead: `n != 0`.",
      examples: [.init("Bool(\"true\")", "true"), .init("Bool(\"yes\") ?? false", "false")]
    ) { call in
      if call[0].kind == .bool { return call[0] }
      if call[0].number != nil {
        throw ScriptError(
          .type, "`Bool` makes no truth value of a number", suggestion: "compare it: `n != 0`", argument: 0)
      }
      switch try call.string(0) {
      case "true": return Value(true)
      case "false": return Value(false)
      default: return .none
      }
    })

  private static let doubleConstants: [Builtin] = [
    constant("pi", "The circumference of a circle of diameter 1.", "Double.pi", "3.141592653589793") {
      Value(Double.pi)
    },
    constant("e", "The base of the natural logarithm.", "Double.e", "2.718281828459045") { Value(M_E) },
    constant("infinity", "Above every other number.", "Double.infinity", "inf") { Value(Double.infinity) },
    constant("nan", "Not a number; equal to nothing.", "Double.nan == Double.nan", "false") {
      Value(Double.nan)
    },
    constant(
      "greatestFiniteMagnitude", "The largest number below infinity.", "Double.greatestFiniteMagnitude",
      "1.7976931348623157e+308"
    ) { Value(Double.greatestFiniteMagnitude) },
    constant(
      "leastNormalMagnitude", "The smallest number above zero with full precision.",
      "Double.leastNormalMagnitude", "2.2250738585072014e-308"
    ) { Value(Double.leastNormalMagnitude) },
    constant(
      "ulpOfOne", "The distance from 1 to the next larger number.", "Double.ulpOfOne", "2.220446049250313e-16"
    ) { Value(Double.ulpOfOne) },
  ]

  private static func constant(
    _ name: String, _ summary: String, _ code: String, _ output: String,
    _ value: @escaping @Sendable () -> Value
  ) -> Builtin {
    Builtin(name, [], summary, examples: [.init(code, output)]) { _ in value() }
  }
}

extension Call {
  /// The one number of an engine value that a running gradient follows.
  func followedNumber(_ index: Int) throws -> Value? {
    try (self[index].hostValue as? any NumericContents)?.followedNumber()
  }

  /// A number, a truth value as 0 or 1, or the one number of an engine value.
  func singleNumber(_ index: Int) throws -> Double {
    if let number = self[index].number { return number }
    if self[index].kind == .bool { return self[index].asBool ? 1 : 0 }
    guard let contents = self[index].hostValue as? any NumericContents else {
      throw mismatch(index, "a number or a string")
    }
    let shape = contents.numericShape
    guard shape.allSatisfy({ $0 == 1 }), let number = try contents.numericValues().first else {
      throw ScriptError(
        .shape, "`\(builtin.name)` takes a tensor with one number, but this one has shape \(shape)",
        argument: index)
    }
    return number
  }
}

extension String {
  /// The text without spaces and line ends around it.
  var trimmingSpace: String {
    // Most texts have nothing to trim, which shows in their first and last byte.
    let visible: ClosedRange<UInt8> = 0x21...0x7E
    if let first = utf8.first, let last = utf8.last, visible.contains(first), visible.contains(last) {
      return self
    }
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

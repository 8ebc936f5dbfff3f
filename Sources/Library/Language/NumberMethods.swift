import Base
import Script

/// Members of every number.
enum NumberMethods {
  static let properties: [Builtin] = [
    property("magnitude", "The number without its sign.", "(-2.5).magnitude", "2.5") { call in
      if call[0].isInteger {
        let integer = call[0].asInteger
        guard integer != .min else { throw call.overflow("-(\(integer))") }
        return Value(abs(integer))
      }
      return Value(try call.double(0).magnitude)
    },
    property("isNaN", "Whether it is NaN.", "(0.0 / 0).isNaN", "true") { Value(try $0.double(0).isNaN) },
    property("isFinite", "Whether it is neither NaN nor infinite.", "2.5.isFinite", "true") {
      Value(try $0.double(0).isFinite)
    },
    property("isInfinite", "Whether it is above or below every other number.", "(1.0 / 0).isInfinite", "true")
    {
      Value(try $0.double(0).isInfinite)
    },
    property("description", "The number as text.", "let n = 2.5\nn.description", "\"2.5\"") {
      .string(try $0.machine.text(of: $0[0]))
    },
  ]

  static let methods: [Builtin] = [
    rounded,
    Builtin(
      "squareRoot", [Call.receiver], "The square root.",
      examples: [.init("let n = 9.0\nn.squareRoot()", "3.0")]
    ) { Value(try $0.double(0).squareRoot()) },
    Builtin(
      "signum", [Call.receiver], "1, 0 or -1: the sign.", examples: [.init("let n = -7\nn.signum()", "-1")]
    ) { call in
      let number = try call.double(0)
      let sign = number > 0 ? 1 : number < 0 ? -1 : 0
      return call[0].isInteger ? Value(sign) : Value(number.isNaN ? .nan : Double(sign))
    },
    Builtin(
      "clamped", [Call.receiver, .init("to", "a closed range such as 0...255")],
      "The number, or the nearest bound where it lies outside of a range of integers.",
      examples: [.init("let n = 300\nn.clamped(to: 0...255)", "255")]
    ) { call in
      let number = try call.double(0)
      guard let bounds = call[1].rangeBounds, let lower = bounds.lower, let upper = bounds.upper,
        lower < upper
      else { throw call.mismatch(1, "a range with two sides") }
      if number < Double(lower) { return Value(lower) }
      return number > Double(upper - 1) ? Value(upper - 1) : call[0]
    },
    Builtin(
      "formatted",
      [
        Call.receiver,
        .init("decimals", default: "nil", "digits behind the point; as many as needed without it"),
        .init("width", default: "0", "fill with spaces on the left up to so many characters"),
        .init("grouped", default: "false", "commas between thousands"),
      ],
      "The number as text, with a fixed number of decimals, a width, or commas.",
      details: "Rounds to the nearest; a tie in the number's exact binary value goes to the even digit.",
      examples: [
        .init("let x = 3.14159\nx.formatted(decimals: 2)", "\"3.14\""),
        .init("let n = 1234567\nn.formatted(grouped: true)", "\"1,234,567\""),
        .init("let n = 42\nn.formatted(width: 6)", "\"    42\""),
      ]
    ) { try $0.formattedNumber() },
  ]

  static let rounded = Builtin(
    "rounded",
    [
      Call.receiver,
      .init(
        "rule", default: ".nearest", choices: ["nearest", "even", "up", "down", "towardZero"],
        "where to: .nearest (ties away from zero), .even (ties to even), .up, .down, .towardZero"),
      .init("decimals", default: "0", "how many digits behind the point are kept, 0 to 15"),
    ],
    "Rounds to a whole number, or to some decimals.",
    examples: [
      .init("let x = 2.5\nx.rounded()", "3.0"), .init("let x = 2.5\nx.rounded(.down)", "2.0"),
      .init("let x = 3.14159\nx.rounded(decimals: 2)", "3.14"),
    ]
  ) { call in
    let number = try call.double(0)
    let decimals = try call.integer(2, default: 0)
    guard (0...15).contains(decimals) else {
      throw call.failure("`decimals` can be 0 to 15, but is \(decimals)", argument: 2)
    }
    if call[0].isInteger { return call[0] }
    let rule: FloatingPointRoundingRule =
      switch try call.choice(1, default: "nearest") {
      case "even": .toNearestOrEven
      case "up": .up
      case "down": .down
      case "towardZero": .towardZero
      default: .toNearestOrAwayFromZero
      }
    guard decimals > 0, number.isFinite else { return Value(number.rounded(rule)) }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (number * scale).rounded(rule) / scale
    return Value(scaled.isFinite ? scaled : number)
  }

  private static func property(
    _ name: String, _ summary: String, _ code: String, _ output: String, _ body: @escaping Builtin.Body
  ) -> Builtin {
    Builtin(name, [Call.receiver], summary, examples: [.init(code, output)], body: body)
  }
}

extension Call {
  /// A number (0) as text with decimals (1), width (2) and groups (3).
  func formattedNumber() throws -> Value {
    guard self[0].number != nil else { throw mismatch(0, "a number") }
    return try formatted(self[0])
  }

  /// The same for another number.
  func formatted(_ value: Value) throws -> Value {
    var text: String
    if has(1), let number = value.number {
      let decimals = try integer(1)
      guard (0...NumberText.mostDecimals).contains(decimals) else {
        throw failure("`decimals` can be 0 to \(NumberText.mostDecimals), but is \(decimals)", argument: 1)
      }
      text = NumberText.fixed(number, decimals: decimals)
    } else {
      text = try machine.text(of: value)
    }
    if try bool(3, default: false) { text = NumberText.grouped(text) }
    return .string(NumberText.padded(text, to: try fieldWidth(2, default: 0), on: .left))
  }

  /// A number of characters that a text is filled up to.
  func fieldWidth(_ index: Int, default standard: Int? = nil) throws -> Int {
    let width = try count(index, default: standard)
    guard width <= NumberText.widestField else {
      throw failure(
        "`\(builtin.parameters[index].name)` can be at most \(NumberText.widestField), but is \(width)",
        argument: index)
    }
    return width
  }
}

/// Members of integers alone.
enum IntegerMethods {
  static let properties: [Builtin] = [
    Builtin(
      "isEven", [Call.receiver], "Whether 2 divides it.", examples: [.init("let n = 4\nn.isEven", "true")]
    ) { Value(try $0.integer(0) & 1 == 0) },
    Builtin(
      "isOdd", [Call.receiver], "Whether 2 does not divide it.",
      examples: [.init("let n = 4\nn.isOdd", "false")]
    ) { Value(try $0.integer(0) & 1 != 0) },
  ]

  static let methods: [Builtin] = [
    Builtin(
      "isMultiple", [Call.receiver, .init("of", "an integer")], "Whether another integer divides it.",
      examples: [.init("let n = 12\nn.isMultiple(of: 4)", "true")]
    ) { Value(try $0.integer(0).isMultiple(of: try $0.integer(1))) },
    Builtin(
      "quotientAndRemainder", [Call.receiver, .init("dividingBy", "an integer other than 0")],
      "The quotient, cut towards zero, and what is left, as a tuple.",
      examples: [.init("let n = 17\nn.quotientAndRemainder(dividingBy: 5)", "(quotient: 3, remainder: 2)")]
    ) { call in
      let (a, b) = (try call.integer(0), try call.integer(1))
      guard b != 0 else { throw ScriptError(.arithmetic, "\(a) cannot be divided by zero", argument: 1) }
      guard !(a == .min && b == -1) else { throw call.overflow("\(a) / \(b)") }
      return .tuple([Value(a / b), Value(a % b)], labels: ["quotient", "remainder"])
    },
    Builtin(
      "digits", [Call.receiver, .init("radix", default: "10", "the base, 2 to 36")],
      "The number's digits as text in some base.",
      examples: [.init("let n = 10\nn.digits(radix: 2)", "\"1010\"")]
    ) { call in
      let radix = try call.integer(1, default: 10)
      guard (2...36).contains(radix) else {
        throw call.failure("`radix` can be 2 to 36, but is \(radix)", argument: 1)
      }
      return .string(String(try call.integer(0), radix: radix))
    },
  ]
}

/// Members of true and false.
enum BoolMethods {
  static let methods: [Builtin] = [
    Builtin(
      "toggle", [Call.receiver], mutating: true, "Turns true into false and false into true.",
      examples: [.init("var on = false\non.toggle()\non", "true")]
    ) { call in
      call.replaceReceiver(Value(!(try call.bool(0))))
      return .none
    }
  ]
}

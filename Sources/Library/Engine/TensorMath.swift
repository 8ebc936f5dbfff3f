import Glibc
import Script
import Tensors

/// Built-ins that work element by element, on numbers, arrays of numbers and tensors alike.
enum TensorMath {
  /// One function of one argument; integers stay integers where `whole` says how.
  private static func function(
    _ name: String, _ summary: String, _ operation: UnaryOperation, keepsPicture: Bool = true,
    details: String = "",
    examples: [Builtin.Example], whole: Whole? = nil,
    _ scalar: Builtin.NumberFunction.Body
  ) -> Builtin {
    Builtin(
      name, [.init("x", "a number, an array of numbers or a tensor")], summary, details: details,
      examples: examples, numberFunction: .init(takesIntegers: whole == nil, scalar)
    ) {
      call in
      let value = call[0]
      if value.isInteger, let whole { return Value(try whole.apply(value.asInteger)) }
      if let number = value.number { return Value(scalar(number)) }
      if let host = value.hostValue as? TensorValue, let plain = host.plain {
        return Value.tensor(try plain.apply(operation), isPicture: keepsPicture && host.isPicture)
      }
      return try Value.tensor(
        call.operand(0).apply(operation), isPicture: keepsPicture && value.isPicture)
    }
  }

  /// How a function treats a single integer that it leaves one.
  private enum Whole {
    case unchanged, absolute, positive, sign

    func apply(_ number: Int) throws -> Int {
      switch self {
      case .unchanged: return number
      case .positive: return Swift.max(0, number)
      case .sign: return number.signum()
      case .absolute:
        guard number != .min else {
          throw ScriptError(.arithmetic, "the smallest integer has no positive counterpart")
        }
        return Swift.abs(number)
      }
    }
  }

  static let functions: [Builtin] = [
    function(
      "abs", "The size of a number without its sign.", .absolute,
      examples: [.init("abs(-3)", "3"), .init("abs([-1.5, 2])", "[1.5 2. ]")],
      whole: .absolute
    ) { Swift.abs($0) },
    function("sqrt", "The square root.", .squareRoot, examples: [.init("sqrt(9)", "3.0")]) {
      $0.squareRoot()
    },
    function("square", "A number times itself.", .square, examples: [.init("square(1.5)", "2.25")]) {
      $0 * $0
    },
    function("exp", "e to the power of x.", .exponential, examples: [.init("exp(0)", "1.0")]) {
      Glibc.exp($0)
    },
    function("log", "The natural logarithm.", .logarithm, examples: [.init("log(1)", "0.0")]) {
      Glibc.log($0)
    },
    function("sin", "The sine of an angle in radians.", .sine, examples: [.init("sin(0)", "0.0")]) {
      Glibc.sin($0)
    },
    function("cos", "The cosine of an angle in radians.", .cosine, examples: [.init("cos(0)", "1.0")]) {
      Glibc.cos($0)
    },
    function("tan", "The tangent of an angle in radians.", .tangent, examples: [.init("tan(0)", "0.0")]) {
      Glibc.tan($0)
    },
    function(
      "tanh", "The hyperbolic tangent: squeezes every number between -1 and 1.", .hyperbolicTangent,
      examples: [.init("tanh(0)", "0.0")]
    ) { Glibc.tanh($0) },
    function(
      "sigmoid", "1 / (1 + exp(-x)): squeezes every number between 0 and 1.", .sigmoid,
      examples: [.init("sigmoid(0)", "0.5")]
    ) { 1 / (1 + Glibc.exp(-$0)) },
    function(
      "relu", "The number where it is positive, else zero.", .relu,
      examples: [.init("relu([-1, 2])", "[0 2]"), .init("relu(-2.5)", "0.0")], whole: .positive
    ) { max(0, $0) },
    function(
      "floor", "The next whole number below.", .floor, examples: [.init("floor(2.7)", "2.0")],
      whole: .unchanged
    ) { $0.rounded(.down) },
    function(
      "ceil", "The next whole number above.", .ceiling, examples: [.init("ceil(2.1)", "3.0")],
      whole: .unchanged
    ) { $0.rounded(.up) },
    function(
      "round", "The nearest whole number; halves go to the even one, as in NumPy.", .round,
      examples: [.init("round(2.5)", "2.0")], whole: .unchanged
    ) { $0.rounded(.toNearestOrEven) },
    function("sign", "-1, 0 or 1.", .sign, examples: [.init("sign(-4)", "-1")], whole: .sign) {
      $0 > 0 ? 1 : $0 < 0 ? -1 : $0
    },
    Builtin(
      "softmax",
      [
        .init("x", "a tensor or an array of numbers"),
        .init("axis", default: "-1", "the axis whose numbers sum to 1"),
      ],
      "Turns scores into probabilities: exp(x) / sum(exp(x)).",
      examples: [.init("softmax([0, 0])", "[0.5 0.5]")]
    ) { call in try Value.tensor(call.operand(0).softmax(axis: call.integer(1, default: -1))) },
    Builtin(
      "clip",
      [
        .init("x", "a number, an array or a tensor"), .init("low", "the smallest number left"),
        .init("high", "the largest number left"),
      ],
      "Cuts numbers off below and above.", examples: [.init("clip([1, 5, 9], 2, 6)", "[2 5 6]")]
    ) { call in
      try Value.tensor(call.operand(0).clip(Scalar(call[1]), Scalar(call[2])), isPicture: call[0].isPicture)
    },
    Builtin(
      "where",
      [
        .init("mask", "true or false for every element"), .init("a", "what stands where the mask is true"),
        .init("b", "what stands elsewhere"),
      ],
      "Chooses between two tensors element by element.",
      examples: [.init("where(tensor([1, 5]) > 2, 1, 0)", "[0 1]")]
    ) { call in try Value.tensor(Operands.choose(call.operand(0), call.operand(1), call.operand(2))) },
    Builtin(
      "allClose",
      [
        .init("a", "a tensor"), .init("b", "a tensor"),
        .init(
          "tolerance", default: "1e-8", "the largest difference, besides a hundred-thousandth of the number"),
      ],
      "Whether two tensors agree but for rounding.", examples: [.init("allClose([0.1 + 0.2], [0.3])", "true")]
    ) { call in
      Value(try call.tensor(0).allClose(try call.tensor(1), absolute: try call.double(2, default: 1e-8)))
    },
  ]
}

import Base
import Glibc
import Script

/// Mathematics on single numbers; what also takes tensors is the engine's.
enum NumberFunctions {
  static let all: [Builtin] =
    [
      function("log2", "The logarithm to base 2.", "log2(8)", "3.0", Glibc.log2),
      function("log10", "The logarithm to base 10.", "log10(1000)", "3.0", Glibc.log10),
      function("log1p", "The natural logarithm of 1 + x, exact for small x.", "log1p(0)", "0.0", Glibc.log1p),
      function("expm1", "e to the power x, minus 1, exact for small x.", "expm1(0)", "0.0", Glibc.expm1),
      function("cbrt", "The cube root.", "cbrt(8)", "2.0", Glibc.cbrt),
      function("asin", "The angle, in radians, whose sine is x.", "asin(0)", "0.0", Glibc.asin),
      function("acos", "The angle, in radians, whose cosine is x.", "acos(1)", "0.0", Glibc.acos),
      function("atan", "The angle, in radians, whose tangent is x.", "atan(0)", "0.0", Glibc.atan),
      function("sinh", "The hyperbolic sine.", "sinh(0)", "0.0", Glibc.sinh),
      function("cosh", "The hyperbolic cosine.", "cosh(0)", "1.0", Glibc.cosh),
      function("radians", "Degrees as radians.", "radians(180) == Double.pi", "true") { $0 * (.pi / 180) },
      function("degrees", "Radians as degrees.", "degrees(Double.pi)", "180.0") { $0 * (180 / .pi) },
    ] + [atan2, hypot, pow, clamp, gcd, lcm, factorial, isNaN, isFinite]

  private static func function(
    _ name: String, _ summary: String, _ code: String, _ output: String,
    _ compute: @escaping @Sendable (Double) -> Double
  ) -> Builtin {
    Builtin(name, [.init("x", "a number")], summary, examples: [.init(code, output)]) { call in
      Value(compute(try call.double(0)))
    }
  }

  static let atan2 = Builtin(
    "atan2", [.init("y", "the vertical side"), .init("x", "the horizontal side")],
    "The angle, in radians from -pi to pi, of the direction from the origin to (x, y).",
    examples: [.init("degrees(atan2(1, 1))", "45.0")]
  ) { call in Value(Glibc.atan2(try call.double(0), try call.double(1))) }

  static let hypot = Builtin(
    "hypot", [.init("x", "one side"), .init("y", "the other side")],
    "The length of the diagonal, sqrt(x * x + y * y), without overflow on the way.",
    examples: [.init("hypot(3, 4)", "5.0")]
  ) { call in Value(Glibc.hypot(try call.double(0), try call.double(1))) }

  static let pow = Builtin(
    "pow", [.init("base", "a number"), .init("exponent", "a number")],
    "A number to a power, as a Double.",
    details: "The operator `**` does the same and keeps integers whole: `2 ** 10` is 1024.",
    examples: [.init("pow(2, 0.5)", "1.4142135623730951"), .init("pow(2, 10)", "1024.0")]
  ) { call in Value(Glibc.pow(try call.double(0), try call.double(1))) }

  static let clamp = Builtin(
    "clamp",
    [.init("x", "a number"), .init("lower", "the least result"), .init("upper", "the greatest result")],
    "The number, or the nearest bound where it lies outside.",
    examples: [.init("clamp(12, 0, 10)", "10"), .init("clamp(-0.5, 0, 1)", "0")]
  ) { call in
    let (x, lower, upper) = (try call.double(0), try call.double(1), try call.double(2))
    guard lower <= upper else {
      throw call.failure("`lower` (\(lower)) must not be above `upper` (\(upper))", argument: 1)
    }
    return x < lower ? call[1] : x > upper ? call[2] : call[0]
  }

  static let gcd = Builtin(
    "gcd", [.init("a", "an integer"), .init("b", "an integer")],
    "The greatest common divisor of two integers.",
    examples: [.init("gcd(12, 18)", "6")]
  ) { call in
    let (a, b) = (try call.integer(0), try call.integer(1))
    guard let result = Int(exactly: divisor(a.magnitude, b.magnitude)) else {
      throw call.overflow("the greatest common divisor of \(a) and \(b)")
    }
    return Value(result)
  }

  static let lcm = Builtin(
    "lcm", [.init("a", "an integer"), .init("b", "an integer")], "The least common multiple of two integers.",
    examples: [.init("lcm(4, 6)", "12")]
  ) { call in
    let (a, b) = (try call.integer(0), try call.integer(1))
    if a == 0 || b == 0 { return Value(0) }
    let (product, overflow) = (a.magnitude / divisor(a.magnitude, b.magnitude))
      .multipliedReportingOverflow(by: b.magnitude)
    guard !overflow, let result = Int(exactly: product) else {
      throw call.overflow("the least common multiple of \(a) and \(b)")
    }
    return Value(result)
  }

  private static func divisor(_ a: UInt, _ b: UInt) -> UInt {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  static let factorial = Builtin(
    "factorial", [.init("n", "an integer from 0 to 20")], "The product of all integers from 1 to n.",
    examples: [.init("factorial(5)", "120")]
  ) { call in
    let n = try call.count(0)
    guard n <= 20 else { throw call.overflow("the factorial of \(n)") }
    return Value(n < 2 ? 1 : (2...n).reduce(1, *))
  }

  static let isNaN = Builtin(
    "isNaN", [.init("x", "a number")], "Whether a number is NaN, the result of 0.0 / 0 and the like.",
    details: "NaN is not equal to anything, itself included, so `==` cannot find it.",
    examples: [.init("isNaN(0.0 / 0)", "true"), .init("isNaN(3)", "false")]
  ) { call in Value(try call.double(0).isNaN) }

  static let isFinite = Builtin(
    "isFinite", [.init("x", "a number")], "Whether a number is neither NaN nor infinite.",
    examples: [.init("isFinite(1 / 3)", "true"), .init("isFinite(1.0 / 0)", "false")]
  ) { call in Value(try call.double(0).isFinite) }
}

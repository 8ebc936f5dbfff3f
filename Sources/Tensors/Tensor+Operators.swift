infix operator ** : PowerPrecedence

precedencegroup PowerPrecedence {
  higherThan: MultiplicationPrecedence
  associativity: right
}

// Operators in Swift. They throw, so that a wrong shape is an error and not the end of the process:
//
//     let y = try x * 2 + bias
//
// Comparisons are written as for SIMD vectors, `.==`, `.<`, since they answer element by element.

extension Tensor {
  public static func + (a: Tensor, b: Tensor) throws -> Tensor { try apply(.add, a, b) }
  public static func + (a: Tensor, b: Scalar) throws -> Tensor { try apply(.add, a, b) }
  public static func + (a: Scalar, b: Tensor) throws -> Tensor { try apply(.add, a, b) }

  public static func - (a: Tensor, b: Tensor) throws -> Tensor { try apply(.subtract, a, b) }
  public static func - (a: Tensor, b: Scalar) throws -> Tensor { try apply(.subtract, a, b) }
  public static func - (a: Scalar, b: Tensor) throws -> Tensor { try apply(.subtract, a, b) }

  public static func * (a: Tensor, b: Tensor) throws -> Tensor { try apply(.multiply, a, b) }
  public static func * (a: Tensor, b: Scalar) throws -> Tensor { try apply(.multiply, a, b) }
  public static func * (a: Scalar, b: Tensor) throws -> Tensor { try apply(.multiply, a, b) }

  public static func / (a: Tensor, b: Tensor) throws -> Tensor { try apply(.divide, a, b) }
  public static func / (a: Tensor, b: Scalar) throws -> Tensor { try apply(.divide, a, b) }
  public static func / (a: Scalar, b: Tensor) throws -> Tensor { try apply(.divide, a, b) }

  public static func % (a: Tensor, b: Tensor) throws -> Tensor { try apply(.remainder, a, b) }
  public static func % (a: Tensor, b: Scalar) throws -> Tensor { try apply(.remainder, a, b) }
  public static func % (a: Scalar, b: Tensor) throws -> Tensor { try apply(.remainder, a, b) }

  public static func ** (a: Tensor, b: Tensor) throws -> Tensor { try apply(.power, a, b) }
  public static func ** (a: Tensor, b: Scalar) throws -> Tensor { try apply(.power, a, b) }
  public static func ** (a: Scalar, b: Tensor) throws -> Tensor { try apply(.power, a, b) }

  public static func .== (a: Tensor, b: Tensor) throws -> Tensor { try apply(.equal, a, b) }
  public static func .== (a: Tensor, b: Scalar) throws -> Tensor { try apply(.equal, a, b) }
  public static func .== (a: Scalar, b: Tensor) throws -> Tensor { try apply(.equal, a, b) }

  public static func .!= (a: Tensor, b: Tensor) throws -> Tensor { try apply(.notEqual, a, b) }
  public static func .!= (a: Tensor, b: Scalar) throws -> Tensor { try apply(.notEqual, a, b) }
  public static func .!= (a: Scalar, b: Tensor) throws -> Tensor { try apply(.notEqual, a, b) }

  public static func .< (a: Tensor, b: Tensor) throws -> Tensor { try apply(.less, a, b) }
  public static func .< (a: Tensor, b: Scalar) throws -> Tensor { try apply(.less, a, b) }
  public static func .< (a: Scalar, b: Tensor) throws -> Tensor { try apply(.less, a, b) }

  public static func .<= (a: Tensor, b: Tensor) throws -> Tensor { try apply(.lessOrEqual, a, b) }
  public static func .<= (a: Tensor, b: Scalar) throws -> Tensor { try apply(.lessOrEqual, a, b) }
  public static func .<= (a: Scalar, b: Tensor) throws -> Tensor { try apply(.lessOrEqual, a, b) }

  public static func .> (a: Tensor, b: Tensor) throws -> Tensor { try apply(.greater, a, b) }
  public static func .> (a: Tensor, b: Scalar) throws -> Tensor { try apply(.greater, a, b) }
  public static func .> (a: Scalar, b: Tensor) throws -> Tensor { try apply(.greater, a, b) }

  public static func .>= (a: Tensor, b: Tensor) throws -> Tensor { try apply(.greaterOrEqual, a, b) }
  public static func .>= (a: Tensor, b: Scalar) throws -> Tensor { try apply(.greaterOrEqual, a, b) }
  public static func .>= (a: Scalar, b: Tensor) throws -> Tensor { try apply(.greaterOrEqual, a, b) }

  public static func .& (a: Tensor, b: Tensor) throws -> Tensor { try apply(.and, a, b) }
  public static func .& (a: Tensor, b: Scalar) throws -> Tensor { try apply(.and, a, b) }
  public static func .& (a: Scalar, b: Tensor) throws -> Tensor { try apply(.and, a, b) }

  public static func .| (a: Tensor, b: Tensor) throws -> Tensor { try apply(.or, a, b) }
  public static func .| (a: Tensor, b: Scalar) throws -> Tensor { try apply(.or, a, b) }
  public static func .| (a: Scalar, b: Tensor) throws -> Tensor { try apply(.or, a, b) }

  public static prefix func - (a: Tensor) throws -> Tensor { try a.apply(.negate) }
  public static prefix func .! (a: Tensor) throws -> Tensor { try a.apply(.not) }

  public static func += (a: inout Tensor, b: Tensor) throws { try a.applyInPlace(.add, b) }
  public static func += (a: inout Tensor, b: Scalar) throws { try a.applyInPlace(.add, b) }
  public static func -= (a: inout Tensor, b: Tensor) throws { try a.applyInPlace(.subtract, b) }
  public static func -= (a: inout Tensor, b: Scalar) throws { try a.applyInPlace(.subtract, b) }
  public static func *= (a: inout Tensor, b: Tensor) throws { try a.applyInPlace(.multiply, b) }
  public static func *= (a: inout Tensor, b: Scalar) throws { try a.applyInPlace(.multiply, b) }
  public static func /= (a: inout Tensor, b: Tensor) throws { try a.applyInPlace(.divide, b) }
  public static func /= (a: inout Tensor, b: Scalar) throws { try a.applyInPlace(.divide, b) }
}

// The named operations.

extension Tensor {
  /// Every element without its sign.
  public func abs() throws -> Tensor { try apply(.absolute) }
  /// Square roots; NaN for negative numbers.
  public func sqrt() throws -> Tensor { try apply(.squareRoot) }
  /// e to the power of every element.
  public func exp() throws -> Tensor { try apply(.exponential) }
  /// Natural logarithms; -infinity for 0, NaN below.
  public func log() throws -> Tensor { try apply(.logarithm) }
  /// Sines of angles in radians.
  public func sin() throws -> Tensor { try apply(.sine) }
  /// Cosines of angles in radians.
  public func cos() throws -> Tensor { try apply(.cosine) }
  /// Tangents of angles in radians.
  public func tan() throws -> Tensor { try apply(.tangent) }
  /// Hyperbolic tangents.
  public func tanh() throws -> Tensor { try apply(.hyperbolicTangent) }
  /// 1 / (1 + exp(-x)) of every element.
  public func sigmoid() throws -> Tensor { try apply(.sigmoid) }
  /// Every element, or 0 where it is negative.
  public func relu() throws -> Tensor { try apply(.relu) }
  /// The next whole number below; integers stay as they are.
  public func floor() throws -> Tensor { try apply(.floor) }
  /// The next whole number above; integers stay as they are.
  public func ceil() throws -> Tensor { try apply(.ceiling) }
  /// The nearest whole number, halves to the even one, as NumPy does; integers stay as they are.
  public func round() throws -> Tensor { try apply(.round) }
  /// -1, 0 or 1 by the sign of every element.
  public func sign() throws -> Tensor { try apply(.sign) }
  /// Every element times itself.
  public func square() throws -> Tensor { try apply(.square) }
  /// 1 / x of every element.
  public func reciprocal() throws -> Tensor { try apply(.reciprocal) }
  /// Where an element is not a number.
  public func isNaN() throws -> Tensor { try apply(.isNaN) }
  /// Where an element is neither infinite nor NaN.
  public func isFinite() throws -> Tensor { try apply(.isFinite) }
  /// The smaller one of each pair of elements; NaN when either is.
  public static func minimum(_ a: Tensor, _ b: Tensor) throws -> Tensor { try apply(.minimum, a, b) }
  /// The larger one of each pair of elements; NaN when either is.
  public static func maximum(_ a: Tensor, _ b: Tensor) throws -> Tensor { try apply(.maximum, a, b) }
}

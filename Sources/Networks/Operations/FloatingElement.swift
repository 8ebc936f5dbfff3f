import Base
import Glibc
import Tensors

/// The types that fused operations compute in. Their loops are generic over it: written once, compiled for
/// each type.
protocol FloatingElement: TensorElement, BinaryFloatingPoint {
  static func exponential(_ x: Self) -> Self
  static func logarithm1p(_ x: Self) -> Self
  static func power(_ x: Self, _ exponent: Self) -> Self
}

extension Float: FloatingElement {
  static func exponential(_ x: Float) -> Float { expf(x) }
  static func logarithm1p(_ x: Float) -> Float { log1pf(x) }
  static func power(_ x: Float, _ exponent: Float) -> Float { powf(x, exponent) }
}

extension Double: FloatingElement {
  static func exponential(_ x: Double) -> Double { exp(x) }
  static func logarithm1p(_ x: Double) -> Double { log1p(x) }
  static func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
}

extension Variable {
  /// The same numbers as floating-point ones, in which layers compute: float64 stays, others become float32.
  func floating() throws -> Variable {
    try dtype.isFloating ? self : asType(dtype.floatingForm)
  }
}

/// Lets a long loop ask now and then whether its work should end, seldom enough to cost nothing.
struct Pace {
  private var done = 0

  /// Says that about so many elements have been worked on.
  mutating func advance(_ elements: Int) throws {
    done &+= elements
    guard done >= 1 << 18 else { return }
    done = 0
    try Safepoint.poll()
  }
}

/// The product of sizes that need not fit into memory, nor into 64 bits.
func sizeProduct(_ sizes: Int..., for operation: String) throws -> Int {
  try sizes.reduce(1) { product, size in
    let (next, overflow) = product.multipliedReportingOverflow(by: size)
    guard !overflow else {
      throw TensorError(.memory, "\(operation) would give more elements than any machine can hold.")
    }
    return next
  }
}

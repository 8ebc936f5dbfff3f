import Tensors

/// Each number divided by a power of what its channel and the neighbouring ones answer at the same place.
struct LocalResponseNormalization: Operation {
  let size: Int
  let bias: Double
  let alpha: Double
  let beta: Double

  var name: String { "localResponseNormalized" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    guard operands[0].shape.rank > 0 else {
      throw TensorError.shape("\(name) expects channels in the last axis, but a single number came.")
    }
    guard size > 0, size % 2 == 1 else {
      throw TensorError.value(
        "\(name) expects an odd size of 1 or more, the channel itself and as many on either side, but "
          + "\(size) came.")
    }
    // The base of the power is then above 0 whatever the channels hold.
    guard bias > 0, alpha >= 0, bias.isFinite, alpha.isFinite, beta.isFinite else {
      throw TensorError.value(
        "\(name) expects a bias above 0, an alpha of 0 or more and a finite beta, but \(bias), \(alpha) and "
          + "\(beta) came.")
    }
    return operands[0]
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let spec = try output(for: [TensorSpec(operands[0])])
    let (result, bases) =
      spec.dtype == .float64
      ? try normalized(operands[0], Double.self) : try normalized(operands[0], Float.self)
    extras = [bases]
    return result
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    [
      g.dtype == .float64
        ? try derivative(g, record.operands[0], record.extras[0], Double.self)
        : try derivative(g, record.operands[0], record.extras[0], Float.self)
    ]
  }

  /// The base of the power for each number: bias + alpha * the sum of squares around it.
  private func normalized<T: FloatingElement>(_ x: Tensor, _ type: T.Type) throws -> (Tensor, bases: Tensor) {
    let channels = x.shape[x.rank - 1]
    let reach = min(size / 2, channels)
    let (alpha, bias) = (T(alpha), T(bias))
    var bases = try Tensor.zeros(x.shape, T.dtype)
    let result = try Tensor(shape: x.shape) { (result: UnsafeMutableBufferPointer<T>) in
      try x.withUnsafeElements(as: T.self) { x in
        try bases.withUnsafeMutableElements(as: T.self) { bases in
          guard !x.isEmpty else { return }
          var pace = Pace()
          for first in stride(from: 0, to: x.count, by: channels) {
            for c in 0..<channels {
              var sum: T = 0
              for near in max(0, c - reach)...min(channels - 1, c + reach) {
                sum += x[first + near] * x[first + near]
              }
              let base = bias + alpha * sum
              bases[first + c] = base
              result[first + c] = x[first + c] * power(base)
            }
            try pace.advance(channels * min(2 * reach + 1, channels))
          }
        }
      }
    }
    return (result, bases)
  }

  /// The derivative of x[i] * base[i]^-beta with respect to x[j] is base[j]^-beta where i is j, less
  /// 2 * alpha * beta * x[j] * x[i] * base[i]^(-beta - 1) wherever j is among the neighbours of i.
  private func derivative<T: FloatingElement>(
    _ g: Tensor, _ x: Tensor, _ bases: Tensor, _ type: T.Type
  ) throws -> Tensor {
    let channels = x.shape[x.rank - 1]
    let reach = min(size / 2, channels)
    let factor = T(2 * alpha * beta)
    return try Tensor(shape: x.shape) { (result: UnsafeMutableBufferPointer<T>) in
      try withElements(g, x, bases, T.self) { g, x, bases in
        guard !x.isEmpty else { return }
        var pace = Pace()
        var powers = [T](repeating: 0, count: channels)
        var terms = [T](repeating: 0, count: channels)
        for first in stride(from: 0, to: x.count, by: channels) {
          for c in 0..<channels {
            powers[c] = power(bases[first + c])
            terms[c] = g[first + c] * x[first + c] * powers[c] / bases[first + c]
          }
          for c in 0..<channels {
            var sum: T = 0
            for near in max(0, c - reach)...min(channels - 1, c + reach) { sum += terms[near] }
            result[first + c] = g[first + c] * powers[c] - factor * x[first + c] * sum
          }
          try pace.advance(channels * min(2 * reach + 1, channels))
        }
      }
    }
  }

  /// base^-beta; the usual 3/4 without a call of `pow`.
  private func power<T: FloatingElement>(_ base: T) -> T {
    guard beta == 0.75 else { return T.power(base, T(-beta)) }
    let root = base.squareRoot()
    return 1 / (root * root.squareRoot())
  }
}

/// Calls `body` with the elements of three tensors of one type.
func withElements<T: FloatingElement, R>(
  _ a: Tensor, _ b: Tensor, _ c: Tensor, _ type: T.Type,
  _ body: (UnsafeBufferPointer<T>, UnsafeBufferPointer<T>, UnsafeBufferPointer<T>) throws -> R
) rethrows -> R {
  try a.withUnsafeElements(as: type) { a in
    try b.withUnsafeElements(as: type) { b in try c.withUnsafeElements(as: type) { c in try body(a, b, c) } }
  }
}

extension Variable {
  /// Each number divided by a power of what its channel and the neighbouring ones answer at the same place,
  /// as in AlexNet: a / (bias + alpha * sum of a squared over `size` channels) ^ beta.
  ///
  ///     x (..., channels)  ->  the same shape
  ///
  /// At the first and the last channels the sum has fewer terms. `alpha` multiplies the sum itself, as the
  /// paper (Krizhevsky, Sutskever and Hinton, 2012) and TensorFlow have it; Caffe and PyTorch divide it by
  /// `size` first, so that their alpha is `size` times this one. TensorFlow's `depth_radius` is `size / 2`.
  ///
  ///     let x = Variable(try Tensor([[3, 4]], dtype: .float32))
  ///     try x.localResponseNormalized(size: 3, bias: 1, alpha: 1, beta: 0.5)     // [[0.588348 0.784465]]
  ///
  /// - Parameters:
  ///   - size: How many channels, an odd number: the channel itself and its neighbours.
  ///   - bias: What is added to the sum, above 0.
  ///   - alpha: What the sum of squares is multiplied with, 0 or more.
  ///   - beta: The power.
  /// - Throws: A value error for an even size or a bias that is not above 0.
  public func localResponseNormalized(
    size: Int = 5, bias: Double = 2, alpha: Double = 1e-4, beta: Double = 0.75
  ) throws -> Variable {
    let operation = LocalResponseNormalization(size: size, bias: bias, alpha: alpha, beta: beta)
    return try Variable.apply(operation, [floating()])
  }
}

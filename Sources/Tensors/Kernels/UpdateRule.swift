import CKernels

/// How an optimizer changes weights by their gradients in one step, element by element.
package enum UpdateRule: Hashable, Sendable {
  /// v = momentum v + g; w -= rate v, or rate (g + momentum v) with Nesterov's look ahead.
  case momentum(rate: Double, momentum: Double, nesterov: Bool, decay: Double)
  /// s = rho s + (1 - rho) g^2; w -= rate g / (sqrt(s) + epsilon)
  case rmsProp(rate: Double, rho: Double, epsilon: Double, decay: Double)
  /// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= rate (m / c1) / (sqrt(v / c2) + epsilon), after w *= 1 -
  /// shrinkage. c1 and c2 correct for the zeros that m and v began with.
  case adam(
    rate: Double, beta1: Double, beta2: Double, epsilon: Double, correction1: Double, correction2: Double,
    decay: Double, shrinkage: Double)

  /// How many numbers of memory each weight has.
  package var stateCount: Int {
    switch self {
    case .momentum(_, let momentum, _, _): momentum == 0 ? 0 : 1
    case .rmsProp: 1
    case .adam: 2
    }
  }

  private func run<T: BinaryFloatingPoint>(
    _ w: UnsafeMutablePointer<T>, _ g: UnsafePointer<T>, _ state: [UnsafeMutablePointer<T>], _ scale: T,
    _ range: Range<Int>
  ) {
    switch self {
    case .momentum(let rate, let momentum, let nesterov, let decay):
      let (rate, momentum, decay) = (T(rate), T(momentum), T(decay))
      guard let v = state.first else {
        for i in range { w[i] -= rate * (g[i] * scale + decay * w[i]) }
        return
      }
      for i in range {
        let gradient = g[i] * scale + decay * w[i]
        let velocity = momentum * v[i] + gradient
        v[i] = velocity
        w[i] -= rate * (nesterov ? gradient + momentum * velocity : velocity)
      }
    case .rmsProp(let rate, let rho, let epsilon, let decay):
      let (rate, rho, epsilon, decay) = (T(rate), T(rho), T(epsilon), T(decay))
      let s = state[0]
      for i in range {
        let gradient = g[i] * scale + decay * w[i]
        let square = rho * s[i] + (1 - rho) * gradient * gradient
        s[i] = square
        w[i] -= rate * gradient / (square.squareRoot() + epsilon)
      }
    case .adam(let rate, let beta1, let beta2, let epsilon, let c1, let c2, let decay, let shrinkage):
      let (b1, b2, epsilon, decay) = (T(beta1), T(beta2), T(epsilon), T(decay))
      let (step, root, keep) = (T(rate / c1), T(1 / c2.squareRoot()), T(1 - shrinkage))
      let (m, v) = (state[0], state[1])
      for i in range {
        let gradient = g[i] * scale + decay * w[i]
        let first = b1 * m[i] + (1 - b1) * gradient
        let second = b2 * v[i] + (1 - b2) * gradient * gradient
        m[i] = first
        v[i] = second
        w[i] = w[i] * keep - step * first / (second.squareRoot() * root + epsilon)
      }
    }
  }

  /// As `run`, by the processor's best loops.
  private func runFast(
    _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, _ state: [UnsafeMutablePointer<Float>],
    _ scale: Float, _ range: Range<Int>
  ) {
    let kernels = cnn_kernels().pointee
    let (w, g, n) = (w + range.lowerBound, g + range.lowerBound, range.count)
    let state = state.map { $0 + range.lowerBound }
    switch self {
    case .momentum(let rate, let momentum, let nesterov, let decay):
      kernels.update_momentum(
        w, g, state.first, scale, Float(rate), Float(momentum), nesterov ? 1 : 0, Float(decay), n)
    case .rmsProp(let rate, let rho, let epsilon, let decay):
      kernels.update_rmsprop(
        w, g, state[0], scale, Float(rate), Float(rho), Float(epsilon), Float(decay), n)
    case .adam(let rate, let beta1, let beta2, let epsilon, let c1, let c2, let decay, let shrinkage):
      kernels.update_adam(
        w, g, state[0], state[1], scale, Float(rate / c1), Float(beta1), Float(beta2),
        Float(1 / c2.squareRoot()), Float(epsilon), Float(decay), Float(1 - shrinkage), n)
    }
  }

  private func spread<T: BinaryFloatingPoint>(
    _ w: UnsafeMutablePointer<T>, _ g: UnsafePointer<T>, _ state: [UnsafeMutablePointer<T>], _ scale: T,
    _ count: Int
  ) {
    Parallel.run(count, grain: 32_768) { range in
      if let w = w as? UnsafeMutablePointer<Float>, let g = g as? UnsafePointer<Float>,
        let state = state as? [UnsafeMutablePointer<Float>], let scale = scale as? Float
      {
        runFast(w, g, state, scale, range)
      } else {
        run(w, g, state, scale, range)
      }
      return 0
    }
  }
}

extension UpdateRule {
  /// Changes weights that a program holds; all slots have one layout.
  ///
  /// - Parameter scale: What gradients are multiplied with, to limit them.
  package func apply(
    _ program: Program, weights: Program.Slot, gradient: Program.Slot, state: [Program.Slot], scale: Float
  ) {
    spread(
      program.floats(weights), program.floats(gradient), state.map(program.floats), scale,
      program.storedCount(weights))
  }

  /// Changes weights that are tensors of one shape and type.
  package func apply(
    _ weights: inout Tensor, gradient: Tensor, state: inout [Tensor], scale: Double
  ) throws {
    precondition(weights.shape == gradient.shape && weights.dtype == gradient.dtype)
    precondition(state.allSatisfy { $0.shape == weights.shape && $0.dtype == weights.dtype })
    try weights.prepareForWriting()
    for index in state.indices { try state[index].prepareForWriting() }
    withExtendedLifetime((weights.storage, gradient.storage, state)) {
      let (w, g) = (weights.storage.base, gradient.storage.base)
      if weights.dtype == .float32 {
        spread(
          w.assumingMemoryBound(to: Float.self), g.assumingMemoryBound(to: Float.self),
          state.map { $0.storage.base.assumingMemoryBound(to: Float.self) }, Float(scale),
          weights.elementCount)
      } else {
        spread(
          w.assumingMemoryBound(to: Double.self), g.assumingMemoryBound(to: Double.self),
          state.map { $0.storage.base.assumingMemoryBound(to: Double.self) }, scale, weights.elementCount)
      }
    }
  }
}

extension Program {
  /// The sum of the squares of a slot's numbers.
  package func sumOfSquares(_ slot: Slot) -> Double {
    let numbers = UnsafeBufferPointer(start: floats(slot), count: storedCount(slot))
    return numbers.reduce(0) { $0 + Double($1) * Double($1) }
  }
}

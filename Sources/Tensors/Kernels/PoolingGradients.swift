extension Tensor {
  /// Pooling over the windows of a geometry, for (n, h, w, c).
  package func pooled(_ pooling: ConvolutionGeometry, largest: Bool) throws -> Tensor {
    let result = try Tensor(uninitialized: pooling.output, dtype)
    PoolingKernels.run(pooling.geometry, largest: largest, self, into: result)
    return result
  }

  /// The gradient of pooling with respect to this tensor, for the gradient of its result.
  ///
  /// Of several equal largest numbers the first one, row by row, takes all.
  package func poolingGradient(
    _ gradient: Tensor, _ pooling: ConvolutionGeometry, largest: Bool
  ) throws -> Tensor {
    switch dtype {
    case .float32: try poolingGradient(Float.self, gradient, pooling.geometry, largest)
    case .float64: try poolingGradient(Double.self, gradient, pooling.geometry, largest)
    case .int64, .uint8, .bool: preconditionFailure("gradients are floating-point numbers")
    }
  }

  private func poolingGradient<T: TensorElement & BinaryFloatingPoint>(
    _ type: T.Type, _ gradient: Tensor, _ g: WindowGeometry, _ largest: Bool
  ) throws -> Tensor {
    var result = try Tensor.zeros(shape, dtype)
    try result.withUnsafeMutableElements(as: T.self) { target in
      withUnsafeElements(as: T.self) { source in
        gradient.withUnsafeElements(as: T.self) { gradients in
          let pictures = PoolingGradient(g, source.baseAddress, gradients.baseAddress, target.baseAddress)
          Parallel.run(g.batch, grain: Swift.max(1, 20_000 / Swift.max(1, g.y.out * g.x.out * g.channels))) {
            range in
            for n in range {
              if largest { pictures?.largest(n) } else { pictures?.average(n) }
            }
            return 0
          }
        }
      }
    }
    return result
  }
}

/// The loops of pooling's way back, one picture at a time.
private struct PoolingGradient<T: BinaryFloatingPoint> {
  let g: WindowGeometry
  let source: UnsafePointer<T>
  let gradient: UnsafePointer<T>
  let target: UnsafeMutablePointer<T>

  init?(
    _ g: WindowGeometry, _ source: UnsafePointer<T>?, _ gradient: UnsafePointer<T>?,
    _ target: UnsafeMutablePointer<T>?
  ) {
    guard let source, let gradient, let target else { return nil }
    self.g = g
    self.source = source
    self.gradient = gradient
    self.target = target
  }

  private func rows(_ axis: WindowAxis, _ out: Int) -> Range<Int> {
    let first = out * axis.stride - axis.before
    let lower = max(0, first)
    return lower..<max(lower, min(axis.size, first + axis.window))
  }

  func largest(_ n: Int) {
    let c = g.channels
    for oy in 0..<g.y.out {
      let ys = rows(g.y, oy)
      for ox in 0..<g.x.out {
        let xs = rows(g.x, ox)
        let out = ((n * g.y.out + oy) * g.x.out + ox) * c
        for channel in 0..<c {
          var best = -1
          for y in ys {
            for x in xs {
              let place = ((n * g.y.size + y) * g.x.size + x) * c + channel
              if best < 0 || source[place] > source[best] || source[place].isNaN { best = place }
            }
          }
          if best >= 0 { target[best] += gradient[out + channel] }
        }
      }
    }
  }

  func average(_ n: Int) {
    let c = g.channels
    for oy in 0..<g.y.out {
      let ys = rows(g.y, oy)
      for ox in 0..<g.x.out {
        let xs = rows(g.x, ox)
        let share = 1 / T(max(1, ys.count * xs.count))
        let out = ((n * g.y.out + oy) * g.x.out + ox) * c
        for y in ys {
          for x in xs {
            let place = ((n * g.y.size + y) * g.x.size + x) * c
            for channel in 0..<c { target[place + channel] += gradient[out + channel] * share }
          }
        }
      }
    }
  }
}

import CKernels

extension Reduction {
  /// The loop that does it; a standard deviation is the root of what the variance's loop finds.
  var code: ReductionKernels.Loop {
    switch self {
    case .sum: .sum
    case .mean: .mean
    case .max: .max
    case .min: .min
    case .product: .product
    case .variance, .standardDeviation: .variance
    case .norm: .norm
    case .all: .all
    case .any: .any
    }
  }
}

/// Reductions of the middle one of three axes.
enum ReductionKernels {
  enum Loop {
    case sum, mean, max, min, product, variance, norm, all, any, argMax, argMin

    fileprivate var code: cnn_reduction {
      switch self {
      case .sum: CNN_SUM
      case .mean: CNN_MEAN
      case .max: CNN_MAX
      case .min: CNN_MIN
      case .product: CNN_PRODUCT
      case .variance: CNN_VARIANCE
      case .norm: CNN_NORM
      case .all: CNN_ALL
      case .any: CNN_ANY
      case .argMax: CNN_ARG_MAX
      case .argMin: CNN_ARG_MIN
      }
    }
  }

  static func run(
    _ loop: Loop, _ source: Tensor, outer: Int, count: Int, inner: Int, into result: Tensor
  ) -> Findings {
    let kernels = cnn_kernels()
    let size = source.dtype.size
    let sizeOut = result.dtype.size
    return withExtendedLifetime((source.storage, result.storage)) {
      let (base, out) = (source.storage.base, result.storage.base)
      let plane = count * inner
      return Findings(
        rawValue: Parallel.run(outer, grain: Swift.max(1, Broadcast.grain / Swift.max(1, plane))) { range in
          kernels.pointee.reduce(
            loop.code, source.dtype.code, base + range.lowerBound * plane * size, range.count, count, inner,
            out + range.lowerBound * inner * sizeOut)
        })
    }
  }
}

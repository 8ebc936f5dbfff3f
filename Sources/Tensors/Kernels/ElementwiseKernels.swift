import CKernels

/// What an element-wise loop met on its way.
struct Findings: OptionSet {
  let rawValue: Int32
  static let overflow = Findings(rawValue: 1)
  static let divisionByZero = Findings(rawValue: 2)
  static let negativeExponent = Findings(rawValue: 4)
  static let outOfRange = Findings(rawValue: 8)
  static let inexact = Findings(rawValue: 16)
}

/// Element-wise loops over tensors of one type; types and shapes have been settled before.
enum ElementwiseKernels {
  /// `out = a op b`, broadcasting both to `out`'s shape; `out` may share memory with an operand of its own shape and
  /// element size.
  static func binary(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor, into out: Tensor) -> Findings {
    precondition(a.dtype == b.dtype, "operands have one type")
    let kernels = cnn_kernels()
    let code = operation.code
    let type = a.dtype.code
    let size = a.dtype.size
    let loop: Broadcast.Loop = { kernels.pointee.binary(code, type, $0, $1, $2, $3, $4, $5) }
    return withExtendedLifetime((a.storage, b.storage, out.storage)) {
      Findings(rawValue: lockstep(a, size, b, size, out, loop))
    }
  }

  private static func lockstep(
    _ a: Tensor, _ sizeA: Int, _ b: Tensor, _ sizeB: Int, _ out: Tensor, _ loop: Broadcast.Loop
  ) -> Int32 {
    let count = out.elementCount
    guard count > 0 else { return 0 }
    let (baseA, baseB, baseOut) = (a.storage.base, b.storage.base, out.storage.base)
    let stepA = a.elementCount == 1 ? 0 : 1
    let stepB = b.elementCount == 1 ? 0 : 1
    // Most calls are one loop: equal shapes, or a single number on one side.
    if (stepA == 0 || a.elementCount == count) && (stepB == 0 || b.elementCount == count) {
      let sizeOut = out.dtype.size
      return Parallel.run(count, grain: Broadcast.grain) { range in
        let first = range.lowerBound
        return loop(
          baseA + first * stepA * sizeA, stepA, baseB + first * stepB * sizeB, stepB,
          baseOut + first * sizeOut, range.count)
      }
    }
    return Broadcast(a.shape, b.shape, to: out.shape)
      .run(baseA, size: sizeA, baseB, size: sizeB, out: baseOut, size: out.dtype.size, loop)
  }

  static func unary(_ operation: UnaryOperation, _ a: Tensor, into out: Tensor) -> Findings {
    let kernels = cnn_kernels()
    let size = a.dtype.size
    let sizeOut = out.dtype.size
    return withExtendedLifetime((a.storage, out.storage)) {
      let (base, baseOut) = (a.storage.base, out.storage.base)
      return Findings(
        rawValue: Parallel.run(a.elementCount, grain: Broadcast.grain / 4) { range in
          kernels.pointee.unary(
            operation.code, a.dtype.code, base + range.lowerBound * size,
            baseOut + range.lowerBound * sizeOut,
            range.count)
        })
    }
  }

  static func cast(_ a: Tensor, into out: Tensor) -> Findings {
    let kernels = cnn_kernels()
    return withExtendedLifetime((a.storage, out.storage)) {
      let (base, baseOut) = (a.storage.base, out.storage.base)
      return Findings(
        rawValue: Parallel.run(a.elementCount, grain: Broadcast.grain) { range in
          kernels.pointee.cast(
            a.dtype.code, out.dtype.code, base + range.lowerBound * a.dtype.size,
            baseOut + range.lowerBound * out.dtype.size, range.count)
        })
    }
  }

  /// `out = mask ? a : b`, all of one shape or single numbers.
  static func choose(_ mask: Tensor, _ a: Tensor, _ b: Tensor, into out: Tensor) {
    let size = out.dtype.size
    withExtendedLifetime((mask.storage, a.storage, b.storage, out.storage)) {
      let flags = mask.storage.base.assumingMemoryBound(to: UInt8.self)
      cnn_where(
        size, flags, mask.elementCount == 1 ? 0 : 1, a.storage.base, a.elementCount == 1 ? 0 : 1,
        b.storage.base, b.elementCount == 1 ? 0 : 1, out.storage.base, out.elementCount)
    }
  }

  /// Sets every element to one value of the tensor's own type.
  static func fill(_ out: Tensor, with value: Tensor) {
    precondition(value.elementCount == 1 && value.dtype == out.dtype, "a fill value has the tensor's type")
    withExtendedLifetime((out.storage, value.storage)) {
      StridedCopy.run(
        [out.elementCount], value.storage.base, [0], out.storage.base, [1], elementSize: out.dtype.size)
    }
  }

  static func zero(_ out: Tensor) {
    withExtendedLifetime(out.storage) {
      _ = out.storage.base.initializeMemory(as: UInt8.self, repeating: 0, count: out.byteCount)
    }
  }
}

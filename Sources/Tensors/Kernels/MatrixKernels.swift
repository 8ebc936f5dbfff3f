import CKernels

/// Products of contiguous matrices of one type.
enum MatrixKernels {
  /// Products of fewer multiplications than this stay on this thread's own loops.
  private static let smallest = 20_000.0

  /// `c = a b` for (m, k) and (k, n), at the given offsets in elements.
  static func product(
    _ m: Int, _ n: Int, _ k: Int, _ a: Tensor, at offsetA: Int, _ b: Tensor, at offsetB: Int,
    into c: Tensor, at offsetC: Int
  ) -> Findings {
    guard m > 0, n > 0 else { return [] }
    let size = c.dtype.size
    return withExtendedLifetime((a.storage, b.storage, c.storage)) {
      let left = a.storage.base + offsetA * size
      let right = b.storage.base + offsetB * size
      let target = c.storage.base + offsetC * size
      let work = Double(m) * Double(n) * Double(k)
      switch c.dtype {
      case .int64:
        if mayOverflow(left, m * k, right, k * n, terms: k) {
          return Findings(
            rawValue: cnn_gemm_checked(
              m, n, k, left.assumingMemoryBound(to: Int64.self), k,
              right.assumingMemoryBound(to: Int64.self), n, target.assumingMemoryBound(to: Int64.self), n))
        }
      case .float32 where work >= smallest:
        ComputeThread.current.startTeam()
        let state = cnn_flush_denormals()
        defer { cnn_restore_denormals(state) }
        let done = dnnMatrixProduct(
          m, n, k, left.assumingMemoryBound(to: Float.self), right.assumingMemoryBound(to: Float.self),
          target.assumingMemoryBound(to: Float.self))
        if done { return [] }
      default: break
      }
      let kernels = cnn_kernels()
      let grain = Int(max(1, Double(16 * Broadcast.grain) / max(1, work / Double(m))))
      Parallel.run(m, grain: grain) { rows in
        let panel = UnsafeMutableRawPointer.allocate(byteCount: cnn_gemm_panel_bytes, alignment: 64)
        defer { panel.deallocate() }
        kernels.pointee.gemm(
          c.dtype.code, rows.count, n, k, left + rows.lowerBound * k * size, k, right, n,
          target + rows.lowerBound * n * size, n, panel)
        return 0
      }
      return []
    }
  }

  /// Whether a sum of products could pass 64 bits, judged by the largest numbers that occur.
  private static func mayOverflow(
    _ a: UnsafeMutableRawPointer, _ countA: Int, _ b: UnsafeMutableRawPointer, _ countB: Int, terms: Int
  ) -> Bool {
    let largestA = cnn_largest_magnitude(a.assumingMemoryBound(to: Int64.self), countA)
    let largestB = cnn_largest_magnitude(b.assumingMemoryBound(to: Int64.self), countB)
    let (product, first) = largestA.multipliedReportingOverflow(by: largestB)
    let (sum, second) = product.multipliedReportingOverflow(by: UInt64(terms))
    return first || second || sum > UInt64(Int64.max)
  }
}

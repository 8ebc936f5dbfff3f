import CKernels

/// Convolutions, each by the way that is quickest for it.
enum ConvolutionKernels {
  /// Fewer multiplications than this are done before oneDNN has prepared a primitive.
  private static let smallest = 200_000.0

  static func run(
    _ geometry: WindowGeometry, eachChannel: Bool, _ picture: Tensor, _ filters: Tensor, _ bias: Tensor?,
    into result: Tensor
  ) throws {
    guard result.elementCount > 0 else { return }
    if picture.dtype == .int64, mayOverflow(picture, filters, bias) {
      try runChecked(geometry, eachChannel, picture, filters, bias, into: result)
      return
    }
    // A picture filter never fills the channels that oneDNN works on; its rows fill whole vectors.
    let isPictureFilter = eachChannel || (geometry.channels == 1 && geometry.filters == 1)
    let isFloat = picture.dtype == .float32
    if isFloat, !isPictureFilter, geometry.multiplications >= smallest,
      ComputeThread.current.convolve(geometry, picture, filters, bias, into: result)
    {
      return
    }
    let state = isFloat ? cnn_flush_denormals() : nil
    defer { if let state { cnn_restore_denormals(state) } }
    withExtendedLifetime((picture.storage, filters.storage, bias?.storage, result.storage)) {
      if isPictureFilter {
        filterRows(geometry, picture, filters, bias, into: result)
      } else {
        convolveRows(geometry, picture, filters, bias, into: result)
      }
    }
  }

  private static func filterRows(
    _ geometry: WindowGeometry, _ picture: Tensor, _ filters: Tensor, _ bias: Tensor?, into result: Tensor
  ) {
    let kernels = cnn_kernels()
    Parallel.run(geometry.rows, grain: geometry.grain(operations: Double(geometry.y.window))) { range in
      var window = geometry.window
      kernels.pointee.filter(
        picture.dtype.code, &window, picture.storage.base, filters.storage.base, bias?.storage.base,
        result.storage.base, range.lowerBound, range.upperBound)
      return 0
    }
  }

  private static func convolveRows(
    _ geometry: WindowGeometry, _ picture: Tensor, _ filters: Tensor, _ bias: Tensor?, into result: Tensor
  ) {
    let kernels = cnn_kernels()
    let size = picture.dtype.size
    let depth = geometry.y.window * geometry.x.window * geometry.channels
    // The patches of some places stay in the second-level cache until the filters have seen them.
    let places = max(1, min(256, (128 << 10) / max(1, depth * size)))
    Parallel.run(geometry.rows, grain: geometry.grain(operations: Double(depth))) { range in
      var window = geometry.window
      let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: cnn_gemm_panel_bytes + places * depth * size, alignment: 64)
      defer { scratch.deallocate() }
      kernels.pointee.convolve(
        picture.dtype.code, &window, picture.storage.base, filters.storage.base, bias?.storage.base,
        result.storage.base, range.lowerBound, range.upperBound, scratch + cnn_gemm_panel_bytes, places,
        scratch)
      return 0
    }
  }

  // MARK: Integers

  /// Whether a sum could pass 64 bits, judged by the largest numbers that occur.
  private static func mayOverflow(_ picture: Tensor, _ filters: Tensor, _ bias: Tensor?) -> Bool {
    let terms = filters.elementCount
    let start = bias.map(largest) ?? 0
    let (product, first) = largest(picture).multipliedReportingOverflow(by: largest(filters))
    let (total, second) = product.multipliedReportingOverflow(by: UInt64(terms))
    let (sum, third) = total.addingReportingOverflow(start)
    return first || second || third || sum > UInt64(Int64.max)
  }

  private static func largest(_ tensor: Tensor) -> UInt64 {
    withExtendedLifetime(tensor.storage) {
      cnn_largest_magnitude(tensor.storage.base.assumingMemoryBound(to: Int64.self), tensor.elementCount)
    }
  }

  private static func runChecked(
    _ geometry: WindowGeometry, _ eachChannel: Bool, _ picture: Tensor, _ filters: Tensor, _ bias: Tensor?,
    into result: Tensor
  ) throws {
    func pointer(_ tensor: Tensor) -> UnsafeMutablePointer<Int64> {
      tensor.storage.base.assumingMemoryBound(to: Int64.self)
    }
    var window = geometry.window
    let found = withExtendedLifetime((picture.storage, filters.storage, bias?.storage, result.storage)) {
      cnn_convolve_checked(
        &window, pointer(picture), pointer(filters), bias.map(pointer), pointer(result), eachChannel ? 1 : 0)
    }
    try Tensor.check(Findings(rawValue: found), "conv2d")
  }
}

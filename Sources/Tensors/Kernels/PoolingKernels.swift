import CKernels

extension WindowGeometry {
  /// As the loops take it.
  var window: cnn_window {
    cnn_window(
      batch: batch, height: y.size, width: x.size, channels: channels, window_height: y.window,
      window_width: x.window, filters: filters, out_height: y.out, out_width: x.out, stride_y: y.stride,
      stride_x: x.stride, dilation_y: y.dilation, dilation_x: x.dilation, pad_top: y.before,
      pad_left: x.before)
  }

  /// The number of output rows of the whole batch: what work is divided by.
  var rows: Int { batch * y.out }

  /// Rows that are worth a thread, when each output element costs `operations`; as a double, because a window
  /// may be wider than any picture.
  func grain(operations: Double) -> Int {
    let work = Double(x.out) * Double(Swift.max(1, filters)) * Swift.max(1, operations)
    return Int(Swift.max(1, Double(4 * Broadcast.grain) / Swift.max(1, work)))
  }
}

/// Pooling over pictures.
enum PoolingKernels {
  static func run(_ geometry: WindowGeometry, largest: Bool, _ picture: Tensor, into result: Tensor) {
    guard result.elementCount > 0 else { return }
    let kernels = cnn_kernels()
    let type = picture.dtype.code
    withExtendedLifetime((picture.storage, result.storage)) {
      let (base, out) = (picture.storage.base, result.storage.base)
      Parallel.run(
        geometry.rows,
        grain: geometry.grain(operations: Double(geometry.y.window) * Double(geometry.x.window))
      ) {
        range in
        var window = geometry.window
        if largest {
          kernels.pointee.max_pool(type, &window, base, out, range.lowerBound, range.upperBound)
        } else {
          kernels.pointee.average_pool(type, &window, base, out, range.lowerBound, range.upperBound)
        }
        return 0
      }
    }
  }
}

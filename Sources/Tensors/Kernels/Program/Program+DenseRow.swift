import CKernels

extension Program {
  /// A dense layer for a single row, (1, in) times (in, out) plus a bias, over weights as users see them.
  ///
  /// Reading the weights is all the work there is, so they are neither packed nor copied.
  ///
  /// - Parameter weights: Named before each run.
  package func denseRow(
    _ source: Slot, _ weights: Slot, bias: PackedWeights?, activation: Activation?
  ) throws -> Slot {
    let (rows, columns) = (shape(weights)[0], shape(weights)[1])
    let x = try plain(source)
    let result = try temporary([1, columns])
    let parts = min(Processor.threadCount, max(1, rows * columns / 65_536))
    let partial = try temporary(Shape([parts, columns]))
    let shift = try bias.map { try $0.slot(DNNLayout.line(columns).orThrow()) }
    add("dense row", reads: [x, weights] + (shift.map { [$0] } ?? []), writes: [partial, result]) {
      program in
      let (row, w, sums) = (program.floats(x), program.floats(weights), program.floats(partial))
      Parallel.run(parts, grain: 1) { range in
        for part in range {
          let (first, last) = (rows * part / parts, rows * (part + 1) / parts)
          cnn_kernels().pointee.gemv(
            row + first, w + first * columns, last - first, columns, sums + part * columns)
        }
        return 0
      }
      let out = program.floats(result)
      let shift = shift.map { program.floats($0) }
      for column in 0..<columns {
        var sum = shift?[column] ?? 0
        for part in 0..<parts { sum += sums[part * columns + column] }
        out[column] = sum
      }
    }
    return try activation.map { try self.activation($0, result).result } ?? result
  }
}

extension Program {
  /// A matrix with rows for columns: the same memory, seen otherwise.
  package func transposed(_ source: Slot) throws -> Slot {
    let base = try plain(source)
    let (rows, columns) = (shape(base)[0], shape(base)[1])
    let turned = try DNNLayout([columns, rows], strides: [1, columns]).orThrow()
    return alias(of: base, turned, try Shape([columns, rows]))
  }

  /// The product of two matrices, (m, k) times (k, n).
  package func matrixProduct(_ a: Slot, _ b: Slot) throws -> (result: Slot, back: Back) {
    let (left, right) = (try factor(a), try factor(b))
    let result = try temporary([shape(a)[0], shape(b)[1]])
    multiply(left, right, into: result)
    return (
      result,
      { [unowned self] incoming, wanted in
        let gradient = try factor(incoming)
        // A Gram matrix: both ways back lead to the same memory, so that they are one product with g + gT.
        if wanted == [true, true], left.slot == right.slot, left.isTurned, !right.isTurned {
          let both = try temporary(shape(result))
          addTranspose(of: gradient, into: both)
          let part = try temporary(shape(b))
          multiply(right, Factor(slot: both, isTurned: false), into: part)
          return [nil, part]
        }
        var parts: [Slot?] = [nil, nil]
        if wanted[0] {
          let part = try temporary(shape(a))
          multiply(gradient, right.turned, into: part)
          parts[0] = part
        }
        if wanted[1] {
          let part = try temporary(shape(b))
          multiply(left.turned, gradient, into: part)
          parts[1] = part
        }
        return parts
      }
    )
  }

  /// A matrix as a product reads it.
  private struct Factor {
    let slot: Slot
    /// Whether its memory holds the transpose.
    let isTurned: Bool
    var turned: Factor { Factor(slot: slot, isTurned: !isTurned) }
  }

  private func factor(_ slot: Slot) throws -> Factor {
    if case .alias(let base) = entries[slot.index].home, let turned = turnedLayout(slot),
      layout(slot).matches(turned)
    {
      return Factor(slot: Slot(index: base), isTurned: true)
    }
    return Factor(slot: try plain(slot), isTurned: false)
  }

  /// How the transpose of a plain matrix would lie.
  private func turnedLayout(_ slot: Slot) -> DNNLayout? {
    let shape = shape(slot)
    // A single row is its own transpose in memory.
    guard shape.rank == 2, shape[0] > 1, shape[1] > 1 else { return nil }
    return DNNLayout([shape[0], shape[1]], strides: [1, shape[0]])
  }

  private func multiply(_ a: Factor, _ b: Factor, into result: Slot) {
    let (m, n) = (shape(result)[0], shape(result)[1])
    let k = shape(a.slot)[a.isTurned ? 0 : 1]
    add("matmul", reads: [a.slot, b.slot], writes: [result]) { program in
      guard
        dnnMatrixProduct(
          m, n, k, program.floats(a.slot), isTurned: a.isTurned, program.floats(b.slot), isTurned: b.isTurned,
          program.floats(result))
      else { throw TensorError(.memory, "oneDNN could not multiply two matrices: the memory was refused.") }
    }
  }

  /// g + gT of a square matrix.
  private func addTranspose(of gradient: Factor, into result: Slot) {
    let size = shape(result)[0]
    add("add transpose", reads: [gradient.slot], writes: [result]) { program in
      let (g, out) = (program.floats(gradient.slot), program.floats(result))
      Parallel.run(size, grain: max(1, 32_768 / max(1, size))) { rows in
        for row in rows {
          for column in 0..<size {
            out[row * size + column] = g[row * size + column] + g[column * size + row]
          }
        }
        return 0
      }
    }
  }
}

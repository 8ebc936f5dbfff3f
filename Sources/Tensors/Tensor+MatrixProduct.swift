extension Tensor {
  /// The matrix product.
  ///
  ///     (m, k) and (k, n) -> (m, n)     matrices
  ///     (k) and (k, n)    -> (n)        a vector counts as a row on the left
  ///     (m, k) and (k)    -> (m)        and as a column on the right
  ///     (k) and (k)       -> ()         the inner product
  ///     (..., m, k) and (..., k, n)     batches; leading axes are broadcast
  ///
  /// float32 runs on oneDNN, float64 and integers on own loops, integers exactly.
  ///
  /// - Throws: A shape error when the inner lengths differ; an arithmetic error when an integer sum does not fit.
  public func matmul(_ other: Tensor) throws -> Tensor {
    let product = try Tensor.matrixProductShape(shape, other.shape)
    let type = DType.arithmetic(dtype, other.dtype)
    // Vectors become matrices for the while.
    let left = try asType(type).reshaped(rank == 1 ? Shape([1, shape[0]]) : shape)
    let right = try other.asType(type).reshaped(other.rank == 1 ? Shape([other.shape[0], 1]) : other.shape)
    let (m, k) = (left.shape[left.rank - 2], left.shape[left.rank - 1])
    let n = right.shape[right.rank - 1]
    let batchA = Shape(trusted: left.shape.dropLast(2))
    let batchB = Shape(trusted: right.shape.dropLast(2))
    let batch = try batchA.broadcast(with: batchB)

    let full = try Tensor(uninitialized: Shape(batch.sizes + [m, n]), type)
    var findings = Findings()
    if batchB.elementCount == 1 {
      // One matrix on the right: the batch is just more rows.
      findings = MatrixKernels.product(
        batch.elementCount * m, n, k, left, at: 0, right, at: 0, into: full, at: 0)
    } else {
      let offsetsA = try Tensor.range(to: .int(batchA.elementCount)).reshaped(batchA).broadcast(to: batch)
        .integers()
      let offsetsB = try Tensor.range(to: .int(batchB.elementCount)).reshaped(batchB).broadcast(to: batch)
        .integers()
      for index in 0..<batch.elementCount {
        findings.formUnion(
          MatrixKernels.product(
            m, n, k, left, at: offsetsA[index] * m * k, right, at: offsetsB[index] * k * n, into: full,
            at: index * m * n))
      }
    }
    try Tensor.check(findings, "matmul")
    return full.reshaped(product)
  }

  /// The shape of a matrix product.
  package static func matrixProductShape(_ a: Shape, _ b: Shape) throws -> Shape {
    guard a.rank > 0, b.rank > 0 else {
      throw TensorError.shape(
        "matmul expects vectors or matrices, but the shapes are \(a) and \(b).",
        suggestion: "use * to multiply by a single number")
    }
    let (k, rows) = (a[a.rank - 1], b[Swift.max(0, b.rank - 2)])
    guard k == rows else {
      throw TensorError.shape(
        "matmul expects as many columns on the left as rows on the right, but the shapes are \(a) and "
          + "\(b): \(k) and \(rows).")
    }
    let batch = try Shape(trusted: a.dropLast(2)).broadcast(with: Shape(trusted: b.dropLast(2)))
    let rowsOut = a.rank > 1 ? [a[a.rank - 2]] : []
    let columnsOut = b.rank > 1 ? [b[b.rank - 1]] : []
    return try Shape(batch.sizes + rowsOut + columnsOut)
  }

  /// The inner product of vectors, the matrix product otherwise; a single number just multiplies.
  public func dot(_ other: Tensor) throws -> Tensor {
    rank == 0 || other.rank == 0 ? try self * other : try matmul(other)
  }

  /// Every element of this tensor times every one of the other: shape (count, count of the other).
  public func outer(_ other: Tensor) throws -> Tensor {
    try reshaped(Shape([elementCount, 1])) * other.reshaped(Shape([1, other.elementCount]))
  }
}

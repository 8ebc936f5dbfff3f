import Tensors

/// The matrix product; batches of matrices are broadcast.
struct MatrixProduct: Operation {
  var name: String { "matmul" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(
      try Tensor.matrixProductShape(operands[0].shape, operands[1].shape),
      .arithmetic(operands[0].dtype, operands[1].dtype))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    try operands[0].matmul(operands[1])
  }

  func backward(_ gradient: Tensor, _ record: Record) throws -> [Tensor?] {
    // Vectors are matrices with one row or one column here.
    let (a, b) = (record.operands[0], record.operands[1])
    let left = a.rank == 1 ? try a.expandDims(0) : a
    let right = b.rank == 1 ? try b.expandDims(1) : b
    var g = gradient
    if b.rank == 1 { g = try g.expandDims(g.rank) }
    if a.rank == 1 { g = try g.expandDims(g.rank - 1) }
    func turned(_ x: Tensor) throws -> Tensor {
      try x.transposed(Array(0..<(x.rank - 2)) + [x.rank - 1, x.rank - 2])
    }
    var parts: [Tensor?] = [nil, nil]
    if record.wanted[0] {
      parts[0] = try g.matmul(turned(right)).summed(to: left.shape).reshape(a.shape.sizes)
    }
    if record.wanted[1] {
      if right.rank == 2 {
        // One matrix on the right: the batch is just more rows.
        let rows = try left.reshape([-1, left.shape[left.rank - 1]])
        let gradients = try g.reshape([-1, g.shape[g.rank - 1]])
        parts[1] = try turned(rows).matmul(gradients).reshape(b.shape.sizes)
      } else {
        parts[1] = try turned(left).matmul(g).summed(to: right.shape).reshape(b.shape.sizes)
      }
    }
    return parts
  }
}

extension Variable {
  /// The matrix product; see `Tensor.matmul`.
  public func matmul(_ other: Variable) throws -> Variable {
    try Variable.apply(MatrixProduct(), [self, other])
  }
}

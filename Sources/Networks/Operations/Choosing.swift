import Tensors

/// Elements of one tensor where a mask is true, of another elsewhere.
struct Where: Operation {
  var name: String { "where" }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(
      try operands[0].shape.broadcast(with: operands[1].shape).broadcast(with: operands[2].shape),
      .promoted(operands[1].dtype, operands[2].dtype))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    extras = [operands[0]]
    return try Tensor.where(operands[0], operands[1], operands[2])
  }

  var keeps: Kept { [] }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let zero = try Tensor(0, dtype: g.dtype)
    let mask = record.extras[0]
    return [
      nil,
      record.wanted[1] ? try Tensor.where(mask, g, zero).summed(to: record.specs[1].shape) : nil,
      record.wanted[2] ? try Tensor.where(mask, zero, g).summed(to: record.specs[2].shape) : nil,
    ]
  }
}

extension Variable {
  /// Elements of `a` where `mask` is true, of `b` elsewhere; all three are broadcast together.
  public static func `where`(_ mask: Tensor, _ a: Variable, _ b: Variable) throws -> Variable {
    try apply(Where(), [Variable(mask), a, b])
  }
}

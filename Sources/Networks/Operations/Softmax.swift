import Tensors

/// exp(x) / sum(exp(x)) along an axis, or its logarithm.
struct Softmax: Operation {
  let axis: Int
  let isLogarithm: Bool

  var name: String { isLogarithm ? "logSoftmax" : "softmax" }
  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(operands[0].shape, operands[0].dtype.floatingForm)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    guard isLogarithm else { return try operands[0].softmax(axis: axis) }
    let x = try operands[0].asType(operands[0].dtype.floatingForm)
    let shifted = try x - x.max(axes: [axis], keepAxes: true)
    return try shifted - shifted.exp().sum(axes: [axis], keepAxes: true).log()
  }

  var keeps: Kept { .result }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let y = record.result
    if isLogarithm { return [try g - y.exp() * g.sum(axes: [axis], keepAxes: true)] }
    return [try y * (g - (g * y).sum(axes: [axis], keepAxes: true))]
  }
}

extension Variable {
  /// exp(x) / sum(exp(x)) along an axis: positive numbers that add up to 1.
  public func softmax(axis: Int = -1) throws -> Variable {
    let axis = try resolvedAxis(axis, rank: rank, of: "softmax")
    return try Variable.apply(Softmax(axis: axis, isLogarithm: false), [self])
  }

  /// The logarithm of `softmax`, without losing small numbers.
  public func logSoftmax(axis: Int = -1) throws -> Variable {
    let axis = try resolvedAxis(axis, rank: rank, of: "logSoftmax")
    return try Variable.apply(Softmax(axis: axis, isLogarithm: true), [self])
  }
}

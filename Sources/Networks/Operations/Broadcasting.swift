import Tensors

extension Tensor {
  /// Added up to a smaller shape from which broadcasting had stretched it: what the gradient of a stretched
  /// operand is.
  func summed(to target: Shape) throws -> Tensor {
    if shape == target { return self }
    let extra = rank - target.rank
    var axes = Array(0..<extra)
    for axis in 0..<target.rank where target[axis] == 1 && shape[axis + extra] != 1 {
      axes.append(axis + extra)
    }
    return try sum(axes: axes).reshape(target.sizes)
  }

  /// As `summed(to:)`, where `target` may have more axes of size 1 in front.
  func summed(toTrailing target: Shape) throws -> Tensor {
    let extra = Swift.max(0, target.rank - rank)
    return try summed(to: Shape(target.dropFirst(extra))).reshape(target.sizes)
  }
}

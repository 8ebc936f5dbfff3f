import Tensors

/// What `fit` makes small.
public enum Loss: Hashable, Sendable {
  /// Scores against class numbers or rows of probabilities; the network has no softmax at its end.
  case crossEntropy
  /// Scores against 0 and 1; the network has no sigmoid at its end.
  case binaryCrossEntropy
  /// Squared differences.
  case squaredError
  /// Squared near zero, absolute beyond 1.
  case huber
  /// One of one's own.
  case custom(LossFunction)

  func callAsFunction(_ output: Variable, _ target: Variable) throws -> Variable {
    switch self {
    case .crossEntropy: return try Networks.crossEntropy(output, target)
    case .binaryCrossEntropy:
      return try Networks.binaryCrossEntropy(try column(output, target), target.asType(output.dtype))
    case .squaredError:
      return try meanSquaredError(try column(output, target), target.asType(output.dtype))
    case .huber: return try Networks.huber(try column(output, target), target.asType(output.dtype))
    case .custom(let function): return try function.body(output, target)
    }
  }

  /// Outputs (n, 1) for targets (n): the axis of size 1 would otherwise be stretched.
  private func column(_ output: Variable, _ target: Variable) throws -> Variable {
    guard output.rank == target.rank + 1, output.shape.last == 1 else { return output }
    return try output.squeeze([output.rank - 1])
  }

  /// How many samples of a batch were answered rightly; nil where there is no right and wrong.
  func correct(_ output: Tensor, _ target: Tensor) throws -> Int? {
    switch self {
    case .crossEntropy:
      let answers = try output.argMax(axis: -1)
      let truth = target.rank == output.rank ? try target.argMax(axis: -1) : target
      return try (answers .== truth).asType(.int64).sum().integers().first
    case .binaryCrossEntropy:
      let answers = try (output.flatten() .> 0).asType(.int64)
      return try (answers .== target.flatten().asType(.int64)).asType(.int64).sum().integers().first
    case .squaredError, .huber, .custom: return nil
    }
  }
}

/// A loss of one's own: a function of a network's outputs and the targets that gives a single number.
///
///     Loss.custom(LossFunction { try ($0 - $1).abs().mean() })
public final class LossFunction: Hashable, @unchecked Sendable {
  // Unchecked: it is called on the thread that trains.
  let body: (_ output: Variable, _ target: Variable) throws -> Variable

  public init(_ body: @escaping (_ output: Variable, _ target: Variable) throws -> Variable) {
    self.body = body
  }

  public static func == (a: LossFunction, b: LossFunction) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

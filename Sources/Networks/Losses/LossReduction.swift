import Tensors

/// How the losses of samples become one number.
public enum LossReduction: String, Sendable, Hashable, CaseIterable {
  case mean, sum

  /// What the sum of all losses, and each derivative of it, is multiplied with.
  func factor(for count: Int) -> Double { self == .mean ? 1 / Double(max(count, 1)) : 1 }
}

extension Tensor {
  /// The one number that a loss is.
  static func loss(_ value: Double, _ dtype: DType) throws -> Tensor {
    try Tensor([value], shape: [], dtype: dtype)
  }

  /// The one number that a gradient holds.
  func onlyDouble() throws -> Double { try item().doubleValue }
}

/// Throws unless two tensors have one shape and hold something.
func requireSameShape(_ a: Shape, _ b: Shape, _ names: (String, String), for operation: String) throws {
  guard a == b else {
    let stretches = a.elementCount == b.elementCount
    throw TensorError.shape(
      "\(operation) expects \(names.1) of the same shape as the \(names.0): the \(names.0) are \(a), the "
        + "\(names.1) \(b).",
      suggestion: stretches ? "\(names.1).reshape(\(a.sizes)) has that shape" : nil)
  }
  guard a.elementCount > 0 else {
    throw TensorError.shape("\(operation) expects at least one number, but the shape is \(a).")
  }
}

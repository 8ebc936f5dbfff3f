import Tensors

/// The shape and type of a tensor that may not be computed yet.
public struct TensorSpec: Hashable, Sendable {
  public let shape: Shape
  public let dtype: DType

  public init(_ shape: Shape, _ dtype: DType) {
    self.shape = shape
    self.dtype = dtype
  }

  public init(_ tensor: Tensor) { self.init(tensor.shape, tensor.dtype) }
}

/// A differentiable operation: one description from which it is run at once, deferred into a plan, and
/// differentiated.
///
/// An operation is a value that holds its settings (stride, axis, ...) and nothing of its operands, so that two
/// uses can be compared: a network whose operations, in order, equal those of a kept plan runs that plan.
public protocol Operation: Hashable, Sendable {
  /// As it is called in messages: "conv2d".
  var name: String { get }

  /// What the operation gives for operands of these shapes and types.
  ///
  /// - Throws: The same errors as `forward`.
  func output(for operands: [TensorSpec]) throws -> TensorSpec

  /// Computes the result; what `backward` needs besides operands and result is put into `extras`.
  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor

  /// Which values `backward` reads. What is not kept is freed, or overwritten in place, as soon as the
  /// program lets go of it.
  var keeps: Kept { get }

  /// The derivative of some final number with respect to each operand, when `gradient` is that with respect
  /// to the result. Operands that are not `record.wanted` may be left out (nil).
  func backward(_ gradient: Tensor, _ record: Record) throws -> [Tensor?]
}

/// The values that a differentiated operation reads again.
public struct Kept: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  public static let operands = Kept(rawValue: 1)
  public static let result = Kept(rawValue: 2)
}

/// What was kept of one run of an operation.
public struct Record {
  /// Empty unless the operation keeps operands.
  public let operands: [Tensor]
  /// Nil unless the operation keeps its result.
  public let kept: Tensor?
  public let extras: [Tensor]
  /// Shapes and types of the operands.
  public let specs: [TensorSpec]
  /// Which operands' gradients are asked for.
  public let wanted: [Bool]

  /// The result of the operation.
  public var result: Tensor {
    guard let kept else { preconditionFailure("an operation that reads its result keeps it") }
    return kept
  }
}

extension Operation {
  public var keeps: Kept { .operands }

  func isEqual(_ other: any Operation) -> Bool {
    guard let other = other as? Self else { return false }
    return self == other
  }
}

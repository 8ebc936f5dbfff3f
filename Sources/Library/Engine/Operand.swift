import Networks
import Script
import Tensors

/// What a built-in computes with: a plain tensor, or a variable where a gradient may be asked for.
///
/// Both have the same operations; a plain tensor runs them at once and remembers nothing.
protocol Operand {
  var shape: Shape { get }
  var dtype: DType { get }
  /// The tensor, where that is all there is to it.
  var plain: Tensor? { get }
  var variable: Variable { get }
  /// The numbers; a deferred computation is run now.
  func numbers() throws -> Tensor

  func apply(_ operation: UnaryOperation) throws -> Self
  func reduce(_ reduction: Reduction, axes: [Int]?, keepAxes: Bool) throws -> Self
  func softmax(axis: Int) throws -> Self
  func clip(_ lower: Scalar?, _ upper: Scalar?) throws -> Self
  func asType(_ dtype: DType) throws -> Self

  func slice(_ indices: [TensorIndex]) throws -> Self
  func reshape(_ sizes: [Int]) throws -> Self
  func transposed(_ axes: [Int]?) throws -> Self
  func expandDims(_ axis: Int) throws -> Self
  func squeeze(_ axes: [Int]?) throws -> Self
  func flip(_ axes: [Int]?) throws -> Self
  func rot90(times: Int) throws -> Self
  func pad(_ amounts: [(before: Int, after: Int)], mode: PadMode) throws -> Self
  func sorted(axis: Int, descending: Bool) throws -> Self
  func cumulativeSum(axis: Int?) throws -> Self

  func maxPool2d(_ window: Pair, stride: Pair?, padding: Padding) throws -> Self
  func averagePool2d(_ window: Pair, stride: Pair?, padding: Padding) throws -> Self
  func globalMaxPool2d() throws -> Self
  func globalAveragePool2d() throws -> Self
  func maxPool1d(_ window: Int, stride: Int?, padding: Padding1D) throws -> Self
  func averagePool1d(_ window: Int, stride: Int?, padding: Padding1D) throws -> Self
  func globalMaxPool1d() throws -> Self
  func globalAveragePool1d() throws -> Self
  func maxPool3d(_ window: Triple, stride: Triple?, padding: Padding3D) throws -> Self
  func averagePool3d(_ window: Triple, stride: Triple?, padding: Padding3D) throws -> Self
  func globalMaxPool3d() throws -> Self
  func globalAveragePool3d() throws -> Self
  func flippedFilter() throws -> Self
}

extension Operand {
  var rank: Int { shape.rank }
}

extension Tensor: Operand {
  var plain: Tensor? { self }
  var variable: Variable { Variable(self) }
  func numbers() throws -> Tensor { self }
}

extension Variable: Operand {
  var plain: Tensor? { nil }
  var variable: Variable { self }
  func numbers() throws -> Tensor { try tensor() }

  /// Whether operations on it are remembered, for a gradient or for a plan.
  var isLive: Bool { isTracked || isDeferred }

  func rot90(times: Int) throws -> Variable {
    guard rank >= 2 else { return Variable(try tensor().rot90(times: times)) }
    var result = self
    for _ in 0..<((times % 4) + 4) % 4 {
      result = try result.flip([1]).transposed([1, 0] + Array(2..<rank))
    }
    return result
  }

  func flippedFilter() throws -> Variable {
    guard rank >= 2 else { return Variable(try tensor().flippedFilter()) }
    return try flip([0, 1])
  }

  /// Running sums, as a product with a triangle of ones.
  func cumulativeSum(axis: Int?) throws -> Variable {
    guard let axis else { return try flatten().cumulativeSum(axis: 0) }
    let place = axis < 0 ? axis + rank : axis
    // A wrong axis gets the tensor's own message.
    guard (0..<rank).contains(place) else { return Variable(try tensor().cumulativeSum(axis: axis)) }
    let order = (0..<rank).filter { $0 != place } + [place]
    let moved = try transposed(order)
    let count = shape[place]
    let column = try Tensor.range(to: .int(count)).reshape([count, 1])
    let triangle = try (column .<= column.transposed()).asType(dtype.floatingForm)
    let rows = count == 0 ? 0 : shape.elementCount / count
    let sums = try moved.reshape([rows, count]).matmul(Variable(triangle)).reshape(moved.shape.sizes)
    var back = order
    for (position, axis) in order.enumerated() { back[axis] = position }
    return try sums.transposed(back)
  }
}

/// Operations on several operands: plain where all of them are.
enum Operands {
  static func apply(_ operation: BinaryOperation, _ a: any Operand, _ b: any Operand) throws -> any Operand {
    if let a = a.plain, let b = b.plain { return try Tensor.apply(operation, a, b) }
    return try Variable.apply(operation, a.variable, b.variable)
  }

  static func choose(_ mask: any Operand, _ a: any Operand, _ b: any Operand) throws -> any Operand {
    if let a = a.plain, let b = b.plain { return try Tensor.where(mask.numbers(), a, b) }
    return try Variable.where(mask.numbers(), a.variable, b.variable)
  }

  static func matmul(_ a: any Operand, _ b: any Operand) throws -> any Operand {
    if let a = a.plain, let b = b.plain { return try a.matmul(b) }
    return try a.variable.matmul(b.variable)
  }

  static func dot(_ a: any Operand, _ b: any Operand) throws -> any Operand {
    if let a = a.plain, let b = b.plain { return try a.dot(b) }
    guard a.rank == 1, b.rank == 1, a.shape == b.shape else { return try matmul(a, b) }
    return try (a.variable * b.variable).sum()
  }

  static func outer(_ a: any Operand, _ b: any Operand) throws -> any Operand {
    if let a = a.plain, let b = b.plain { return try a.outer(b) }
    return try a.variable.reshape([-1, 1]) * b.variable.reshape([1, -1])
  }

  static func concatenate(_ parts: [any Operand], axis: Int) throws -> any Operand {
    let plain = parts.compactMap(\.plain)
    if plain.count == parts.count { return try Tensor.concatenate(plain, axis: axis) }
    return try Variable.concatenate(parts.map(\.variable), axis: axis)
  }

  static func stack(_ parts: [any Operand], axis: Int) throws -> any Operand {
    let plain = parts.compactMap(\.plain)
    if plain.count == parts.count { return try Tensor.stack(plain, axis: axis) }
    return try Variable.stack(parts.map(\.variable), axis: axis)
  }
}

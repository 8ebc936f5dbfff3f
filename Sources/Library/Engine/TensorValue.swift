import Base
import Display
import Networks
import Script
import Tensors

/// A tensor as programs see it. A picture is a tensor too, marked so that it shows as one.
///
/// Inside `gradient(at:)` and in training it may be a variable, whose operations are remembered.
final class TensorValue: HostValue {
  /// One of the two is there; a plain tensor is kept by itself, so that it can be written in place.
  private(set) var plain: Tensor?
  private var live: Live?
  /// Height, width and perhaps 1, 3 or 4 channels, shown as a picture.
  let isPicture: Bool

  /// A variable is large and rare, so it is kept elsewhere.
  private final class Live {
    let variable: Variable
    init(_ variable: Variable) { self.variable = variable }
  }

  init(_ tensor: Tensor, isPicture: Bool = false) {
    plain = tensor
    self.isPicture = isPicture && TensorValue.hasPictureShape(tensor.shape)
  }

  init(_ variable: Variable, isPicture: Bool = false) throws {
    if variable.isLive { live = Live(variable) } else { plain = try variable.tensor() }
    self.isPicture = isPicture && TensorValue.hasPictureShape(variable.shape)
  }

  static func hasPictureShape(_ shape: Shape) -> Bool {
    switch shape.rank {
    case 2: shape.elementCount > 0
    case 3: [1, 3, 4].contains(shape[2]) && shape.elementCount > 0
    default: false
    }
  }

  /// What operations run on.
  var operand: any Operand {
    if let plain { return plain }
    guard let live else { preconditionFailure("a tensor value is plain or live") }
    return live.variable
  }

  /// Whether operations on it are remembered.
  var isLive: Bool { live != nil }
  var shape: Shape { plain?.shape ?? operand.shape }

  /// The numbers.
  var tensor: Tensor { get throws { try operand.numbers() } }

  var typeName: String { "Tensor" }
  func text() -> String { plain?.description ?? live?.variable.description ?? "" }

  func copy() -> any HostValue {
    if let plain { return TensorValue(plain, isPicture: isPicture) }
    return live.flatMap { try? TensorValue($0.variable, isPicture: isPicture) } ?? self
  }

  // MARK: Operators

  func unary(_ operation: UnaryOperator) throws -> Value? {
    switch operation {
    case .negate where plain != nil:
      try plain.map { Value.tensor(try $0.apply(.negate), isPicture: isPicture) }
    case .negate: try Value.tensor(operand.apply(.negate), isPicture: isPicture)
    case .not: try Value.tensor(operand.apply(.not))
    case .plus: nil
    }
  }

  private static let operations: [BinaryOperator: BinaryOperation] = [
    .add: .add, .subtract: .subtract, .multiply: .multiply, .divide: .divide, .remainder: .remainder,
    .power: .power, .equal: .equal, .notEqual: .notEqual, .less: .less, .lessOrEqual: .lessOrEqual,
    .greater: .greater, .greaterOrEqual: .greaterOrEqual, .and: .and, .or: .or,
  ]

  func binary(_ operation: BinaryOperator, _ other: Value, isReversed: Bool) throws -> Value? {
    if other.isNone, operation == .equal || operation == .notEqual { return Value(operation == .notEqual) }
    guard let wanted = TensorValue.operations[operation] else { return nil }
    let isArithmetic = [.add, .subtract, .multiply, .divide, .remainder, .power].contains(operation)
    let scalar = Scalar(other)
    // Plain tensors and numbers take the short way.
    if let plain {
      if let scalar {
        let result =
          isReversed ? try Tensor.apply(wanted, scalar, plain) : try Tensor.apply(wanted, plain, scalar)
        return Value.tensor(result, isPicture: isArithmetic && isPicture)
      }
      if let host = other.hostValue as? TensorValue, let right = host.plain {
        let result =
          isReversed ? try Tensor.apply(wanted, right, plain) : try Tensor.apply(wanted, plain, right)
        return Value.tensor(result, isPicture: isArithmetic && (isPicture || host.isPicture))
      }
    } else if let scalar {
      let variable = operand.variable
      let result =
        isReversed
        ? try Variable.apply(wanted, scalar, variable) : try Variable.apply(wanted, variable, scalar)
      return try Value.tensor(result, isPicture: isArithmetic && isPicture)
    }
    guard let right = try Operands.from(other) else { return nil }
    let result =
      isReversed ? try Operands.apply(wanted, right, operand) : try Operands.apply(wanted, operand, right)
    return try Value.tensor(result, isPicture: isArithmetic && (isPicture || other.isPicture))
  }

  // MARK: Elements

  func element(at subscripts: [Subscript]) throws -> Value? {
    // A number where a whole row was cut away is no picture any more; a cut-out region still is.
    let keepsAxes = subscripts.allSatisfy { if case .value = $0 { false } else { true } }
    let indices = try subscripts.map(TensorValue.index)
    if let plain { return Value.tensor(try plain.slice(indices), isPicture: isPicture && keepsAxes) }
    return try Value.tensor(operand.slice(indices), isPicture: isPicture && keepsAxes)
  }

  func assign(_ value: Value, at subscripts: [Subscript]) throws -> Bool {
    let indices = try subscripts.map(TensorValue.index)
    if live == nil, let scalar = Scalar(value) {
      try plain?.assign(scalar, at: indices)
      return true
    }
    guard let other = try Operands.from(value) else {
      throw ScriptError(.type, "the elements of a tensor are numbers, but this is \(value.describedType)")
    }
    if live == nil, let other = other.plain {
      try plain?.assign(other, at: indices)
      return true
    }
    // From now on the gradient of what is written flows through the tensor.
    var variable = operand.variable
    if other.dtype.isFloating, !variable.dtype.isFloating {
      throw ScriptError(
        .type, "a gradient cannot flow through a tensor of \(variable.dtype), into which this is written",
        suggestion: "make it with a type that has fractions: `zeros(...)`")
    }
    try variable.assign(other.variable, at: indices)
    if variable.isLive {
      live = Live(variable)
      plain = nil
    } else {
      plain = try variable.tensor()
      live = nil
    }
    return true
  }

  private static func index(_ part: Subscript) throws -> TensorIndex {
    switch part {
    case .ellipsis: return .ellipsis
    case .range(let lower, let upper): return .range(lower: lower, upper: upper, step: 1)
    case .value(let value):
      if value.isInteger { return .index(value.asInteger) }
      if value.implicitMemberName == "newAxis" { return .newAxis }
      if let tensor = try Tensor.from(value) {
        return tensor.dtype == .bool ? .mask(tensor) : .gather(tensor)
      }
      throw ScriptError(
        .type, "a tensor is indexed by integers, ranges, `...` and masks, but this is \(value.describedType)")
    }
  }

  func stridedView() -> Script.StridedView? {
    // Elements of a variable are read and written by operations that are remembered.
    guard let tensor = plain, tensor.rank > 0, tensor.elementCount > 0 else { return nil }
    let view = tensor.stridedView()
    let element: Script.StridedView.Element
    switch view.dtype {
    case .float32: element = .float32
    case .float64: element = .float64
    case .int64: element = .int64
    case .uint8: element = .uint8
    case .bool: element = .bool
    }
    return Script.StridedView(
      base: view.base, element: element, shape: Array(view.shape),
      strides: (0..<view.shape.rank).map { view.strides[$0] })
  }

  func prepareForWriting() throws { try plain?.prepareForWriting() }

  var iterationCount: Int? { shape.first }

  func iterationElement(_ index: Int) throws -> Value {
    if let plain { return Value.tensor(try plain.slice([.index(index)])) }
    return try Value.tensor(operand.slice([.index(index)]))
  }

  // MARK: Questions

  func truth() throws -> Bool { try tensor.truthValue() }

  func isEqual(to other: any HostValue) -> Bool {
    guard let other = other as? TensorValue, let a = try? tensor, let b = try? other.tensor else {
      return false
    }
    return a.isEqual(to: b)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(shape) }
}

extension TensorValue: NumericContents {
  var numericShape: [Int] { Array(shape) }
  func numericValues() throws -> [Double] { try tensor.doubles() }
  func followedNumber() throws -> Value? {
    guard isLive, shape.elementCount == 1 else { return nil }
    return try Value.tensor(operand.variable.reshape([]).asType(.float64))
  }
}

extension TensorValue: Presentable {
  func bundle(in machine: Machine) throws -> MIMEBundle {
    isPicture ? try PictureDisplay.bundle([tensor], titles: []) : try TensorDisplay.bundle(tensor)
  }
}

import Base
import Display
import Script
import Tensors

/// A tensor as programs see it. A picture is a tensor too, marked so that it shows as one.
final class TensorValue: HostValue {
  private(set) var tensor: Tensor
  /// Height, width and perhaps 1, 3 or 4 channels, shown as a picture.
  let isPicture: Bool

  init(_ tensor: Tensor, isPicture: Bool = false) {
    self.tensor = tensor
    self.isPicture = isPicture && TensorValue.hasPictureShape(tensor)
  }

  static func hasPictureShape(_ tensor: Tensor) -> Bool {
    switch tensor.rank {
    case 2: tensor.elementCount > 0
    case 3: [1, 3, 4].contains(tensor.shape[2]) && tensor.elementCount > 0
    default: false
    }
  }

  var typeName: String { "Tensor" }
  func text() -> String { tensor.description }
  func copy() -> any HostValue { TensorValue(tensor, isPicture: isPicture) }

  // MARK: Operators

  func unary(_ operation: UnaryOperator) throws -> Value? {
    switch operation {
    case .negate: Value.tensor(try tensor.apply(.negate), isPicture: isPicture)
    case .not: Value.tensor(try tensor.apply(.not))
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
    if let scalar = Scalar(other) {
      let result =
        isReversed ? try Tensor.apply(wanted, scalar, tensor) : try Tensor.apply(wanted, tensor, scalar)
      return Value.tensor(result, isPicture: isArithmetic && isPicture)
    }
    guard let right = try Tensor.from(other) else { return nil }
    let result =
      isReversed ? try Tensor.apply(wanted, right, tensor) : try Tensor.apply(wanted, tensor, right)
    return Value.tensor(result, isPicture: isArithmetic && (isPicture || other.isPicture))
  }

  // MARK: Elements

  func element(at subscripts: [Subscript]) throws -> Value? {
    // A number where a whole row was cut away is no picture any more; a cut-out region still is.
    let keepsAxes = subscripts.allSatisfy { if case .value = $0 { false } else { true } }
    return Value.tensor(
      try tensor.slice(try subscripts.map(TensorValue.index)), isPicture: isPicture && keepsAxes)
  }

  func assign(_ value: Value, at subscripts: [Subscript]) throws -> Bool {
    let indices = try subscripts.map(TensorValue.index)
    if let scalar = Scalar(value) {
      try tensor.assign(scalar, at: indices)
    } else if let other = try Tensor.from(value) {
      try tensor.assign(other, at: indices)
    } else {
      throw ScriptError(.type, "the elements of a tensor are numbers, but this is \(value.describedType)")
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
    guard tensor.rank > 0, tensor.elementCount > 0 else { return nil }
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

  func prepareForWriting() throws { try tensor.prepareForWriting() }

  var iterationCount: Int? { tensor.rank == 0 ? nil : tensor.shape[0] }
  func iterationElement(_ index: Int) throws -> Value { Value.tensor(try tensor.slice([.index(index)])) }

  // MARK: Questions

  func truth() throws -> Bool { try tensor.truthValue() }

  func isEqual(to other: any HostValue) -> Bool {
    guard let other = other as? TensorValue else { return false }
    return tensor.isEqual(to: other.tensor)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(tensor.shape) }
}

extension TensorValue: NumericContents {
  var numericShape: [Int] { Array(tensor.shape) }
  func numericValues() throws -> [Double] { tensor.doubles() }
}

extension TensorValue: Presentable {
  func bundle(in machine: Machine) throws -> MIMEBundle {
    isPicture ? try PictureDisplay.bundle([tensor], titles: []) : try TensorDisplay.bundle(tensor)
  }
}

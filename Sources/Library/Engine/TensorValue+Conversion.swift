import Networks
import Script
import Tensors

extension Scalar {
  /// A number or truth value of the language.
  init?(_ value: Value) {
    switch value.kind {
    case .integer: self = .int(value.asInteger)
    case .double: self = .double(value.asDouble)
    case .bool: self = .bool(value.asBool)
    default: return nil
    }
  }
}

extension Value {
  /// A tensor for the program, owned by the caller; a tensor without axes becomes a plain number.
  static func tensor(_ tensor: Tensor, isPicture: Bool = false) -> Value {
    if tensor.rank == 0, let scalar = try? tensor.item() {
      switch scalar {
      case .int(let number): return Value(number)
      case .double(let number): return Value(number)
      case .bool(let answer): return Value(answer)
      }
    }
    return .host(TensorValue(tensor, isPicture: isPicture))
  }

  /// The same for a result that may be remembered; such a one stays a tensor, be it a single number.
  static func tensor(_ operand: any Operand, isPicture: Bool = false) throws -> Value {
    if let plain = operand.plain { return tensor(plain, isPicture: isPicture) }
    let variable = operand.variable
    guard variable.isLive else { return tensor(try variable.tensor(), isPicture: isPicture) }
    return .host(try TensorValue(variable, isPicture: isPicture))
  }

  var isPicture: Bool { (hostValue as? TensorValue)?.isPicture ?? false }
}

extension Tensor {
  /// The tensor in a value: a tensor itself, a number, or nested arrays of numbers. Nil for everything else.
  static func from(_ value: Value, dtype: DType? = nil) throws -> Tensor? {
    if let host = value.hostValue as? TensorValue {
      let tensor = try host.tensor
      return try dtype.map { try tensor.asType($0) } ?? tensor
    }
    if let host = value.hostValue as? ParameterValue {
      let tensor = host.parameter.value
      return try dtype.map { try tensor.asType($0) } ?? tensor
    }
    if let scalar = Scalar(value) { return try Tensor(scalar, dtype: dtype) }
    if let bounds = value.rangeBounds, let lower = bounds.lower, let upper = bounds.upper {
      return try Tensor.range(from: .int(lower), to: .int(upper), dtype: dtype)
    }
    guard value.isArray || value.kind == .tuple else { return nil }
    return try fromNested(value, dtype)
  }

  /// Walks nested arrays with a stack of its own.
  fileprivate static func fromNested(
    _ value: Value, _ dtype: DType?, refusesLive: Bool = false
  ) throws -> Tensor? {
    var builder = TensorBuilder()
    var open: [(elements: UnsafeBufferPointer<Value>, next: Int)] = []
    func elements(_ value: Value) -> UnsafeBufferPointer<Value> {
      value.elements ?? UnsafeBufferPointer(start: nil, count: 0)
    }
    try builder.open()
    open.append((elements(value), 0))
    while let top = open.last {
      guard top.next < top.elements.count else {
        try builder.close()
        open.removeLast()
        continue
      }
      open[open.count - 1].next += 1
      let element = top.elements[top.next]
      if let scalar = Scalar(element) {
        try builder.append(scalar)
      } else if let host = element.hostValue as? TensorValue {
        if refusesLive, host.isLive { throw Operands.LiveElement() }
        try builder.append(host.tensor)
      } else if let host = element.hostValue as? ParameterValue {
        if refusesLive, host.operand.plain == nil { throw Operands.LiveElement() }
        try builder.append(host.parameter.value)
      } else if element.isArray || element.kind == .tuple {
        try builder.open()
        open.append((elements(element), 0))
      } else {
        throw ScriptError(.type, "a tensor is made of numbers, but this holds \(element.describedType)")
      }
    }
    return try builder.finish(dtype: dtype)
  }
}

extension Operands {
  /// Thrown where nested arrays hold a value whose operations are remembered.
  fileprivate struct LiveElement: Error {}

  /// A tensor has at most so many axes.
  private static let deepest = 8

  /// The tensor or variable in a value; nil for what is neither tensor, number, nor nested arrays of them.
  static func from(_ value: Value) throws -> (any Operand)? {
    if value.kind == .host {
      if let host = value.hostValue as? TensorValue { return host.operand }
      if let host = value.hostValue as? ParameterValue { return host.operand }
      return nil
    }
    guard value.isArray || value.kind == .tuple else { return try Tensor.from(value) }
    do {
      return try Tensor.fromNested(value, nil, refusesLive: true)
    } catch is LiveElement {
      var variable = try stacked(value, depth: 0)
      if !variable.dtype.isFloating { variable = try variable.asType(.float32) }
      return variable
    }
  }

  /// Nested arrays some of whose elements are variables.
  private static func stacked(_ value: Value, depth: Int) throws -> Variable {
    if value.kind == .host, let operand = try from(value) { return operand.variable }
    if let scalar = Scalar(value) { return Variable(try Tensor(scalar)) }
    guard depth < deepest, let elements = value.elements else {
      throw ScriptError(.type, "a tensor is made of numbers, but this holds \(value.describedType)")
    }
    var parts = try elements.map { try stacked($0, depth: depth + 1) }
    // Plain numbers beside variables take the variables' type.
    if let type = parts.first(where: \.isLive)?.dtype { parts = try parts.map { try $0.asType(type) } }
    return try Variable.stack(parts)
  }
}

extension Call {
  /// What an argument computes with: a tensor or variable, a number, or nested arrays of them.
  func operand(_ index: Int) throws -> any Operand {
    guard let operand = try Operands.from(self[index]) else {
      throw mismatch(index, "a tensor or an array of numbers")
    }
    return operand
  }

  func operand(_ index: Int, default standard: (any Operand)?) throws -> (any Operand)? {
    has(index) ? try operand(index) : standard
  }

  /// The numbers in an argument: a tensor, number, or nested arrays of numbers.
  func tensor(_ index: Int) throws -> Tensor {
    guard let tensor = try Tensor.from(self[index]) else {
      throw mismatch(index, "a tensor or an array of numbers")
    }
    return tensor
  }

  func tensor(_ index: Int, default standard: Tensor?) throws -> Tensor? {
    has(index) ? try tensor(index) : standard
  }

  /// The element type in an argument, `.float32` or "float32".
  func dtype(_ index: Int, default standard: DType?) throws -> DType? {
    guard has(index) else { return standard }
    return DType(rawValue: try choice(index))
  }

  /// A shape: integers one by one, or one array of them.
  func shape(_ index: Int) throws -> Shape {
    let values = try elements(index)
    if values.count == 1, let inner = values[0].elements {
      guard inner.allSatisfy(\.isInteger) else { throw mismatch(index, "integers") }
      return try Shape(inner.map(\.asInteger))
    }
    guard values.allSatisfy(\.isInteger) else { throw mismatch(index, "integers, such as `(2, 3)`") }
    return try Shape(values.map(\.asInteger))
  }

  /// Axes to reduce over; nil for all.
  func axes(_ index: Int) throws -> [Int]? { has(index) ? try integers(index) : nil }

  /// One number for both sides, or two.
  func pair(_ index: Int, default standard: Pair) throws -> Pair {
    guard has(index) else { return standard }
    let numbers = try integers(index)
    switch numbers.count {
    case 1: return Pair(numbers[0])
    case 2: return Pair(height: numbers[0], width: numbers[1])
    default: throw mismatch(index, "one integer, or two for height and width")
    }
  }

  /// `.valid`, `.same`, a number of rows and columns, or `[[top, bottom], [left, right]]`.
  func padding(_ index: Int) throws -> Padding {
    guard has(index) else { return .valid }
    if self[index].isInteger { return .amount(self[index].asInteger) }
    if let sides = self[index].elements, sides.count == 2, let rows = sides[0].elements,
      let columns = sides[1].elements,
      rows.count == 2, columns.count == 2, (Array(rows) + Array(columns)).allSatisfy(\.isInteger)
    {
      return .sides(
        top: rows[0].asInteger, bottom: rows[1].asInteger, left: columns[0].asInteger,
        right: columns[1].asInteger)
    }
    return try choice(index) == "same" ? .same : .valid
  }
}

/// Builds a tensor from nested lists, visited one after another.
///
/// The language's own arrays are walked without recursion by their owner, who reports each bracket and each
/// number here; the builder finds the shape and says what is wrong when rows differ.
///
///     var builder = TensorBuilder()
///     try builder.open()
///     try builder.append(.int(1))
///     try builder.append(.int(2))
///     try builder.close()
///     let tensor = try builder.finish()     // [1 2], int64
///
/// Whole numbers alone give int64, truth values alone bool, anything with a double float32. A tensor counts as the
/// nested list of its elements.
public struct TensorBuilder {
  /// A list that is being read.
  private struct Level {
    var count = 0
    /// The shape of its members, known after the first one.
    var member: Shape?
  }

  private var levels: [Level] = []
  private var integers: [Int] = []
  private var doubles: [Double] = []
  private var onlyIntegers = true
  private var onlyBooleans = true
  /// The type of the tensors among the members.
  private var tensorType: DType?
  private var hasScalars = false
  private var finished: Shape?

  public init() {}

  /// A list begins.
  public mutating func open() throws {
    guard levels.count < Shape.maximumRank else {
      throw TensorError.shape(
        "A tensor has at most \(Shape.maximumRank) axes, but the list is nested more deeply.")
    }
    levels.append(Level())
  }

  /// A number.
  public mutating func append(_ scalar: Scalar) throws {
    try count(member: Shape())
    hasScalars = true
    if case .bool = scalar {} else { onlyBooleans = false }
    switch scalar {
    case .int(let value) where onlyIntegers: integers.append(value)
    case .bool(let value) where onlyIntegers: integers.append(value ? 1 : 0)
    default:
      leaveIntegers()
      doubles.append(scalar.doubleValue)
    }
  }

  /// A tensor, standing for the nested list of its elements.
  public mutating func append(_ tensor: Tensor) throws {
    guard levels.count + tensor.rank <= Shape.maximumRank else {
      throw TensorError.shape(
        "A tensor has at most \(Shape.maximumRank) axes, but the list is nested more deeply.")
    }
    try count(member: tensor.shape)
    tensorType = tensorType.map { .promoted($0, tensor.dtype) } ?? tensor.dtype
    if !tensor.dtype.isFloating, onlyIntegers {
      integers += try tensor.integers()
    } else {
      leaveIntegers()
      doubles += tensor.doubles()
    }
  }

  /// The list that began last ends.
  public mutating func close() throws {
    guard let level = levels.popLast() else {
      preconditionFailure("a list ends that has not begun")
    }
    try count(member: Shape([level.count] + (level.member ?? Shape()).sizes))
  }

  /// The tensor, once all lists have ended.
  public func finish(dtype: DType? = nil) throws -> Tensor {
    guard let shape = finished, levels.isEmpty else {
      preconditionFailure("a tensor is finished after its last list has ended")
    }
    let type = dtype ?? foundType
    return onlyIntegers
      ? try Tensor(integers, shape: shape, dtype: type) : try Tensor(doubles, shape: shape, dtype: type)
  }

  private var foundType: DType {
    var type = tensorType
    if hasScalars {
      let scalars: DType = onlyBooleans ? .bool : onlyIntegers ? .int64 : .float32
      type = type.map { .promoted($0, scalars) } ?? scalars
    }
    // An empty list holds no hint; NumPy and the frameworks take floats.
    return type ?? .float32
  }

  private mutating func leaveIntegers() {
    guard onlyIntegers else { return }
    onlyIntegers = false
    doubles = integers.map(Double.init)
    integers = []
  }

  private mutating func count(member shape: Shape) throws {
    guard var level = levels.popLast() else {
      finished = shape
      return
    }
    if let first = level.member, first != shape {
      throw TensorBuilder.ragged(first, level.count, shape)
    }
    level.member = shape
    level.count += 1
    levels.append(level)
  }

  static func ragged(_ first: Shape, _ index: Int, _ other: Shape) -> TensorError {
    func text(_ shape: Shape) -> String {
      switch shape.rank {
      case 0: "a single number"
      case 1: "a row of \(shape[0])"
      default: "of shape \(shape)"
      }
    }
    return .shape(
      "The parts of a tensor must have the same shape, but part 0 is \(text(first)) and part \(index) is "
        + "\(text(other)).")
  }
}

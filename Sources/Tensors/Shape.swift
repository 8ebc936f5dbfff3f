/// The sizes of a tensor's axes: at most eight, none negative, their product representable.
///
///     let shape: Shape = [6, 6, 3]
///     shape.elementCount   // 108
///     "\(shape)"           // (6, 6, 3)
public struct Shape: Sendable {
  /// More axes than any layer or picture needs, few enough to keep a shape a plain value.
  public static let maximumRank = 8

  private var storage: InlineArray<8, Int>
  private var length: UInt8
  /// The product of all sizes; 1 for a single number.
  public private(set) var elementCount: Int

  /// The shape of a single number.
  public init() {
    storage = InlineArray(repeating: 1)
    length = 0
    elementCount = 1
  }

  /// - Throws: A shape error for a negative size, more than eight axes or too many elements.
  public init(_ sizes: some Collection<Int>) throws {
    self.init()
    guard sizes.count <= Shape.maximumRank else {
      throw TensorError.shape(
        "A tensor has at most \(Shape.maximumRank) axes, but \(sizes.count) came.")
    }
    var extent = 1
    for size in sizes {
      guard size >= 0 else {
        throw TensorError.shape(
          "The size of an axis cannot be negative, but \(Shape.text(sizes)) came.")
      }
      storage[Int(length)] = size
      length += 1
      let (product, overflow) = extent.multipliedReportingOverflow(by: size == 0 ? 1 : size)
      guard !overflow else { throw Shape.tooLarge(sizes) }
      extent = product
      elementCount *= size
    }
    // No memory limits the other axes of a tensor without elements, and arithmetic with their sizes must not
    // overflow.
    guard elementCount > 0 || extent <= Shape.largestExtent else { throw Shape.tooLarge(sizes) }
  }

  private static let largestExtent = 1 << 48

  private static func tooLarge(_ sizes: some Collection<Int>) -> TensorError {
    TensorError(
      .memory, "A tensor of shape \(Shape.text(sizes)) has more elements than any machine can hold.")
  }

  /// From sizes that are known to be right: those of another shape.
  init(trusted sizes: some Collection<Int>) {
    do {
      try self.init(sizes)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  public var rank: Int { Int(length) }
  public var sizes: [Int] { Array(self) }

  /// How far apart neighbours lie along each axis in row-major order, in elements.
  public var strides: Strides {
    var strides = Strides(repeating: 1)
    var step = 1
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      strides[axis] = step
      step = step &* storage[axis]
    }
    return strides
  }

  /// The shape of what NumPy's broadcasting makes of two operands: sizes are matched from the last axis
  /// backwards, and a size of 1 is stretched.
  public func broadcast(with other: Shape) throws -> Shape {
    if self == other { return self }
    let rank = Swift.max(self.rank, other.rank)
    var result = [Int](repeating: 1, count: rank)
    for back in 1...Swift.max(rank, 1) where back <= rank {
      let a = back <= self.rank ? self[self.rank - back] : 1
      let b = back <= other.rank ? other[other.rank - back] : 1
      guard a == b || a == 1 || b == 1 else {
        throw TensorError.shape(
          "The shapes \(self) and \(other) do not fit together: counted from the end, sizes must be equal or "
            + "1, but the \(back == 1 ? "last axis has" : "\(ordinal(back - 1)) axis from the end has") "
            + "\(a) and \(b).")
      }
      result[rank - back] = a == 1 ? b : a
    }
    return try Shape(result)
  }

  private static func text(_ sizes: some Collection<Int>) -> String {
    "(" + sizes.map { "\($0)" }.joined(separator: ", ") + ")"
  }
}

/// One step per axis, in elements; meaningful up to the rank of the shape they belong to.
public typealias Strides = InlineArray<8, Int>

extension Shape: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { Int(length) }
  public subscript(axis: Int) -> Int {
    precondition(axis >= 0 && axis < Int(length), "a shape has no such axis")
    return storage[axis]
  }
}

extension Shape: Hashable {
  public static func == (a: Shape, b: Shape) -> Bool {
    guard a.length == b.length else { return false }
    for axis in 0..<Int(a.length) where a.storage[axis] != b.storage[axis] { return false }
    return true
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(length)
    for size in self { hasher.combine(size) }
  }
}

extension Shape: ExpressibleByArrayLiteral {
  /// For constants; a wrong one is a programmer's mistake. Sizes that come from outside go through `init(_:)`.
  public init(arrayLiteral sizes: Int...) {
    self.init(trusted: sizes)
  }
}

extension Shape: CustomStringConvertible {
  /// `()`, `(6)`, `(6, 6, 3)`
  public var description: String { "(" + map { "\($0)" }.joined(separator: ", ") + ")" }
}

extension Shape {
  /// The shape that `sizes` name for as many elements; one size may be -1 and is then computed.
  package func reshaped(to sizes: [Int]) throws -> Shape {
    let wanted = "(" + sizes.map { "\($0)" }.joined(separator: ", ") + ")"
    var sizes = sizes
    if let open = sizes.firstIndex(of: -1) {
      sizes[open] = 1
      guard !sizes.contains(-1) else {
        throw TensorError.shape("Only one size can be -1, but \(wanted) has more.")
      }
      let rest = try Shape(sizes).elementCount
      guard rest > 0, elementCount % rest == 0 else {
        throw TensorError.shape(
          rest == 0
            ? "The size -1 in \(wanted) cannot be computed beside a size of 0."
            : "\(counted(elementCount, "element")) of shape \(self) cannot be arranged as \(wanted): "
              + "\(elementCount) is not a multiple of \(rest).")
      }
      sizes[open] = elementCount / rest
    }
    let shape = try Shape(sizes)
    guard shape.elementCount == elementCount else {
      throw TensorError.shape(
        "A tensor of shape \(self) has \(counted(elementCount, "element")) and cannot be arranged as "
          + "\(wanted), which is \(counted(shape.elementCount, "element")).")
    }
    return shape
  }
}

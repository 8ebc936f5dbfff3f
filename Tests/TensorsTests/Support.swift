import Base
import Tensors
import Testing

/// Whether `body` fails with a plain error of this kind and message.
func expectError(
  _ kind: ErrorKind, _ message: String, suggestion: String?? = .none,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error was thrown", sourceLocation: sourceLocation)
  } catch let error as any PlainError {
    #expect(error.kind == kind, sourceLocation: sourceLocation)
    #expect(error.message == message, sourceLocation: sourceLocation)
    if let suggestion { #expect(error.suggestion == suggestion, sourceLocation: sourceLocation) }
  } catch {
    Issue.record("not a plain error: \(error)", sourceLocation: sourceLocation)
  }
}

/// Whether a tensor has this shape, type and these values.
func expectValues(
  _ tensor: Tensor, _ values: [Double], shape: [Int]? = nil, _ dtype: DType? = nil, tolerance: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if let shape { #expect(tensor.shape.sizes == shape, sourceLocation: sourceLocation) }
  if let dtype { #expect(tensor.dtype == dtype, sourceLocation: sourceLocation) }
  let found = tensor.doubles()
  #expect(found.count == values.count, sourceLocation: sourceLocation)
  for (index, (a, b)) in zip(found, values).enumerated() {
    let same = a == b || (a.isNaN && b.isNaN) || (a - b).magnitude <= tolerance * max(1, b.magnitude)
    if !same {
      Issue.record("element \(index) is \(a), not \(b)", sourceLocation: sourceLocation)
      return
    }
  }
}

/// Whole numbers from -8 to 8 or reals near them, always the same ones for a seed.
func sample(_ sizes: [Int], _ dtype: DType = .float32, seed: Int = 1) throws -> Tensor {
  var random = try RandomState(seed: seed)
  let shape = try Shape(sizes)
  switch dtype {
  case .float32, .float64: return try random.randn(shape).asType(dtype)
  case .int64: return try random.randint(-8, 9, shape)
  case .uint8: return try random.randint(0, 256, shape).asType(.uint8)
  case .bool: return try random.randint(0, 2, shape).asType(.bool)
  }
}

/// All positions of a shape in row-major order.
func positions(_ sizes: [Int]) -> [[Int]] {
  sizes.reduce([[]]) { list, size in list.flatMap { head in (0..<size).map { head + [$0] } } }
}

/// Elements by position, with sizes of 1 stretched: the plain meaning of broadcasting.
struct Reference {
  let sizes: [Int]
  let values: [Double]

  init(_ tensor: Tensor) {
    sizes = tensor.shape.sizes
    values = tensor.doubles()
  }

  /// The elements in the order of a larger shape, each as often as it is stretched.
  func stretched(to target: [Int]) -> [Double] {
    var steps = [Int](repeating: 0, count: target.count)
    var step = 1
    for axis in sizes.indices.reversed() {
      steps[axis + target.count - sizes.count] = sizes[axis] == 1 ? 0 : step
      step *= sizes[axis]
    }
    var offsets = [0]
    for (axis, size) in target.enumerated() {
      var longer: [Int] = []
      longer.reserveCapacity(offsets.count * size)
      for offset in offsets { for place in 0..<size { longer.append(offset + place * steps[axis]) } }
      offsets = longer
    }
    return offsets.map { values[$0] }
  }

  subscript(position: [Int]) -> Double {
    var offset = 0
    for (size, place) in zip(sizes, position.suffix(sizes.count)) {
      offset = offset * size + (size == 1 ? 0 : place)
    }
    return values[offset]
  }
}

import Base
import Networks
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

/// Numbers of the normal distribution, always the same ones for a seed.
func normal(_ shape: Shape, seed: Int = 1) throws -> Tensor {
  var random = try RandomState(seed: seed)
  return try random.randn(shape)
}

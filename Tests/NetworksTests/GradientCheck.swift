import Networks
import Tensors
import Testing

/// Compares the gradient of a function with differences of its values.
///
/// The function's result is multiplied with fixed random weights and added up, so that every element of it
/// counts differently. Every element of `x` is then moved by a little to both sides. The float32 gradient at
/// the same place has to agree as well, as far as that type can tell.
///
/// - Parameters:
///   - x: A float64 tensor, away from places where the function has a kink.
///   - tolerance: The largest difference that is allowed, relative to derivatives above 1.
func checkGradient(
  at x: Tensor, tolerance: Double = 1e-6, sourceLocation: SourceLocation = #_sourceLocation,
  _ f: (Variable) throws -> Variable
) throws {
  var random = try RandomState(seed: 7)
  let weights = try random.randn(f(Variable(x)).shape)
  func weighted(_ x: Variable) throws -> Variable {
    let y = try f(x)
    return try (y * Variable(weights.asType(y.dtype))).sum()
  }
  let found = try gradient(at: x, weighted)
  #expect(found.dtype == .float64, sourceLocation: sourceLocation)
  #expect(found.shape == x.shape, sourceLocation: sourceLocation)

  let step = 1e-5
  let values = x.doubles()
  func value(_ index: Int, _ step: Double) throws -> Double {
    var moved = values
    moved[index] += step
    return try weighted(Variable(Tensor(moved, shape: x.shape))).tensor().item().doubleValue
  }
  let slopes = found.doubles()
  for (index, slope) in slopes.enumerated() {
    let expected = try (value(index, step) - value(index, -step)) / (2 * step)
    if !((slope - expected).magnitude <= tolerance * max(1, expected.magnitude)) {
      Issue.record(
        "derivative \(index) is \(slope), but differences give \(expected)", sourceLocation: sourceLocation)
      return
    }
  }

  let single = try gradient(at: x.asType(.float32), weighted)
  #expect(single.dtype == .float32, sourceLocation: sourceLocation)
  let size = slopes.reduce(1) { max($0, $1.magnitude) }
  for (index, (a, b)) in zip(single.doubles(), slopes).enumerated() where !((a - b).magnitude <= 1e-4 * size)
  {
    Issue.record(
      "derivative \(index) is \(a) in float32, but \(b) in float64", sourceLocation: sourceLocation)
    return
  }
}

import Tensors

/// How the first numbers of a parameter are drawn.
public struct Initializer: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case zeros, ones
    case constant(Double)
    /// Uniform within +-limit, normal with a deviation: by `gain / fan`.
    case scaled(gain: Double, fan: Fan, isUniform: Bool)
    case normal(deviation: Double)
    case orthogonal(gain: Double)
  }
  enum Fan: Hashable, Sendable { case input, both }

  let kind: Kind
  /// Fixes the numbers, whatever was drawn before.
  var seed: Int?
  /// The seed of the common streams, where no other is fixed.
  private var commonSeed = 0

  public static let zeros = Initializer(kind: .zeros)
  public static let ones = Initializer(kind: .ones)
  public static func constant(_ value: Double) -> Initializer { Initializer(kind: .constant(value)) }
  /// Uniform within +-sqrt(6 / (in + out)) (Glorot and Bengio 2010); the default of Keras.
  public static let glorotUniform = Initializer(kind: .scaled(gain: 2, fan: .both, isUniform: true))
  public static let glorotNormal = Initializer(kind: .scaled(gain: 2, fan: .both, isUniform: false))
  /// Uniform within +-sqrt(6 / in) (He et al. 2015), for layers with ReLU.
  public static let heUniform = Initializer(kind: .scaled(gain: 2, fan: .input, isUniform: true))
  /// Normal with deviation sqrt(2 / in), for layers with ReLU.
  public static let heNormal = Initializer(kind: .scaled(gain: 2, fan: .input, isUniform: false))
  public static let lecunNormal = Initializer(kind: .scaled(gain: 1, fan: .input, isUniform: false))
  public static func normal(_ deviation: Double = 0.05) -> Initializer {
    Initializer(kind: .normal(deviation: deviation))
  }
  /// Rows or columns at right angles (Saxe et al. 2014).
  public static let orthogonal = Initializer(kind: .orthogonal(gain: 1))

  /// The same with numbers that do not depend on what was drawn before.
  public func seeded(_ seed: Int) -> Initializer {
    var copy = self
    copy.seed = seed
    return copy
  }

  func startingFrom(_ commonSeed: Int) -> Initializer {
    var copy = self
    copy.commonSeed = commonSeed
    return copy
  }

  /// - Parameters:
  ///   - inputs: How many numbers flow into each output, and how many outputs each number flows into.
  func draw(_ shape: Shape, inputs: Int, outputs: Int, _ stream: Int) throws -> Tensor {
    var generator = PhiloxGenerator(
      seed: UInt64(bitPattern: Int64(seed ?? commonSeed)), operationSeed: seed == nil ? UInt64(stream) : 0)
    switch kind {
    case .zeros: return try .zeros(shape)
    case .ones: return try .ones(shape)
    case .constant(let value): return try .full(shape, .double(value), dtype: .float32)
    case .normal(let deviation): return try generator.normal(shape, standardDeviation: Float(deviation))
    case .scaled(let gain, let fan, let isUniform):
      let count = fan == .input ? Double(inputs) : Double(inputs + outputs) / 2
      let variance = gain / max(1, count) * (fan == .both ? 0.5 : 1)
      if isUniform {
        let limit = Float((3 * variance).squareRoot())
        return try generator.uniform(shape, low: -limit, high: limit)
      }
      return try generator.normal(shape, standardDeviation: Float(variance.squareRoot()))
    case .orthogonal(let gain):
      let columns = shape.last ?? 1
      let rows = columns == 0 ? 0 : shape.elementCount / columns
      let (long, short) = (max(rows, columns), min(rows, columns))
      let basis = try Initializer.orthonormal(generator.normal(Shape([short, long])).asType(.float64))
      let matrix = rows >= columns ? try basis.transposed() : basis
      return try (matrix * .double(gain)).asType(.float32).reshape(shape.sizes)
    }
  }

  /// Rows made orthogonal and of length 1, one after the other (modified Gram-Schmidt).
  private static func orthonormal(_ rows: Tensor) throws -> Tensor {
    var done: [Tensor] = []
    for index in 0..<rows.shape[0] {
      var row = try rows.slice([.index(index)])
      for other in done { row = try row - other * (row * other).sum() }
      done.append(try row / row.norm())
    }
    return try Tensor.stack(done)
  }
}

/// The streams from which networks draw random numbers; each purpose has its own, and none shifts the learner's.
///
/// They belong to the thread that computes.
public enum RandomStreams {
  private final class State {
    var seed = 0
    var next: [Purpose: Int] = [:]
  }

  /// What numbers are drawn for.
  public enum Purpose: Int, Sendable {
    case initializers, dropout, shuffling, augmentation
  }

  private static var state: State { ComputeContext.value(State.self) { State() } }

  /// Starts all streams anew.
  public static func start(seed: Int) {
    let state = state
    state.seed = seed
    state.next = [:]
  }

  static var seed: Int { state.seed }

  /// A number that has not been given out since the start.
  static func next(_ purpose: Purpose) -> Int {
    let state = state
    state.next[purpose, default: 0] += 1
    return purpose.rawValue << 40 + state.next[purpose, default: 0]
  }

  /// A generator of its own for one use.
  public static func generator(_ purpose: Purpose) -> PhiloxGenerator {
    PhiloxGenerator(seed: UInt64(bitPattern: Int64(seed)), operationSeed: UInt64(next(purpose)))
  }
}

extension Parameter {
  /// A parameter whose numbers an initialiser draws.
  convenience init(
    _ name: String, _ shape: Shape, _ initializer: Initializer, inputs: Int = 1, outputs: Int = 1
  ) throws {
    let stream = RandomStreams.next(.initializers)
    // The numbers are drawn later, and are those of now.
    let fixed = initializer.startingFrom(RandomStreams.seed)
    try self.init(name, shape) { try fixed.draw(shape, inputs: inputs, outputs: outputs, stream) }
  }
}

import Glibc

/// NumPy's legacy random generator, bit for bit: what `numpy.random.seed(n)` and the functions after it give.
///
///     var random = try RandomState(seed: 1)
///     try random.randn([3])     // [ 1.62434536 -0.61175641 -0.52817175]
///
/// All reals are float64, all integers int64, as in NumPy.
public struct RandomState: Sendable {
  private var bits: MersenneTwister
  /// Normal numbers are made in pairs; the second one waits here.
  private var waitingGaussian: Double?

  /// - Parameter seed: From 0 to 2^32 - 1.
  public init(seed: Int) throws {
    guard let narrow = UInt32(exactly: seed) else {
      throw TensorError.value("A seed is a whole number from 0 to 4294967295, but \(seed) came.")
    }
    bits = MersenneTwister(seed: narrow)
  }

  /// Seeded with a list, as `numpy.random.seed([...])`.
  public init(seeds: [UInt32]) throws {
    guard !seeds.isEmpty else { throw TensorError.value("A list of seeds cannot be empty.") }
    bits = MersenneTwister(seeds: seeds)
  }

  // MARK: Single draws

  /// A real from 0 to before 1, with 53 random bits.
  public mutating func nextDouble() -> Double {
    let high = Double(bits.nextUInt32() >> 5)
    let low = Double(bits.nextUInt32() >> 6)
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /// A standard normal number, by Marsaglia's polar method.
  public mutating func nextGaussian() -> Double {
    if let waiting = waitingGaussian {
      waitingGaussian = nil
      return waiting
    }
    var x: Double
    var y: Double
    var square: Double
    repeat {
      x = 2 * nextDouble() - 1
      y = 2 * nextDouble() - 1
      square = x * x + y * y
    } while square >= 1 || square == 0
    let factor = (-2 * log(square) / square).squareRoot()
    waitingGaussian = factor * x
    return factor * y
  }

  /// A whole number from 0 to `limit`, which is included: draws of as many bits until one fits.
  public mutating func interval(_ limit: UInt64) -> UInt64 {
    guard limit > 0 else { return 0 }
    let mask = UInt64.max >> UInt64(limit.leadingZeroBitCount)
    while true {
      let value =
        limit <= 0xFFFF_FFFF
        ? UInt64(bits.nextUInt32()) & mask
        : (UInt64(bits.nextUInt32()) << 32 | UInt64(bits.nextUInt32())) & mask
      if value <= limit { return value }
    }
  }

  // MARK: Tensors

  /// Reals from 0 to before 1.
  public mutating func rand(_ shape: Shape) throws -> Tensor {
    try filled(shape) { $0.nextDouble() }
  }

  /// Standard normal numbers.
  public mutating func randn(_ shape: Shape) throws -> Tensor {
    try filled(shape) { $0.nextGaussian() }
  }

  /// Reals from `low` to before `high`.
  public mutating func uniform(_ low: Double = 0, _ high: Double = 1, _ shape: Shape) throws -> Tensor {
    guard (high - low).isFinite else {
      throw TensorError.value("uniform expects finite limits, but \(low) and \(high) came.")
    }
    return try filled(shape) { low + (high - low) * $0.nextDouble() }
  }

  /// Normal numbers with the given mean and standard deviation.
  public mutating func normal(
    mean: Double = 0, standardDeviation: Double = 1, _ shape: Shape
  ) throws -> Tensor {
    guard standardDeviation >= 0 else {
      throw TensorError.value("A standard deviation cannot be negative, but \(standardDeviation) came.")
    }
    return try filled(shape) { mean + standardDeviation * $0.nextGaussian() }
  }

  /// Whole numbers from `low` to before `high`.
  public mutating func randint(_ low: Int, _ high: Int, _ shape: Shape) throws -> Tensor {
    guard low < high else {
      throw TensorError.value(
        "randint expects a lower limit below the upper one, but \(low) and \(high) came.")
    }
    let range = UInt64(bitPattern: Int64(high)) &- UInt64(bitPattern: Int64(low)) &- 1
    return try filled(shape) { low &+ Int(truncatingIfNeeded: $0.interval(range)) }
  }

  private mutating func filled<T: TensorElement>(
    _ shape: Shape, _ draw: (inout RandomState) -> T
  ) throws -> Tensor {
    try Tensor(shape: shape) { (elements: UnsafeMutableBufferPointer<T>) in
      for index in elements.indices { elements[index] = draw(&self) }
    }
  }

  // MARK: Order

  /// Brings a list into a random order, with the draws of `numpy.random.shuffle`.
  public mutating func shuffle<T>(_ list: inout [T]) {
    guard list.count > 1 else { return }
    for last in stride(from: list.count - 1, to: 0, by: -1) {
      list.swapAt(last, Int(interval(UInt64(last))))
    }
  }

  /// Brings the parts along a tensor's first axis into a random order.
  public mutating func shuffle(_ tensor: inout Tensor) throws {
    guard tensor.rank > 0 else {
      throw TensorError.shape("shuffle expects a tensor with at least one axis, but a single number came.")
    }
    tensor = try permutation(of: tensor)
  }

  /// The numbers from 0 to before `count` in a random order.
  public mutating func permutation(_ count: Int) throws -> Tensor {
    guard count >= 0 else {
      throw TensorError.value("permutation expects a count of 0 or more, but \(count) came.")
    }
    var order = try Tensor.range(to: .int(count)).integers()
    shuffle(&order)
    return try Tensor(order)
  }

  /// The parts along a tensor's first axis in a random order.
  public mutating func permutation(of tensor: Tensor) throws -> Tensor {
    guard tensor.rank > 0 else {
      throw TensorError.shape(
        "permutation expects a tensor with at least one axis, but a single number came.")
    }
    return try tensor.slice([.gather(permutation(tensor.shape[0]))])
  }

  /// Numbers below `count`, each as likely as the others.
  ///
  /// - Parameters:
  ///   - count: How many numbers there are to choose from: 0 to `count` - 1.
  ///   - shape: The shape of the result.
  ///   - replace: Whether a number may come more than once.
  public mutating func choice(_ count: Int, _ shape: Shape, replace: Bool = true) throws -> Tensor {
    guard count > 0 else {
      throw TensorError.value("choice expects something to choose from, but \(count) came.")
    }
    if replace { return try randint(0, count, shape) }
    guard shape.elementCount <= count else {
      throw TensorError.value(
        "choice cannot take \(shape.elementCount) different numbers out of \(count).",
        suggestion: "replace: true lets numbers come more than once")
    }
    let order = try permutation(count)
    return try order.slice([.range(lower: 0, upper: shape.elementCount, step: 1)]).reshape(shape.sizes)
  }
}

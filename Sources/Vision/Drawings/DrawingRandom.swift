import Tensors

/// Random numbers for drawn pictures: every picture has a stream of its own, so that it depends on nothing
/// but its seed and its place in the set.
///
/// Only sums, products and bits are used, because the C library's functions differ in the last digit from one
/// machine to the next.
struct DrawingRandom {
  private var generator: PhiloxGenerator
  private var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  private var taken = 4

  init(seed: Int, stream: UInt64) {
    generator = PhiloxGenerator(seed: UInt64(bitPattern: Int64(seed)), operationSeed: stream)
  }

  /// 32 random bits.
  mutating func next() -> UInt32 {
    if taken == 4 {
      words = generator.nextGroup()
      taken = 0
    }
    taken += 1
    switch taken {
    case 1: return words.0
    case 2: return words.1
    case 3: return words.2
    default: return words.3
    }
  }

  /// A number from `low` to before `high`.
  mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * (Float(next() >> 8) * 0x1p-24)
  }

  /// A number with mean 0 and standard deviation 1 that never leaves -3.5 to 3.5: the sum of four bytes,
  /// which is near enough to a normal one for drawing.
  mutating func bell() -> Float {
    let bits = next()
    let sum = (bits & 0xFF) + (bits >> 8 & 0xFF) + (bits >> 16 & 0xFF) + (bits >> 24)
    return (Float(sum) - 510) * (1 / 147.8)
  }

  /// Whether something happens that has this probability.
  mutating func chance(_ probability: Float) -> Bool { uniform(0, 1) < probability }

  /// A whole number from 0 to before `count`, for small counts.
  mutating func below(_ count: Int) -> Int {
    Int((UInt64(next()) &* UInt64(max(1, count))) >> 32)
  }

  /// Brings a list into a random order.
  mutating func shuffle<T>(_ list: inout [T]) {
    for last in stride(from: list.count - 1, to: 0, by: -1) {
      list.swapAt(last, below(last + 1))
    }
  }
}

import Glibc

/// TensorFlow's random numbers on a processor: Philox 4x32-10 (Salmon et al., SC 2011), counted through in
/// groups of four.
///
/// TensorFlow gives each random operation a stream of its own, named by the global seed and the operation's.
///
///     var stream = PhiloxGenerator(seed: 1, operationSeed: 3)
///     try stream.normal([3, 2], mean: 1, standardDeviation: 4)
///
/// In TensorFlow 2, where one operation is called several times, each call goes on 256 counts per element
/// later; `skip(elements:)` does that.
public struct PhiloxGenerator: Sendable {
  private var key: (UInt32, UInt32)
  private var counter: (UInt32, UInt32, UInt32, UInt32)

  public init(seed: UInt64, operationSeed: UInt64) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = (
      0, 0, UInt32(truncatingIfNeeded: operationSeed), UInt32(truncatingIfNeeded: operationSeed >> 32)
    )
  }

  /// The next four words.
  public mutating func nextGroup() -> (UInt32, UInt32, UInt32, UInt32) {
    var block = counter
    var key = self.key
    for round in 0..<10 {
      if round > 0 {
        key.0 &+= 0x9E37_79B9
        key.1 &+= 0xBB67_AE85
      }
      let (high0, low0) = UInt32(0xD251_1F53).multipliedFullWidth(by: block.0)
      let (high1, low1) = UInt32(0xCD9E_8D57).multipliedFullWidth(by: block.2)
      block = (high1 ^ block.1 ^ key.0, low1, high0 ^ block.3 ^ key.1, low0)
    }
    advance(by: 1)
    return block
  }

  /// Passes over what a call for so many elements takes in TensorFlow 2.
  public mutating func skip(elements: Int) {
    advance(by: UInt64(max(0, elements)) &* 256)
  }

  private mutating func advance(by groups: UInt64) {
    let low = UInt64(counter.1) << 32 | UInt64(counter.0)
    let (sum, overflow) = low.addingReportingOverflow(groups)
    counter.0 = UInt32(truncatingIfNeeded: sum)
    counter.1 = UInt32(truncatingIfNeeded: sum >> 32)
    if overflow {
      counter.2 &+= 1
      if counter.2 == 0 { counter.3 &+= 1 }
    }
  }

  /// float32 numbers from `low` to before `high`.
  public mutating func uniform(_ shape: Shape, low: Float = 0, high: Float = 1) throws -> Tensor {
    try filled(shape) { words in
      let unit = SIMD4(
        PhiloxGenerator.unit(words.0), PhiloxGenerator.unit(words.1), PhiloxGenerator.unit(words.2),
        PhiloxGenerator.unit(words.3))
      return unit * (high - low) + low
    }
  }

  /// float32 normal numbers, by Box and Muller's method on pairs.
  public mutating func normal(
    _ shape: Shape, mean: Float = 0, standardDeviation: Float = 1
  ) throws -> Tensor {
    try filled(shape) { words in
      let first = PhiloxGenerator.pair(words.0, words.1)
      let second = PhiloxGenerator.pair(words.2, words.3)
      return SIMD4(first.0, first.1, second.0, second.1) * standardDeviation + mean
    }
  }

  private static func unit(_ word: UInt32) -> Float {
    Float(bitPattern: 0x3F80_0000 | (word & 0x7F_FFFF)) - 1
  }

  private static func pair(_ a: UInt32, _ b: UInt32) -> (Float, Float) {
    let u = max(unit(a), 1e-7)
    let angle = 2 * Float.pi * unit(b)
    let radius = (-2 * logf(u)).squareRoot()
    return (sinf(angle) * radius, cosf(angle) * radius)
  }

  private mutating func filled(
    _ shape: Shape, _ numbers: ((UInt32, UInt32, UInt32, UInt32)) -> SIMD4<Float>
  ) throws -> Tensor {
    try Tensor(shape: shape) { (elements: UnsafeMutableBufferPointer<Float>) in
      for first in stride(from: 0, to: elements.count, by: 4) {
        let group = numbers(nextGroup())
        for offset in 0..<min(4, elements.count - first) { elements[first + offset] = group[offset] }
      }
    }
  }
}

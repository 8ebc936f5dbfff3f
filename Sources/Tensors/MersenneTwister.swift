/// The generator MT19937 by Matsumoto and Nishimura (ACM TOMACS 8, 1998), which NumPy's legacy interface and
/// Python's `random` draw from.
public struct MersenneTwister: Sendable {
  private static let length = 624
  private static let middle = 397

  private var state: [UInt32]
  private var next = MersenneTwister.length

  /// Seeded with one number (`init_genrand`).
  public init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(MersenneTwister.length)
    for index in 1..<MersenneTwister.length {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
    }
  }

  /// Seeded with a list of numbers (`init_by_array`); an empty list counts as one zero.
  public init(seeds: [UInt32]) {
    self.init(seed: 19_650_218)
    let seeds = seeds.isEmpty ? [0] : seeds
    let length = MersenneTwister.length
    var place = 1
    var source = 0
    for _ in 0..<max(length, seeds.count) {
      let last = state[place - 1]
      state[place] = (state[place] ^ ((last ^ (last >> 30)) &* 1_664_525)) &+ seeds[source] &+ UInt32(source)
      advance(&place)
      source = source + 1 == seeds.count ? 0 : source + 1
    }
    for _ in 1..<length {
      let last = state[place - 1]
      state[place] = (state[place] ^ ((last ^ (last >> 30)) &* 1_566_083_941)) &- UInt32(place)
      advance(&place)
    }
    state[0] = 0x8000_0000
  }

  private mutating func advance(_ place: inout Int) {
    place += 1
    if place == MersenneTwister.length {
      state[0] = state[MersenneTwister.length - 1]
      place = 1
    }
  }

  /// The next 32 bits.
  public mutating func nextUInt32() -> UInt32 {
    if next == MersenneTwister.length { refill() }
    var bits = state[next]
    next += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9D2C_5680
    bits ^= (bits << 15) & 0xEFC6_0000
    bits ^= bits >> 18
    return bits
  }

  private mutating func refill() {
    let length = MersenneTwister.length
    let middle = MersenneTwister.middle
    state.withUnsafeMutableBufferPointer { state in
      func twisted(_ index: Int, _ following: Int) -> UInt32 {
        let bits = (state[index] & 0x8000_0000) | (state[following] & 0x7FFF_FFFF)
        return (bits >> 1) ^ (bits & 1 == 0 ? 0 : 0x9908_B0DF)
      }
      for index in 0..<(length - middle) {
        state[index] = state[index + middle] ^ twisted(index, index + 1)
      }
      for index in (length - middle)..<(length - 1) {
        state[index] = state[index + middle - length] ^ twisted(index, index + 1)
      }
      state[length - 1] = state[middle - 1] ^ twisted(length - 1, 0)
    }
    next = 0
  }
}

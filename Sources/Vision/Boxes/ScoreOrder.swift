import Base

/// Boxes in the order in which non-max suppression looks at them.
enum ScoreOrder {
  /// The numbers of the scores above `threshold`, highest first; equal ones keep their order. No score is
  /// NaN.
  static func falling(_ scores: UnsafeBufferPointer<Float>, above threshold: Float?) throws -> [UInt32] {
    var entries: [UInt64] = []
    entries.reserveCapacity(scores.count)
    for (index, score) in scores.enumerated() where threshold.map({ score > $0 }) ?? true {
      entries.append(UInt64(key(score)) << 32 | UInt64(UInt32(truncatingIfNeeded: index)))
    }
    try sort(&entries)
    return entries.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// A number that is smaller the higher the score; the same for 0 and -0.
  private static func key(_ score: Float) -> UInt32 {
    let bits = (score + 0).bitPattern
    // As they stand, bits of positive numbers rise with them and those of negative ones fall.
    return bits >> 31 == 0 ? 0x7FFF_FFFF - bits : bits
  }

  /// Sorts by the high halves, digit by digit from the lowest; entries that are equal there keep their order.
  private static func sort(_ entries: inout [UInt64]) throws {
    guard entries.count > 200 else {
      entries.sort()
      return
    }
    let digits = 11
    let mask = UInt64(1) << UInt64(digits) - 1
    var other = [UInt64](repeating: 0, count: entries.count)
    var places = [Int](repeating: 0, count: 1 << digits)
    for shift in [UInt64(32), 43, 54] {
      try Safepoint.poll()
      for index in places.indices { places[index] = 0 }
      for entry in entries { places[Int(entry >> shift & mask)] &+= 1 }
      var next = 0
      for digit in places.indices {
        let count = places[digit]
        places[digit] = next
        next &+= count
      }
      other.withUnsafeMutableBufferPointer { other in
        for entry in entries {
          let digit = Int(entry >> shift & mask)
          other[places[digit]] = entry
          places[digit] &+= 1
        }
      }
      swap(&entries, &other)
    }
  }
}

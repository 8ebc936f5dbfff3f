import Glibc

/// How many numbers lie in each of equally wide bins.
package struct Histogram: Sendable {
  package let lower: Double
  package let upper: Double
  package let counts: [Int]
  /// How many numbers could not be counted: NaN and infinities.
  package let outside: Int

  package var binWidth: Double { (upper - lower) / Double(max(counts.count, 1)) }

  /// Sorts numbers into bins; when their number is not given, as many as the rule of Freedman and Diaconis
  /// finds, between 5 and 60.
  package init(_ values: [Double], bins: Int? = nil) {
    let finite = values.filter(\.isFinite)
    outside = values.count - finite.count
    guard let least = finite.min(), let most = finite.max() else {
      (lower, upper, counts) = (0, 1, [0])
      return
    }
    if least == most {
      // A single value stands in the middle of a bin.
      let half = max(least.magnitude * 0.05, 0.5)
      (lower, upper, counts) = (least - half, least + half, [finite.count])
      return
    }
    let wholeNumbers = most - least < 40 && finite.allSatisfy { $0.rounded() == $0 }
    if bins == nil && wholeNumbers {
      // One bin for every whole number, centred on it.
      (lower, upper) = (least - 0.5, most + 0.5)
      counts = Self.count(finite, lower, upper, bins: Int(most - least) + 1)
      return
    }
    (lower, upper) = (least, most)
    counts = Self.count(finite, least, most, bins: min(max(bins ?? Self.suitableBins(finite), 1), 1000))
  }

  private static func count(_ values: [Double], _ lower: Double, _ upper: Double, bins: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: bins)
    // Halved first, so that the widest range of doubles does not overflow.
    let scale = Double(bins) / (upper / 2 - lower / 2)
    for value in values {
      let place = (value / 2 - lower / 2) * scale
      counts[min(max(Int(place.isFinite ? place : 0), 0), bins - 1)] += 1
    }
    return counts
  }

  private static func suitableBins(_ values: [Double]) -> Int {
    // Quartiles of a sample are enough to choose a width.
    let stride = max(values.count / 10_000, 1)
    let sample = Swift.stride(from: 0, to: values.count, by: stride).map { values[$0] }.sorted()
    let spread = sample[sample.count * 3 / 4] - sample[sample.count / 4]
    let width = 2 * spread / cbrt(Double(values.count))
    guard width > 0, let first = sample.first, let last = sample.last else { return 20 }
    let bins = (last - first) / width
    return bins.isFinite ? Int(min(max(bins.rounded(.up), 5), 60)) : 60
  }
}

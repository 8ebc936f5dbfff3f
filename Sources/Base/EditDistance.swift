/// How far a mistyped name is from a known one.
public enum EditDistance {
  /// The number of insertions, deletions, replacements and swaps of neighbours that turn one text into the
  /// other (optimal string alignment), or nil when it takes more than `limit`.
  public static func distance(_ a: String, _ b: String, limit: Int = .max) -> Int? {
    distance(Array(a.unicodeScalars), Array(b.unicodeScalars), limit: limit)
  }

  /// The candidate that was most likely meant, or nil when none is likely right.
  ///
  /// In this order of trust: the same letters in another case or with other underscores
  /// (`max_pool2d` for `maxPool2d`), few slips for the length of the name, and a name that is the start of
  /// exactly one candidate (`conv` for `conv2d`).
  public static func best(for name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(name)
    guard !wanted.isEmpty, wanted.count <= 100 else { return nil }
    let limit = tolerance(wanted.count)
    var best: (rank: Rank, name: String)?
    var continuations: Set<String> = []
    for candidate in candidates where candidate != name {
      let scalars = folded(candidate)
      if wanted.count >= 3, scalars.count > wanted.count, scalars.starts(with: wanted) {
        continuations.insert(candidate)
      }
      guard let slips = distance(wanted, scalars, limit: limit) else { continue }
      let sameStart = wanted.first == scalars.first
      // Two or more slips and another first letter is nearly always another word.
      guard slips < 2 || sameStart else { continue }
      let rank = Rank(
        slips: slips, startsElsewhere: candidate.unicodeScalars.first != name.unicodeScalars.first,
        exactSlips: distance(name, candidate) ?? .max, name: candidate)
      if best.map({ rank < $0.rank }) ?? true { best = (rank, candidate) }
    }
    if let best { return best.name }
    return continuations.count == 1 ? continuations.first : nil
  }

  /// Smaller is more likely; the name itself makes the choice the same on every run.
  private struct Rank: Comparable {
    let slips: Int
    let startsElsewhere: Bool
    let exactSlips: Int
    let name: String

    static func < (a: Rank, b: Rank) -> Bool {
      if a.slips != b.slips { return a.slips < b.slips }
      if a.startsElsewhere != b.startsElsewhere { return b.startsElsewhere }
      if a.exactSlips != b.exactSlips { return a.exactSlips < b.exactSlips }
      return a.name < b.name
    }
  }

  private static func tolerance(_ length: Int) -> Int {
    switch length {
    case ...2: 0
    case ...5: 1
    case ...8: 2
    default: 3
    }
  }

  private static func folded(_ name: String) -> [Unicode.Scalar] {
    name.lowercased().unicodeScalars.filter { $0 != "_" }
  }

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], limit: Int) -> Int? {
    guard abs(a.count - b.count) <= limit else { return nil }
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var before: [Int] = []
    var last = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for (j, y) in b.enumerated() {
        var best = min(last[j] + (x == y ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      if (row.min() ?? 0) > limit, (last.min() ?? 0) > limit { return nil }
      before = last
      last = row
    }
    return last[b.count] <= limit ? last[b.count] : nil
  }
}

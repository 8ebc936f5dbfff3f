import Glibc

/// Numbers as people read them.
package enum NumberFormat {
  /// At most so many significant digits, without trailing zeros: `0.03143`, `1.2e-05`, `120000`.
  package static func significant(_ value: Double, _ digits: Int = 4) -> String {
    guard value.isFinite else { return special(value) }
    return printed(min(max(digits, 1), 17), value, "%.*g")
  }

  /// Exactly so many decimals: `0.50`.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return special(value) }
    let text = printed(min(max(decimals, 0), 17), value, "%.*f")
    // "-0.00" says nothing that "0.00" does not.
    return text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) } ? String(text.dropFirst()) : text
  }

  /// Digits in groups of three: `23,600,006`.
  package static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// A count of bytes: `512 bytes`, `96.1 MB`. Units are powers of 1000.
  package static func bytes(_ count: Int) -> String {
    if count.magnitude < 1000 { return count == 1 ? "1 byte" : "\(count) bytes" }
    return scaled(Double(count), ["kB", "MB", "GB", "TB", "PB", "EB"])
  }

  /// A large count in short: `950`, `2.4 k`, `120 M`.
  package static func short(_ value: Double) -> String {
    guard value.isFinite else { return special(value) }
    if value.magnitude < 1000 { return significant(value, 3) }
    if value.magnitude >= 1e18 { return significant(value, 3) }
    return scaled(value, ["k", "M", "G", "T", "P"])
  }

  /// A share of one as percent: `12.5 %`.
  package static func percent(_ share: Double) -> String {
    guard share.isFinite else { return special(share) }
    let percent = share * 100
    if percent > 0 && percent < 0.1 { return "<0.1 %" }
    if percent > 99.9 && percent < 100 { return ">99.9 %" }
    return "\(significant(percent, 3)) %"
  }

  private static func scaled(_ value: Double, _ units: [String]) -> String {
    var value = value / 1000
    var unit = 0
    // 999.95 would be shown as 1000.
    while value.magnitude >= 999.5 && unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return "\(significant(value, 3)) \(units[unit])"
  }

  private static func special(_ value: Double) -> String {
    value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }

  private static func printed(_ precision: Int, _ value: Double, _ format: String) -> String {
    withVaList([Int32(precision), value]) { arguments in
      // The longest is -1.8e308 with 17 decimals.
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        guard let start = buffer.baseAddress, vsnprintf(start, 400, format, arguments) >= 0 else { return "" }
        return String(cString: start)
      }
    }
  }
}

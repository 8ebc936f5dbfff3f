import Glibc

/// Numbers as text with a fixed number of decimals.
enum NumberText {
  static let mostDecimals = 100
  static let widestField = 10_000

  /// `3.14`; infinities and NaN as they print.
  static func fixed(_ number: Double, decimals: Int) -> String {
    guard number.isFinite else { return number.description }
    return formatted("%.\(decimals)f", number)
  }

  /// `6.02e+23`
  static func scientific(_ number: Double, decimals: Int) -> String {
    guard number.isFinite else { return number.description }
    return formatted("%.\(decimals)e", number)
  }

  /// Groups of three digits before the decimal point.
  static func grouped(_ text: String, separator: String = ",") -> String {
    let digits = text.drop { $0 == "-" }.prefix { $0.isASCII && $0.isNumber }
    guard digits.count > 3 else { return text }
    var result = String(text[..<digits.startIndex])
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += separator }
      result.append(digit)
    }
    return result + text[digits.endIndex...]
  }

  /// Fills up to `width` characters.
  static func padded(_ text: String, to width: Int, with fill: String = " ", on side: Side) -> String {
    let missing = width - text.count
    guard missing > 0, !fill.isEmpty else { return text }
    let before =
      switch side {
      case .left: missing
      case .right: 0
      case .both: missing / 2
      }
    return repeated(fill, to: before) + text + repeated(fill, to: missing - before)
  }

  /// Where the filling goes.
  enum Side { case left, right, both }

  private static func repeated(_ fill: String, to count: Int) -> String {
    guard fill.count != 1 else { return String(repeating: fill, count: count) }
    let characters = Array(fill)
    return String((0..<count).map { characters[$0 % characters.count] })
  }

  private static func formatted(_ format: String, _ number: Double) -> String {
    withVaList([number]) { arguments in
      // The largest double has 309 digits before the point.
      var buffer = [CChar](repeating: 0, count: 330 + mostDecimals)
      let length = vsnprintf(&buffer, buffer.count, format, arguments)
      return String(decoding: buffer.prefix(Int(max(length, 0))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

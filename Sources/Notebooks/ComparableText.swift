/// A text as a reader compares it: what is fixed, and the numbers in between.
///
/// Colours and durations do not count, and a number agrees with one that differs by rounding: another
/// processor adds in another order. Whole numbers agree only when they are equal.
struct ComparableText {
  /// How far two numbers may be apart: by this part of the larger one, or by this much near zero.
  static let relativeTolerance = 1e-4
  static let absoluteTolerance = 1e-6

  /// Marks that no text holds, as UTF-8 has no such bytes.
  private static let number: UInt8 = 0xFE
  private static let duration: UInt8 = 0xFF

  private var fixed: [UInt8] = []
  private var numbers: [Substring.UTF8View] = []

  init(_ text: some StringProtocol) {
    let text = Substring(text).utf8
    var scanner = Scanner(text: text)
    while let byte = text[scanner.index...].first {
      if let end = scanner.endOfColour() {
        scanner.index = end
      } else if let end = scanner.endOfDuration() {
        fixed.append(Self.duration)
        scanner.index = end
      } else if let end = scanner.endOfNumber() {
        fixed.append(Self.number)
        numbers.append(text[scanner.index..<end])
        scanner.index = end
      } else {
        fixed.append(byte)
        scanner.index = text.index(after: scanner.index)
      }
    }
  }

  func agrees(with other: ComparableText) -> Bool {
    fixed == other.fixed && zip(numbers, other.numbers).allSatisfy(Self.agree)
  }

  private static func agree(_ a: Substring.UTF8View, _ b: Substring.UTF8View) -> Bool {
    if a.elementsEqual(b) { return true }
    let texts = [a, b].map { String(Substring($0)).replacing("\u{2212}", with: "-") }
    if let first = Int(texts[0]), let second = Int(texts[1]) { return first == second }
    guard let first = Double(texts[0]), let second = Double(texts[1]) else { return false }
    if first == second { return true }
    let distance = abs(first - second)
    return distance <= absoluteTolerance || distance <= relativeTolerance * max(abs(first), abs(second))
  }

  /// Finds what starts at its place in a text.
  private struct Scanner {
    let text: Substring.UTF8View
    var index: Substring.UTF8View.Index

    init(text: Substring.UTF8View) {
      self.text = text
      index = text.startIndex
    }

    private static let units = ["ns", "µs", "μs", "us", "ms", "s", "min", "h"].map { Array($0.utf8) }

    /// `ESC [ 31 m` and its like.
    func endOfColour() -> Substring.UTF8View.Index? {
      guard text[index...].starts(with: [0x1B, UInt8(ascii: "[")]) else { return nil }
      var end = text.index(index, offsetBy: 2)
      while end < text.endIndex, (0x30...0x3B).contains(text[end]) { end = text.index(after: end) }
      return end < text.endIndex ? text.index(after: end) : end
    }

    /// `12.3 ms`.
    func endOfDuration() -> Substring.UTF8View.Index? {
      guard let byte = text[index...].first, Self.isDigit(byte), let end = endOfNumber() else { return nil }
      var rest = text[end...]
      if rest.first == 0x20 { rest = rest.dropFirst() }
      for unit in Self.units where rest.starts(with: unit) {
        let behind = rest.dropFirst(unit.count)
        guard let next = behind.first else { return behind.startIndex }
        if !Self.isOfWord(next) { return behind.startIndex }
      }
      return nil
    }

    /// `-1.5e-3`, `.5` and `3`, with a hyphen or a real minus sign.
    func endOfNumber() -> Substring.UTF8View.Index? {
      var rest = text[index...]
      if rest.starts(with: "\u{2212}".utf8) {
        rest = rest.dropFirst(3)
      } else if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      let digits = rest.prefix(while: Self.isDigit)
      rest = rest.dropFirst(digits.count)
      if rest.first == UInt8(ascii: ".") {
        let fraction = rest.dropFirst().prefix(while: Self.isDigit)
        if fraction.isEmpty, digits.isEmpty { return nil }
        if !fraction.isEmpty { rest = rest.dropFirst(1 + fraction.count) }
      } else if digits.isEmpty {
        return nil
      }
      if let letter = rest.first, letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") {
        var exponent = rest.dropFirst()
        if let sign = exponent.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
          exponent = exponent.dropFirst()
        }
        let digits = exponent.prefix(while: Self.isDigit)
        if !digits.isEmpty { rest = exponent.dropFirst(digits.count) }
      }
      return rest.startIndex
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isOfWord(_ byte: UInt8) -> Bool {
      isDigit(byte) || byte >= 0x80 || byte == UInt8(ascii: "_") || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    }
  }
}

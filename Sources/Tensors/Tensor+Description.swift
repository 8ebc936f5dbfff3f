/// How a tensor's numbers are written.
public struct TensorTextOptions: Sendable {
  /// Digits behind the point, at most; trailing zeros that no element needs are left out.
  public var precision: Int
  /// More elements than this are summarised.
  public var threshold: Int
  /// Elements shown at each end of an axis of a summary.
  public var edge: Int
  /// Columns after which a row is continued on the next line.
  public var width: Int

  public init(precision: Int = 8, threshold: Int = 1000, edge: Int = 3, width: Int = 88) {
    self.precision = precision
    self.threshold = threshold
    self.edge = edge
    self.width = width
  }
}

extension Tensor: CustomStringConvertible {
  /// The numbers in aligned columns between nested brackets, as NumPy shows them.
  ///
  ///     [[1 2]
  ///      [3 4]]
  public var description: String { text() }

  /// The numbers in aligned columns between nested brackets.
  ///
  /// A single number is written as Swift does it. Tensors with more elements than the threshold show the
  /// first and last ones of each axis with `...` between them.
  public func text(_ options: TensorTextOptions = TensorTextOptions()) -> String {
    if rank == 0 { return singleText }
    if elementCount == 0 { return "[] (shape \(shape), \(dtype))" }
    let summarised = elementCount > options.threshold
    // The places of each axis that are shown; nil stands for the gap.
    let places: [[Int?]] = shape.map { size in
      summarised && size > 2 * options.edge
        ? (0..<options.edge).map { $0 } + [nil] + ((size - options.edge)..<size).map { $0 }
        : (0..<size).map { $0 }
    }
    var offsets: [Int] = [0]
    for (axis, shown) in places.enumerated() {
      let step = steps[axis]
      offsets = offsets.flatMap { offset in shown.compactMap { $0.map { offset + $0 * step } } }
    }
    let cells = NumberColumn(offsets.map { scalar(atOffset: $0) }, dtype, options.precision).texts
    var writer = Writer(places: places, cells: cells, width: options.width)
    return writer.written()
  }

  private var singleText: String {
    switch (dtype, scalar(atOffset: 0)) {
    case (.float32, .double(let value)): "\(Float(value))"
    case (_, let scalar): "\(scalar)"
    }
  }

  /// Writes brackets round the cells, one axis inside the other. The depth is that of a shape, eight at most.
  private struct Writer {
    let places: [[Int?]]
    let cells: [String]
    let width: Int
    var next = 0
    var text = ""

    init(places: [[Int?]], cells: [String], width: Int) {
      self.places = places
      self.cells = cells
      self.width = width
    }

    mutating func written() -> String {
      write(axis: 0)
      return text
    }

    private mutating func write(axis: Int) {
      text += "["
      let isRow = axis == places.count - 1
      let indent = String(repeating: " ", count: axis + 1)
      var column = axis + 1
      for (position, place) in places[axis].enumerated() {
        if isRow {
          let cell: String
          if place == nil {
            cell = "..."
          } else {
            cell = cells[next]
            next += 1
          }
          if position > 0 {
            // Brackets still to close count as part of the line.
            if column + 1 + cell.count + places.count > width {
              while text.last == " " { text.removeLast() }
              text += "\n" + indent
              column = axis + 1
            } else {
              text += " "
              column += 1
            }
          }
          text += cell
          column += cell.count
        } else {
          if position > 0 {
            text += String(repeating: "\n", count: places.count - axis - 1) + indent
          }
          if place == nil { text += "..." } else { write(axis: axis + 1) }
        }
      }
      text += "]"
    }
  }
}

/// Numbers written with a common precision and padded to a common width.
struct NumberColumn {
  let texts: [String]

  /// Numbers as large or as small as this, or as different from one another, are written with an exponent, as NumPy
  /// does.
  private static let largest = 1e8
  private static let smallest = 1e-4
  private static let spread = 1000.0

  init(_ numbers: [Scalar], _ dtype: DType, _ precision: Int) {
    guard dtype.isFloating else {
      texts = NumberColumn.padded(numbers.map { "\($0)" })
      return
    }
    let values = numbers.map(\.doubleValue)
    let magnitudes = values.lazy.filter { $0.isFinite && $0 != 0 }.map(\.magnitude)
    let largest = magnitudes.max() ?? 0
    let smallest = magnitudes.min() ?? 0
    let isWide = largest > 0 && largest / smallest > NumberColumn.spread
    let exponential =
      largest >= NumberColumn.largest || (largest > 0 && smallest < NumberColumn.smallest) || isWide
    var parts = values.map { value -> (whole: String, fraction: String, exponent: String) in
      guard value.isFinite else {
        return (value.isNaN ? "nan" : value < 0 ? "-inf" : "inf", "", "")
      }
      return exponential
        ? NumberColumn.scientific(value, dtype, precision) : NumberColumn.plain(value, dtype, precision)
    }
    let width = parts.map(\.fraction.count).max() ?? 0
    if exponential, dtype == .float32 {
      // Where the common width asks for more digits than tell a float apart, its true ones are shown.
      for (index, value) in values.enumerated() where value.isFinite && parts[index].fraction.count < width {
        parts[index] = NumberColumn.scientific(value, .float64, width)
      }
    }
    texts = NumberColumn.padded(
      zip(values, parts).map { value, part in
        guard value.isFinite else { return part.whole }
        let fill = exponential ? "0" : " "
        // Whole numbers keep their point, "2.", so that floats are told from integers; shorter fractions
        // are filled up.
        return part.whole + "." + part.fraction + String(repeating: fill, count: width - part.fraction.count)
          + part.exponent
      })
  }

  private static func padded(_ texts: [String]) -> [String] {
    let width = texts.map(\.count).max() ?? 0
    return texts.map { String(repeating: " ", count: width - $0.count) + $0 }
  }

  /// The digits of a number, the fewest that tell it from its neighbours, and its decimal exponent.
  private static func digits(_ value: Double, _ dtype: DType) -> (digits: [UInt8], exponent: Int) {
    let text = dtype == .float32 ? "\(Float(value.magnitude))" : "\(value.magnitude)"
    let pieces = text.split(separator: "e")
    var exponent = pieces.count > 1 ? Int(pieces[1]) ?? 0 : 0
    var digits: [UInt8] = []
    var sawPoint = false
    for character in pieces[0].utf8 {
      if character == UInt8(ascii: ".") {
        sawPoint = true
      } else {
        digits.append(character - UInt8(ascii: "0"))
        if sawPoint { exponent -= 1 }
      }
    }
    // The value is digits * 10^exponent; move the point behind the first digit that counts.
    while digits.count > 1, digits[0] == 0 { digits.removeFirst() }
    while digits.count > 1, digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    return (digits, exponent + digits.count - 1)
  }

  /// The digits cut to so many, rounded to nearest, halves to even.
  private static func rounded(_ value: Double, _ dtype: DType, to count: Int) -> (
    digits: [UInt8], exponent: Int
  ) {
    let shortest = digits(value, dtype)
    guard count < shortest.digits.count else { return shortest }
    // What is cut off decides the rounding, so it must be the number's own digits, not the fewest that name
    // it.
    let number = digits(value, .float64)
    guard count < number.digits.count else { return number }
    guard count >= 0 else { return ([0], number.exponent) }
    var digits = Array(number.digits[..<count])
    var exponent = number.exponent
    let rest = number.digits[count...]
    let half = rest[count] > 5 || (rest[count] == 5 && rest.dropFirst().contains { $0 != 0 })
    let tie = rest[count] == 5 && !half
    if half || (tie && (digits.last ?? 0) % 2 == 1) {
      var place = count - 1
      while place >= 0, digits[place] == 9 {
        digits[place] = 0
        place -= 1
      }
      if place >= 0 {
        digits[place] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
        if digits.count > 1 { digits.removeLast() }
      }
    }
    if digits.isEmpty { digits = [0] }
    return (digits, exponent)
  }

  private static func text(_ digits: some Sequence<UInt8>) -> String {
    String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
  }

  private static func withoutTrailingZeros(_ text: String) -> String {
    var text = text
    while text.last == "0" { text.removeLast() }
    return text
  }

  private static func plain(_ value: Double, _ dtype: DType, _ precision: Int) -> (String, String, String) {
    let (digits, exponent) = rounded(value, dtype, to: digits(value, dtype).exponent + 1 + precision)
    let sign = value.sign == .minus ? "-" : ""
    var whole = "0"
    var fraction = ""
    if exponent >= 0 {
      let filled = digits + [UInt8](repeating: 0, count: max(0, exponent + 1 - digits.count))
      whole = text(filled[...exponent])
      fraction = text(filled[(exponent + 1)...])
    } else if digits.contains(where: { $0 != 0 }) {
      fraction = String(repeating: "0", count: -exponent - 1) + text(digits)
    }
    return (sign + whole, withoutTrailingZeros(fraction), "")
  }

  private static func scientific(
    _ value: Double, _ dtype: DType, _ precision: Int
  ) -> (String, String, String) {
    let sign = value.sign == .minus ? "-" : ""
    guard value != 0 else { return (sign + "0", "", "e+00") }
    let (digits, exponent) = rounded(value, dtype, to: precision + 1)
    let size = "\(exponent.magnitude)"
    return (
      sign + text(digits.prefix(1)), withoutTrailingZeros(text(digits.dropFirst())),
      "e" + (exponent < 0 ? "-" : "+") + (size.count < 2 ? "0" : "") + size
    )
  }
}

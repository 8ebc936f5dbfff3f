/// Numbers in rows and columns, to be shown as colours.
package struct HeatMap: Sendable {
  var values: [Double]
  var rows: Int
  var columns: Int
  var rowNames: [String]?
  var columnNames: [String]?
  /// Whether zero is a middle; nil when the values decide.
  var isSigned: Bool?
  /// Whether the numbers are written into the cells; nil when their room decides.
  var showsValues: Bool?

  init(
    values: [Double], rows: Int, columns: Int, rowNames: [String]?, columnNames: [String]?, isSigned: Bool?,
    showsValues: Bool?
  ) {
    self.rows = max(rows, 0)
    self.columns = max(columns, 0)
    // Missing numbers are shown as such, not guessed.
    let count = self.rows.multipliedReportingOverflow(by: self.columns)
    let wanted = count.overflow ? 0 : min(count.partialValue, values.count)
    self.values = Array(values.prefix(wanted))
    self.rowNames = rowNames
    self.columnNames = columnNames
    self.isSigned = isSigned
    self.showsValues = showsValues
  }

  func value(_ row: Int, _ column: Int) -> Double {
    let index = row * columns + column
    return values.indices.contains(index) ? values[index] : .nan
  }

  var shading: Shading { Shading(values, isSigned: isSigned) }
}

/// How numbers become colours: which map, and which numbers are its ends.
package struct Shading: Sendable {
  package let map: ColorMap
  package let lower: Double
  package let upper: Double

  /// Numbers of both signs get the diverging map with zero as white, others the sequential one.
  package init(_ values: some Sequence<Double>, isSigned: Bool? = nil) {
    var least = Double.infinity
    var most = -Double.infinity
    for value in values where value.isFinite {
      least = min(least, value)
      most = max(most, value)
    }
    self.init(least: least, most: most, isSigned: isSigned)
  }

  package init(least: Double, most: Double, isSigned: Bool? = nil) {
    if least > most {
      (map, lower, upper) = (.sequential, 0, 1)
    } else if isSigned ?? (least < 0) {
      let limit = max(least.magnitude, most.magnitude)
      (map, lower, upper) = (.diverging, limit > 0 ? -limit : -1, limit > 0 ? limit : 1)
    } else {
      // From zero when that does not waste most of the colours.
      let start = least >= 0 && least < most * 0.5 ? 0 : least
      (map, lower, upper) = (.sequential, start, most > start ? most : start + 1)
    }
  }

  /// The colour of a number; nil for NaN.
  package func color(of value: Double) -> Color? {
    guard !value.isNaN else { return nil }
    return map.color(at: (value / 2 - lower / 2) / (upper / 2 - lower / 2))
  }
}

import Tensors

extension Summary: CustomStringConvertible {
  /// The rows as a table and the totals below.
  public var description: String {
    var lines = [["layer", "settings", "output", "activations", "parameters", "multiply-adds", ""]]
    lines += rows.map { row in
      [
        row.label, row.settings,
        row.outputShape.isEmpty && row.activations == 0
          ? "" : "(" + row.outputShape.map { "\($0)" }.joined(separator: ", ") + ")",
        row.activations == 0 ? "" : Summary.grouped(row.activations),
        row.parameters == 0 ? "" : Summary.grouped(row.parameters),
        row.multiplyAdds == 0 ? "" : Summary.grouped(row.multiplyAdds),
        [row.isFrozen ? "frozen" : nil, row.isShared ? "shared" : nil].compactMap { $0 }
          .joined(separator: ", "),
      ]
    }
    let numbers = 3...5
    let widths = (0..<7).map { column in lines.map { $0[column].count }.max() ?? 0 }
    let table = lines.map { line in
      var cells: [String] = []
      for (column, text) in line.enumerated() {
        let space = String(repeating: " ", count: widths[column] - text.count)
        cells.append(numbers.contains(column) ? space + text : text + space)
      }
      return Summary.trimmed(cells.joined(separator: "  "))
    }
    return (table + [""] + totals).joined(separator: "\n")
  }

  private var totals: [String] {
    var fixed: [String] = []
    if statistics > 0 { fixed.append("\(Summary.grouped(statistics)) statistics") }
    if frozenParameters > 0 { fixed.append("\(Summary.grouped(frozenParameters)) frozen") }
    return [
      "parameters     \(Summary.grouped(parameters)) (\(Summary.bytes(parameterBytes)))",
      "trainable      \(Summary.grouped(trainableParameters))",
      "not trainable  \(Summary.grouped(nonTrainableParameters))"
        + (fixed.isEmpty ? "" : " (\(fixed.joined(separator: ", ")))"),
      "multiply-adds  \(Summary.grouped(multiplyAdds)) for each sample",
      "activations    \(Summary.grouped(activations)) (\(Summary.bytes(activationBytes))) for each sample",
    ]
  }

  private static func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }

  /// Digits in groups of three: 23,600,006.
  private static func grouped(_ count: Int) -> String {
    var result = ""
    for (index, digit) in String(count).reversed().enumerated() {
      if index > 0, index % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return String(result.reversed())
  }

  /// In units of 1000, with three digits: 96.1 MB.
  private static func bytes(_ count: Int) -> String {
    var value = Double(count)
    var unit = 0
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    guard unit > 0 else { return count == 1 ? "1 byte" : "\(count) bytes" }
    let decimals = value < 9.995 ? 100.0 : value < 99.95 ? 10.0 : 1.0
    let rounded = (value * decimals).rounded() / decimals
    return "\(decimals == 1 ? "\(Int(rounded))" : "\(rounded)") \(units[unit])"
  }
}

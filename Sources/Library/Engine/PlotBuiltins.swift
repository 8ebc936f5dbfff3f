import Display
import Script
import Tensors

/// Built-ins that answer with plots and tables.
enum PlotBuiltins {
  static let types: [TypeTable] = [
    TypeTable("Figure", "A plot, shown where it is a cell's last value or by `display`."),
    TypeTable("Table", "A table, shown where it is a cell's last value or by `display`."),
  ]

  private static let title = Builtin.Parameter("title", default: "nil", "what stands above")
  private static let xLabel = Builtin.Parameter("xLabel", default: "nil", "what the horizontal axis shows")
  private static let yLabel = Builtin.Parameter("yLabel", default: "nil", "what the vertical axis shows")

  static let functions: [Builtin] = [
    Builtin(
      "plot",
      [
        .init("x", "the heights of a line; with `y`, its positions; or what `fit` gave"),
        .init("y", default: "nil", "the heights, or an array of several lines"),
        .init("labels", default: "[]", "a name for each line"), title, xLabel, yLabel,
        .init("style", default: ".line", choices: ["line", "scatter", "bars"], "a line, points or bars"),
        .init("logY", default: "false", "powers of ten at equal distances"),
      ],
      "Draws numbers as lines, points or bars.",
      examples: [.init("type(of: plot([1, 4, 9]))", "\"Figure\"")]
    ) { call in
      if let run = call[0].hostValue as? HistoryValue {
        return .host(FigureValue(run.figure, typeName: "Figure"))
      }
      let heights = call.has(1) ? 1 : 0
      let lines = try series(call, heights)
      let x = call.has(1) ? try call.tensor(0).doubles() : nil
      let names = call.has(2) ? try call.elements(2).map { try call.machine.text(of: $0) } : []
      let style = try call.choice(6, default: "line")
      let drawn = try lines.enumerated().map { index, y -> Plot.Series in
        if let x, x.count != y.count {
          throw call.failure("there are \(x.count) positions but \(y.count) heights")
        }
        let label = names.indices.contains(index) ? names[index] : nil
        switch style {
        case "scatter": return .scatter(x: x ?? y.indices.map(Double.init), y: y, label: label)
        case "bars":
          let places = x ?? y.indices.map(Double.init)
          return .bars(names: places.map { NumberFormat.significant($0) }, values: y, label: label)
        default: return .line(x: x, y: y, label: label)
        }
      }
      let plot = Plot(
        title: try text(call, 3), xLabel: try text(call, 4), yLabel: try text(call, 5),
        yScale: try call.bool(7, default: false) ? .logarithmic : .linear, series: drawn)
      return .host(FigureValue(plot.bundle, typeName: "Figure"))
    },
    Builtin(
      "bars", [.init("names", "an array of names"), .init("values", "a number for each"), title, yLabel],
      "Draws numbers as bars.", examples: [.init("type(of: bars([\"a\", \"b\"], [1, 2]))", "\"Figure\"")]
    ) { call in
      let names = try call.elements(0).map { try call.machine.text(of: $0) }
      let values = try call.tensor(1).doubles()
      guard names.count == values.count else {
        throw call.failure("there are \(names.count) names but \(values.count) numbers")
      }
      let plot = Plot(
        title: try text(call, 2), xLabel: nil, yLabel: try text(call, 3),
        series: [.bars(names: names, values: values)])
      return .host(FigureValue(plot.bundle, typeName: "Figure"))
    },
    Builtin(
      "histogram",
      [
        .init("values", "a tensor or an array of numbers"), .init("bins", default: "nil", "how many bars"),
        title, xLabel,
      ],
      "Draws how often numbers of each size occur.",
      examples: [.init("type(of: histogram([1, 2, 2, 3]))", "\"Figure\"")]
    ) { call in
      let bins = call.has(1) ? min(max(1, try call.integer(1)), 500) : nil
      let plot = Plot(
        title: try text(call, 2), xLabel: try text(call, 3), yLabel: "how often",
        series: [.histogram(try call.tensor(0).doubles(), bins: bins)])
      return .host(FigureValue(plot.bundle, typeName: "Figure"))
    },
    Builtin(
      "heatmap", [.init("values", "a tensor (rows, columns)"), title, xLabel, yLabel],
      "Draws a matrix as coloured fields.",
      examples: [.init("type(of: heatmap([[1, 2], [3, 4]]))", "\"Figure\"")]
    ) { call in
      let tensor = try call.tensor(0)
      guard tensor.rank == 2, tensor.elementCount > 0 else {
        throw call.failure(
          "a heat map needs a tensor (rows, columns), but this has the shape \(tensor.shape)", argument: 0)
      }
      let plot = Plot(
        title: try text(call, 1), xLabel: try text(call, 2), yLabel: try text(call, 3),
        series: [.heatMap(tensor.doubles(), rows: tensor.shape[0], columns: tensor.shape[1])])
      return .host(FigureValue(plot.bundle, typeName: "Figure"))
    },
    Builtin(
      "table",
      [
        .init("rows", "an array of rows, each an array or a tuple; or a dictionary"),
        .init("headers", default: "nil", "an array with the columns' titles"), title,
      ],
      "Shows values in rows and columns.",
      examples: [.init("type(of: table([[1, \"one\"], [2, \"two\"]]))", "\"Table\"")]
    ) { call in try table(call) },
  ]

  private static func text(_ call: Call, _ index: Int) throws -> String? {
    call.has(index) ? try call.string(index) : nil
  }

  /// One line of numbers, or several.
  private static func series(_ call: Call, _ index: Int) throws -> [[Double]] {
    if let lines = call[index].elements, let first = lines.first, first.number == nil {
      return try lines.map { line in
        guard let tensor = try Tensor.from(line) else {
          throw call.mismatch(index, "numbers, or an array of lines")
        }
        return tensor.doubles()
      }
    }
    let tensor = try call.tensor(index)
    guard tensor.rank == 2 else { return [tensor.doubles()] }
    return try (0..<tensor.shape[0]).map { try tensor.slice([.index($0)]).doubles() }
  }

  private static func table(_ call: Call) throws -> Value {
    let rows: [[Value]]
    if let entries = call[0].entries {
      rows = entries.map { [$0.key, $0.value] }
    } else {
      rows = try call.elements(0).map { row in row.elements.map(Array.init) ?? [row] }
    }
    let cells = try rows.map { try $0.map { try cell($0, call) } }
    let width = cells.map(\.count).max() ?? 0
    guard width > 0, width <= 100 else { throw call.failure("a table has 1 to 100 columns", argument: 0) }
    let headers = call.has(1) ? try call.elements(1).map { try call.machine.text(of: $0) } : []
    let columns = (0..<width).map { index in
      let isNumeric = rows.contains { $0.indices.contains(index) && $0[index].number != nil }
      return Table.Column(headers.indices.contains(index) ? headers[index] : "", isNumeric ? .right : .left)
    }
    let padded = cells.map { $0 + [Table.Cell](repeating: .empty, count: width - $0.count) }
    let table = Table(title: try text(call, 2), columns: columns, rows: padded)
    return .host(FigureValue(table.bundle, typeName: "Table"))
  }

  private static func cell(_ value: Value, _ call: Call) throws -> Table.Cell {
    if value.isNone { return .empty }
    let text = try call.machine.text(of: value)
    return value.number == nil ? .text(text) : .number(text)
  }
}

extension Plot {
  /// The plot as text of at most `width` columns, for terminals and logs.
  package func text(width: Int = 80, height: Int = 16) -> String {
    let width = min(max(width, 30), 400)
    let height = min(max(height, 4), 200)
    var lines = [title, subtitle].compactMap { $0 }.map { TextWidth.fitted($0, to: width).trimmedEnd }
    if let heatMap {
      lines += Self.text(of: heatMap, width: width)
    } else if barNames != nil {
      lines += barsText(width: width)
    } else {
      lines += curveText(width: width, height: height)
    }
    return lines.joined(separator: "\n")
  }

  private func curveText(width: Int, height: Int) -> [String] {
    let ranges = ranges()
    let yAxis = PlotAxis(ranges.y, scale: yScale, tickCount: max(height / 4, 2))
    let labelWidth = yAxis.ticks.map { TextWidth.columns($0.label) }.max() ?? 0
    let names = series.map { TextWidth.fitted($0.label ?? "", to: 16).trimmedEnd }
    let nameWidth = series.count > 1 ? (names.map { TextWidth.columns($0) + 1 }.max() ?? 0) : 0
    let columns = max(width - labelWidth - 2 - nameWidth, 10)
    let xAxis = PlotAxis(ranges.x, scale: xScale, tickCount: max(columns / 12, 2), isWhole: hasWholeX)
    var canvas = BrailleCanvas(columns: columns, rows: height)
    var ends: [(row: Int, name: String)] = []
    for (index, one) in series.enumerated() {
      if case .histogram(let histogram) = one.content {
        fill(histogram, xAxis, yAxis, &canvas)
        continue
      }
      let points = points(one)
      let placed = zip(points.x, points.y).map { (x: xAxis.place($0), y: yAxis.place($1)) }
      var isConnected = false
      if case .line = one.content { isConnected = true }
      canvas.draw(placed, isConnected: isConnected)
      if let last = placed.last(where: { $0.x.isFinite && (0...1).contains($0.y) }) {
        ends.append((canvas.row(last.y), names[index]))
      }
    }
    var lines: [String] = []
    if let yLabel { lines.append(yLabel) }
    let atRow = Dictionary(yAxis.ticks.map { (canvas.row(yAxis.place($0.value)), $0.label) }) { first, _ in
      first
    }
    let nameAtRow = nameWidth > 0 ? Self.spread(ends, rows: height) : [:]
    for (row, cells) in canvas.lines.enumerated() {
      let label = TextWidth.fitted(atRow[row] ?? "", to: labelWidth, .right)
      let edge = atRow[row] == nil ? "│" : "┤"
      lines.append((label + " " + edge + cells + (nameAtRow[row].map { " " + $0 } ?? "")).trimmedEnd)
    }
    lines.append(TextWidth.spaces(labelWidth + 1) + "└" + String(repeating: "─", count: columns))
    lines.append(TextWidth.spaces(labelWidth + 2) + Self.tickLine(xAxis, columns: columns))
    if let xLabel {
      lines.append(
        TextWidth.spaces(labelWidth + 2) + TextWidth.fitted(xLabel, to: columns, .center).trimmedEnd)
    }
    return lines
  }

  /// Puts names that would share a row on neighbouring ones.
  private static func spread(_ ends: [(row: Int, name: String)], rows: Int) -> [Int: String] {
    var taken: [Int: String] = [:]
    for end in ends where !end.name.isEmpty {
      let nearest = (0..<rows).filter { taken[$0] == nil }.min {
        ($0 - end.row).magnitude < ($1 - end.row).magnitude
      }
      if let nearest { taken[nearest] = end.name }
    }
    return taken
  }

  private static func tickLine(_ axis: PlotAxis, columns: Int) -> String {
    var line = ""
    var used = 0
    for tick in axis.ticks {
      let place = axis.place(tick.value)
      guard place.isFinite, (-0.01...1.01).contains(place) else { continue }
      let length = TextWidth.columns(tick.label)
      let start = min(max(Int(place * Double(columns - 1)) - length / 2, 0), max(columns - length, 0))
      guard start >= used else { continue }
      line += TextWidth.spaces(start - used) + tick.label
      used = start + length + 1
      line += " "
    }
    return line.trimmedEnd
  }

  private func fill(
    _ histogram: Histogram, _ xAxis: PlotAxis, _ yAxis: PlotAxis, _ canvas: inout BrailleCanvas
  ) {
    for dot in 0..<canvas.dotColumns {
      let place = (Double(dot) + 0.5) / Double(canvas.dotColumns)
      let value = xAxis.lower + place * (xAxis.upper - xAxis.lower)
      let bin = ((value - histogram.lower) / histogram.binWidth).rounded(.down)
      guard bin >= 0, bin < Double(histogram.counts.count) else { continue }
      canvas.fillColumn(dot, upTo: yAxis.place(Double(histogram.counts[Int(bin)])))
    }
  }

  private func barsText(width: Int) -> [String] {
    var rows: [(name: String, value: Double)] = []
    let hasGroups = series.count > 1
    let names = barNames ?? []
    for (place, name) in names.enumerated() {
      for (index, one) in series.enumerated() {
        guard case .bars(_, let values) = one.content, values.indices.contains(place) else { continue }
        let label = hasGroups ? "\(name) \(one.label ?? String(index + 1))" : name
        rows.append((label, values[place]))
      }
    }
    let limit = 60
    let hidden = rows.count - limit
    rows = Array(rows.prefix(limit))
    let most = rows.map { $0.value.isFinite ? $0.value.magnitude : 0 }.max() ?? 0
    let nameWidth = min(rows.map { TextWidth.columns($0.name) }.max() ?? 0, width / 3)
    let texts = rows.map { NumberFormat.significant($0.value, 4) }
    let room = max(width - nameWidth - 2 - (texts.map(\.count).max() ?? 0), 4)
    var lines = yLabel.map { [$0] } ?? []
    for (row, text) in zip(rows, texts) {
      let bar = most > 0 ? BlockBar.text(row.value.magnitude / most, columns: room) : ""
      let shown = row.value < 0 ? String(bar.map { _ in "░" }) : bar
      lines.append("\(TextWidth.fitted(row.name, to: nameWidth)) \(shown) \(text)")
    }
    if hidden > 0 { lines.append("… \(NumberFormat.grouped(hidden)) more …") }
    return lines
  }

  private static func text(of map: HeatMap, width: Int) -> [String] {
    guard map.rows > 0, map.columns > 0 else { return ["no numbers"] }
    let texts = (0..<min(map.rows, 40)).map { row in
      (0..<min(map.columns, 40)).map { NumberFormat.significant(map.value(row, $0), 3) }
    }
    let names = (0..<texts.count).map {
      map.rowNames?.indices.contains($0) == true ? map.rowNames?[$0] ?? "" : "\($0)"
    }
    let nameWidth = names.map { TextWidth.columns($0) }.max() ?? 0
    let cellWidth = texts.joined().map { TextWidth.columns($0) }.max() ?? 1
    if map.columns <= 40, map.rows <= 40, nameWidth + 3 + map.columns * (cellWidth + 1) <= width {
      let heads = (0..<map.columns).map {
        map.columnNames?.indices.contains($0) == true ? map.columnNames?[$0] ?? "" : "\($0)"
      }
      func line(_ name: String, _ cells: [String]) -> String {
        let fitted = cells.map { TextWidth.fitted($0, to: cellWidth, .right) }
        return (TextWidth.fitted(name, to: nameWidth) + " │ " + fitted.joined(separator: " ")).trimmedEnd
      }
      let rule = String(repeating: "─", count: nameWidth + 1) + "┼"
      return [line("", heads), rule + String(repeating: "─", count: map.columns * (cellWidth + 1))]
        + zip(names, texts).map(line)
    }
    let shading = map.shading
    let shades = Array(" ░▒▓█")
    let (columnStep, rowStep) = (
      map.columns / max(width - 2, 1) + 1, max(map.rows / 24, map.columns / max(width - 2, 1)) + 1
    )
    var lines: [String] = []
    for row in stride(from: 0, to: map.rows, by: rowStep) {
      lines.append(
        String(
          stride(from: 0, to: map.columns, by: columnStep).map { column in
            let value = map.value(row, column)
            guard value.isFinite else { return "?" }
            let place = (value / 2 - shading.lower / 2) / (shading.upper / 2 - shading.lower / 2)
            return shades[min(max(Int(place * 5), 0), 4)]
          }))
    }
    lines.append(
      "\" \" is \(NumberFormat.significant(shading.lower, 3)), █ is \(NumberFormat.significant(shading.upper, 3))"
    )
    return lines
  }
}

extension String {
  /// Without spaces at the end.
  var trimmedEnd: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}

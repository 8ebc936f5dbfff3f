import Pictures

extension Plot {
  /// A heat map with its names and a scale of its colours.
  func drawing(of map: HeatMap) -> Drawing {
    var drawing = Drawing(
      width: min(max(width, 160), 2000), height: min(max(height, 120), 2000), alternativeText: alternativeText
    )
    let size = Self.tickSize
    let rowNames = map.rowNames ?? Self.sparse(map.rows)
    let columnNames = map.columnNames ?? Self.sparse(map.columns)
    var top = addTitles(to: &drawing) + 6
    if let yLabel {
      top += 12
      drawing.add(yLabel, at: Self.padding, top, size: 11, color: .softInk)
      top += 6
    }
    let shading = map.shading
    let labelRoom = min(rowNames.map { TextMetrics.width($0, size: size) }.max() ?? 0, drawing.width * 0.35)
    let left = Self.padding + labelRoom + 8
    let scaleTexts = Self.scaleNumbers(shading).map { NumberFormat.significant($0, 3) }
    let scaleRoom = 34 + (scaleTexts.map { TextMetrics.width($0, size: size) }.max() ?? 0)
    let room = Drawing.Rectangle(
      x: left, y: top, width: max(drawing.width - left - scaleRoom - Self.padding, 20),
      height: max(drawing.height - top - (xLabel == nil ? 30 : 48), 20))
    // Cells are square, and not larger than their numbers need, unless that would make them too thin to see.
    let (columns, rows) = (Double(max(map.columns, 1)), Double(max(map.rows, 1)))
    let square = min(room.width / columns, room.height / rows, 56)
    let cellWidth = square < 4 ? min(room.width / columns, 16) : square
    let cellHeight = square < 4 ? min(room.height / rows, 16) : square
    let area = Drawing.Rectangle(x: left, y: top, width: cellWidth * columns, height: cellHeight * rows)
    if let picture = PictureMapping.picture(of: map, shading) {
      drawing.add(.picture(picture, area, showsPixels: true))
    }
    drawing.add(.rectangle(area, fill: nil, stroke: Drawing.Stroke(.axis, width: 0.75)))
    addNumbers(map, shading, area, to: &drawing)
    for (row, name) in rowNames.prefix(map.rows).enumerated() where !name.isEmpty {
      let text = TextMetrics.fitted(name, size: size, room: labelRoom + 1)
      let y = area.y + (Double(row) + 0.5) * cellHeight + 4
      drawing.add(text, at: left - 8, y, size: size, color: .softInk, anchor: .end)
    }
    var free = -Double.infinity
    for (column, name) in columnNames.prefix(map.columns).enumerated() where !name.isEmpty {
      let x = area.x + (Double(column) + 0.5) * cellWidth
      let text = TextMetrics.fitted(name, size: size, room: max(cellWidth - 3, 24))
      let half = TextMetrics.width(text, size: size) / 2
      guard x - half > free else { continue }
      drawing.add(text, at: x, area.bottom + 16, size: size, color: .softInk, anchor: .middle)
      free = x + half + 3
    }
    if let xLabel {
      drawing.add(xLabel, at: area.centre.x, area.bottom + 34, size: 11, color: .softInk, anchor: .middle)
    }
    addScale(shading, beside: area, to: &drawing)
    // No empty card below or beside the map.
    drawing.height = min(drawing.height, max(area.bottom + (xLabel == nil ? 28 : 46), 80))
    drawing.width = min(
      drawing.width, max(area.right + scaleRoom + Self.padding, headWidth + 2 * Self.padding))
    return drawing
  }

  private var headWidth: Double {
    max(TextMetrics.width(title ?? "", size: 13.5, isBold: true), TextMetrics.width(subtitle ?? "", size: 11))
  }

  /// Numbers for rows or columns without names: all of them where they are few, else some.
  private static func sparse(_ count: Int) -> [String] {
    let step = count <= 16 ? 1 : count <= 60 ? 5 : max(count / 100 * 10, 10)
    return (0..<min(count, 100_000)).map { $0 % step == 0 ? String($0) : "" }
  }

  private func addNumbers(
    _ map: HeatMap, _ shading: Shading, _ area: Drawing.Rectangle, to drawing: inout Drawing
  ) {
    guard map.rows > 0, map.columns > 0, map.rows <= 40, map.columns <= 40 else { return }
    let cell = (width: area.width / Double(map.columns), height: area.height / Double(map.rows))
    let texts = map.values.map { NumberFormat.significant($0, 3) }
    let size = min(cell.height * 0.55, 11)
    let widest = texts.map { TextMetrics.width($0, size: size) }.max() ?? 0
    guard map.showsValues ?? (widest < cell.width - 4 && size >= 7) else { return }
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let value = map.value(row, column)
        guard let color = shading.color(of: value) else { continue }
        let x = area.x + (Double(column) + 0.5) * cell.width
        let y = area.y + (Double(row) + 0.5) * cell.height + size * 0.36
        drawing.add(
          NumberFormat.significant(value, 3), at: x, y, size: max(size, 5), color: color.contrastingInk,
          anchor: .middle)
      }
    }
  }

  private static func scaleNumbers(_ shading: Shading) -> [Double] {
    [shading.lower, shading.lower / 2 + shading.upper / 2, shading.upper]
  }

  private func addScale(_ shading: Shading, beside area: Drawing.Rectangle, to drawing: inout Drawing) {
    let height = min(area.height, 160)
    let bar = Drawing.Rectangle(x: area.right + 14, y: area.y, width: 10, height: height)
    let steps = 64
    var samples: [UInt8] = []
    for step in 0..<steps {
      let color = shading.map.color(at: 1 - (Double(step) + 0.5) / Double(steps))
      samples += [color.red, color.green, color.blue]
    }
    if let picture = try? PixelBuffer(width: 1, height: steps, channels: 3, samples: samples) {
      drawing.add(.picture(picture, bar, showsPixels: false))
    }
    drawing.add(.rectangle(bar, fill: nil, stroke: Drawing.Stroke(.axis, width: 0.75)))
    let numbers = Self.scaleNumbers(shading)
    for (index, number) in numbers.enumerated() where height > 60 || index != 1 {
      let y = bar.bottom - bar.height * Double(index) / 2
      drawing.add(
        NumberFormat.significant(number, 3), at: bar.right + 6, min(max(y + 4, bar.y + 9), bar.bottom),
        size: Self.tickSize, color: .softInk)
    }
  }
}

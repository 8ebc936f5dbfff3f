extension Plot {
  /// The plot as shapes and texts.
  package func drawing() -> Drawing {
    if let heatMap { return drawing(of: heatMap) }
    var drawing = Drawing(
      width: min(max(width, 160), 2000), height: min(max(height, 120), 2000), alternativeText: alternativeText
    )
    let top = addHead(to: &drawing)
    let frame = PlotFrame(self, drawing.width, drawing.height, top: top)
    addAxes(frame, to: &drawing)
    var shapes: [Drawing.Shape] = []
    for index in series.indices { shapes += self.shapes(of: index, frame) }
    // A line's own width and round marks may stand a little over the edge.
    drawing.add(.clipped(frame.area.grown(4), shapes))
    addValues(frame, to: &drawing)
    return drawing
  }

  static let padding = 14.0
  static let tickSize = 11.0

  /// Title, subtitle, the name of the vertical axis and the legend; returns where the plot may begin.
  private func addHead(to drawing: inout Drawing) -> Double {
    var y = addTitles(to: &drawing)
    let left = Self.padding
    var x = left
    let hasLegend = series.contains { $0.label != nil }
    guard yLabel != nil || hasLegend else { return y + 4 }
    y += 14
    if let yLabel {
      let name = TextMetrics.fitted(yLabel, size: 11, room: drawing.width * 0.5)
      drawing.add(name, at: x, y, size: 11, color: .softInk)
      x += TextMetrics.width(name, size: 11) + 24
    }
    let start = x
    for index in series.indices {
      guard let label = series[index].label else { continue }
      let name = TextMetrics.fitted(label, size: 11, room: drawing.width - start - left - 40)
      let width = 24 + TextMetrics.width(name, size: 11)
      if x > start && x + width > drawing.width - left {
        x = start
        y += 17
      }
      addKey(index, at: Drawing.Point(x, y), to: &drawing)
      drawing.add(name, at: x + 22, y, size: 11)
      x += width + 16
    }
    return y + 12
  }

  /// Title and subtitle; returns the y of what comes below.
  func addTitles(to drawing: inout Drawing) -> Double {
    var y = Self.padding - 4
    let room = drawing.width - 2 * Self.padding
    if let title {
      y += 14
      let text = TextMetrics.fitted(title, size: 13.5, isBold: true, room: room)
      drawing.add(text, at: Self.padding, y, size: 13.5, isBold: true)
      y += 5
    }
    if let subtitle {
      y += 12
      drawing.add(
        TextMetrics.fitted(subtitle, size: 11, room: room), at: Self.padding, y, size: 11, color: .softInk)
      y += 4
    }
    return y
  }

  private func addKey(_ index: Int, at place: Drawing.Point, to drawing: inout Drawing) {
    let color = color(of: index)
    let middle = place.y - 4
    switch series[index].content {
    case .line(_, _, let markers, let dashed):
      let ends = [Drawing.Point(place.x, middle), Drawing.Point(place.x + 16, middle)]
      drawing.add(.line(ends, Drawing.Stroke(color, width: 2, dashes: dashed ? [5, 4] : [])))
      if markers { drawing.add(.dots([Drawing.Point(place.x + 8, middle)], radius: 3, color, opacity: 1)) }
    case .scatter:
      drawing.add(.dots([Drawing.Point(place.x + 9, middle)], radius: 4, color, opacity: 1))
    default:
      let box = Drawing.Rectangle(x: place.x + 4, y: middle - 5, width: 10, height: 10)
      drawing.add(.rectangle(box, fill: color, stroke: nil))
    }
  }

  private func addAxes(_ frame: PlotFrame, to drawing: inout Drawing) {
    let area = frame.area
    for tick in frame.yAxis.ticks where frame.isHorizontal || frame.showsGrid {
      let y = frame.y(tick.value)
      if !frame.isHorizontal {
        let line = [Drawing.Point(area.x, y), Drawing.Point(area.right, y)]
        drawing.add(.line(line, Drawing.Stroke(.grid)))
      }
      let label = TextMetrics.fitted(tick.label, size: Self.tickSize, room: frame.labelRoom)
      drawing.add(label, at: area.x - 8, y + 4, size: Self.tickSize, color: .softInk, anchor: .end)
    }
    if frame.isHorizontal && frame.showsGrid {
      for tick in frame.xAxis.ticks {
        let x = frame.x(tick.value)
        drawing.add(.line([Drawing.Point(x, area.y), Drawing.Point(x, area.bottom)], Drawing.Stroke(.grid)))
      }
    }
    // The line the data stand on: zero where it is in sight, else the lower edge.
    if frame.isHorizontal {
      let x = frame.x(min(max(0, frame.xAxis.lower), frame.xAxis.upper))
      drawing.add(.line([Drawing.Point(x, area.y), Drawing.Point(x, area.bottom)], Drawing.Stroke(.axis)))
    } else {
      let isInside = frame.yAxis.scale == .linear && frame.yAxis.lower < 0 && frame.yAxis.upper > 0
      let zero = isInside ? frame.y(0) : area.bottom
      drawing.add(
        .line([Drawing.Point(area.x, zero), Drawing.Point(area.right, zero)], Drawing.Stroke(.axis)))
    }
    addXTicks(frame, to: &drawing)
    if let xLabel {
      let text = TextMetrics.fitted(xLabel, size: 11, room: area.width)
      drawing.add(
        text, at: area.x + area.width / 2, area.bottom + 36, size: 11, color: .softInk, anchor: .middle)
    }
  }

  private func addXTicks(_ frame: PlotFrame, to drawing: inout Drawing) {
    guard !frame.isHorizontal || frame.showsGrid else { return }
    let area = frame.area
    var free = -Double.infinity
    for tick in frame.xAxis.ticks {
      let x = frame.x(tick.value)
      var label = tick.label
      if frame.hasNames {
        label = TextMetrics.fitted(label, size: Self.tickSize, room: max(frame.unitWidth - 4, 12))
      }
      let half = TextMetrics.width(label, size: Self.tickSize) / 2
      if !frame.hasNames {
        let mark = [Drawing.Point(x, area.bottom), Drawing.Point(x, area.bottom + 4)]
        drawing.add(.line(mark, Drawing.Stroke(.axis)))
      }
      // Labels that would run into the one before are left out.
      guard x - half > free else { continue }
      drawing.add(label, at: x, area.bottom + 18, size: Self.tickSize, color: .softInk, anchor: .middle)
      free = x + half + 6
    }
  }
}

extension Drawing.Rectangle {
  func grown(_ margin: Double) -> Drawing.Rectangle {
    Drawing.Rectangle(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
  }
}

/// Where things stand in a plot: the axes and the area between them.
struct PlotFrame {
  let area: Drawing.Rectangle
  let xAxis: PlotAxis
  let yAxis: PlotAxis
  /// Bars that lie, because their names need the room.
  let isHorizontal: Bool
  /// Whether the x axis has names, not numbers.
  let hasNames: Bool
  /// Whether numbers are read from a grid, not written beside the bars.
  let showsGrid: Bool
  /// The room left of the area for labels.
  let labelRoom: Double

  init(_ plot: Plot, _ width: Double, _ height: Double, top: Double) {
    let ranges = plot.ranges()
    let names = plot.barNames
    let padding = Plot.padding
    let bottom = height - (plot.xLabel == nil ? 28 : 46)
    let plotHeight = max(bottom - top, 20)
    let widest = (names ?? []).map { TextMetrics.width($0, size: Plot.tickSize) }.max() ?? 0
    let unit = (width - 2 * padding - 40) / Double(max(names?.count ?? 1, 1))
    isHorizontal = names.map { widest > unit - 6 && Double($0.count) * 13 <= plotHeight } ?? false
    hasNames = names != nil && !isHorizontal
    showsGrid = !(names.map { plot.series.count == 1 && $0.count <= 24 } ?? false)
    let vertical: PlotAxis
    if isHorizontal, let names {
      vertical = PlotAxis(names: names)
    } else {
      vertical = PlotAxis(ranges.y, scale: plot.yScale, tickCount: max(Int(plotHeight / 46), 2))
    }
    let labels = vertical.ticks.map { TextMetrics.width($0.label, size: Plot.tickSize) }.max() ?? 0
    labelRoom = isHorizontal || showsGrid ? min(labels + 1, width * 0.4) : 0
    let left = padding + labelRoom + 8
    let valueRoom = isHorizontal && !showsGrid ? 44.0 : 6
    let right = width - padding - valueRoom
    area = Drawing.Rectangle(
      x: left, y: top + 4, width: max(right - left, 20), height: max(bottom - top - 4, 20))
    yAxis = vertical
    if hasNames, let names {
      xAxis = PlotAxis(names: names)
    } else {
      let range = isHorizontal ? ranges.y : ranges.x
      xAxis = PlotAxis(
        range, scale: isHorizontal ? plot.yScale : plot.xScale, tickCount: max(Int(area.width / 66), 2),
        isWhole: !isHorizontal && plot.hasWholeX)
    }
  }

  func x(_ value: Double) -> Double { area.x + xAxis.place(value) * area.width }

  /// Names run down, numbers up.
  func y(_ value: Double) -> Double {
    let place = yAxis.place(value)
    return isHorizontal ? area.y + place * area.height : area.bottom - place * area.height
  }

  /// The room of one name.
  var unitWidth: Double { area.width / max(xAxis.upper - xAxis.lower, 1) }
}

extension Plot {
  /// Whether x counts something: a plot over epochs has no epoch 1.5.
  var hasWholeX: Bool {
    guard xScale == .linear else { return false }
    var isAny = false
    for one in series {
      guard case .line(let x, _, _, _) = one.content else { return false }
      for value in x.prefix(10_000) where value.isFinite {
        if value.rounded() != value { return false }
        isAny = true
      }
    }
    return isAny
  }
}

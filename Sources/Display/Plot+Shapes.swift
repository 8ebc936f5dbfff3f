extension Plot {
  /// The marks of one series.
  func shapes(of index: Int, _ frame: PlotFrame) -> [Drawing.Shape] {
    let color = color(of: index)
    switch series[index].content {
    case .line(_, _, let markers, let dashed):
      let pieces = Thinning.pieces(placed(series[index], frame), columns: frame.area.width)
      let stroke = Drawing.Stroke(color, width: 1.8, dashes: dashed ? [5, 4] : [])
      var shapes: [Drawing.Shape] = pieces.filter { $0.count > 1 }.map { .line($0, stroke) }
      let points = markers ? pieces.flatMap { $0 } : pieces.filter { $0.count == 1 }.flatMap { $0 }
      if !points.isEmpty { shapes.append(.dots(points, radius: 3, color, opacity: 1)) }
      return shapes
    case .scatter:
      let points = Thinning.dots(placed(series[index], frame))
      let isDense = points.count > 300
      return [.dots(points, radius: isDense ? 1.8 : 3.2, color, opacity: isDense ? 0.6 : 0.8)]
    case .histogram(let histogram): return bars(of: histogram, color, frame)
    case .bars(_, let values): return bars(values, index, color, frame)
    case .heatMap: return []
    }
  }

  private func placed(_ one: Series, _ frame: PlotFrame) -> [Drawing.Point] {
    let points = points(one)
    return zip(points.x, points.y).map { Drawing.Point(frame.x($0), frame.y($1)) }
  }

  private func bars(of histogram: Histogram, _ color: Color, _ frame: PlotFrame) -> [Drawing.Shape] {
    // The white line between bars gives way where they are narrow.
    let several = series.count > 1
    let base = frame.y(max(frame.yAxis.lower, 0))
    var shapes: [Drawing.Shape] = []
    for (bin, count) in histogram.counts.enumerated() where count > 0 {
      let left = frame.x(histogram.lower + Double(bin) * histogram.binWidth)
      let right = frame.x(histogram.lower + Double(bin + 1) * histogram.binWidth)
      let top = frame.y(Double(count))
      guard left.isFinite, right.isFinite, top.isFinite else { continue }
      let gap = right - left > 5 ? 1.0 : 0
      let corners = [
        Drawing.Point(left, base), Drawing.Point(left, top), Drawing.Point(right - gap, top),
        Drawing.Point(right - gap, base),
      ]
      shapes.append(.polygon(corners, fill: color, opacity: several ? 0.6 : 1))
    }
    return shapes
  }

  /// Where the bar of one name in one series lies.
  private func bar(_ place: Int, _ value: Double, _ index: Int, _ frame: PlotFrame) -> Drawing.Rectangle? {
    let groups = series.indices.filter { if case .bars = series[$0].content { true } else { false } }
    guard let slot = groups.firstIndex(of: index), value.isFinite else { return nil }
    let thickness = 0.72 / Double(groups.count)
    let start = Double(place) - 0.36 + Double(slot) * thickness
    if frame.isHorizontal {
      let zero = frame.x(min(max(0, frame.xAxis.lower), frame.xAxis.upper))
      let end = frame.x(value)
      let (top, bottom) = (frame.y(start), frame.y(start + thickness))
      return .init(x: min(zero, end), y: top, width: (end - zero).magnitude, height: bottom - top)
    }
    let zero = frame.y(min(max(0, frame.yAxis.lower), frame.yAxis.upper))
    let end = frame.y(value)
    guard end.isFinite else { return nil }
    let (left, right) = (frame.x(start), frame.x(start + thickness))
    return .init(x: left, y: min(zero, end), width: right - left, height: (end - zero).magnitude)
  }

  private func bars(_ values: [Double], _ index: Int, _ color: Color, _ frame: PlotFrame) -> [Drawing.Shape] {
    values.enumerated().compactMap { place, value in
      bar(place, value, index, frame).map { .rectangle($0, fill: color, stroke: nil) }
    }
  }

  /// The numbers of the bars, where they are few enough to be written.
  func addValues(_ frame: PlotFrame, to drawing: inout Drawing) {
    guard !frame.showsGrid || frame.isHorizontal, series.count == 1, let one = series.first,
      case .bars(_, let values) = one.content
    else { return }
    for (place, value) in values.enumerated() {
      guard let bar = bar(place, value, 0, frame) else { continue }
      let text = NumberFormat.significant(value, 3)
      if frame.isHorizontal {
        let x = value < 0 ? bar.x - 5 : bar.right + 5
        drawing.add(
          text, at: x, bar.centre.y + 4, size: 10.5, color: .softInk, anchor: value < 0 ? .end : .start)
      } else if TextMetrics.width(text, size: 10.5) < frame.unitWidth {
        let y = value < 0 ? bar.bottom + 13 : bar.y - 4
        drawing.add(text, at: bar.centre.x, y, size: 10.5, color: .softInk, anchor: .middle)
      }
    }
  }
}

/// Fewer points that look the same: a figure never grows with its data.
enum Thinning {
  /// The unbroken pieces of a line, each with at most about four points for a column of pixels.
  static func pieces(_ points: [Drawing.Point], columns: Double) -> [[Drawing.Point]] {
    var pieces: [[Drawing.Point]] = []
    var piece: [Drawing.Point] = []
    for point in points {
      if point.x.isFinite && point.y.isFinite {
        piece.append(point)
      } else if !piece.isEmpty {
        pieces.append(piece)
        piece = []
      }
    }
    if !piece.isEmpty { pieces.append(piece) }
    guard points.count > Int(min(columns, 2000)) * 4 else { return pieces }
    let thinned = pieces.map(thin)
    // Countless single points between gaps: every so many of them.
    let stride = thinned.count / 4000 + 1
    return stride == 1 ? thinned : Swift.stride(from: 0, to: thinned.count, by: stride).map { thinned[$0] }
  }

  private static func thin(_ points: [Drawing.Point]) -> [Drawing.Point] {
    let isSorted = zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x }
    guard isSorted else {
      let stride = points.count / 20_000 + 1
      return Swift.stride(from: 0, to: points.count, by: stride).map { points[$0] }
    }
    // Of every half pixel's points: the first, the lowest, the highest, the last.
    var kept: [Drawing.Point] = []
    var start = 0
    while start < points.count {
      let limit = points[start].x + 0.5
      var end = start + 1
      var (low, high) = (start, start)
      while end < points.count, points[end].x < limit {
        if points[end].y < points[low].y { low = end }
        if points[end].y > points[high].y { high = end }
        end += 1
      }
      var last = -1
      for index in [start, min(low, high), max(low, high), end - 1] where index > last {
        kept.append(points[index])
        last = index
      }
      start = end
    }
    return kept
  }

  /// Dots without those that would fall on another, at most 12,000.
  static func dots(_ points: [Drawing.Point]) -> [Drawing.Point] {
    let finite = points.filter {
      $0.x.isFinite && $0.y.isFinite && $0.x.magnitude < 1e6 && $0.y.magnitude < 1e6
    }
    guard finite.count > 2000 else { return finite }
    var seen = Set<Int>()
    let apart = finite.filter { seen.insert(Int($0.x) * 4_000_000 + Int($0.y)).inserted }
    let stride = apart.count / 12_000 + 1
    return Swift.stride(from: 0, to: apart.count, by: stride).map { apart[$0] }
  }
}

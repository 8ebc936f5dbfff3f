extension Plot {
  /// Numbers beyond this have no place in a plot: their differences would overflow.
  private static let limit = 1e300

  /// The points of a series that can be placed, with gaps as NaN.
  func points(_ one: Series) -> (x: [Double], y: [Double]) {
    let (x, y): ([Double], [Double])
    switch one.content {
    case .line(let xs, let ys, _, _), .scatter(let xs, let ys): (x, y) = (xs, ys)
    default: return ([], [])
    }
    let count = min(x.count, y.count)
    var result = (x: [Double](), y: [Double]())
    for index in 0..<count {
      let fits = isPlaceable(x[index], xScale) && isPlaceable(y[index], yScale)
      result.x.append(fits ? x[index] : .nan)
      result.y.append(fits ? y[index] : .nan)
    }
    return result
  }

  private func isPlaceable(_ value: Double, _ scale: Scale) -> Bool {
    value.magnitude < Self.limit && (scale == .linear || value > 1e-300)
  }

  /// The numbers each axis must show.
  func ranges() -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    var xs = Extent()
    var ys = Extent()
    var standsOnZero = false
    for one in series {
      switch one.content {
      case .line, .scatter:
        let points = points(one)
        for value in points.x { xs.include(value) }
        for value in points.y { ys.include(value) }
      case .bars(_, let values):
        standsOnZero = true
        for value in values where value.magnitude < Self.limit { ys.include(value) }
      case .histogram(let histogram):
        standsOnZero = true
        xs.include(histogram.lower)
        xs.include(histogram.upper)
        for count in histogram.counts { ys.include(Double(count)) }
      case .heatMap: break
      }
    }
    let x = xRange ?? xs.range(scale: xScale, margin: isFilled ? 0 : 0.02, standsOnZero: false)
    let y = yRange ?? ys.range(scale: yScale, margin: 0.05, standsOnZero: standsOnZero)
    return (usable(x, xScale), usable(y, yScale))
  }

  private var isFilled: Bool {
    series.contains { if case .histogram = $0.content { true } else { false } }
  }

  /// A range somebody asked for, if it can be drawn.
  private func usable(_ range: ClosedRange<Double>, _ scale: Scale) -> ClosedRange<Double> {
    let (lower, upper) = (range.lowerBound, range.upperBound)
    if scale == .logarithmic && lower <= 0 {
      return upper > 0 ? min(upper / 1000, 1)...upper : 0.1...1
    }
    guard lower.magnitude < Self.limit, upper.magnitude < Self.limit else { return 0...1 }
    // So near to each other that no number lies between.
    guard upper - lower > max(lower.magnitude, upper.magnitude) * 1e-12 else {
      let half = max(lower.magnitude * 0.05, 0.5)
      return scale == .logarithmic ? lower / 2...upper * 2 : lower - half...upper + half
    }
    return range
  }
}

/// The least and the greatest of some numbers.
private struct Extent {
  var least = Double.infinity
  var most = -Double.infinity

  mutating func include(_ value: Double) {
    guard value.isFinite else { return }
    least = min(least, value)
    most = max(most, value)
  }

  /// A range with some margin around the numbers; zero is included where it belongs to them.
  func range(scale: Plot.Scale, margin: Double, standsOnZero: Bool) -> ClosedRange<Double> {
    guard least <= most else { return scale == .logarithmic ? 0.1...1 : 0...1 }
    if scale == .logarithmic {
      return least == most ? least / 2...most * 2 : least / 1.1...most * 1.1
    }
    if least == most && !standsOnZero {
      let half = max(least.magnitude * 0.05, 0.5)
      return least - half...most + half
    }
    let nearZero = least >= 0 && least < most * 0.3 && margin > 0.02
    let lower = standsOnZero || nearZero ? min(least, 0) : least
    let upper = standsOnZero ? max(most, 0) : most
    let span = upper - lower
    if span == 0 { return 0...1 }
    return (lower == 0 ? 0 : lower - span * margin)...(upper == 0 ? 0 : upper + span * margin)
  }
}

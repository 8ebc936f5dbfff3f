import Base

/// Lines, points, bars, histograms and heat maps over labelled axes.
package struct Plot: Sendable {
  package enum Scale: Sendable {
    case linear, logarithmic
  }

  /// One thing that is plotted.
  package struct Series: Sendable {
    enum Content: Sendable {
      case line(x: [Double], y: [Double], markers: Bool, dashed: Bool)
      case scatter(x: [Double], y: [Double])
      case bars(names: [String], values: [Double])
      case histogram(Histogram)
      case heatMap(HeatMap)
    }

    package var label: String?
    /// Nil for the next colour of the palette.
    package var color: Color?
    var content: Content

    /// Connected points; `x` counts from 0 when nil. What is not finite leaves a gap.
    package static func line(
      x: [Double]? = nil, y: [Double], label: String? = nil, markers: Bool = false, dashed: Bool = false
    ) -> Series {
      Series(label: label, content: .line(x: x ?? counting(y), y: y, markers: markers, dashed: dashed))
    }

    /// Single points.
    package static func scatter(x: [Double], y: [Double], label: String? = nil) -> Series {
      Series(label: label, content: .scatter(x: x, y: y))
    }

    /// A bar for every name. Several such series stand beside each other.
    package static func bars(names: [String], values: [Double], label: String? = nil) -> Series {
      Series(label: label, content: .bars(names: names, values: values))
    }

    /// How many values fall into each of equally wide bins; their number follows from the values when nil.
    package static func histogram(_ values: [Double], bins: Int? = nil, label: String? = nil) -> Series {
      Series(label: label, content: .histogram(Histogram(values, bins: bins)))
    }

    /// Numbers as colours, row by row from the top.
    package static func heatMap(
      _ values: [Double], rows: Int, columns: Int, rowNames: [String]? = nil, columnNames: [String]? = nil,
      signed: Bool? = nil, showsValues: Bool? = nil
    ) -> Series {
      Series(
        label: nil,
        content: .heatMap(
          HeatMap(
            values: values, rows: rows, columns: columns, rowNames: rowNames, columnNames: columnNames,
            isSigned: signed, showsValues: showsValues)))
    }

    private static func counting(_ y: [Double]) -> [Double] { y.indices.map(Double.init) }
  }

  package var title: String?
  package var subtitle: String?
  package var xLabel: String?
  package var yLabel: String?
  package var xScale = Scale.linear
  package var yScale = Scale.linear
  /// Nil where the data decide.
  package var xRange: ClosedRange<Double>?
  package var yRange: ClosedRange<Double>?
  /// CSS pixels.
  package var width = 560.0
  package var height = 340.0
  package var series: [Series]

  package init(
    title: String? = nil, xLabel: String? = nil, yLabel: String? = nil, xScale: Scale = .linear,
    yScale: Scale = .linear, series: [Series]
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.xScale = xScale
    self.yScale = yScale
    self.series = series
  }

  /// The plot in every form a front end may show.
  package var bundle: MIMEBundle {
    var bundle = drawing().bundle(text: text())
    bundle.fittedText = { [self] in text(width: $0) }
    return bundle
  }

  /// What is plotted, in a sentence, for those who cannot see it.
  var alternativeText: String {
    var parts = [title ?? "Plot"]
    let labels = series.compactMap(\.label)
    if !labels.isEmpty { parts.append(labels.joined(separator: ", ")) }
    if let yLabel, let xLabel {
      parts.append("\(yLabel) against \(xLabel)")
    } else if let name = yLabel ?? xLabel {
      parts.append(name)
    }
    return parts.joined(separator: ": ")
  }

  /// The first heat map: it fills the plot alone.
  var heatMap: HeatMap? {
    for one in series { if case .heatMap(let map) = one.content { return map } }
    return nil
  }

  /// The names under the bars: of the series with the most.
  var barNames: [String]? {
    let all = series.compactMap { one -> [String]? in
      guard case .bars(let names, let values) = one.content else { return nil }
      return values.indices.map { names.indices.contains($0) ? names[$0] : String($0) }
    }
    return all.max { $0.count < $1.count }
  }

  func color(of index: Int) -> Color { series[index].color ?? Palette.series(index) }
}

/// Several plots as one figure.
package struct Figure: Sendable {
  package var plots: [Plot]
  /// Plots in a row; nil for two, or for one where there is only one.
  package var columns: Int?
  package var title: String?

  package init(_ plots: [Plot], columns: Int? = nil, title: String? = nil) {
    self.plots = plots
    self.columns = columns
    self.title = title
  }

  package var bundle: MIMEBundle {
    var bundle = drawing().bundle(text: text())
    bundle.fittedText = { [self] in text(width: $0) }
    return bundle
  }

  package func text(width: Int = 80) -> String {
    ([title].compactMap { $0 } + plots.map { $0.text(width: width) }).joined(separator: "\n\n")
  }

  package func drawing() -> Drawing {
    let perRow = min(max(columns ?? 2, 1), max(plots.count, 1))
    let parts = plots.map { plot -> Drawing in
      var plot = plot
      if perRow > 1 {
        // Side by side they share the width of a notebook's page.
        plot.width = min(plot.width, max(880 / Double(perRow), 200))
        plot.height = min(plot.height, max(plot.width * 0.72, 180))
      }
      return plot.drawing()
    }
    let alternatives = plots.map(\.alternativeText)
    var whole = Drawing(
      width: 0, height: 0, alternativeText: ([title].compactMap { $0 } + alternatives).joined(separator: "; ")
    )
    var y = 0.0
    if let title {
      whole.add(title, at: Plot.padding, 26, size: 15, isBold: true)
      whole.width = TextMetrics.width(title, size: 15, isBold: true) + 2 * Plot.padding
      y = 32
    }
    for start in stride(from: 0, to: parts.count, by: perRow) {
      let row = parts[start..<min(start + perRow, parts.count)]
      var x = 0.0
      for part in row {
        whole.add(part, x: x, y: y)
        x += part.width
      }
      whole.width = max(whole.width, x)
      y += row.map(\.height).max() ?? 0
    }
    whole.height = max(y, 1)
    whole.width = max(whole.width, 1)
    return whole
  }
}

/// Tensors as HTML: small ones as a table whose cells are coloured by their values, large ones as a summary
/// with a histogram.
///
/// Everything is inline styles of kinds that JupyterLab's sanitizer keeps in untrusted notebooks. Coloured
/// cells have a ground and an ink of their own; all else takes the page's colours.
package enum TensorDisplay {
  /// Most elements shown one by one.
  package static let tableLimit = 400
  static let planeLimit = 12

  /// The tensor in every form; `text` is its own description.
  package static func bundle(_ content: TensorContent, text: String) -> MIMEBundle {
    var bundle = MIMEBundle()
    bundle["text/html"] = .text(html(content))
    bundle["text/plain"] = .text(text)
    return bundle
  }

  package static func html(_ content: TensorContent) -> String {
    let statistics = TensorStatistics(content)
    let head = header(content, statistics)
    if let planes = planes(content) {
      let format = CellFormat(content)
      let shading = Shading(least: statistics.least, most: statistics.most, content)
      return head + planes.map { table($0, content, format, shading) }.joined()
    }
    return head + summary(content, statistics)
  }

  private static func header(_ content: TensorContent, _ statistics: TensorStatistics) -> String {
    var parts = [content.dtype, "shape \(content.shapeText)"]
    if content.count > 1, statistics.least.isFinite, !isBool(content) {
      let (low, high) = (
        NumberFormat.significant(statistics.least), NumberFormat.significant(statistics.most)
      )
      parts.append(low == high ? "all \(low)" : "\(low) to \(high)")
    }
    if content.count == 0 { parts.append("empty") }
    return
      "<div style=\"font-size:12px;margin:2px 0 4px 0\">\(Escape.html(parts.joined(separator: " · ")))</div>"
  }

  private static func isBool(_ content: TensorContent) -> Bool {
    if case .bools = content.elements { true } else { false }
  }

  // MARK: - Small tensors

  /// One table of a tensor.
  private struct Plane {
    /// `[..., 0]`; empty where there is one plane.
    var name: String
    var rows: Int
    var columns: Int
    /// The element at a row and column.
    var start: Int
    var rowStep: Int
    var columnStep: Int
    /// Whether the rows are pieces of one long axis.
    var isFolded = false
    var count: Int
  }

  /// The tables a small tensor makes, or nil when it is to be summed up. The last of three axes is taken for
  /// channels, as everywhere in this language: each gets a table.
  private static func planes(_ content: TensorContent) -> [Plane]? {
    var shape = content.shape
    guard content.count > 0, content.count <= tableLimit else { return nil }
    var lead = ""
    while shape.count > 3, shape[0] == 1 {
      shape.removeFirst()
      lead += "0, "
    }
    switch shape.count {
    case 0, 1:
      let count = content.count
      let columns = count <= 20 ? count : 10
      return [
        Plane(
          name: "", rows: (count + columns - 1) / columns, columns: columns, start: 0, rowStep: columns,
          columnStep: 1,
          isFolded: columns < count, count: count)
      ]
    case 2:
      guard shape[1] <= 40 else { return nil }
      return [
        Plane(
          name: "", rows: shape[0], columns: shape[1], start: 0, rowStep: shape[1], columnStep: 1,
          count: content.count)
      ]
    case 3:
      let channels = shape[2]
      guard channels <= planeLimit, shape[1] <= 40 else { return nil }
      return (0..<channels).map { channel in
        Plane(
          name: channels == 1 && lead.isEmpty ? "" : "[\(lead)..., \(channel)]", rows: shape[0],
          columns: shape[1],
          start: channel, rowStep: shape[1] * channels, columnStep: channels, count: content.count)
      }
    default: return nil
    }
  }

  private static func table(
    _ plane: Plane, _ content: TensorContent, _ format: CellFormat, _ shading: Shading
  ) -> String {
    let indexStyle =
      "padding:1px 6px;font-size:10px;font-weight:normal;color:#7a8087;border:none;background:none"
    var html =
      "<div style=\"display:inline-block;vertical-align:top;margin:0 14px 8px 0;max-width:100%;overflow-x:auto\">"
    if !plane.name.isEmpty { html += "<div style=\"font-size:12px\"><code>\(plane.name)</code></div>" }
    html += "<table style=\"border-collapse:collapse;margin:0;border:none\">"
    let showsIndices = plane.columns > 1 && plane.rows > 1
    if showsIndices && !plane.isFolded {
      html += "<tr><th style=\"\(indexStyle)\"></th>"
      for column in 0..<plane.columns {
        html += "<th style=\"\(indexStyle);text-align:right\">\(column)</th>"
      }
      html += "</tr>"
    }
    for row in 0..<plane.rows {
      html += "<tr>"
      if showsIndices {
        html +=
          "<th style=\"\(indexStyle);text-align:right\">\(plane.isFolded ? row * plane.columns : row)</th>"
      }
      for column in 0..<plane.columns {
        let index = plane.start + row * plane.rowStep + column * plane.columnStep
        guard index < content.count else { break }
        html += cell(format.text(index), shading.color(of: content.value(index)))
      }
      html += "</tr>"
    }
    return html + "</table></div>"
  }

  private static func cell(_ text: String, _ color: Color?) -> String {
    let ground = color ?? Color(hex: 0xBDBDBD)
    return
      "<td style=\"text-align:right;padding:3px 8px;font-family:monospace;font-size:12px;white-space:nowrap;"
      + "background-color:\(ground.hex);color:\(ground.contrastingInk.hex);border:1px solid #d5d8dc\">\(text)</td>"
  }

  // MARK: - Large tensors

  private static func summary(_ content: TensorContent, _ statistics: TensorStatistics) -> String {
    guard content.count > 0 else { return "" }
    let total = Double(content.count)
    func number(_ value: Double) -> Table.Cell { .number(NumberFormat.significant(value)) }
    var columns = ["elements", "min", "max", "mean", "std", "zeros"].map { Table.Column($0, .right) }
    var row: [Table.Cell] = [
      .count(content.count), number(statistics.least), number(statistics.most), number(statistics.mean),
      number(statistics.standardDeviation), .number(NumberFormat.percent(Double(statistics.zeros) / total)),
    ]
    if statistics.nans > 0 {
      columns.append(Table.Column("NaN", .right))
      row.append(.number(NumberFormat.percent(Double(statistics.nans) / total)))
    }
    if statistics.infinities > 0 {
      columns.append(Table.Column("infinite", .right))
      row.append(.number(NumberFormat.percent(Double(statistics.infinities) / total)))
    }
    return Table(columns: columns, rows: [row]).html + histogram(content, statistics)
  }

  /// Bars as inline blocks: SVG would not survive in an untrusted notebook.
  private static func histogram(_ content: TensorContent, _ statistics: TensorStatistics) -> String {
    let (least, most) = (statistics.least, statistics.most)
    guard least < most else { return "" }
    let bins = 48
    var counts = [Int](repeating: 0, count: bins)
    let scale = Double(bins) / (most / 2 - least / 2)
    guard scale.isFinite else { return "" }
    content.visit { value in
      guard value.isFinite else { return }
      counts[min(max(Int((value / 2 - least / 2) * scale), 0), bins - 1)] += 1
    }
    let highest = Double(counts.max() ?? 1)
    var html = "<div style=\"display:inline-block;margin:4px 0\">"
    html += "<div style=\"white-space:nowrap;line-height:0;border-bottom:1px solid #8a8f96\">"
    for count in counts {
      // Even a single element is seen.
      let height = count == 0 ? 0 : max((Double(count) / highest * 56).rounded(), 1)
      html += "<span style=\"display:inline-block;width:6px;margin-right:1px;vertical-align:bottom;"
      html += "height:\(Int(height))px;background-color:#3279b3\"></span>"
    }
    html += "</div><div style=\"font-size:11px\">"
    html += "<span style=\"display:inline-block;width:168px\">\(NumberFormat.significant(least, 3))</span>"
    html +=
      "<span style=\"display:inline-block;width:168px;text-align:right\">\(NumberFormat.significant(most, 3))</span>"
    return html + "</div></div>"
  }
}

extension Shading {
  /// Signed where the numbers are; true and false as dark and light.
  fileprivate init(least: Double, most: Double, _ content: TensorContent) {
    if case .bools = content.elements {
      self.init(least: 0, most: 1)
    } else if least.isNaN {
      self.init(least: .infinity, most: -.infinity)
    } else {
      self.init(least: least, most: most)
    }
  }
}

/// How the elements of one tensor are written: all with the same decimals, as few as show them.
private struct CellFormat {
  private let content: TensorContent
  /// Nil for significant digits.
  private var decimals: Int?

  init(_ content: TensorContent) {
    self.content = content
    var most = 0.0
    var least = Double.infinity
    content.visit { value in
      guard value.isFinite, value != 0 else { return }
      most = max(most, value.magnitude)
      least = min(least, value.magnitude)
    }
    guard most < 1e6, least >= 1e-3 || least == .infinity else { return }
    // Four digits at most, fewer where none of the numbers needs them.
    let limit = most >= 1000 ? 2 : most >= 100 ? 3 : 4
    decimals = 0
    let values = (0..<min(content.count, TensorDisplay.tableLimit)).map(content.value).filter(\.isFinite)
    for places in 0...limit {
      decimals = places
      let power = [1, 10, 100, 1000, 10_000][places]
      let isEnough = values.allSatisfy { value in
        let scaled = value * Double(power)
        return (scaled - scaled.rounded()).magnitude <= 1e-6 * max(scaled.magnitude, 1)
      }
      if isEnough { break }
    }
  }

  func text(_ index: Int) -> String {
    switch content.elements {
    case .integers(let values): return String(values[index])
    case .bytes(let values): return String(values[index])
    case .bools(let values): return values[index] ? "true" : "false"
    case .floats, .doubles:
      let value = content.value(index)
      return decimals.map { NumberFormat.fixed(value, $0) } ?? NumberFormat.significant(value)
    }
  }
}

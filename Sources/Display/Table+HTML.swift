extension Table {
  /// The table as HTML that JupyterLab shows in trusted and untrusted notebooks alike: inline styles only, of
  /// the kinds its sanitizer keeps. Colours of text and ground are the page's own, so it follows the theme.
  package var html: String {
    var html = "<table style=\"border-collapse:collapse;font-size:13px;margin:4px 0\">"
    if let title {
      html += "<caption style=\"text-align:left;font-weight:bold;padding:2px 0;caption-side:top\">"
      html += Escape.html(title) + "</caption>"
    }
    if columns.contains(where: { !$0.title.isEmpty }) {
      html += "<thead><tr>"
      for column in columns {
        html += "<th style=\"\(style(column.alignment));border-bottom:1px solid #8a8f96;font-weight:bold\">"
        html += Escape.html(column.title) + "</th>"
      }
      html += "</tr></thead>"
    }
    html += "<tbody>"
    let (first, hidden, last) = shownRows
    for row in first { html += rowHTML(row) }
    if hidden > 0 {
      html += "<tr><td colspan=\"\(columns.count)\" style=\"\(style(.center))\">"
      html += "… \(NumberFormat.grouped(hidden)) more rows …</td></tr>"
    }
    for row in last { html += rowHTML(row) }
    html += "</tbody>"
    if !footers.isEmpty {
      html += "<tfoot>"
      for (index, row) in footers.enumerated() {
        html += rowHTML(
          row, extra: index == 0 ? ";border-top:1px solid #8a8f96;font-weight:bold" : ";font-weight:bold")
      }
      html += "</tfoot>"
    }
    html += "</table>"
    if let note { html += "<div style=\"font-size:12px;margin:2px 0 4px 0\">\(Escape.html(note))</div>" }
    return html
  }

  private func rowHTML(_ row: [Cell], extra: String = "") -> String {
    var html = "<tr>"
    for (index, column) in columns.enumerated() {
      let cell = row.indices.contains(index) ? row[index] : .empty
      html += "<td style=\"\(style(column.alignment))\(extra)\">\(content(cell))</td>"
    }
    return html + "</tr>"
  }

  private func content(_ cell: Cell) -> String {
    switch cell {
    case .text(let text), .number(let text): return Escape.html(text)
    case .code(let text): return "<code>\(Escape.html(text))</code>"
    case .bar(let fraction, let label):
      // Both parts are blocks of their own: a background on text would have to suit every theme.
      let width = fraction.isFinite ? min(max(fraction, 0), 1) * 120 : 0
      return "<span style=\"display:inline-block;width:120px;vertical-align:middle\">"
        + "<span style=\"display:inline-block;width:\(number(width))px;height:10px;"
        + "background-color:\(Palette.series[5].hex)\"></span></span> \(Escape.html(label))"
    case .empty: return ""
    }
  }

  private func style(_ alignment: Alignment) -> String {
    "text-align:\(alignment.rawValue);padding:3px 10px;white-space:nowrap"
  }
}

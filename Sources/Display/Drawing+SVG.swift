import Base
import Pictures

extension Drawing {
  /// The drawing as SVG: attributes only, no style sheet, no script, nothing fetched.
  package func svg() -> String {
    var writer = SVGWriter()
    let size = "width=\"\(number(width))\" height=\"\(number(height))\""
    let box = "viewBox=\"0 0 \(number(width)) \(number(height))\""
    writer.text +=
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) \(box) role=\"img\" "
      + "aria-label=\"\(Escape.attribute(alternativeText))\" font-family=\"\(TextMetrics.fontFamily)\" "
      // A row of pictures that is wider than the page becomes smaller instead of losing its end.
      + "style=\"max-width:100%;height:auto\">"
    if let background {
      writer.text += "<rect width=\"100%\" height=\"100%\" fill=\"\(background.hex)\"/>"
    }
    for shape in shapes { writer.write(shape) }
    writer.text += "</svg>"
    return writer.text
  }
}

/// A length with at most two decimals, in its shortest form.
func number(_ value: Double) -> String {
  guard value.isFinite, value.magnitude < 1e9 else { return "0" }
  let hundredths = Int((value * 100).rounded())
  let sign = hundredths < 0 ? "-" : ""
  let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
  if rest == 0 { return "\(sign)\(whole)" }
  if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
  return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}

private struct SVGWriter {
  var text = ""

  mutating func write(_ shape: Drawing.Shape) {
    switch shape {
    case .rectangle(let area, let fill, let stroke):
      text += "<rect \(attributes(area)) fill=\"\(fill?.hex ?? "none")\"\(stroke.map(attributes) ?? "")/>"
    case .line(let points, let stroke):
      guard points.count > 1 else { return }
      text += "<polyline fill=\"none\" points=\""
      write(points)
      text += "\"\(attributes(stroke)) stroke-linejoin=\"round\" stroke-linecap=\"round\"/>"
    case .polygon(let points, let fill, let opacity):
      text += "<polygon fill=\"\(fill.hex)\"\(attribute(opacity)) points=\""
      write(points)
      text += "\"/>"
    case .dots(let points, let radius, let color, let opacity):
      // One path of round-capped lines without length: a tenth of the bytes of as many circles.
      text += "<path fill=\"none\" stroke=\"\(color.hex)\" stroke-width=\"\(number(radius * 2))\" "
      text += "stroke-linecap=\"round\"\(opacity < 1 ? " stroke-opacity=\"\(number(opacity))\"" : "") d=\""
      for point in points { text += "M\(number(point.x)) \(number(point.y))h0" }
      text += "\"/>"
    case .text(let line): write(line)
    case .picture(let picture, let area, let showsPixels):
      guard let link = EmbeddedPicture.link(picture) else { return }
      let rendering = showsPixels ? " image-rendering=\"pixelated\"" : ""
      text += "<image \(attributes(area)) preserveAspectRatio=\"none\"\(rendering) href=\"\(link)\"/>"
    case .clipped(let area, let shapes):
      // A nested viewport clips without the document-wide name that a clip path needs.
      let box = "viewBox=\"\(number(area.x)) \(number(area.y)) \(number(area.width)) \(number(area.height))\""
      text += "<svg \(attributes(area)) \(box) overflow=\"hidden\">"
      for shape in shapes { write(shape) }
      text += "</svg>"
    }
  }

  private mutating func write(_ points: [Drawing.Point]) {
    for (index, point) in points.enumerated() {
      text += "\(index > 0 ? " " : "")\(number(point.x)),\(number(point.y))"
    }
  }

  private mutating func write(_ line: Drawing.Text) {
    let (x, y) = (number(line.position.x), number(line.position.y))
    text += "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(number(line.size))\" fill=\"\(line.color.hex)\""
    if line.anchor != .start { text += " text-anchor=\"\(line.anchor.rawValue)\"" }
    if line.isBold { text += " font-weight=\"bold\"" }
    if line.isVertical { text += " transform=\"rotate(-90 \(x) \(y))\"" }
    text += ">\(Escape.html(line.text))</text>"
  }

  private func attributes(_ area: Drawing.Rectangle) -> String {
    "x=\"\(number(area.x))\" y=\"\(number(area.y))\" "
      + "width=\"\(number(max(area.width, 0)))\" height=\"\(number(max(area.height, 0)))\""
  }

  private func attributes(_ stroke: Drawing.Stroke) -> String {
    let dashes = stroke.dashes.map(number).joined(separator: " ")
    return " stroke=\"\(stroke.color.hex)\" stroke-width=\"\(number(stroke.width))\""
      + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\"")
  }

  private func attribute(_ opacity: Double) -> String {
    opacity < 1 ? " fill-opacity=\"\(number(opacity))\"" : ""
  }
}

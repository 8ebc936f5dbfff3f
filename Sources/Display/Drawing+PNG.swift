import CCairo
import Pictures

extension Drawing {
  /// The drawing as pixels, `scale` times as many as its size says; nil when the machine has no cairo or the
  /// memory for it cannot be had.
  package func rendered(scale: Double = 2) -> PixelBuffer? {
    let columns = (width * scale).rounded(.up)
    let rows = (height * scale).rounded(.up)
    guard let cairo = Cairo.functions, columns >= 1, rows >= 1, columns * rows <= 30_000_000 else {
      return nil
    }
    guard let surface = cairo.image_surface_create(CAIRO_FORMAT_ARGB32, Int32(columns), Int32(rows)) else {
      return nil
    }
    defer { cairo.surface_destroy(surface) }
    guard let context = cairo.create(surface) else { return nil }
    let painter = CairoPainter(cairo: cairo, context: context, scale: scale)
    cairo.scale(context, scale, scale)
    if let background {
      painter.use(background)
      cairo.paint(context)
    }
    for shape in shapes { painter.paint(shape) }
    let isWhole = cairo.status(context) == CAIRO_STATUS_SUCCESS
    cairo.destroy(context)
    guard isWhole else { return nil }
    cairo.surface_flush(surface)
    guard let data = cairo.image_surface_get_data(surface) else { return nil }
    let stride = Int(cairo.image_surface_get_stride(surface))
    return Self.picture(data, Int(columns), Int(rows), stride: stride, isOpaque: background != nil)
  }

  /// The drawing as a PNG file.
  package func png(scale: Double = 2) -> [UInt8]? {
    guard let picture = rendered(scale: scale) else { return nil }
    return try? picture.encodedAsPNG()
  }

  /// Cairo's pixels are numbers 0xAARRGGBB with the colours multiplied by alpha.
  private static func picture(
    _ data: UnsafePointer<UInt8>, _ width: Int, _ height: Int, stride: Int, isOpaque: Bool
  ) -> PixelBuffer? {
    let channels = isOpaque ? 3 : 4
    let samples = [UInt8](unsafeUninitializedCapacity: width * height * channels) { target, written in
      var next = 0
      for row in 0..<height {
        var pixel = data + row * stride
        for _ in 0..<width {
          if isOpaque {
            (target[next], target[next + 1], target[next + 2]) = (pixel[2], pixel[1], pixel[0])
          } else {
            let alpha = UInt32(pixel[3])
            for channel in 0..<3 {
              let value = UInt32(pixel[2 - channel])
              target[next + channel] =
                alpha == 0 ? 0 : UInt8(truncatingIfNeeded: min((value * 255 + alpha / 2) / alpha, 255))
            }
            target[next + 3] = pixel[3]
          }
          next += channels
          pixel += 4
        }
      }
      written = next
    }
    return try? PixelBuffer(width: width, height: height, channels: channels, samples: samples)
  }
}

/// Draws shapes through cairo.
private struct CairoPainter {
  let cairo: cairo_functions
  let context: OpaquePointer
  let scale: Double

  func use(_ color: Color, opacity: Double = 1) {
    cairo.set_source_rgba(
      context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255, opacity)
  }

  func paint(_ shape: Drawing.Shape) {
    cairo.new_path(context)
    switch shape {
    case .rectangle(let area, let fill, let stroke):
      if let fill {
        outline(area)
        use(fill)
        cairo.fill(context)
      }
      if let stroke {
        outline(area)
        apply(stroke)
        cairo.stroke(context)
      }
    case .line(let points, let stroke):
      guard points.count > 1 else { return }
      trace(points)
      apply(stroke)
      cairo.stroke(context)
    case .polygon(let points, let fill, let opacity):
      trace(points)
      cairo.close_path(context)
      use(fill, opacity: opacity)
      cairo.fill(context)
    case .dots(let points, let radius, let color, let opacity):
      for point in points where point.x.isFinite && point.y.isFinite {
        cairo.move_to(context, point.x, point.y)
        cairo.line_to(context, point.x, point.y)
      }
      apply(Drawing.Stroke(color, width: radius * 2))
      use(color, opacity: opacity)
      cairo.stroke(context)
    case .text(let text): paint(text)
    case .picture(let picture, let area, let showsPixels): paint(picture, area, showsPixels)
    case .clipped(let area, let shapes):
      cairo.save(context)
      outline(area)
      cairo.clip(context)
      for shape in shapes { paint(shape) }
      cairo.restore(context)
    }
  }

  private func outline(_ area: Drawing.Rectangle) {
    cairo.rectangle(context, area.x, area.y, max(area.width, 0), max(area.height, 0))
  }

  private func trace(_ points: [Drawing.Point]) {
    var isFirst = true
    for point in points where point.x.isFinite && point.y.isFinite {
      if isFirst {
        cairo.move_to(context, point.x, point.y)
      } else {
        cairo.line_to(context, point.x, point.y)
      }
      isFirst = false
    }
  }

  private func apply(_ stroke: Drawing.Stroke) {
    use(stroke.color)
    cairo.set_line_width(context, stroke.width)
    cairo.set_line_cap(context, CAIRO_LINE_CAP_ROUND)
    cairo.set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo.set_dash(context, stroke.dashes, Int32(stroke.dashes.count), 0)
  }

  private func paint(_ text: Drawing.Text) {
    // Zero bytes would end the text early, line ends are no glyphs.
    let line = text.text.unicodeScalars.map { $0.value < 32 ? " " : String($0) }.joined()
    let weight = text.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL
    cairo.select_font_face(context, TextMetrics.family, CAIRO_FONT_SLANT_NORMAL, weight)
    cairo.set_font_size(context, text.size)
    use(text.color)
    let width = TextMetrics.width(line, size: text.size, isBold: text.isBold)
    let shift = text.anchor == .start ? 0 : text.anchor == .middle ? -width / 2 : -width
    cairo.save(context)
    cairo.translate(context, text.position.x, text.position.y)
    if text.isVertical { cairo.rotate(context, -Double.pi / 2) }
    cairo.move_to(context, shift, 0)
    cairo.show_text(context, line)
    cairo.restore(context)
  }

  private func paint(_ picture: PixelBuffer, _ area: Drawing.Rectangle, _ showsPixels: Bool) {
    // Shrinking is done with the pixel buffer's own area filter, cairo only draws and grows.
    let columns = Int((area.width * scale).rounded())
    let rows = Int((area.height * scale).rounded())
    guard columns > 0, rows > 0 else { return }
    let shrinks = columns < picture.width || rows < picture.height
    let shown =
      shrinks
      ? (try? picture.resized(width: min(columns, picture.width), height: min(rows, picture.height)))
        ?? picture
      : picture
    var pixels = shown.rgba().samples
    for start in Swift.stride(from: 0, to: pixels.count, by: 4) {
      let alpha = UInt32(pixels[start + 3])
      func multiplied(_ value: UInt8) -> UInt8 {
        UInt8(truncatingIfNeeded: (UInt32(value) * alpha + 127) / 255)
      }
      let red = multiplied(pixels[start])
      pixels[start] = multiplied(pixels[start + 2])
      pixels[start + 1] = multiplied(pixels[start + 1])
      pixels[start + 2] = red
    }
    pixels.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress,
        let source = cairo.image_surface_create_for_data(
          base, CAIRO_FORMAT_ARGB32, Int32(shown.width), Int32(shown.height), Int32(shown.width * 4))
      else { return }
      cairo.save(context)
      outline(area)
      cairo.clip(context)
      cairo.translate(context, area.x, area.y)
      cairo.scale(context, area.width / Double(shown.width), area.height / Double(shown.height))
      cairo.set_source_surface(context, source, 0, 0)
      if let pattern = cairo.get_source(context) {
        cairo.pattern_set_filter(pattern, showsPixels ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD)
      }
      cairo.paint(context)
      cairo.restore(context)
      // The pixels must outlive the surface: the source is let go first.
      use(.black)
      cairo.surface_destroy(source)
    }
  }
}

/// A coloured picture that forms are painted on, with smooth edges.
struct SceneCanvas {
  let width, height: Int
  private(set) var pixels: [Paint]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    pixels = [Paint](repeating: Paint(), count: width * height)
  }

  /// Sets every pixel by the place of its middle, in shares of the picture.
  mutating func cover(_ colour: (_ x: Float, _ y: Float) -> Paint) {
    let (stepX, stepY) = (1 / Float(width), 1 / Float(height))
    for row in 0..<height {
      for column in 0..<width {
        pixels[row * width + column] = colour((Float(column) + 0.5) * stepX, (Float(row) + 0.5) * stepY)
      }
    }
  }

  /// Changes every pixel.
  mutating func adjust(_ change: (_ colour: Paint, _ column: Int, _ row: Int) -> Paint) {
    for row in 0..<height {
      for column in 0..<width {
        let index = row * width + column
        pixels[index] = change(pixels[index], column, row)
      }
    }
  }

  mutating func paint(_ figure: SceneFigure) {
    for shape in figure.shapes { paint(shape) }
  }

  private mutating func paint(_ shape: SceneShape) {
    switch shape.form {
    case .ellipse(let middle, let radii, let hole):
      let radii = pointwiseMax(radii, SIMD2(repeating: 0.01))
      let size = min(radii.x, radii.y)
      fill(shape) { point in
        let away = (point - middle) / radii
        let distance = (away.x * away.x + away.y * away.y).squareRoot()
        let outside = (1 - distance) * size
        return hole > 0 ? min(outside, (distance - hole) * size) : outside
      }
    case .stroke(let from, let to, let radii):
      let way = to - from
      let square = way.x * way.x + way.y * way.y
      let perSquare = square > 0 ? 1 / square : 0
      fill(shape) { point in
        let start = point - from
        let along = min(max((start.x * way.x + start.y * way.y) * perSquare, 0), 1)
        let off = start - way * along
        return radii.x + (radii.y - radii.x) * along - (off.x * off.x + off.y * off.y).squareRoot()
      }
    case .polygon(let corners):
      let edges = SceneCanvas.edges(corners)
      fill(shape) { point in
        edges.reduce(.greatestFiniteMagnitude) { min($0, point.x * $1.x + point.y * $1.y + $1.z) }
      }
    }
  }

  /// For each edge of a convex polygon the normal that points inside, and how far the edge lies from the
  /// origin.
  private static func edges(_ corners: [SIMD2<Float>]) -> [SIMD3<Float>] {
    guard corners.count > 2 else { return [SIMD3(0, 0, -1)] }
    let middle = corners.reduce(SIMD2(), +) / Float(corners.count)
    return corners.indices.compactMap { index in
      let (a, b) = (corners[index], corners[(index + 1) % corners.count])
      let way = b - a
      let length = (way.x * way.x + way.y * way.y).squareRoot()
      guard length > 0 else { return nil }
      var normal = SIMD2(-way.y, way.x) / length
      let toMiddle = middle - a
      if normal.x * toMiddle.x + normal.y * toMiddle.y < 0 { normal = SIMD2() - normal }
      return SIMD3(normal.x, normal.y, 0 - (normal.x * a.x + normal.y * a.y))
    }
  }

  /// Mixes the colour into every pixel by how much of it is covered.
  ///
  /// - Parameter depth: How far inside of the form a place lies, in pixels; negative outside.
  private mutating func fill(_ shape: SceneShape, _ depth: (SIMD2<Float>) -> Float) {
    let (low, high) = shape.bounds
    let rows = span(from: low.y, to: high.y, limit: height)
    let columns = span(from: low.x, to: high.x, limit: width)
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let fall = shape.shade / max(high.y - low.y, 1)
    for row in rows {
      let y = Float(row) + 0.5
      let colour = shape.colour * (1 - fall * min(max(y - low.y, 0), high.y - low.y))
      for column in columns {
        let covered = min(max(depth(SIMD2(Float(column) + 0.5, y)) + 0.5, 0), 1)
        guard covered > 0 else { continue }
        let index = row * width + column
        pixels[index] += (colour - pixels[index]) * (covered * shape.opacity)
      }
    }
  }

  private func span(from low: Float, to high: Float, limit: Int) -> Range<Int> {
    let start = Int(min(max(low - 1, 0), Float(limit)))
    return start..<max(start, Int(min(max(high + 2, 0), Float(limit))))
  }
}

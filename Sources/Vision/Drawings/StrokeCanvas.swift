/// How much of each pixel strokes cover, from 0 to 1, found from the pixel's distance to the stroke.
struct StrokeCanvas {
  /// A point of a stroke: where it lies and how far the ink reaches there, in pixels.
  struct Point {
    var place: SIMD2<Float>
    var radius: Float
  }

  let size: Int
  private(set) var coverage: [Float]

  init(size: Int) {
    self.size = size
    coverage = [Float](repeating: 0, count: size * size)
  }

  mutating func clear() {
    for index in coverage.indices { coverage[index] = 0 }
  }

  /// Draws a stroke through points that lie close together.
  ///
  /// - Parameter softness: The width of its edge in pixels, 1 for a sharp one.
  mutating func draw(_ points: [Point], softness: Float) {
    guard let first = points.first else { return }
    var last = first
    for point in points.dropFirst() {
      drawSegment(last, point, softness: softness)
      last = point
    }
  }

  private mutating func drawSegment(_ a: Point, _ b: Point, softness: Float) {
    let reach = max(a.radius, b.radius) + softness * 0.5
    let rows = pixels(from: min(a.place.y, b.place.y) - reach, to: max(a.place.y, b.place.y) + reach)
    let columns = pixels(from: min(a.place.x, b.place.x) - reach, to: max(a.place.x, b.place.x) + reach)
    guard !rows.isEmpty, !columns.isEmpty else { return }

    let way = b.place - a.place
    let square = way.x * way.x + way.y * way.y
    let perSquare = square > 0 ? 1 / square : 0
    let widening = b.radius - a.radius
    let sharpness = 1 / softness
    let size = self.size
    coverage.withUnsafeMutableBufferPointer { coverage in
      for row in rows {
        let dy = Float(row) + 0.5 - a.place.y
        for column in columns {
          let dx = Float(column) + 0.5 - a.place.x
          let along = min(max((dx * way.x + dy * way.y) * perSquare, 0), 1)
          let (ex, ey) = (dx - along * way.x, dy - along * way.y)
          let inside = a.radius + along * widening - (ex * ex + ey * ey).squareRoot()
          let covered = min(max(inside * sharpness + 0.5, 0), 1)
          let index = row * size + column
          if covered > coverage[index] { coverage[index] = covered }
        }
      }
    }
  }

  /// The rows or columns whose middles can lie between two places.
  private func pixels(from low: Float, to high: Float) -> Range<Int> {
    let limit = Float(size)
    let start = Int(min(max(low, 0), limit))
    return start..<max(start, Int(min(max(high + 1, 0), limit)))
  }
}

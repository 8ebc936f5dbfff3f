import Pictures

/// A figure as shapes and texts, drawn once and written as SVG or PNG.
///
/// Lengths are CSS pixels; x runs to the right, y down. The background is an opaque white card: SVG in a
/// notebook is an image that cannot know the page's theme, and PNG cannot change with it, so only a ground of
/// its own reads well on both light and dark pages, and the same in both forms.
package struct Drawing: Sendable {
  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  package struct Rectangle: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double
    package init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
    package var right: Double { x + width }
    package var bottom: Double { y + height }
    package var centre: Point { Point(x + width / 2, y + height / 2) }
  }

  package struct Stroke: Sendable {
    package var color: Color
    package var width: Double
    /// Lengths of dashes and gaps; empty for a full line.
    package var dashes: [Double]
    package init(_ color: Color, width: Double = 1, dashes: [Double] = []) {
      self.color = color
      self.width = width
      self.dashes = dashes
    }
  }

  package enum Anchor: String, Sendable {
    case start, middle, end
  }

  package struct Text: Sendable {
    package var text: String
    /// Where the anchor of the base line stands.
    package var position: Point
    package var size: Double
    package var color: Color
    package var anchor: Anchor
    package var isBold: Bool
    /// Written upwards.
    package var isVertical: Bool
    package init(
      _ text: String, at position: Point, size: Double = 11, color: Color = .ink, anchor: Anchor = .start,
      isBold: Bool = false, isVertical: Bool = false
    ) {
      self.text = text
      self.position = position
      self.size = size
      self.color = color
      self.anchor = anchor
      self.isBold = isBold
      self.isVertical = isVertical
    }
  }

  package enum Shape: Sendable {
    case rectangle(Rectangle, fill: Color?, stroke: Stroke?)
    /// Connected points.
    case line([Point], Stroke)
    case polygon([Point], fill: Color, opacity: Double)
    /// Equal dots.
    case dots([Point], radius: Double, Color, opacity: Double)
    case text(Text)
    /// A picture, smoothed unless it is to show its pixels.
    case picture(PixelBuffer, Rectangle, showsPixels: Bool)
    /// Shapes of which only the part inside the rectangle is seen.
    case clipped(Rectangle, [Shape])
  }

  package var width: Double
  package var height: Double
  package var background: Color?
  package var shapes: [Shape] = []
  /// What it shows, for those who cannot see it.
  package var alternativeText: String

  package init(width: Double, height: Double, background: Color? = .white, alternativeText: String) {
    self.width = width
    self.height = height
    self.background = background
    self.alternativeText = alternativeText
  }

  package mutating func add(_ shape: Shape) { shapes.append(shape) }

  package mutating func add(
    _ text: String, at x: Double, _ y: Double, size: Double = 11, color: Color = .ink,
    anchor: Anchor = .start,
    isBold: Bool = false
  ) {
    guard !text.isEmpty else { return }
    let place = Point(x, y)
    shapes.append(.text(Text(text, at: place, size: size, color: color, anchor: anchor, isBold: isBold)))
  }

  /// Puts another drawing's shapes on this one, moved.
  package mutating func add(_ other: Drawing, x: Double, y: Double) {
    shapes += other.shapes.map { $0.moved(x, y) }
  }
}

extension Drawing.Shape {
  func moved(_ x: Double, _ y: Double) -> Drawing.Shape {
    switch self {
    case .rectangle(let area, let fill, let stroke):
      return .rectangle(area.moved(x, y), fill: fill, stroke: stroke)
    case .line(let points, let stroke): return .line(points.map { $0.moved(x, y) }, stroke)
    case .polygon(let points, let fill, let opacity):
      return .polygon(points.map { $0.moved(x, y) }, fill: fill, opacity: opacity)
    case .dots(let points, let radius, let color, let opacity):
      return .dots(points.map { $0.moved(x, y) }, radius: radius, color, opacity: opacity)
    case .text(var text):
      text.position = text.position.moved(x, y)
      return .text(text)
    case .picture(let picture, let area, let showsPixels):
      return .picture(picture, area.moved(x, y), showsPixels: showsPixels)
    case .clipped(let area, let shapes): return .clipped(area.moved(x, y), shapes.map { $0.moved(x, y) })
    }
  }
}

extension Drawing.Point {
  func moved(_ x: Double, _ y: Double) -> Drawing.Point { Drawing.Point(self.x + x, self.y + y) }
}

extension Drawing.Rectangle {
  func moved(_ x: Double, _ y: Double) -> Drawing.Rectangle {
    Drawing.Rectangle(x: self.x + x, y: self.y + y, width: width, height: height)
  }
}

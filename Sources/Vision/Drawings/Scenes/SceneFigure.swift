/// A form in one colour.
struct SceneShape {
  enum Form {
    /// With `hole` above 0, a ring: that part of the radii is left open.
    case ellipse(middle: SIMD2<Float>, radii: SIMD2<Float>, hole: Float)
    /// A convex polygon, its corners in order.
    case polygon([SIMD2<Float>])
    /// A line with round ends.
    case stroke(from: SIMD2<Float>, to: SIMD2<Float>, radii: SIMD2<Float>)
  }

  var form: Form
  var colour: Paint
  var opacity: Float = 1
  /// How much darker it is at its lower end.
  var shade: Float = 0
  /// Shadows and the like do not belong to the object that a box is drawn around.
  var isPart = true

  /// The smallest rectangle around it.
  var bounds: (low: SIMD2<Float>, high: SIMD2<Float>) {
    switch form {
    case .ellipse(let middle, let radii, _): return (middle - radii, middle + radii)
    case .stroke(let from, let to, let radii):
      let (a, b) = (SIMD2(repeating: radii.x), SIMD2(repeating: radii.y))
      return (pointwiseMin(from - a, to - b), pointwiseMax(from + a, to + b))
    case .polygon(let corners):
      let first = corners.first ?? SIMD2()
      return corners.reduce((first, first)) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
    }
  }
}

/// Something that stands in a scene: forms one behind the other, in metres, with y pointing down and the
/// ground at 0; once placed, in pixels.
struct SceneFigure {
  private(set) var shapes: [SceneShape] = []

  // MARK: Building

  mutating func ellipse(
    _ x: Float, _ y: Float, _ rx: Float, _ ry: Float, _ colour: Paint, hole: Float = 0, shade: Float = 0
  ) {
    let form = SceneShape.Form.ellipse(middle: SIMD2(x, y), radii: SIMD2(rx, ry), hole: hole)
    shapes.append(SceneShape(form: form, colour: colour, shade: shade))
  }

  /// - Parameter corners: x and y in turn.
  mutating func polygon(_ corners: [Float], _ colour: Paint, shade: Float = 0) {
    let points = stride(from: 0, to: corners.count - 1, by: 2).map { SIMD2(corners[$0], corners[$0 + 1]) }
    shapes.append(SceneShape(form: .polygon(points), colour: colour, shade: shade))
  }

  mutating func box(_ left: Float, _ top: Float, _ right: Float, _ bottom: Float, _ colour: Paint) {
    polygon([left, top, right, top, right, bottom, left, bottom], colour)
  }

  mutating func stroke(
    _ from: SIMD2<Float>, _ to: SIMD2<Float>, _ radius: Float, _ end: Float? = nil, _ colour: Paint,
    shade: Float = 0
  ) {
    let form = SceneShape.Form.stroke(from: from, to: to, radii: SIMD2(radius, end ?? radius))
    shapes.append(SceneShape(form: form, colour: colour, shade: shade))
  }

  /// What darkens the ground below it.
  mutating func shadow(_ x: Float, _ rx: Float, _ ry: Float) {
    let form = SceneShape.Form.ellipse(middle: SIMD2(x, 0), radii: SIMD2(rx, ry), hole: 0)
    shapes.append(SceneShape(form: form, colour: Paint(0.08, 0.08, 0.1), opacity: 0.4, isPart: false))
  }

  // MARK: Placing

  /// The same figure with its ground at a place, larger, and turned to the other side.
  func placed(at place: SIMD2<Float>, scale: Float, isMirrored: Bool) -> SceneFigure {
    let factors = SIMD2(isMirrored ? -scale : scale, scale)
    var result = self
    for index in shapes.indices {
      switch shapes[index].form {
      case .ellipse(let middle, let radii, let hole):
        result.shapes[index].form = .ellipse(
          middle: middle * factors + place, radii: radii * scale, hole: hole)
      case .polygon(let corners):
        result.shapes[index].form = .polygon(corners.map { $0 * factors + place })
      case .stroke(let from, let to, let radii):
        result.shapes[index].form = .stroke(
          from: from * factors + place, to: to * factors + place, radii: radii * scale)
      }
    }
    return result
  }

  /// The smallest rectangle around its parts.
  var bounds: (low: SIMD2<Float>, high: SIMD2<Float>) {
    var result: (low: SIMD2<Float>, high: SIMD2<Float>)?
    for shape in shapes where shape.isPart {
      let own = shape.bounds
      result =
        result.map { (pointwiseMin($0.low, own.low), pointwiseMax($0.high, own.high)) } ?? own
    }
    return result ?? (SIMD2(), SIMD2())
  }
}

/// Draws one street after another, with objects whose boxes it knows.
struct SceneArtist {
  /// An object of the scene: what it is and which part of the picture it takes.
  struct Object {
    let label: Int
    let low, high: SIMD2<Float>
  }

  /// Something that will be painted, at its depth.
  private struct Standing {
    let figure: SceneFigure
    let ground: Float
    let object: Object?
  }

  private let width, height: Int
  private let size: SIMD2<Float>

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    size = SIMD2(Float(width), Float(height))
  }

  /// Fills a picture's numbers and says what is in it.
  func draw(_ random: inout DrawingRandom, into pixels: UnsafeMutableBufferPointer<Float>) -> [Object] {
    let backdrop = SceneBackdrop(&random)
    var canvas = SceneCanvas(width: width, height: height)
    backdrop.lay(on: &canvas)
    canvas.paint(backdrop.houses(width: size.x, height: size.y, &random))

    var standing = objects(backdrop, &random)
    for _ in 0..<random.below(5) { standing.append(clutter(backdrop, &random)) }
    // What stands nearer is painted later; the order of equals must not depend on the sorting.
    let order = standing.indices.sorted { (standing[$0].ground, $0) < (standing[$1].ground, $1) }
    for index in order { canvas.paint(standing[index].figure) }

    light(&canvas, &random)
    for (index, colour) in canvas.pixels.enumerated() {
      for channel in 0..<3 { pixels[index * 3 + channel] = colour[channel] }
    }
    return order.compactMap { standing[$0].object }
  }

  // MARK: Places

  /// Pixels in a metre for objects of each class, from the farthest to four times as near.
  private static let smallest: [Float] = [0.09, 0.056, 0.09]

  private func objects(_ backdrop: SceneBackdrop, _ random: inout DrawingRandom) -> [Standing] {
    var found: [Standing] = []
    let camera = random.uniform(1.5, 2.0)
    let wanted = 2 + random.below(6)
    for _ in 0..<wanted * 6 where found.count < wanted {
      let label = random.below(3)
      // Squares of evenly drawn numbers: far and small is a little more frequent than near and large.
      let near = random.uniform(1, 2)
      let scale = SceneArtist.smallest[label] * near * near * size.y
      let ground = min(backdrop.horizon * size.y + scale * camera, size.y * 1.02)
      let model: SceneFigure
      switch label {
      case 0: model = .pedestrian(&random)
      case 1: model = .car(&random)
      default: model = .motorcycle(&random)
      }
      let place = SIMD2(random.uniform(0, 1) * size.x, ground)
      let figure = model.placed(at: place, scale: scale, isMirrored: random.chance(0.5))
      if let object = visible(figure, label: label, among: found, ground: ground) {
        found.append(Standing(figure: figure, ground: ground, object: object))
      }
    }
    return found
  }

  /// The object if most of it lies in the picture and none hides too much of another one.
  private func visible(
    _ figure: SceneFigure, label: Int, among others: [Standing], ground: Float
  ) -> Object? {
    let (low, high) = figure.bounds
    let object = Object(
      label: label, low: pointwiseMax(low, SIMD2()), high: pointwiseMin(high, size))
    guard area(object.low, object.high) > 0.6 * area(low, high) else { return nil }
    for other in others {
      guard let other = other.object else { continue }
      let shared = area(pointwiseMax(object.low, other.low), pointwiseMin(object.high, other.high))
      let (own, its) = (area(object.low, object.high), area(other.low, other.high))
      guard shared < 0.55 * min(own, its), shared < 0.4 * (own + its - shared) else { return nil }
    }
    return object
  }

  private func area(_ low: SIMD2<Float>, _ high: SIMD2<Float>) -> Float {
    let extent = pointwiseMax(high - low, SIMD2())
    return extent.x * extent.y
  }

  private func clutter(_ backdrop: SceneBackdrop, _ random: inout DrawingRandom) -> Standing {
    let near = random.uniform(1, 1.7)
    let scale = 0.06 * near * near * size.y
    let ground = backdrop.horizon * size.y + scale * 1.9
    let place = SIMD2(random.uniform(0, 1) * size.x, ground)
    let figure = SceneBackdrop.clutter(&random).placed(
      at: place, scale: scale, isMirrored: random.chance(0.5))
    return Standing(figure: figure, ground: ground, object: nil)
  }

  // MARK: Light

  /// Light from one side in its own colour, grain, and the 256 shades that a camera gives.
  private func light(_ canvas: inout SceneCanvas, _ random: inout DrawingRandom) {
    let tint = Paint(random.uniform(0.88, 1.08), random.uniform(0.9, 1.06), random.uniform(0.86, 1.1))
    let brightness = random.uniform(0.75, 1.1)
    let across = random.uniform(-0.2, 0.2) / size.x
    let grain = random.uniform(0.005, 0.035)
    // A copy, since the closure may not keep the caller's own.
    var noise = random
    canvas.adjust { colour, column, _ in
      let lit = colour * tint * (brightness + across * (Float(column) - size.x * 0.5))
      let grained = lit + Paint(noise.bell(), noise.bell(), noise.bell()) * grain
      let shades = ScenePalette.limited(grained) * 255 + 0.5
      return shades.rounded(.down) / 255
    }
    random = noise
  }
}

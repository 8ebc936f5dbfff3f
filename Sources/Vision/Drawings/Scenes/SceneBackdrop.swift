/// What stands in a street without being one of the objects to find.
struct SceneBackdrop {
  /// Where the ground ends, as a share of the picture's height.
  let horizon: Float
  private let skyTop, skyLow, road, pavement, verge: Paint
  /// Where the pavement ends and the road begins, and where the road ends, as shares of the height.
  private let kerb, edge: Float
  private let dash, slope: Float

  init(_ random: inout DrawingRandom) {
    horizon = random.uniform(0.3, 0.42)
    let grey = random.uniform(0.3, 0.5)
    road = ScenePalette.vary(Paint(repeating: grey), by: 0.03, &random)
    pavement = ScenePalette.vary(
      Paint(repeating: min(0.8, grey + random.uniform(0.08, 0.3))), by: 0.05, &random)
    verge = ScenePalette.vary(
      random.chance(0.5) ? Paint(0.38, 0.52, 0.28) : Paint(0.55, 0.50, 0.42), by: 0.06, &random)
    let mood = random.below(3)
    skyTop = ScenePalette.vary(
      [Paint(0.42, 0.62, 0.86), Paint(0.66, 0.70, 0.75), Paint(0.45, 0.42, 0.60)][mood], by: 0.05, &random)
    skyLow = ScenePalette.vary(
      [Paint(0.80, 0.88, 0.95), Paint(0.82, 0.83, 0.84), Paint(0.95, 0.74, 0.60)][mood], by: 0.04, &random)
    kerb = horizon + random.uniform(0.07, 0.14)
    edge = random.uniform(0.8, 0.98)
    dash = random.uniform(0.12, 0.3)
    slope = random.uniform(-0.9, 0.9)
  }

  /// Sky and ground.
  func lay(on canvas: inout SceneCanvas) {
    canvas.cover { x, y in
      if y < horizon { return skyTop + (skyLow - skyTop) * (y / horizon) }
      if y < kerb - 0.01 { return pavement }
      if y < kerb { return pavement * 0.6 }
      if y > edge { return verge }
      // Dashes along the middle of the road.
      let middle = (kerb + edge) * 0.5
      let place = (x + slope * (y - middle)) / dash
      let within = place - place.rounded(.down)
      let half = 0.006 + (y - horizon) * 0.012
      if abs(y - middle) < half, within < 0.55 { return Paint(0.9, 0.9, 0.86) }
      return road * (0.9 + 0.2 * (y - kerb))
    }
  }

  /// Houses in a row behind the pavement.
  func houses(width: Float, height: Float, _ random: inout DrawingRandom) -> SceneFigure {
    var figure = SceneFigure()
    let ground = (horizon + 0.03) * height
    var left = -random.uniform(0, 0.2) * width
    while left < width {
      let right = left + random.uniform(0.14, 0.4) * width
      if random.chance(0.82) {
        let top = random.uniform(-0.05, 0.24) * height
        let wall = ScenePalette.vary(
          [
            Paint(0.72, 0.60, 0.50), Paint(0.62, 0.36, 0.30), Paint(0.75, 0.75, 0.72),
            Paint(0.52, 0.56, 0.60),
          ][
            random.below(4)], by: 0.1, &random)
        figure.box(left, top, right, ground, wall)
        if random.chance(0.5) { figure.box(left, top, right, top + 0.02 * height, wall * 0.55) }
        windows(&figure, left, top, right, ground, wall, height, &random)
      } else {
        trees(&figure, left, right, ground, height, &random)
      }
      left = right + (random.chance(0.3) ? random.uniform(0.01, 0.08) * width : 0)
    }
    return figure
  }

  private func windows(
    _ figure: inout SceneFigure, _ left: Float, _ top: Float, _ right: Float, _ bottom: Float, _ wall: Paint,
    _ height: Float, _ random: inout DrawingRandom
  ) {
    let glass = ScenePalette.vary(Paint(0.30, 0.38, 0.46), by: 0.08, &random)
    let pitch = random.uniform(0.055, 0.09) * height
    let size = pitch * random.uniform(0.45, 0.65)
    var y = top + pitch * 0.5
    while y + size < bottom - 0.02 * height {
      var x = left + pitch * 0.3
      while x + size < right {
        figure.box(x, y, x + size * 0.8, y + size, random.chance(0.12) ? Paint(0.95, 0.85, 0.55) : glass)
        x += pitch
      }
      y += pitch * 1.15
    }
  }

  private func trees(
    _ figure: inout SceneFigure, _ left: Float, _ right: Float, _ ground: Float, _ height: Float,
    _ random: inout DrawingRandom
  ) {
    for _ in 0..<6 {
      let green = ScenePalette.vary(Paint(0.26, 0.42, 0.22), by: 0.08, &random)
      let radius = random.uniform(0.06, 0.12) * height
      figure.ellipse(
        random.uniform(left, right), ground - random.uniform(0.05, 0.2) * height, radius, radius, green,
        shade: 0.4)
    }
  }

  /// One of the things that stand about, in metres.
  static func clutter(_ random: inout DrawingRandom) -> SceneFigure {
    var figure = SceneFigure()
    let grey = ScenePalette.vary(Paint(0.36, 0.38, 0.40), by: 0.08, &random)
    figure.shadow(0, 0.3, 0.06)
    switch random.below(6) {
    case 0:
      // A lamp post.
      figure.stroke(SIMD2(0, 0), SIMD2(0, -4.6), 0.06, 0.04, grey)
      figure.stroke(SIMD2(0, -4.6), SIMD2(0.6, -4.7), 0.04, nil, grey)
      figure.ellipse(0.65, -4.66, 0.2, 0.07, Paint(0.95, 0.93, 0.8))
    case 1:
      // A traffic sign, round or square.
      figure.stroke(SIMD2(0, 0), SIMD2(0, -2.3), 0.035, nil, grey)
      let colour = ScenePalette.pick(ScenePalette.lacquer, &random)
      if random.chance(0.6) {
        figure.ellipse(0, -2.3, 0.32, 0.32, colour)
        figure.ellipse(0, -2.3, 0.22, 0.22, Paint(0.95, 0.95, 0.93))
      } else {
        figure.box(-0.3, -2.6, 0.3, -2.0, colour)
      }
    case 2:
      // A bin.
      figure.polygon(
        [-0.26, -0.9, 0.26, -0.9, 0.2, 0, -0.2, 0], ScenePalette.cloth(&random) * 0.7, shade: 0.3)
      figure.ellipse(0, -0.92, 0.28, 0.08, grey * 0.7)
    case 3:
      // A bollard.
      figure.stroke(SIMD2(0, -0.02), SIMD2(0, -0.75), 0.08, nil, grey, shade: 0.3)
      figure.box(-0.08, -0.66, 0.08, -0.56, Paint(0.92, 0.9, 0.85))
    case 4:
      // A bush or a young tree.
      figure.stroke(SIMD2(0, 0), SIMD2(0, -1.5), 0.07, 0.05, Paint(0.35, 0.25, 0.18))
      let high = random.uniform(0.5, 2.6)
      for _ in 0..<7 {
        let green = ScenePalette.vary(Paint(0.28, 0.45, 0.22), by: 0.09, &random)
        figure.ellipse(
          random.uniform(-0.5, 0.5), -high + random.uniform(-0.5, 0.4), 0.42, 0.38, green, shade: 0.3)
      }
    default:
      // A bench.
      let wood = ScenePalette.vary(Paint(0.50, 0.34, 0.20), by: 0.06, &random)
      for x: Float in [-0.6, 0.6] { figure.stroke(SIMD2(x, 0), SIMD2(x, -0.45), 0.045, nil, grey) }
      figure.box(-0.8, -0.52, 0.8, -0.42, wood)
      figure.box(-0.8, -0.9, 0.8, -0.72, wood * 0.9)
    }
    return figure
  }
}

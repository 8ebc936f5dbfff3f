extension SceneFigure {
  private static let tyre = Paint(0.09, 0.09, 0.10)
  private static let metal = Paint(0.62, 0.64, 0.66)
  private static let glass = Paint(0.26, 0.36, 0.44)
  private static let lamp = Paint(0.98, 0.94, 0.72)
  private static let tailLamp = Paint(0.82, 0.10, 0.10)

  /// A car of about 4 metres, mostly from the side.
  static func car(_ random: inout DrawingRandom) -> SceneFigure {
    let colour = ScenePalette.pick(ScenePalette.lacquer, &random)
    return random.chance(0.3) ? carFromItsEnd(colour, &random) : carFromItsSide(colour, &random)
  }

  private static func carFromItsSide(_ colour: Paint, _ random: inout DrawingRandom) -> SceneFigure {
    var figure = SceneFigure()
    let length = random.uniform(3.5, 4.4)
    let half = length / 2
    let roof = -random.uniform(1.36, 1.6)
    let belt: Float = -0.9
    // A saloon has a boot behind its cabin; a hatchback and a van have not.
    let back: Float
    let backRoof: Float
    switch random.below(3) {
    case 0: (back, backRoof) = (-half + 0.75, -half + 1.25)
    case 1: (back, backRoof) = (-half + 0.12, -half + 0.55)
    default: (back, backRoof) = (-half + 0.05, -half + 0.12)
    }
    let front = half - random.uniform(0.85, 1.2)
    let frontRoof = front - random.uniform(0.5, 0.8)

    figure.shadow(0, half * 1.02, 0.16)
    figure.polygon(
      [back, belt + 0.08, backRoof, roof, frontRoof, roof, front, belt + 0.08], colour, shade: 0.1)
    // The side windows, on both sides of a pillar.
    let pillar = (backRoof + frontRoof) / 2 + random.uniform(-0.15, 0.15)
    let (low, high) = (belt - 0.02, roof + 0.1)
    figure.polygon(
      [back + 0.14, low, backRoof + 0.08, high, pillar - 0.05, high, pillar - 0.05, low], glass, shade: -0.4)
    figure.polygon(
      [pillar + 0.05, low, pillar + 0.05, high, frontRoof - 0.06, high, front - 0.16, low], glass, shade: -0.4
    )
    figure.polygon(
      [
        -half, -0.34, -half + 0.04, -0.78, -half + 0.2, belt, front, belt - 0.02, half - 0.16, -0.76, half,
        -0.6,
        half, -0.3, half - 0.1, -0.2, -half + 0.1, -0.2,
      ], colour, shade: 0.35)
    figure.stroke(SIMD2(-half + 0.1, -0.5), SIMD2(half - 0.1, -0.5), 0.02, nil, colour * 0.7)
    figure.stroke(SIMD2(pillar, belt), SIMD2(pillar, -0.3), 0.018, nil, colour * 0.6)
    figure.box(pillar - 0.32, -0.8, pillar - 0.14, -0.75, colour * 0.5)
    for x in [-length * 0.31, length * 0.31] {
      figure.ellipse(x, -0.33, 0.4, 0.4, colour * 0.35)
      figure.ellipse(x, -0.32, 0.32, 0.32, tyre)
      figure.ellipse(x, -0.32, 0.19, 0.19, metal, shade: 0.3)
      figure.ellipse(x, -0.32, 0.06, 0.06, tyre)
    }
    figure.ellipse(half - 0.08, -0.62, 0.09, 0.08, lamp)
    figure.ellipse(-half + 0.06, -0.7, 0.06, 0.11, tailLamp)
    return figure
  }

  private static func carFromItsEnd(_ colour: Paint, _ random: inout DrawingRandom) -> SceneFigure {
    var figure = SceneFigure()
    let half = random.uniform(0.82, 0.95)
    let roof = -random.uniform(1.36, 1.6)
    let isFront = random.chance(0.5)
    figure.shadow(0, half * 1.1, 0.14)
    for side: Float in [-1, 1] {
      let x = side * (half - 0.13)
      figure.box(x - 0.12, -0.36, x + 0.12, 0, tyre)
    }
    figure.polygon(
      [-half + 0.06, -0.86, -half * 0.72, roof, half * 0.72, roof, half - 0.06, -0.86], colour, shade: 0.1)
    figure.polygon(
      [-half + 0.18, -0.9, -half * 0.64, roof + 0.1, half * 0.64, roof + 0.1, half - 0.18, -0.9], glass,
      shade: -0.4)
    figure.polygon(
      [
        -half, -0.3, -half, -0.74, -half + 0.1, -0.92, half - 0.1, -0.92, half, -0.74, half, -0.3, half - 0.1,
        -0.2, -half + 0.1, -0.2,
      ], colour, shade: 0.35)
    for side: Float in [-1, 1] {
      figure.ellipse(side * (half - 0.2), -0.66, 0.15, 0.09, isFront ? lamp : tailLamp)
      figure.ellipse(side * (half + 0.06), -0.98, 0.08, 0.06, colour * 0.8)
    }
    if isFront { figure.box(-half * 0.45, -0.7, half * 0.45, -0.52, Paint(0.15, 0.15, 0.17)) }
    figure.box(-0.24, -0.46, 0.24, -0.34, Paint(0.92, 0.92, 0.86))
    figure.stroke(SIMD2(-half + 0.1, -0.27), SIMD2(half - 0.1, -0.27), 0.05, nil, colour * 0.5)
    return figure
  }

  /// A motorcycle from the side, a little over 2 metres long, standing alone.
  static func motorcycle(_ random: inout DrawingRandom) -> SceneFigure {
    var figure = SceneFigure()
    let colour = ScenePalette.pick(ScenePalette.lacquer, &random)
    let base = random.uniform(0.62, 0.76)
    let radius = random.uniform(0.29, 0.34)
    let (rear, front) = (SIMD2(-base, -radius), SIMD2(base, -radius))
    let steering = SIMD2(base - random.uniform(0.22, 0.38), Float(-0.93))
    let dark = Paint(0.16, 0.16, 0.17)

    figure.shadow(0, base + 0.3, 0.08)
    for wheel in [rear, front] {
      figure.ellipse(wheel.x, wheel.y, radius, radius, tyre, hole: 0.72)
      for spoke: SIMD2<Float> in [SIMD2(1, 0), SIMD2(0, 1), SIMD2(0.7, 0.7), SIMD2(0.7, -0.7)] {
        figure.stroke(wheel - spoke * (radius * 0.75), wheel + spoke * (radius * 0.75), 0.012, nil, metal)
      }
      figure.ellipse(wheel.x, wheel.y, 0.07, 0.07, metal)
    }
    figure.stroke(front, steering, 0.035, nil, metal)
    figure.stroke(rear, SIMD2(-0.12, -0.42), 0.04, nil, dark)
    figure.stroke(SIMD2(-0.35, -0.72), SIMD2(-0.12, -0.42), 0.03, nil, dark)
    figure.stroke(SIMD2(0.16, -0.36), steering, 0.035, nil, dark)
    figure.polygon(
      [-0.24, -0.26, -0.3, -0.5, 0, -0.66, 0.24, -0.52, 0.2, -0.26], Paint(0.42, 0.43, 0.45), shade: 0.4)
    figure.ellipse(-0.02, -0.42, 0.1, 0.1, Paint(0.24, 0.24, 0.26))
    figure.stroke(SIMD2(0.05, -0.3), SIMD2(-base - 0.16, -0.3), 0.04, 0.055, metal)
    figure.stroke(
      rear + SIMD2(-radius * 0.75, -radius * 0.8), rear + SIMD2(radius * 0.5, -radius * 1.1), 0.04, nil,
      colour)
    figure.stroke(
      front + SIMD2(-radius * 0.5, -radius * 1.08), front + SIMD2(radius * 0.6, -radius * 0.9), 0.035, nil,
      colour)
    figure.polygon([-base - 0.1, -0.84, -0.5, -0.8, 0, -0.7, 0, -0.62, -0.5, -0.68], dark)
    figure.polygon(
      [-base - 0.16, -0.86, -base + 0.2, -0.8, -base + 0.24, -0.66, -base - 0.06, -0.72], colour)
    figure.ellipse(0.17, -0.78, 0.29, 0.14, colour, shade: 0.4)
    figure.stroke(steering, steering + SIMD2(-0.14, -0.12), 0.03, nil, dark)
    figure.ellipse(steering.x + 0.08, -0.84, 0.09, 0.1, random.chance(0.5) ? lamp : colour)
    figure.stroke(steering + SIMD2(-0.02, -0.08), steering + SIMD2(0.02, -0.26), 0.012, nil, dark)
    figure.ellipse(steering.x + 0.03, steering.y - 0.27, 0.055, 0.04, dark)
    if random.chance(0.4) {
      figure.polygon(
        [
          steering.x - 0.02, -0.98, steering.x + 0.2, -0.86, steering.x + 0.12, -1.16, steering.x - 0.04,
          -1.26,
        ], glass * 1.5)
    }
    if random.chance(0.35) { figure.box(-base - 0.2, -1.08, -base + 0.16, -0.8, ScenePalette.cloth(&random)) }
    return figure
  }
}

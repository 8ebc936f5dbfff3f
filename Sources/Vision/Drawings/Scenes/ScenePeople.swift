extension SceneFigure {
  /// Somebody on foot, seen from the side, about 1.5 to 1.9 metres high.
  static func pedestrian(_ random: inout DrawingRandom) -> SceneFigure {
    var figure = SceneFigure()
    let k = random.uniform(0.86, 1.08)
    let breadth = random.uniform(0.9, 1.3) * k
    let skin = ScenePalette.pick(ScenePalette.skin, &random)
    let hair = ScenePalette.pick(ScenePalette.hair, &random)
    let top = ScenePalette.cloth(&random)
    let trousers = ScenePalette.cloth(&random) * 0.7
    let step = random.uniform(0.03, 0.32) * k
    let swing = random.uniform(0.05, 0.3) * k
    let lean = random.uniform(-0.03, 0.06) * k
    let hip = SIMD2<Float>(0, -0.88 * k)
    let shoulder = SIMD2(lean, -1.42 * k)
    let sleeve = random.chance(0.7) ? top : skin
    let shoe = Paint(0.12, 0.1, 0.1)

    figure.shadow(0, 0.38 * k, 0.07 * k)
    // The far arm and leg are darker.
    figure.stroke(shoulder, SIMD2(lean - swing, -0.95 * k), 0.055 * breadth, 0.045 * k, sleeve * 0.7)
    figure.stroke(hip, SIMD2(-step, -0.06 * k), 0.1 * breadth, 0.06 * k, trousers * 0.75)
    figure.ellipse(-step + 0.05 * k, -0.045 * k, 0.12 * k, 0.045 * k, shoe)
    figure.stroke(hip, SIMD2(step, -0.06 * k), 0.1 * breadth, 0.06 * k, trousers)
    figure.ellipse(step + 0.05 * k, -0.045 * k, 0.12 * k, 0.045 * k, shoe)
    if random.chance(0.3) {
      // A skirt or a long coat.
      let hem = random.uniform(-0.75, -0.4) * k
      let half = 0.2 * breadth + random.uniform(0, 0.08)
      figure.polygon(
        [lean - 0.13 * breadth, -1.0 * k, lean + 0.13 * breadth, -1.0 * k, half, hem, -half, hem],
        random.chance(0.5) ? top : trousers * 1.2, shade: 0.2)
    }
    figure.polygon(
      [
        lean - 0.17 * breadth, -1.46 * k, lean + 0.17 * breadth, -1.46 * k, 0.2 * breadth, -1.2 * k,
        0.14 * breadth, -0.82 * k, -0.14 * breadth, -0.82 * k, -0.2 * breadth, -1.2 * k,
      ], top, shade: 0.25)
    if random.chance(0.25) {
      figure.ellipse(
        lean - 0.22 * breadth, -1.2 * k, 0.13 * k, 0.22 * k, ScenePalette.cloth(&random), shade: 0.3)
    }
    let hand = SIMD2(lean + swing, -0.93 * k)
    figure.stroke(shoulder, hand, 0.06 * breadth, 0.05 * k, sleeve * 0.92)
    figure.ellipse(hand.x, hand.y, 0.05 * k, 0.055 * k, skin)
    if random.chance(0.2) {
      figure.box(
        hand.x - 0.13 * k, hand.y + 0.04 * k, hand.x + 0.13 * k, hand.y + 0.3 * k, ScenePalette.cloth(&random)
      )
    }
    figure.stroke(SIMD2(lean, -1.48 * k), SIMD2(lean + 0.01, -1.56 * k), 0.055 * k, nil, skin * 0.9)
    let head = SIMD2(lean + 0.02 * k, -1.64 * k)
    figure.ellipse(head.x, head.y, 0.105 * k, 0.135 * k, skin, shade: 0.15)
    if random.chance(0.2) {
      // A hat.
      let colour = ScenePalette.cloth(&random)
      figure.ellipse(head.x - 0.01 * k, head.y - 0.08 * k, 0.11 * k, 0.08 * k, colour)
      figure.stroke(head + SIMD2(-0.1, -0.05) * k, head + SIMD2(0.16, -0.05) * k, 0.02 * k, nil, colour)
    } else {
      figure.ellipse(head.x - 0.025 * k, head.y - 0.055 * k, 0.105 * k, 0.095 * k, hair)
      if random.chance(0.35) {
        figure.ellipse(head.x - 0.08 * k, head.y + 0.05 * k, 0.05 * k, 0.13 * k, hair)
      }
    }
    return figure
  }
}

/// Colours of what is found in a street.
enum ScenePalette {
  static let skin = [
    Paint(0.95, 0.80, 0.69), Paint(0.85, 0.66, 0.51), Paint(0.66, 0.46, 0.33), Paint(0.42, 0.28, 0.20),
  ]
  static let hair = [
    Paint(0.10, 0.08, 0.07), Paint(0.28, 0.18, 0.11), Paint(0.58, 0.42, 0.22), Paint(0.62, 0.60, 0.58),
  ]
  static let lacquer = [
    Paint(0.80, 0.13, 0.12), Paint(0.14, 0.28, 0.60), Paint(0.90, 0.90, 0.88), Paint(0.16, 0.17, 0.19),
    Paint(0.62, 0.64, 0.67), Paint(0.12, 0.42, 0.32), Paint(0.93, 0.70, 0.14), Paint(0.50, 0.22, 0.15),
    Paint(0.40, 0.60, 0.75),
  ]

  static func pick(_ colours: [Paint], _ random: inout DrawingRandom) -> Paint {
    let colour = colours[random.below(colours.count)]
    return vary(colour, by: 0.06, &random)
  }

  /// Any colour that clothes have: from pale to strong, from dark to light.
  static func cloth(_ random: inout DrawingRandom) -> Paint {
    let light = random.uniform(0.15, 0.9)
    let strength = random.uniform(0, 0.45)
    let tint = Paint(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1))
    return limited(Paint(repeating: light) + tint * strength)
  }

  static func vary(_ colour: Paint, by amount: Float, _ random: inout DrawingRandom) -> Paint {
    limited(
      colour + Paint(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)) * amount)
  }

  static func limited(_ colour: Paint) -> Paint {
    pointwiseMin(pointwiseMax(colour, Paint()), Paint(repeating: 1))
  }
}

/// A person's way of writing one digit: size, slope, turn, pen, and how far the hand strays from the model.
struct DigitHand {
  private let height: Float
  private let width: Float
  private let slant: Float
  /// Cosine and sine of the turn.
  private let turn: SIMD2<Float>
  private let penRadius: Float
  /// How much the ink's width changes along a stroke.
  private let pressure: Float
  private let unsteadiness: Float
  /// Weights of x x, x y, y y, x x x and y y y in the bend, for x and for y.
  private let bend: [SIMD2<Float>]

  init(_ random: inout DrawingRandom) {
    height = random.uniform(0.31, 0.39)
    width = height * random.uniform(0.8, 1.15)
    slant = random.uniform(-0.06, 0.26)
    // The tangent of half the angle gives cosine and sine without the C library; 0.14 is 16 degrees.
    let half = random.bell() * 0.04
    turn = SIMD2(1 - half * half, 2 * half) / (1 + half * half)
    penRadius = random.uniform(0.025, 0.06)
    pressure = random.uniform(0, 0.35)
    unsteadiness = random.uniform(0.01, 0.035)
    bend = (0..<5).map { _ in SIMD2(random.bell(), random.bell()) * 0.045 }
  }

  /// The strokes of a digit, as points in a picture of `size` pixels.
  func write(_ digit: Int, size: Float, _ random: inout DrawingRandom) -> [[StrokeCanvas.Point]] {
    let style = DigitHand.style(of: digit, &random)
    var strokes = style.strokes.map { stroke in
      DigitHand.curve(through: stray(stroke, &random)).map(placed)
    }
    fit(&strokes, &random)
    return strokes.map { stroke in
      // The pen is pressed more at one end than at the other.
      let change = pressure * random.uniform(-1, 1)
      let step = 1 / Float(max(1, stroke.count - 1))
      return stroke.enumerated().map { index, place in
        let share = Float(index) * step - 0.5
        return StrokeCanvas.Point(place: place * size, radius: penRadius * size * (1 + change * share))
      }
    }
  }

  private static func style(of digit: Int, _ random: inout DrawingRandom) -> DigitStyle {
    let styles = DigitStyle.all[digit]
    var left = random.below(styles.reduce(0) { $0 + $1.weight })
    for style in styles {
      left -= style.weight
      if left < 0 { return style }
    }
    return styles[0]
  }

  /// Knots moved a little; a corner's two knots stay together.
  private func stray(_ knots: [SIMD2<Float>], _ random: inout DrawingRandom) -> [SIMD2<Float>] {
    var result: [SIMD2<Float>] = []
    for (index, knot) in knots.enumerated() {
      if index > 0, knots[index - 1] == knot {
        result.append(result[index - 1])
      } else {
        result.append(knot + SIMD2(random.bell(), random.bell()) * unsteadiness)
      }
    }
    return result
  }

  /// Points of a smooth curve through the knots (Catmull and Rom, 1974), with a corner where one comes twice.
  private static func curve(through knots: [SIMD2<Float>]) -> [SIMD2<Float>] {
    let parts = 6
    var points: [SIMD2<Float>] = []
    for index in 0..<max(0, knots.count - 1) where knots[index] != knots[index + 1] {
      let (a, b) = (knots[index], knots[index + 1])
      let before = index > 0 && knots[index - 1] != a ? knots[index - 1] : a + a - b
      let after = index + 2 < knots.count && knots[index + 2] != b ? knots[index + 2] : b + b - a
      // The curve from a to b leaves along half the way from `before` to b and arrives likewise.
      let leaving = (b - before) * 0.5
      let arriving = (after - a) * 0.5
      let way = b - a
      let square: SIMD2<Float> = way * 3 - leaving * 2 - arriving
      let cube: SIMD2<Float> = leaving + arriving - way * 2
      if points.isEmpty { points.append(a) }
      for part in 1...parts {
        let t = Float(part) / Float(parts)
        points.append(a + (leaving + (square + cube * t) * t) * t)
      }
    }
    return points
  }

  /// A point of the model where this hand puts it, around the middle of the picture.
  private func placed(_ point: SIMD2<Float>) -> SIMD2<Float> {
    let (x, y) = (point.x, point.y)
    var bent = point + bend[0] * (x * x) + bend[1] * (x * y) + bend[2] * (y * y)
    bent += bend[3] * (x * x * x) + bend[4] * (y * y * y)
    let sized = SIMD2((bent.x - slant * bent.y) * width, bent.y * height)
    return SIMD2(sized.x * turn.x - sized.y * turn.y, sized.x * turn.y + sized.y * turn.x)
  }

  /// Moves the digit to a random place where all of it lies in the picture; shrinks it when there is none.
  private func fit(_ strokes: inout [[SIMD2<Float>]], _ random: inout DrawingRandom) {
    var (low, high) = (SIMD2<Float>(1, 1), SIMD2<Float>(-1, -1))
    for stroke in strokes {
      for point in stroke {
        low = SIMD2(min(low.x, point.x), min(low.y, point.y))
        high = SIMD2(max(high.x, point.x), max(high.y, point.y))
      }
    }
    let extent = high - low
    let room = 0.96 - 2 * penRadius
    let shrink = min(1, room / max(max(extent.x, extent.y), 0.001))
    let middle = (low + high) * 0.5
    let play = (SIMD2(repeating: room) - extent * shrink) * 0.5
    let shift = SIMD2(
      min(max(random.bell() * 0.045, -play.x), play.x), min(max(random.bell() * 0.045, -play.y), play.y))
    for index in strokes.indices {
      strokes[index] = strokes[index].map { ($0 - middle) * shrink + shift + 0.5 }
    }
  }
}

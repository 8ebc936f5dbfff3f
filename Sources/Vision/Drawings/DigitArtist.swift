/// Draws one digit after another, each in a hand of its own, on paper of its own.
///
/// Lengths are shares of the picture's side, so that pictures of any size look alike. How much pictures vary
/// is balanced here and in `DigitHand`: uneven light and place mislead a comparison of raw pixels far more
/// than a convolutional network.
struct DigitArtist {
  private let size: Int
  private var digitInk: StrokeCanvas
  private var otherInk: StrokeCanvas
  private var blurred: [Float]

  init(size: Int) {
    self.size = size
    digitInk = StrokeCanvas(size: size)
    otherInk = StrokeCanvas(size: size)
    blurred = [Float](repeating: 0, count: size * size)
  }

  /// Fills a picture's pixels, row by row, with numbers from 0 to 1.
  mutating func draw(
    _ digit: Int, _ random: inout DrawingRandom, into pixels: UnsafeMutableBufferPointer<Float>
  ) {
    digitInk.clear()
    otherInk.clear()
    let softness = max(1, side(random.uniform(0.03, 0.05)))
    let hand = DigitHand(&random)
    for stroke in hand.write(digit, size: Float(size), &random) {
      digitInk.draw(stroke, softness: softness)
    }
    addClutter(&random, softness: softness)
    paint(&random, into: pixels)
    if random.chance(0.4) { blur(pixels, share: random.uniform(0.05, 0.2)) }
    addNoise(&random, to: pixels)
  }

  // MARK: Clutter

  /// A ruled line behind some digits, and the end of a neighbouring stroke that reaches in from the rim.
  private mutating func addClutter(_ random: inout DrawingRandom, softness: Float) {
    if random.chance(0.1) {
      let height = random.uniform(0.05, 0.95)
      let tilt = random.uniform(-0.06, 0.06)
      let radius = side(random.uniform(0.008, 0.016))
      rule(SIMD2(-0.1, height - tilt), SIMD2(1.1, height + tilt), radius, softness)
    }
    if random.below(2) == 1 { addNeighbour(&random, softness: softness) }
  }

  private mutating func addNeighbour(_ random: inout DrawingRandom, softness: Float) {
    let along = random.uniform(0, 1)
    let depth = random.uniform(-0.02, 0.1)
    let reach = random.uniform(0.1, 0.3)
    let end = along + random.uniform(-reach, reach)
    let (from, to): (SIMD2<Float>, SIMD2<Float>)
    switch random.below(4) {
    case 0: (from, to) = (SIMD2(along, -0.1), SIMD2(end, depth))
    case 1: (from, to) = (SIMD2(along, 1.1), SIMD2(end, 1 - depth))
    case 2: (from, to) = (SIMD2(-0.1, along), SIMD2(depth, end))
    default: (from, to) = (SIMD2(1.1, along), SIMD2(1 - depth, end))
    }
    rule(from, to, side(random.uniform(0.02, 0.04)), softness)
  }

  private mutating func rule(
    _ from: SIMD2<Float>, _ to: SIMD2<Float>, _ radius: Float, _ softness: Float
  ) {
    let ends = [from, to].map { StrokeCanvas.Point(place: $0 * Float(size), radius: radius) }
    otherInk.draw(ends, softness: softness)
  }

  // MARK: Light

  /// Lays ink on paper that is lit from one side.
  private func paint(_ random: inout DrawingRandom, into pixels: UnsafeMutableBufferPointer<Float>) {
    let isInverted = random.chance(0.04)
    let paper = random.uniform(0.02, 0.35)
    let ink = min(1, paper + random.uniform(0.68, 0.95))
    let other = paper + (ink - paper) * random.uniform(0.3, 0.8)
    let across = random.uniform(-0.5, 0.5)
    let down = random.uniform(-0.5, 0.5)
    let step = 1 / Float(size)
    for row in 0..<size {
      for column in 0..<size {
        let index = row * size + column
        let light = across * (Float(column) * step - 0.5) + down * (Float(row) * step - 0.5)
        var shade = paper + light
        shade += (other - shade) * otherInk.coverage[index]
        shade += (min(1, ink + light) - shade) * digitInk.coverage[index]
        pixels[index] = isInverted ? 1 - shade : shade
      }
    }
  }

  /// Mixes each pixel with its neighbours, first along rows, then along columns.
  private mutating func blur(_ pixels: UnsafeMutableBufferPointer<Float>, share: Float) {
    let own = 1 - 2 * share
    let last = size - 1
    for row in 0..<size {
      let start = row * size
      for column in 0..<size {
        let before = pixels[start + max(column - 1, 0)]
        let after = pixels[start + min(column + 1, last)]
        blurred[start + column] = pixels[start + column] * own + (before + after) * share
      }
    }
    for row in 0..<size {
      let (above, below) = (max(row - 1, 0) * size, min(row + 1, last) * size)
      for column in 0..<size {
        let beside = blurred[above + column] + blurred[below + column]
        pixels[row * size + column] = blurred[row * size + column] * own + beside * share
      }
    }
  }

  /// Adds grain and rounds to the 256 shades that a camera gives.
  private func addNoise(_ random: inout DrawingRandom, to pixels: UnsafeMutableBufferPointer<Float>) {
    let grain = random.uniform(0.01, 0.05)
    for index in pixels.indices {
      let shade = min(max(pixels[index] + grain * random.bell(), 0), 1)
      pixels[index] = Float(Int(shade * 255 + 0.5)) / 255
    }
  }

  private func side(_ share: Float) -> Float { share * Float(size) }
}

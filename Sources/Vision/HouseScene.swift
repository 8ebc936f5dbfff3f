import Glibc

/// The colour of every point of the drawn house, on a canvas 4 wide and 3 high with y pointing down.
enum HouseScene {
  static func paint(_ x: Float, _ y: Float) -> Paint {
    fence(x, y) ?? tree(x, y) ?? house(x, y) ?? ground(x, y) ?? hills(x, y) ?? sky(x, y)
  }

  /// Circles as middle and radius; made once, since millions of points ask for them.
  private static let puffs: [Paint] = [
    Paint(0.55, 0.48, 0.16), Paint(0.75, 0.40, 0.20), Paint(0.97, 0.47, 0.17), Paint(2.35, 0.30, 0.11),
    Paint(2.52, 0.25, 0.14), Paint(2.70, 0.31, 0.10),
  ]
  private static let crowns: [Paint] = [
    Paint(3.30, 1.42, 0.33), Paint(3.06, 1.58, 0.25), Paint(3.55, 1.60, 0.26), Paint(3.30, 1.70, 0.30),
  ]

  // MARK: Behind the house

  private static func sky(_ x: Float, _ y: Float) -> Paint {
    let sun = distance(x - 3.25, y - 0.62)
    if sun < 0.26 { return Paint(1.0, 0.93, 0.68) }
    let high = mix(Paint(0.36, 0.62, 0.86), Paint(0.97, 0.88, 0.76), min(y / 1.9, 1))
    let glow = max(0, 1 - (sun - 0.26) / 0.7)
    let lit = mix(high, Paint(1.0, 0.90, 0.66), glow * glow * 0.6)
    return mix(lit, Paint(1, 1, 1), cloud(x, y))
  }

  private static func cloud(_ x: Float, _ y: Float) -> Float {
    guard y < 0.7 else { return 0 }
    for puff in puffs {
      if y < puff.y + puff.z * 0.45, distance(x - puff.x, (y - puff.y) * 1.35) < puff.z { return 0.88 }
    }
    return 0
  }

  private static func hills(_ x: Float, _ y: Float) -> Paint? {
    guard y > 1.4 else { return nil }
    let far = 1.72 - 0.20 * sin(x * 1.3 + 0.6) - 0.06 * sin(x * 3.1)
    let near = 1.93 - 0.13 * sin(x * 1.9 + 2.4)
    if y > near { return Paint(0.42, 0.62, 0.38) }
    if y > far { return Paint(0.52, 0.69, 0.60) }
    return nil
  }

  private static func ground(_ x: Float, _ y: Float) -> Paint? {
    guard y > 2.18 else { return nil }
    // The path widens towards the viewer.
    let depth = (y - 2.18) / 0.82
    let middle = 1.79 + 0.30 * depth * depth
    if abs(x - middle) < 0.13 + 0.30 * depth { return stones(x, y) }
    let blade = noise(Int(x * 60), Int(y * 26))
    return mix(Paint(0.36, 0.60, 0.27), Paint(0.50, 0.72, 0.33), blade)
  }

  private static func stones(_ x: Float, _ y: Float) -> Paint {
    let row = Int(y * 9)
    let shift: Float = row % 2 == 0 ? 0 : 0.11
    let column = Int((x + shift) / 0.22)
    let joint = (x + shift) / 0.22 - Float(column) < 0.09 || y * 9 - Float(row) < 0.14
    let shade = 0.70 + 0.16 * noise(column + 31, row + 7)
    return joint ? Paint(0.60, 0.55, 0.48) : Paint(shade, shade * 0.94, shade * 0.84)
  }

  // MARK: The house

  private static func house(_ x: Float, _ y: Float) -> Paint? {
    guard x > 0.9, x < 2.7, y > 0.5, y < 2.31 else { return nil }
    if let roof = roof(x, y) { return roof }
    guard x > 1.05, x < 2.55, y > 1.28, y < 2.30 else { return nil }
    if let opening = door(x, y) ?? window(x, y, 1.22) ?? window(x, y, 2.10) { return opening }
    return bricks(x, y)
  }

  private static func roof(_ x: Float, _ y: Float) -> Paint? {
    if x > 2.12, x < 2.32, y > 0.56, y < 1.05, y < 0.66 + abs(x - 1.8) * 0.9 {
      return y < 0.62 ? Paint(0.45, 0.25, 0.20) : Paint(0.66, 0.36, 0.28)
    }
    let slope = 0.62 + abs(x - 1.8) * 0.86
    guard y > slope, y < 1.34, x > 0.92, x < 2.68 else { return nil }
    if y < slope + 0.05 || y > 1.29 { return Paint(0.36, 0.17, 0.14) }
    // A round window under the ridge.
    let hole = distance(x - 1.8, y - 1.07)
    if hole < 0.13 {
      return hole > 0.10 || abs(x - 1.8) < 0.013 || abs(y - 1.07) < 0.013
        ? Paint(0.95, 0.93, 0.88) : Paint(0.30, 0.44, 0.56)
    }
    let row = Int(y * 16)
    let tile = (x + (row % 2 == 0 ? 0 : 0.06)) * 8.3
    let within = tile - floor(tile)
    let curve = y * 16 - Float(row)
    let shade = 0.80 + 0.20 * noise(Int(tile), row) - (curve > 0.78 + 0.16 * abs(within - 0.5) ? 0.30 : 0)
    return Paint(0.72, 0.29, 0.22) * shade
  }

  private static func bricks(_ x: Float, _ y: Float) -> Paint {
    let row = Int(y * 17)
    let place = (x + (row % 2 == 0 ? 0 : 0.075)) / 0.15
    let joint = place - floor(place) < 0.10 || y * 17 - Float(row) < 0.16
    let shade = 0.90 + 0.14 * noise(Int(place), row)
    let shadow: Float = y < 1.40 ? 0.80 : 1
    return (joint ? Paint(0.90, 0.84, 0.74) : Paint(0.87, 0.70, 0.53) * shade) * shadow
  }

  private static func door(_ x: Float, _ y: Float) -> Paint? {
    let top: Float = 1.66 - (max(0, 0.0256 - (x - 1.79) * (x - 1.79))).squareRoot() * 0.6
    guard abs(x - 1.79) < 0.19, y > top, y < 2.30 else { return nil }
    if abs(x - 1.79) > 0.155 || y < top + 0.04 { return Paint(0.95, 0.93, 0.88) }
    if distance(x - 1.89, y - 1.98) < 0.018 { return Paint(0.96, 0.80, 0.32) }
    let plank = (x - 1.6) / 0.078
    return plank - floor(plank) < 0.10 ? Paint(0.10, 0.26, 0.30) : Paint(0.16, 0.40, 0.44)
  }

  private static func window(_ x: Float, _ y: Float, _ left: Float) -> Paint? {
    let (u, v) = ((x - left) / 0.30, (y - 1.52) / 0.38)
    guard u > -0.30, u < 1.30, v > -0.08, v < 1.12 else { return nil }
    if v > 1.02 { return u > -0.08 && u < 1.08 ? Paint(0.93, 0.91, 0.86) : nil }
    if u < 0 || u > 1 {
      // Shutters with slats.
      guard v > 0, v < 1, u > -0.27, u < 1.27, u < -0.03 || u > 1.03 else { return nil }
      let slat = v * 9
      return slat - floor(slat) < 0.28 ? Paint(0.12, 0.30, 0.34) : Paint(0.20, 0.46, 0.50)
    }
    guard v > -0.02, v < 1.02 else { return nil }
    if u < 0.09 || u > 0.91 || v < 0.07 || v > 0.93 || abs(u - 0.5) < 0.045 || abs(v - 0.5) < 0.04 {
      return Paint(0.97, 0.95, 0.91)
    }
    return mix(Paint(0.24, 0.36, 0.48), Paint(0.62, 0.76, 0.84), max(0, min(1, 0.9 - v + (u - 0.5) * 0.5)))
  }

  // MARK: Before the house

  private static func tree(_ x: Float, _ y: Float) -> Paint? {
    guard x > 2.7, x < 3.9, y > 1.0, y < 2.5 else { return nil }
    var depth: Float = 0
    for crown in crowns {
      let away = distance(x - crown.x, y - crown.y)
      // The waves of the rim reach 1.04 radii; only points within need an angle.
      guard away < crown.z * 1.04 else { continue }
      let reach = crown.z * (0.94 + 0.10 * sin(atan2(y - crown.y, x - crown.x) * 11))
      if away < reach { depth = max(depth, 1 - away / reach) }
    }
    if depth > 0 {
      if noise(Int(x * 21) + 5, Int(y * 21)) > 0.955 { return Paint(0.86, 0.22, 0.18) }
      let leaf = noise(Int(x * 38), Int(y * 38))
      let light = max(0, min(1, (3.6 - x) * 0.15 + (1.95 - y) * 0.6 + leaf * 0.45))
      return mix(Paint(0.14, 0.36, 0.20), Paint(0.45, 0.66, 0.28), light)
    }
    let lean = 3.29 + 0.05 * (y - 2.0)
    if y > 1.80, y < 2.42, abs(x - lean) < 0.065 + max(0, y - 2.3) * 0.35 {
      return x < lean ? Paint(0.36, 0.25, 0.17) : Paint(0.47, 0.34, 0.23)
    }
    return nil
  }

  private static func fence(_ x: Float, _ y: Float) -> Paint? {
    // Pickets leave a gap for the path.
    guard y > 2.32, y < 2.82, x < 1.45 || x > 2.55 else { return nil }
    let place = x / 0.155
    let within = place - floor(place)
    let tip = 2.36 + abs(within - 0.34) * 0.20
    if within < 0.68, y > tip, y < 2.80 {
      return within > 0.58 ? Paint(0.80, 0.79, 0.78) : Paint(0.98, 0.97, 0.95)
    }
    if abs(y - 2.50) < 0.028 || abs(y - 2.68) < 0.028 { return Paint(0.88, 0.87, 0.85) }
    return nil
  }

  // MARK: Means

  private static func distance(_ dx: Float, _ dy: Float) -> Float { (dx * dx + dy * dy).squareRoot() }

  private static func mix(_ a: Paint, _ b: Paint, _ share: Float) -> Paint { a + (b - a) * share }

  /// A number from 0 to 1 for a pair of integers, the same on every run.
  private static func noise(_ a: Int, _ b: Int) -> Float {
    var bits = UInt32(truncatingIfNeeded: a) &* 0x9E37_79B1 ^ UInt32(truncatingIfNeeded: b) &* 0x85EB_CA77
    bits ^= bits >> 15
    bits &*= 0x2C1B_3C6D
    bits ^= bits >> 12
    return Float(bits & 0xFFFF) / 65_535
  }
}

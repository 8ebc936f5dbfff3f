/// How people write the ten digits: a few styles for each, as knots that a smooth curve runs through.
///
/// Knots lie in a box from -1 to 1 with y pointing down, and a knot written twice is a corner.
struct DigitStyle {
  /// How often the style is taken, compared with the others of its digit.
  let weight: Int
  let strokes: [[SIMD2<Float>]]

  /// - Parameter strokes: x and y in turn, in hundredths.
  init(weight: Int, _ strokes: [[Float]]) {
    self.weight = weight
    self.strokes = strokes.map { numbers in
      stride(from: 0, to: numbers.count - 1, by: 2).map { place in
        SIMD2(numbers[place], numbers[place + 1]) * 0.01
      }
    }
  }

  /// The styles of each digit.
  static let all: [[DigitStyle]] = [zero, one, two, three, four, five, six, seven, eight, nine]

  private static let zero = [
    // A full oval, closed at the top.
    DigitStyle(
      weight: 3,
      [[5, -100, -42, -72, -60, -5, -48, 65, -2, 100, 44, 70, 60, 2, 46, -68, 5, -100]]),
    // A round one whose end passes its beginning.
    DigitStyle(
      weight: 2,
      [[22, -92, -25, -92, -66, -35, -66, 38, -22, 92, 30, 90, 68, 35, 64, -38, 25, -90, -10, -98]]),
    // A narrow one.
    DigitStyle(
      weight: 2,
      [[10, -100, -30, -70, -44, 0, -34, 70, 0, 100, 34, 68, 44, -4, 32, -72, 0, -98]]),
  ]

  private static let one = [
    DigitStyle(weight: 3, [[0, -100, 1, 0, 0, 100]]),
    // With a flag.
    DigitStyle(weight: 3, [[-26, -50, -8, -74, 6, -100, 6, -100, 5, 0, 4, 100]]),
    // With a flag and a foot.
    DigitStyle(weight: 2, [[-30, -54, 2, -98, 2, -98, 2, 0, 2, 98], [-38, 98, 2, 97, 42, 98]]),
  ]

  private static let two = [
    // A round head and a pointed corner.
    DigitStyle(
      weight: 3,
      [[-50, -55, -30, -90, 10, -100, 46, -76, 44, -28, 2, 36, -54, 96, -54, 96, 0, 96, 56, 94]]),
    // With a loop in the corner.
    DigitStyle(
      weight: 2,
      [
        [
          -48, -62, -18, -96, 26, -94, 48, -52, 26, 4, -18, 62, -48, 92, -64, 74, -42, 58, 6, 82, 34, 94, 62,
          86,
        ]
      ]),
    // A flat, broad base below a hook.
    DigitStyle(
      weight: 2,
      [[-46, -70, -10, -98, 36, -86, 46, -44, 20, 6, -22, 52, -56, 92, -56, 92, -10, 84, 24, 92, 60, 88]]),
  ]

  private static let three = [
    // Two bowls with a point between them.
    DigitStyle(
      weight: 3,
      [
        [-46, -74, -12, -100, 36, -82, 36, -32, -8, -6, -8, -6, 38, 12, 52, 56, 16, 98, -32, 94, -56, 64]
      ]),
    // A flat roof.
    DigitStyle(
      weight: 2,
      [
        [
          -48, -96, 0, -97, 44, -96, 44, -96, 18, -56, -6, -18, -6, -18, 42, 4, 52, 52, 16, 96, -28, 98, -56,
          70,
        ]
      ]),
    // Written round, with a small loop in the middle.
    DigitStyle(
      weight: 2,
      [
        [
          -44, -82, -4, -100, 38, -80, 32, -34, -4, -8, -14, -2, 8, -6, 44, 20, 50, 62, 14, 98, -30, 96, -58,
          72,
        ]
      ]),
  ]

  private static let four = [
    // Open, in two strokes.
    DigitStyle(
      weight: 3,
      [[-32, -94, -44, -36, -56, 22, -56, 22, 0, 21, 58, 18], [24, -46, 22, 20, 18, 100]]),
    // Closed, with a peak.
    DigitStyle(
      weight: 3,
      [[16, -98, -22, -34, -62, 34, -62, 34, 0, 35, 64, 33], [18, -98, 20, 0, 18, 100]]),
    // A bowl and a long stem.
    DigitStyle(
      weight: 2,
      [[-52, -92, -56, -30, -36, 10, 4, 12, 48, 0], [50, -94, 46, -10, 36, 100]]),
  ]

  private static let five = [
    // The roof written last.
    DigitStyle(
      weight: 3,
      [
        [-34, -94, -38, -52, -42, -12, -42, -12, 2, -26, 44, 2, 50, 48, 14, 94, -28, 96, -56, 74],
        [-34, -94, 8, -95, 50, -98],
      ]),
    // In one go, from the roof's end.
    DigitStyle(
      weight: 2,
      [
        [
          52, -96, 8, -95, -34, -96, -34, -96, -38, -54, -40, -16, -40, -16, 6, -30, 46, 0, 50, 50, 10, 96,
          -30, 94, -54, 70,
        ]
      ]),
    // Flowing, without the corner in the middle.
    DigitStyle(
      weight: 1,
      [
        [
          46, -98, 4, -92, -30, -92, -30, -92, -40, -50, -34, -16, 8, -18, 42, 6, 48, 50, 14, 92, -24, 98,
          -56, 80,
        ]
      ]),
  ]

  private static let six = [
    // A bent back.
    DigitStyle(
      weight: 3,
      [[36, -96, -12, -64, -46, 0, -48, 58, -10, 98, 36, 80, 46, 34, 8, 4, -32, 26, -48, 52]]),
    // A straight back and a small bowl.
    DigitStyle(
      weight: 2,
      [[12, -100, -24, -38, -46, 36, -30, 88, 10, 100, 44, 70, 36, 24, 0, 14, -34, 38, -44, 60]]),
    // A large round bowl.
    DigitStyle(
      weight: 2,
      [[40, -88, 2, -96, -42, -48, -54, 22, -36, 84, 8, 98, 50, 66, 48, 12, 6, -12, -40, 14, -52, 40]]),
  ]

  private static let seven = [
    DigitStyle(weight: 3, [[-54, -94, 0, -96, 54, -94, 54, -94, 14, -4, -18, 100]]),
    // With a bar.
    DigitStyle(
      weight: 2,
      [[-50, -94, 0, -95, 52, -95, 52, -95, 18, -4, -14, 100], [-26, 0, 8, -2, 44, -2]]),
    // With a tick at the left and a bent stem.
    DigitStyle(
      weight: 2,
      [[-56, -62, -54, -94, -54, -94, 0, -91, 54, -94, 54, -94, 14, -30, -6, 30, -10, 100]]),
  ]

  private static let eight = [
    // In one go, from the top right.
    DigitStyle(
      weight: 3,
      [
        [
          40, -72, 2, -100, -40, -76, -32, -34, 12, -4, 48, 40, 36, 86, -2, 100, -42, 82, -46, 38, -10, -2,
          30, -34, 44, -66,
        ]
      ]),
    // Two rings.
    DigitStyle(
      weight: 2,
      [
        [4, -100, -36, -78, -36, -28, 2, -6, 38, -30, 38, -78, 4, -100],
        [2, -6, -42, 20, -48, 64, -4, 100, 46, 70, 46, 22, 2, -6],
      ]),
    // Slim, its head open at the right.
    DigitStyle(
      weight: 1,
      [
        [
          36, -84, -6, -100, -36, -70, -22, -28, 22, 8, 42, 54, 16, 96, -24, 94, -42, 56, -20, 10, 18, -32,
          46, -90,
        ]
      ]),
  ]

  private static let nine = [
    // A ring and a straight stem.
    DigitStyle(
      weight: 3,
      [[38, -70, 2, -98, -40, -76, -44, -32, -6, -8, 30, -30, 42, -78, 42, -78, 38, 10, 28, 100]]),
    // The stem bends to the left.
    DigitStyle(
      weight: 2,
      [[40, -66, 6, -98, -38, -82, -46, -36, -10, -8, 30, -28, 42, -70, 48, 10, 26, 80, -12, 98, -46, 78]]),
    // A large head on a short, slanted stem.
    DigitStyle(
      weight: 2,
      [[40, -62, 10, -100, -36, -88, -54, -36, -28, 4, 20, -10, 42, -56, 44, -80, 36, 0, 6, 100]]),
  ]
}

/// A picture of dots, eight to a character.
struct BrailleCanvas {
  let columns: Int
  let rows: Int
  private var cells: [UInt8]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = [UInt8](repeating: 0, count: columns * rows)
  }

  var dotColumns: Int { columns * 2 }
  var dotRows: Int { rows * 4 }

  /// The line of text at a height of 0 (bottom) to 1 (top).
  func row(_ place: Double) -> Int { dotRow(place) / 4 }

  private func dotRow(_ place: Double) -> Int {
    guard place.isFinite else { return dotRows - 1 }
    return min(max(Int(((1 - place) * Double(dotRows - 1)).rounded()), 0), dotRows - 1)
  }

  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  private mutating func set(_ x: Int, _ y: Int) {
    guard x >= 0, y >= 0, x < dotColumns, y < dotRows else { return }
    cells[y / 4 * columns + x / 2] |= Self.bits[y % 4][x % 2]
  }

  /// Draws points whose places run from 0 to 1 to the right and upwards.
  mutating func draw(_ points: [(x: Double, y: Double)], isConnected: Bool) {
    var before: (x: Int, y: Int)?
    for point in points {
      guard point.x.isFinite, point.y.isFinite, (-1...2).contains(point.x), (-1...2).contains(point.y) else {
        before = nil
        continue
      }
      let x = Int((point.x * Double(dotColumns - 1)).rounded())
      let y = Int(((1 - point.y) * Double(dotRows - 1)).rounded())
      if isConnected, let before { connect(before, (x, y)) } else { set(x, y) }
      before = (x, y)
    }
  }

  private mutating func connect(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int)) {
    let steps = max(abs(b.x - a.x), abs(b.y - a.y), 1)
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      set(
        a.x + Int((Double(b.x - a.x) * share).rounded()), a.y + Int((Double(b.y - a.y) * share).rounded()))
    }
  }

  /// Fills a column of dots from the bottom to a height.
  mutating func fillColumn(_ x: Int, upTo place: Double) {
    guard place > 0 else { return }
    for y in dotRow(place)..<dotRows { set(x, y) }
  }

  var lines: [String] {
    (0..<rows).map { row in
      var line = ""
      for cell in cells[(row * columns)..<((row + 1) * columns)] {
        line.unicodeScalars.append(Unicode.Scalar(0x2800 + UInt32(cell)) ?? " ")
      }
      return line
    }
  }
}

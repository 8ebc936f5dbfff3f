/// A grid over the middles of boxes; each box belongs to the cell in which its middle lies.
///
/// Its size follows the bulk of the boxes. Those that lie outside belong to the cells at its rim, so that a
/// few boxes far away cost nothing.
struct BoxGrid {
  private struct Axis {
    var count = 1
    private var low = 0.0
    private var scale = 0.0
    /// How far away, in widths of a box, the middle of one that it suppresses can lie.
    private let reach: Double
    private let largest: Double

    init(middles: [Double], extents: [Double], largest: Double, reach: Double, finest: Double) {
      self.reach = reach
      self.largest = largest
      guard middles.count >= 16 else { return }
      let (middles, extents) = (middles.sorted(), extents.sorted())
      low = middles[middles.count / 32]
      let span = middles[middles.count - 1 - middles.count / 32] - low
      // Cells of a quarter of what is looked through around a usual box.
      let wanted = span / (extents[extents.count / 2] * min(reach, 1) / 2)
      guard wanted > 1 else { return }
      count = Int(min(wanted, finest))
      scale = Double(count) / span
    }

    mutating func coarsen(by factor: Double) {
      let coarser = max(1, Int(Double(count) * factor))
      scale *= Double(coarser) / Double(count)
      count = coarser
    }

    /// The row or column of a middle; it never falls when the middle rises.
    func cell(_ middle: Double) -> Int { Int(min(max((middle - low) * scale, 0), Double(count - 1))) }

    /// The cells in which the middle of an overlapping box can lie.
    func cells(from low: Float, to high: Float) -> ClosedRange<Int> {
      let (low, high) = (Double(low), Double(high))
      let (middle, extent) = ((low + high) / 2, high - low)
      // A little further than exact, since the overlap is computed with rounding.
      let distance = min(extent * reach, (extent + largest) / 2) * 1.001
      return cell(middle - distance)...cell(middle + distance)
    }
  }

  /// The place of each box when those of a cell stand together.
  private(set) var places: [Int32]
  /// Where each cell's boxes begin, and where the last one's end.
  private var starts: [Int32]
  private var across: Axis
  private var down: Axis

  /// - Parameter boxes: Left, top, right and bottom of boxes whose areas are above 0 and finite.
  init(_ boxes: [SIMD4<Float>], threshold: Double) {
    // A threshold near 0 is met by boxes of any distance that still touch.
    let share = threshold * 0.9999
    let reach = share > 0 ? max(1 - share, 0.5 / share - 0.5) : .infinity

    func sample(_ value: (SIMD4<Float>) -> Double) -> [Double] {
      stride(from: 0, to: boxes.count, by: max(1, boxes.count / 256)).map { value(boxes[$0]) }
    }
    var largest = SIMD2<Float>()
    for box in boxes { largest = pointwiseMax(largest, SIMD2(box.z, box.w) - SIMD2(box.x, box.y)) }
    let finest = Double(boxes.count).squareRoot() * 4
    across = Axis(
      middles: sample { (Double($0.x) + Double($0.z)) / 2 }, extents: sample { Double($0.z) - Double($0.x) },
      largest: Double(largest.x), reach: reach, finest: finest)
    down = Axis(
      middles: sample { (Double($0.y) + Double($0.w)) / 2 }, extents: sample { Double($0.w) - Double($0.y) },
      largest: Double(largest.y), reach: reach, finest: finest)
    let cells = Double(across.count) * Double(down.count)
    let most = Double(boxes.count) * 2
    if cells > most {
      let factor = (most / cells).squareRoot()
      across.coarsen(by: factor)
      down.coarsen(by: factor)
    }

    // Boxes are counted by cell, then laid out.
    var cellOf = [Int32](repeating: 0, count: boxes.count)
    starts = [Int32](repeating: 0, count: across.count * down.count + 1)
    for (index, box) in boxes.enumerated() {
      let column = across.cell((Double(box.x) + Double(box.z)) / 2)
      let row = down.cell((Double(box.y) + Double(box.w)) / 2)
      let cell = row * across.count + column
      cellOf[index] = Int32(truncatingIfNeeded: cell)
      starts[cell + 1] += 1
    }
    for cell in 1..<starts.count { starts[cell] += starts[cell - 1] }
    var next = starts
    places = cellOf
    for (index, cell) in cellOf.enumerated() {
      places[index] = next[Int(cell)]
      next[Int(cell)] += 1
    }
  }

  /// The cells in which boxes lie that this one can suppress.
  func window(around box: SIMD4<Float>) -> (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    (down.cells(from: box.y, to: box.w), across.cells(from: box.x, to: box.z))
  }

  /// The places of the boxes in some cells of a row.
  func run(row: Int, columns: ClosedRange<Int>) -> Range<Int> {
    let first = row * across.count
    return Int(starts[first + columns.lowerBound])..<Int(starts[first + columns.upperBound + 1])
  }
}

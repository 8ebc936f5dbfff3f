import Base

/// Boxes laid out by where their middles lie, so that those which a chosen box may suppress stand together.
///
/// Cells of a grid follow each other row by row, and the boxes of a cell stand side by side, each number of
/// them in an array of its own. A box is compared with runs of such arrays, eight at a time.
///
/// Why a window suffices: with an overlap above t of the union, boxes overlap by more than t of the wider
/// one's width, so that the other one is at most 1/t times as wide and its middle lies within (1 - t), or for
/// small t within (1/t - 1) / 2, of this one's width. The same holds for heights.
final class SuppressionField {
  /// Numbers that are compared at once.
  private typealias Lanes = SIMD8<Float>
  private static let lanes = 8
  /// Where a smaller area has lost too many digits for what is said of windows.
  private static let smallestArea: Float = 1e-30

  private let count: Int
  /// The largest float32 that is not above the threshold.
  private let limit: Float
  private let grid: BoxGrid
  private let numbers: UnsafeMutablePointer<Float>
  private let marks: UnsafeMutablePointer<Int32>
  /// Where each box stands; -1 for one without area, which overlaps nothing.
  private var places: [Int32]

  /// The arrays of lefts, tops, rights, bottoms and areas, with room behind them for a whole vector.
  private var stride: Int { count + SuppressionField.lanes }

  /// - Parameters:
  ///   - order: Which of `corners` are laid out; they are numbered by their place in it.
  ///   - threshold: From 0 to 1.
  init(_ corners: [SIMD4<Float>], order: ArraySlice<UInt32>, threshold: Double) {
    limit = Float(notAbove: threshold)
    places = [Int32](repeating: -1, count: order.count)
    var boxes: [SIMD4<Float>] = []
    boxes.reserveCapacity(order.count)
    for (rank, index) in order.enumerated() {
      let box = corners[Int(index)]
      let area = (box.z - box.x) * (box.w - box.y)
      guard area > 0, area < .infinity else { continue }
      places[rank] = Int32(truncatingIfNeeded: boxes.count)
      boxes.append(box)
    }
    count = boxes.count
    grid = BoxGrid(boxes, threshold: threshold)

    let stride = count + SuppressionField.lanes
    numbers = .allocate(capacity: stride * 5)
    numbers.initialize(repeating: 0, count: stride * 5)
    marks = .allocate(capacity: stride)
    marks.initialize(repeating: 0, count: stride)
    for rank in places.indices where places[rank] >= 0 {
      let box = boxes[Int(places[rank])]
      let place = grid.places[Int(places[rank])]
      places[rank] = place
      let target = numbers + Int(place)
      target[0] = box.x
      target[stride] = box.y
      target[2 * stride] = box.z
      target[3 * stride] = box.w
      target[4 * stride] = (box.z - box.x) * (box.w - box.y)
    }
  }

  deinit {
    numbers.deallocate()
    marks.deallocate()
  }

  /// Whether a chosen box has suppressed this one.
  func isSuppressed(_ rank: Int) -> Bool { places[rank] >= 0 && marks[Int(places[rank])] != 0 }

  /// Suppresses every box that overlaps this one by more than the threshold.
  ///
  /// Boxes that were chosen earlier are compared as well, which does no harm: they would have suppressed this
  /// one.
  ///
  /// - Returns: How many boxes were compared, for those who count the work.
  func suppress(around rank: Int) -> Int {
    guard places[rank] >= 0 else { return 0 }
    let place = Int(places[rank])
    let stride = self.stride
    let box = SIMD4(
      numbers[place], numbers[place + stride], numbers[place + 2 * stride], numbers[place + 3 * stride])
    let area = numbers[place + 4 * stride]
    guard area >= SuppressionField.smallestArea else {
      compare(box, area, with: 0..<count)
      return count
    }
    let window = grid.window(around: box)
    var compared = 0
    for row in window.rows {
      let run = grid.run(row: row, columns: window.columns)
      compare(box, area, with: run)
      compared += run.count + SuppressionField.lanes
    }
    return compared
  }

  // The library's own pointwise functions go number by number.
  @inline(__always)
  private func smaller(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }
  @inline(__always)
  private func larger(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }

  /// The comparison itself, in the operations and the order of the usual implementations, so that results
  /// agree to the last bit. It may go on behind the end of the run, which only finds more that is true.
  @inline(__always)
  private func compare(_ box: SIMD4<Float>, _ area: Float, with run: Range<Int>) {
    let stride = self.stride
    let (x1, y1) = (Lanes(repeating: box.x), Lanes(repeating: box.y))
    let (x2, y2) = (Lanes(repeating: box.z), Lanes(repeating: box.w))
    let own = Lanes(repeating: area)
    let limits = Lanes(repeating: limit)
    let zero = Lanes()
    var index = run.lowerBound
    while index < run.upperBound {
      let source = UnsafeRawPointer(numbers + index)
      @inline(__always) func load(_ array: Int) -> Lanes {
        source.loadUnaligned(fromByteOffset: array &* stride &* 4, as: Lanes.self)
      }
      let width = larger(smaller(load(2), x2) - larger(load(0), x1), zero)
      let height = larger(smaller(load(3), y2) - larger(load(1), y1), zero)
      let shared = width * height
      let found = unsafeBitCast(shared / (own + load(4) - shared) .> limits, to: SIMD8<Int32>.self)
      let target = UnsafeMutableRawPointer(marks + index)
      let before = target.loadUnaligned(as: SIMD8<Int32>.self)
      target.storeBytes(of: before | found, as: SIMD8<Int32>.self)
      index &+= SuppressionField.lanes
    }
  }
}

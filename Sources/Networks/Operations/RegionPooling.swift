import Base
import Tensors

/// What region pooling does with the numbers of a cell.
enum RegionPoolingKind: Hashable {
  /// The largest of all elements in the cell.
  case max
  /// The mean of so many sample points in each direction.
  case align(samples: Int)
}

/// Parts of feature maps, cut out along boxes and brought to one size.
struct RegionPooling: Operation {
  let kind: RegionPoolingKind
  let size: Pair

  /// More sample points than this in a cell lie closer than any feature map needs, and take very long.
  static let mostSamples = 64
  /// Nor is a box cut into more cells than this.
  static let mostCells = 10_000

  var name: String {
    switch kind {
    case .max: "roiPool"
    case .align: "roiAlign"
    }
  }

  var keeps: Kept { kind == .max ? [] : .operands }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let (features, boxes) = (operands[0].shape, operands[1].shape)
    guard features.rank == 4, features[1] > 0, features[2] > 0 else {
      throw TensorError.shape(
        "\(name) expects feature maps (batch, height, width, channels), but a tensor of shape \(features) "
          + "came.",
        suggestion: features.rank == 3 ? "a single one becomes a batch with expandDims(0)" : nil)
    }
    guard [size.height, size.width].allSatisfy({ (1...RegionPooling.mostCells).contains($0) }) else {
      throw TensorError.value(
        "\(name) expects a size from 1 to \(RegionPooling.mostCells) cells in each direction, but \(size) "
          + "came."
      )
    }
    if case .align(let samples) = kind, !(1...RegionPooling.mostSamples).contains(samples) {
      throw TensorError.value(
        "roiAlign expects from 1 to \(RegionPooling.mostSamples) samples in each direction of a cell, but "
          + "\(samples) came.")
    }
    guard boxes.rank == 2, boxes[1] == 5 || (boxes[1] == 4 && features[0] == 1) else {
      throw TensorError.shape(
        features[0] == 1
          ? "\(name) expects boxes (k, 4) with rows y1, x1, y2, x2, or (k, 5) with the picture's number "
            + "before them, but a tensor of shape \(boxes) came."
          : "\(name) expects boxes (k, 5) with rows n, y1, x1, y2, x2, where n is the picture's number "
            + "among the \(features[0]) of the batch, but a tensor of shape \(boxes) came.")
    }
    return TensorSpec(try Shape([boxes[0], size.height, size.width, features[3]]), operands[0].dtype)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let spec = try output(for: operands.map(TensorSpec.init))
    let regions = try self.regions(operands[1], in: operands[0].shape)
    guard spec.shape.elementCount > 0 else {
      extras = kind == .max ? [try Tensor.zeros(spec.shape, .int64)] : []
      return try Tensor.zeros(spec.shape, spec.dtype)
    }
    switch kind {
    case .max:
      let (result, places) =
        spec.dtype == .float64
        ? try largest(operands[0], regions, spec.shape, Double.self)
        : try largest(operands[0], regions, spec.shape, Float.self)
      extras = [places]
      return result
    case .align(let samples):
      return spec.dtype == .float64
        ? try means(operands[0], regions, samples, spec.shape, Double.self)
        : try means(operands[0], regions, samples, spec.shape, Float.self)
    }
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    guard record.wanted[0] else { return [nil, nil] }
    let shape = record.specs[0].shape
    switch kind {
    case .max:
      return [
        g.dtype == .float64
          ? try scattered(g, record.extras[0], shape, Double.self)
          : try scattered(g, record.extras[0], shape, Float.self), nil,
      ]
    case .align(let samples):
      let regions = try self.regions(record.operands[1], in: shape)
      return [
        g.dtype == .float64
          ? try spread(g, regions, samples, shape, Double.self)
          : try spread(g, regions, samples, shape, Float.self), nil,
      ]
    }
  }

  /// A box and its feature map.
  struct Region {
    let map: Int
    let y1, x1, y2, x2: Double
  }

  private func regions(_ boxes: Tensor, in features: Shape) throws -> [Region] {
    try MemoryBudget.require(boxes.elementCount, of: 64, for: "the boxes of \(name)")
    let numbers = boxes.doubles()
    let columns = boxes.shape[1]
    return try (0..<boxes.shape[0]).map { index in
      let row = numbers[(index * columns)..<((index + 1) * columns)]
      let corners = Array(row.suffix(4))
      guard corners.allSatisfy({ $0.isFinite && $0.magnitude < 1e9 }), corners[0] <= corners[2],
        corners[1] <= corners[3]
      else {
        throw TensorError.value(
          "\(name) expects boxes with rows y1, x1, y2, x2, where y1 <= y2 and x1 <= x2, but box \(index) is "
            + "(" + corners.map { "\($0)" }.joined(separator: ", ") + ").")
      }
      let map = columns == 5 ? row.first ?? 0 : 0
      guard map >= 0, map < Double(features[0]), map == map.rounded() else {
        throw TensorError.index(
          "\(name) expects the number of a picture, from 0 to \(features[0] - 1), at the beginning of each "
            + "box, but that of box \(index) is \(map).")
      }
      return Region(map: Int(map), y1: corners[0], x1: corners[1], y2: corners[2], x2: corners[3])
    }
  }
}

// MARK: The largest element of each cell

extension RegionPooling {
  /// The rows or columns of each cell along one axis of a box, whose first and last element both belong to
  /// it.
  private func cells(_ first: Double, _ last: Double, _ count: Int, length: Int) -> [Range<Int>] {
    // Away from zero at .5, as the C function that Fast R-CNN calls.
    let start = first.rounded()
    let extent = Swift.max(last.rounded() - start + 1, 1)
    return (0..<count).map { index in
      // One division, so that a border between elements is met exactly.
      let lower = (Double(index) * extent / Double(count)).rounded(.down) + start
      let upper = (Double(index + 1) * extent / Double(count)).rounded(.up) + start
      func inside(_ place: Double) -> Int { Int(Swift.min(Swift.max(place, 0), Double(length))) }
      return inside(lower)..<Swift.max(inside(lower), inside(upper))
    }
  }

  private func largest<T: FloatingElement>(
    _ x: Tensor, _ regions: [Region], _ shape: Shape, _ type: T.Type
  ) throws -> (Tensor, places: Tensor) {
    let (height, width, channels) = (x.shape[1], x.shape[2], x.shape[3])
    var result = try Tensor.zeros(shape, T.dtype)
    // The place in x that each result comes from; -1 where a cell is empty.
    let places = try Tensor(shape: shape) { (places: UnsafeMutableBufferPointer<Int>) in
      places.update(repeating: -1)
      try result.withUnsafeMutableElements(as: T.self) { result in
        try x.withUnsafeElements(as: T.self) { x in
          var pace = Pace()
          var to = 0
          for region in regions {
            let rows = cells(region.y1, region.y2, size.height, length: height)
            let columns = cells(region.x1, region.x2, size.width, length: width)
            for row in rows {
              for column in columns {
                for i in row {
                  for j in column {
                    let from = ((region.map * height + i) * width + j) * channels
                    for c in 0..<channels {
                      let value = x[from + c]
                      if places[to + c] < 0 || value > result[to + c] || value.isNaN {
                        result[to + c] = value
                        places[to + c] = from + c
                      }
                    }
                  }
                  try pace.advance(column.count * channels)
                }
                to += channels
              }
            }
          }
        }
      }
    }
    return (result, places)
  }

  private func scattered<T: FloatingElement>(
    _ g: Tensor, _ places: Tensor, _ shape: Shape, _ type: T.Type
  ) throws -> Tensor {
    try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      result.update(repeating: 0)
      g.withUnsafeElements(as: T.self) { g in
        places.withUnsafeElements(as: Int.self) { places in
          for index in places.indices where places[index] >= 0 { result[places[index]] += g[index] }
        }
      }
    }
  }
}

// MARK: Means of sample points

extension RegionPooling {
  /// A sample point along one axis, between two elements.
  private struct Sample {
    let lower, upper: Int
    let lowerWeight, upperWeight: Double
  }

  /// The sample points of each cell along one axis; those outside the feature map are left out.
  private func samples(
    _ first: Double, _ last: Double, cells: Int, each count: Int, length: Int
  ) -> [[Sample]] {
    // Half an element less, because element 0 reaches from 0 to 1 and its value belongs to the middle.
    let start = first - 0.5
    let cell = (last - first) / Double(cells)
    return (0..<cells).map { index in
      (0..<count).compactMap { sample in
        let step = (Double(sample) + 0.5) / Double(count)
        let place = start + Double(index) * cell + step * cell
        guard place >= -1, place <= Double(length) else { return nil }
        let inside = Swift.min(Swift.max(place, 0), Double(length - 1))
        let lower = Int(inside)
        let part = inside - Double(lower)
        return Sample(
          lower: lower, upper: Swift.min(lower + 1, length - 1), lowerWeight: 1 - part, upperWeight: part)
      }
    }
  }

  /// Calls `body` with each cell's position in the result, and a position in the feature maps and its weight
  /// there, for every element that the cell's mean is made of.
  private func forEachTerm(
    _ regions: [Region], _ count: Int, _ shape: Shape,
    _ body: (_ to: Int, _ from: Int, _ weight: Double) -> Void
  ) throws {
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    var pace = Pace()
    var to = 0
    for region in regions {
      let rows = samples(region.y1, region.y2, cells: size.height, each: count, length: height)
      let columns = samples(region.x1, region.x2, cells: size.width, each: count, length: width)
      let share = 1 / Double(count * count)
      for row in rows {
        for column in columns {
          for y in row {
            let upper = (region.map * height + y.lower) * width
            let lower = (region.map * height + y.upper) * width
            for x in column {
              body(to, (upper + x.lower) * channels, y.lowerWeight * x.lowerWeight * share)
              body(to, (upper + x.upper) * channels, y.lowerWeight * x.upperWeight * share)
              body(to, (lower + x.lower) * channels, y.upperWeight * x.lowerWeight * share)
              body(to, (lower + x.upper) * channels, y.upperWeight * x.upperWeight * share)
            }
          }
          to += channels
          try pace.advance(4 * count * count * channels)
        }
      }
    }
  }

  private func means<T: FloatingElement>(
    _ x: Tensor, _ regions: [Region], _ count: Int, _ shape: Shape, _ type: T.Type
  ) throws -> Tensor {
    let channels = shape[3]
    return try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      result.update(repeating: 0)
      try x.withUnsafeElements(as: T.self) { elements in
        guard let base = elements.baseAddress, let target = result.baseAddress else { return }
        try forEachTerm(regions, count, x.shape) { to, from, weight in
          let weight = T(weight)
          for c in 0..<channels { target[to + c] += weight * base[from + c] }
        }
      }
    }
  }

  /// Gives the derivative with respect to each mean back to the elements that it is made of.
  private func spread<T: FloatingElement>(
    _ g: Tensor, _ regions: [Region], _ count: Int, _ shape: Shape, _ type: T.Type
  ) throws -> Tensor {
    let channels = shape[3]
    return try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      result.update(repeating: 0)
      guard g.elementCount > 0 else { return }
      try g.withUnsafeElements(as: T.self) { elements in
        guard let base = elements.baseAddress, let target = result.baseAddress else { return }
        try forEachTerm(regions, count, shape) { to, from, weight in
          let weight = T(weight)
          for c in 0..<channels { target[from + c] += weight * base[to + c] }
        }
      }
    }
  }
}

extension Variable {
  /// The largest values in the cells of boxes on feature maps, as Fast R-CNN pools its regions.
  ///
  ///     features (n, h, w, c), boxes (k, 5), size 7  ->  (k, 7, 7, c)
  ///
  /// Each box is cut into a grid of cells; each channel of a cell gives its largest value, and 0 where no
  /// element of the feature map lies in it. Corners are rounded to whole elements, and both the first and the
  /// last row and column belong to the box. Cells share an element on their border.
  ///
  ///     let map = Variable(try Tensor.range(to: 16).reshape([1, 4, 4, 1]).asType(.float32))
  ///     try map.roiPool(Tensor([[0, 0, 3, 3]]), size: 2)     // values 5, 7, 13, 15
  ///
  /// - Parameters:
  ///   - boxes: One row for each region: the number of its picture in the batch, then y1, x1, y2, x2 in
  ///     elements of the feature map. The number may be missing in a batch of one. No gradient flows to
  ///     boxes.
  ///   - size: How many cells a box has in height and width.
  /// - Throws: A shape error for wrong axes; a value error for a box with y1 > y2 or x1 > x2; an index error
  ///   for a picture that the batch does not have.
  public func roiPool(_ boxes: Tensor, size: Pair) throws -> Variable {
    try Variable.apply(RegionPooling(kind: .max, size: size), [floating(), Variable(boxes)])
  }

  /// The means of sample points in the cells of boxes on feature maps, as Mask R-CNN aligns its regions.
  ///
  ///     features (n, h, w, c), boxes (k, 5), size 7  ->  (k, 7, 7, c)
  ///
  /// Nothing is rounded: `samples` x `samples` points in each cell are read by bilinear interpolation, where
  /// the element in row 0 lies at 0.5 (torchvision's `aligned=True`), and averaged. Points more than one
  /// element outside the feature map count as 0.
  ///
  ///     let map = Variable(try Tensor.range(to: 16).reshape([1, 4, 4, 1]).asType(.float32))
  ///     try map.roiAlign(Tensor([[0, 0, 4, 4]]), size: 2)     // values 2.5, 4.5, 10.5, 12.5
  ///
  /// - Parameters:
  ///   - boxes: As for `roiPool`, with y1 = 0 at the upper edge of the feature map and y2 = h at its lower
  ///     one.
  ///   - size: How many cells a box has in height and width.
  ///   - samples: How many points a cell has in each direction, 1 to 64.
  /// - Throws: As `roiPool`.
  public func roiAlign(_ boxes: Tensor, size: Pair, samples: Int = 2) throws -> Variable {
    let operation = RegionPooling(kind: .align(samples: samples), size: size)
    return try Variable.apply(operation, [floating(), Variable(boxes)])
  }
}

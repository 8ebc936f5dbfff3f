import Tensors
import Testing
import Vision

@Suite struct AveragePrecisionTests {
  private func found(_ entries: [(box: [Double], score: Double, label: Int)]) throws -> Detections {
    try Detections(
      boxes: Tensor(entries.flatMap(\.box), shape: Shape([entries.count, 4])),
      scores: Tensor(entries.map(\.score)), classes: Tensor(entries.map(\.label)))
  }

  private func objects(_ boxes: [[Double]], _ classes: [Int]) throws -> LabelledBoxes {
    try LabelledBoxes(
      boxes: Tensor(boxes.flatMap { $0 }, shape: Shape([boxes.count, 4])), classes: Tensor(classes))
  }

  /// Worked out by hand: right, wrong, right, a second one for the same object, right; four objects.
  @Test func curveByHand() throws {
    let (a, b, c, d) = ([0.0, 0, 10, 10], [20.0, 0, 30, 10], [0.0, 0, 8, 8], [50.0, 50, 60, 60])
    let detections = [
      try found([(a, 0.9, 0), ([100, 100, 110, 110], 0.8, 0), (b, 0.7, 0), ([21, 0, 31, 10], 0.6, 0)]),
      try found([(c, 0.5, 0), (d, 0.95, 1)]),
    ]
    let truths = [try objects([a, b], [0, 0]), try objects([c, d, d], [0, 0, 1])]
    let curve = try precisionRecall(detections, truths, class: 0)
    #expect(curve.objectCount == 4)
    #expect(curve.scores.map { Float($0) } == [0.9, 0.8, 0.7, 0.6, 0.5])
    #expect(curve.recall == [0.25, 0.25, 0.5, 0.5, 0.75])
    #expect(curve.precision == [1, 0.5, 2.0 / 3, 0.5, 0.6])
    // 1 up to 0.25, 2/3 up to 0.5, 3/5 up to 0.75.
    let area = try #require(curve.averagePrecision)
    #expect(abs(area - (0.25 + 0.25 * 2 / 3 + 0.25 * 0.6)) < 1e-12)

    let result = try meanAveragePrecision(detections, truths, classes: 3)
    #expect(result.perClass == [area, 1, nil])
    #expect(abs(result.mean - (area + 1) / 2) < 1e-12)
  }

  /// An overlap that is exactly the threshold is enough; a second detection of an object is wrong even when
  /// another object is near.
  @Test func limits() throws {
    let truth = try objects([[0, 0, 2, 1]], [0])
    let half = try found([([0, 0, 1, 1], 0.5, 0)])
    #expect(try precisionRecall([half], [truth], class: 0).averagePrecision == 1)
    #expect(try precisionRecall([half], [truth], class: 0, iouThreshold: 0.51).averagePrecision == 0)
    let none = try found([])
    #expect(try precisionRecall([none], [truth], class: 0).averagePrecision == 0)
    #expect(try precisionRecall([half], [objects([], [])], class: 0).averagePrecision == nil)
    #expect(try meanAveragePrecision([none], [objects([], [])], classes: 2).mean.isNaN)
    #expect(try meanAveragePrecision([], [], classes: 2).mean.isNaN)
    expectBoxError(
      .value,
      "Detections are compared with the objects of the same pictures, but there are 2 lists of detections and "
        + "1 list of objects."
    ) { _ = try precisionRecall([none, none], [truth], class: 0) }
    expectBoxError(.value, "precisionRecall expects an iouThreshold from 0 to 1, but -1.0 came.") {
      _ = try precisionRecall([none], [truth], class: 0, iouThreshold: -1)
    }
  }

  /// The development kit's own way, over all pictures at once.
  private func plain(_ found: [Detections], _ truths: [LabelledBoxes], _ label: Int) throws -> Double {
    var all: [(score: Double, picture: Int, box: Tensor)] = []
    var free: [[(Tensor, Bool)]] = []
    var count = 0
    for (picture, (found, truths)) in zip(found, truths).enumerated() {
      for (index, own) in try found.classes.integers().enumerated() where own == label {
        try all.append((found.scores.row(index).item().doubleValue, picture, found.boxes.row(index)))
      }
      free.append([])
      for (index, own) in try truths.classes.integers().enumerated() where own == label {
        try free[picture].append((truths.boxes.row(index), true))
        count += 1
      }
    }
    all.sort { $0.score > $1.score }
    var (right, points) = (0.0, [(recall: 0.0, precision: 0.0)])
    for (index, entry) in all.enumerated() {
      let overlaps = try free[entry.picture].map { try iou(entry.box, $0.0).item().doubleValue }
      if let best = overlaps.max(), best >= 0.5, let place = overlaps.firstIndex(of: best) {
        if free[entry.picture][place].1 { right += 1 }
        free[entry.picture][place].1 = false
      }
      points.append((right / Double(count), right / Double(index + 1)))
    }
    var area = 0.0
    for (index, point) in points.enumerated().dropFirst() {
      let highest = points[index...].map(\.precision).max() ?? 0
      area += (point.recall - points[index - 1].recall) * highest
    }
    return area
  }

  @Test func agreesWithTheKit() throws {
    var random = try RandomState(seed: 6)
    func box() -> [Double] {
      let (x, y) = (random.nextDouble() * 30, random.nextDouble() * 30)
      return [x, y, x + 10 + random.nextDouble() * 10, y + 10 + random.nextDouble() * 10]
    }
    for _ in 0..<20 {
      var (all, truths): ([Detections], [LabelledBoxes]) = ([], [])
      for _ in 0..<4 {
        let boxes = (0..<4).map { _ in box() }
        truths.append(try objects(boxes, [0, 1, 0, 1]))
        let near = (boxes + [box(), box()]).map { $0.map { $0 + random.nextDouble() * 4 - 2 } }
        all.append(try found((near + near).map { ($0, random.nextDouble(), Int(random.nextDouble() * 2)) }))
      }
      for label in 0..<2 {
        let curve = try precisionRecall(all, truths, class: label)
        #expect(try abs(#require(curve.averagePrecision) - plain(all, truths, label)) < 1e-12)
      }
    }
  }
}

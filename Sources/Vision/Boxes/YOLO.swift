import Base
import Tensors

/// A detector that looks once: a grid over the picture whose cells each answer for the objects with their
/// middle in it.
///
/// ```swift
/// let yolo = try YOLO(rows: 19, columns: 19, anchors: anchors, classes: 80)
/// yolo.outputChannels                                                    // 425
/// let targets = try yolo.targets(scene, width: 608, height: 608)         // (19, 19, 5, 85)
/// let found = try yolo.detections(in: network.predict(picture), width: 608, height: 608)
/// ```
///
/// Two forms of the same numbers:
/// - *targets*, as the course writes them: p, bx, by, bh, bw, c1, c2, ... with p = 1 where an object is, bx
///   and by its middle within the cell (0 to 1), bh and bw its size in cells (may be above 1), and 1 for its
///   class;
/// - the *output* of a network for each cell and anchor: x, y, width, height, confidence, class scores,
///   before sigmoid, exponential and softmax.
///
/// Source: Redmon and Farhadi, "YOLO9000: better, faster, stronger", 2017.
public struct YOLO: Sendable {
  /// Cells down and across.
  public let rows, columns: Int
  /// float32 (k, 2): width and height of each anchor, in cells; nil when a cell has one box of any shape.
  public let anchors: Tensor?
  /// How many classes there are.
  public let classes: Int

  /// Widths and heights.
  let shapes: [SIMD2<Double>]

  /// - Parameters:
  ///   - rows: Cells down.
  ///   - columns: Cells across.
  ///   - anchors: (k, 2), widths and heights in cells; without them each cell has one box.
  ///   - classes: How many classes.
  /// - Throws: A value or shape error for a grid without cells or for unfit anchors.
  public init(rows: Int, columns: Int, anchors: Tensor? = nil, classes: Int) throws {
    for (value, name, least) in [(rows, "rows", 1), (columns, "columns", 1), (classes, "classes", 0)] {
      try BoxArguments.requireCount(value, name, atLeast: least, of: "YOLO")
    }
    if let anchors {
      shapes = try Anchors.pairs(anchors, "anchors")
      guard !shapes.isEmpty else { throw TensorError(.value, "YOLO expects at least one anchor.") }
      self.anchors = try anchors.asType(.float32)
    } else {
      shapes = [SIMD2(1, 1)]
      self.anchors = nil
    }
    self.rows = rows
    self.columns = columns
    self.classes = classes
    // A grid whose numbers cannot be counted is refused here, so that sizes need no thought later.
    let (numbers, overflow) = classes.addingReportingOverflow(5)
    _ = try Shape([rows, columns, shapes.count, overflow ? Int.max : numbers, 8])
  }

  /// Channels of the network's last layer: anchors times (5 + classes).
  public var outputChannels: Int { shapes.count * numbers }

  /// Numbers for each box.
  var numbers: Int { 5 + classes }

  /// The shape of one picture's targets: (rows, columns, 5 + classes), with anchors (rows, columns, k, 5 +
  /// classes).
  public var targetShape: Shape {
    get throws {
      try Shape(anchors == nil ? [rows, columns, numbers] : [rows, columns, shapes.count, numbers])
    }
  }

  // MARK: Targets

  /// What the network is to answer for a picture.
  ///
  ///     -> (rows, columns, 5 + classes), with anchors (rows, columns, k, 5 + classes), float32
  ///
  /// An object belongs to the cell in which its middle lies and to the anchor there whose shape fits best.
  /// When that one is taken, the next best free anchor has it; when none is free, it is left out.
  ///
  /// - Parameters:
  ///   - objects: Boxes within the picture, and their classes.
  ///   - width: The picture's width in the unit of the boxes.
  ///   - height: Its height.
  /// - Throws: A value error for a box without area, one whose middle is not in the picture, or an unknown
  ///   class.
  public func targets(_ objects: LabelledBoxes, width: Double = 1, height: Double = 1) throws -> Tensor {
    try requireSize(width, height)
    let centres = try Boxes.centres(fromCorners: objects.boxes.asType(.float64)).doubles()
    let labels = try objects.classes.integers()
    let shape = try targetShape
    try MemoryBudget.require(
      shape.elementCount, of: MemoryLayout<Float>.stride, for: "targets of shape \(shape)")
    var values = [Float](repeating: 0, count: shape.elementCount)
    for (index, label) in labels.enumerated() {
      let x = centres[index * 4] / width
      let y = centres[index * 4 + 1] / height
      let size = SIMD2(
        centres[index * 4 + 2] / width * Double(columns), centres[index * 4 + 3] / height * Double(rows))
      guard (0...1).contains(x), (0...1).contains(y), size.x > 0, size.y > 0, size.x.isFinite, size.y.isFinite
      else {
        throw TensorError(
          .value,
          "YOLO expects boxes with an area and with their middle in the picture of \(width) x \(height), but box "
            + "\(index) is \(Array(objects.boxes.doubles()[index * 4..<index * 4 + 4])).")
      }
      guard (0..<classes).contains(label) else {
        throw TensorError(
          .value,
          "YOLO has \(counted(classes, "class", plural: "classes")), counted from 0, but class \(label) came."
        )
      }
      let column = min(columns - 1, Int(x * Double(columns)))
      let row = min(rows - 1, Int(y * Double(rows)))
      let cell = (row * columns + column) * shapes.count * numbers
      let ranked = shapes.indices.sorted {
        Anchors.overlap(size, shapes[$0]) > Anchors.overlap(size, shapes[$1])
      }
      guard let anchor = ranked.first(where: { values[cell + $0 * numbers] == 0 }) else { continue }
      let first = cell + anchor * numbers
      values[first] = 1
      values[first + 1] = Float(x * Double(columns) - Double(column))
      values[first + 2] = Float(y * Double(rows) - Double(row))
      values[first + 3] = Float(size.y)
      values[first + 4] = Float(size.x)
      values[first + 5 + label] = 1
    }
    return try Tensor(values, shape: shape)
  }

  /// The targets of several pictures of one size, along a new first axis.
  public func targets(_ scenes: [LabelledBoxes], width: Double = 1, height: Double = 1) throws -> Tensor {
    guard !scenes.isEmpty else { return try Tensor.zeros(Shape([0] + targetShape.sizes)) }
    return try Tensor.stack(
      scenes.map {
        try Safepoint.poll()
        return try targets($0, width: width, height: height)
      })
  }

  /// The objects that one picture's targets speak of.
  ///
  /// Also for a network that answers in that form: boxes with p above `threshold` are taken, p being their
  /// score.
  public func objects(
    inTargets targets: Tensor, threshold: Double = 0.5, width: Double = 1, height: Double = 1
  )
    throws -> Detections
  {
    try requireSize(width, height)
    guard targets.shape == (try targetShape) else {
      throw TensorError(
        .shape, "The targets of one picture have shape \(try targetShape), but \(targets.shape) came.")
    }
    let values = targets.floats()
    var found = FoundBoxes()
    for box in 0..<rows * columns * shapes.count {
      let first = box * numbers
      guard Double(values[first]) > threshold else { continue }
      let cell = box / shapes.count
      let middle = SIMD2(
        Double(cell % columns) + Double(values[first + 1]), Double(cell / columns) + Double(values[first + 2])
      )
      let size = SIMD2(Double(values[first + 4]), Double(values[first + 3]))
      let label = (0..<classes).max { values[first + 5 + $0] < values[first + 5 + $1] } ?? 0
      found.add(middle, size, score: values[first], label: label)
    }
    let scale = SIMD2(width / Double(columns), height / Double(rows))
    return try found.detections(scale)
  }

  func requireSize(_ width: Double, _ height: Double) throws {
    guard width > 0, height > 0, width.isFinite, height.isFinite else {
      throw TensorError(.value, "A picture's width and height are above 0, but \(width) and \(height) came.")
    }
  }
}

/// Boxes that are being gathered.
private struct FoundBoxes {
  private var scores: [Float] = []
  private var labels: [Int] = []

  private var places: [(middle: SIMD2<Double>, size: SIMD2<Double>)] = []

  mutating func add(_ middle: SIMD2<Double>, _ size: SIMD2<Double>, score: Float, label: Int) {
    places.append((middle, size))
    scores.append(score)
    labels.append(label)
  }

  func detections(_ scale: SIMD2<Double>) throws -> Detections {
    let boxes = places.flatMap { middle, size -> [Float] in
      let (low, high) = ((middle - size / 2) * scale, (middle + size / 2) * scale)
      return [Float(low.x), Float(low.y), Float(high.x), Float(high.y)]
    }
    return try Detections(
      boxes: Tensor(boxes, shape: Shape([places.count, 4])), scores: Tensor(scores), classes: Tensor(labels))
  }
}

extension YOLO {
  /// The names in a file such as `coco_classes.txt`, one on each line.
  ///
  ///     YOLO.classNames(in: "person\nbicycle\ncar\n")     // ["person", "bicycle", "car"]
  public static func classNames(in text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map { line in
      var name = line
      while name.last?.isWhitespace == true { name.removeLast() }
      while name.first?.isWhitespace == true { name.removeFirst() }
      return String(name)
    }.filter { !$0.isEmpty }
  }
}

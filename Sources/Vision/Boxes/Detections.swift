import Tensors

/// Objects found in one picture.
///
/// ```swift
/// let found = try yolo.detections(in: output, width: 608, height: 608)
/// found.count                       // 7
/// found.boxes.shape                 // (7, 4)
/// ```
public struct Detections: Sendable {
  /// float32 (n, 4): x1, y1, x2, y2.
  public let boxes: Tensor
  /// float32 (n).
  public let scores: Tensor
  /// int64 (n).
  public let classes: Tensor

  /// - Throws: A shape or type error when the three do not fit together.
  public init(boxes: Tensor, scores: Tensor, classes: Tensor) throws {
    try BoxArguments.requireList(boxes, of: "Detections")
    try BoxArguments.requireOneEach(scores, "scores", for: boxes.shape[0], of: "Detections")
    _ = try BoxArguments.classes(classes, for: boxes.shape[0], of: "Detections")
    self.boxes = try boxes.asType(.float32)
    self.scores = try scores.asType(.float32)
    self.classes = try classes.asType(.int64)
  }

  /// The boxes whose best class is likely enough.
  ///
  /// The score of a box is its confidence times the probability of its best class; boxes stay in their order.
  ///
  /// - Parameters:
  ///   - boxes: (..., 4), as corners.
  ///   - confidences: (...) or (..., 1): how sure the network is that there is an object.
  ///   - classProbabilities: (..., classes).
  ///   - threshold: Boxes are kept whose score is above it; the course takes 0.6.
  public init(
    boxes: Tensor, confidences: Tensor, classProbabilities: Tensor, threshold: Double = 0.6
  ) throws {
    try BoxArguments.requireBoxes(boxes, of: "Detections")
    let count = boxes.elementCount / 4
    guard confidences.elementCount == count, classProbabilities.rank > 0,
      let classes = classProbabilities.shape.last, classes > 0,
      classProbabilities.shape.sizes.dropLast().elementsEqual(boxes.shape.dropLast())
    else {
      throw TensorError(
        .shape,
        "Boxes (..., 4) come with confidences (..., 1) and class probabilities (..., classes), but their shapes "
          + "are \(boxes.shape), \(confidences.shape) and \(classProbabilities.shape).")
    }
    let all = try classProbabilities.reshape([count, classes]) * confidences.reshape([count, 1])
    let scores = count == 0 ? try Tensor.zeros([0]) : try all.max(axes: [1])
    let best = count == 0 ? try Tensor.zeros([0], .int64) : try all.argMax(axis: 1)
    let kept = scores.doubles().enumerated().filter { $0.element > threshold }.map(\.offset)
    let places = [TensorIndex.gather(try Tensor(kept))]
    try self.init(
      boxes: boxes.reshape([count, 4]).slice(places), scores: scores.slice(places),
      classes: best.slice(places))
  }

  /// How many objects there are.
  public var count: Int { boxes.shape[0] }

  /// The objects at some places, in that order.
  public func picked(_ places: Tensor) throws -> Detections {
    try Detections(
      boxes: boxes.slice([.gather(places)]), scores: scores.slice([.gather(places)]),
      classes: classes.slice([.gather(places)]))
  }

  /// Those that non-max suppression leaves, highest score first; see `nonMaxSuppression`.
  ///
  /// - Parameters:
  ///   - iouThreshold: From which overlap on the less sure box is dropped.
  ///   - maxBoxes: How many to keep at most; the course takes 10.
  ///   - perClass: Whether only boxes of the same class drop each other.
  public func suppressed(
    iouThreshold: Double = 0.5, maxBoxes: Int? = nil, perClass: Bool = true
  ) throws -> Detections {
    try picked(
      nonMaxSuppression(
        boxes, scores: scores, iouThreshold: iouThreshold, maxBoxes: maxBoxes,
        classes: perClass ? classes : nil))
  }

  /// Boxes given as shares of a picture in the unit of its width and height.
  public func scaled(width: Double, height: Double) throws -> Detections {
    try Detections(
      boxes: Boxes.scaled(boxes, width: width, height: height), scores: scores, classes: classes)
  }
}

/// The objects that are in one picture.
public struct LabelledBoxes: Sendable {
  /// float32 (n, 4): x1, y1, x2, y2.
  public let boxes: Tensor
  /// int64 (n).
  public let classes: Tensor

  /// - Throws: A shape or type error when the two do not fit together.
  public init(boxes: Tensor, classes: Tensor) throws {
    try BoxArguments.requireList(boxes, of: "LabelledBoxes")
    _ = try BoxArguments.classes(classes, for: boxes.shape[0], of: "LabelledBoxes")
    self.boxes = try boxes.asType(.float32)
    self.classes = try classes.asType(.int64)
  }

  /// How many objects there are.
  public var count: Int { boxes.shape[0] }
}

import Base
import Tensors

/// How precision falls as more of the objects are found.
public struct PrecisionRecall: Sendable {
  /// The scores of the detections, falling; the other lists have one entry for each of them.
  public let scores: [Double]
  /// Which part of the objects is found by the detections up to here.
  public let recall: [Double]
  /// Which part of the detections up to here is right.
  public let precision: [Double]
  /// How many objects there are.
  public let objectCount: Int
  /// The area under the curve, after each precision was raised to the highest one at the same or a higher
  /// recall; nil when there are no objects.
  public let averagePrecision: Double?

  /// - Parameter isRight: For each detection, highest score first, whether it found an object.
  init(scores: [Double], isRight: [Bool], objectCount: Int) {
    self.scores = scores
    self.objectCount = objectCount
    var (right, recall, precision) = (0, [Double](), [Double]())
    for (index, hit) in isRight.enumerated() {
      if hit { right += 1 }
      recall.append(objectCount > 0 ? Double(right) / Double(objectCount) : 0)
      precision.append(Double(right) / Double(index + 1))
    }
    self.recall = recall
    self.precision = precision
    guard objectCount > 0 else {
      averagePrecision = nil
      return
    }
    // Recall rises by the same step at each detection that is right.
    var (sum, highest) = (0.0, 0.0)
    for index in precision.indices.reversed() {
      highest = max(highest, precision[index])
      if isRight[index] { sum += highest }
    }
    averagePrecision = sum / Double(objectCount)
  }
}

/// The precision and recall of detections of one class in several pictures.
///
/// Detections of all pictures are looked at from the highest score down; of equal ones the earlier picture
/// comes first. Each is compared with that object of its class in its picture which it overlaps most: it is
/// right when the IoU reaches the threshold and no better detection has found this object, otherwise wrong.
///
/// ```swift
/// let curve = try precisionRecall(found, scenes.objects, class: 1)
/// curve.averagePrecision     // 0.82
/// ```
///
/// - Parameters:
///   - found: The detections of each picture.
///   - objects: What is in each picture, in the same order.
///   - label: Which class.
///   - iouThreshold: From which overlap on a detection is right.
/// - Throws: A value error when the lists differ in length or the threshold is not from 0 to 1.
///
/// Source: PASCAL VOC development kit, 2010 and later ("all points").
public func precisionRecall(
  _ found: [Detections], _ objects: [LabelledBoxes], class label: Int, iouThreshold: Double = 0.5
) throws -> PrecisionRecall {
  guard found.count == objects.count else {
    throw TensorError(
      .value,
      "Detections are compared with the objects of the same pictures, but there are \(counted(found.count, "list")) "
        + "of detections and \(counted(objects.count, "list")) of objects.")
  }
  try BoxArguments.requireShare(iouThreshold, "an iouThreshold", of: "precisionRecall")
  try Safepoint.poll()

  var ranked: [(score: Double, isRight: Bool)] = []
  var objectCount = 0
  for (found, objects) in zip(found, objects) {
    try Safepoint.poll()
    let (all, truths) = (try places(of: label, in: found.classes), try places(of: label, in: objects.classes))
    objectCount += truths.count
    guard !all.isEmpty else { continue }
    let scores = try found.scores.slice([.gather(Tensor(all))]).doubles()
    let overlaps = try iouMatrix(
      found.boxes.slice([.gather(Tensor(all))]), objects.boxes.slice([.gather(Tensor(truths))])
    ).floats()
    // Pictures do not compete for objects, so that each is settled by itself; the order of all comes last.
    var isTaken = [Bool](repeating: false, count: truths.count)
    for place in scores.indices.sorted(by: { (scores[$0], $1) > (scores[$1], $0) }) {
      let row = place * truths.count
      let best = truths.indices.max { overlaps[row + $0] < overlaps[row + $1] }
      var isRight = false
      if let best, Double(overlaps[row + best]) >= iouThreshold, !isTaken[best] {
        isTaken[best] = true
        isRight = true
      }
      ranked.append((scores[place], isRight))
    }
  }
  let order = ranked.indices.sorted { (ranked[$0].score, $1) > (ranked[$1].score, $0) }
  return PrecisionRecall(
    scores: order.map { ranked[$0].score }, isRight: order.map { ranked[$0].isRight },
    objectCount: objectCount)
}

/// The mean over classes of the average precision, mAP: 1 for a detector that finds everything and no more.
///
/// ```swift
/// let result = try meanAveragePrecision(found, scenes.objects, classes: 3)
/// result.mean          // 0.79
/// result.perClass      // [0.85, 0.91, 0.61]
/// ```
///
/// - Parameters:
///   - found: The detections of each picture; keep also unlikely ones, a threshold of 0.6 cuts the curve
///     short.
///   - objects: What is in each picture, in the same order.
///   - classes: How many classes there are.
///   - iouThreshold: From which overlap on a detection is right; mAP@0.5 is usual.
/// - Returns: The average precision of each class, nil for one of which there are no objects, and the mean of
///   the others; NaN when there are no objects at all.
/// - Throws: The errors of `precisionRecall`.
public func meanAveragePrecision(
  _ found: [Detections], _ objects: [LabelledBoxes], classes: Int, iouThreshold: Double = 0.5
) throws -> (mean: Double, perClass: [Double?]) {
  try BoxArguments.requireCount(classes, "a number of classes", of: "meanAveragePrecision")
  try MemoryBudget.require(classes, of: 16, for: "\(classes) average precisions")
  let perClass = try (0..<classes).map { label in
    try precisionRecall(found, objects, class: label, iouThreshold: iouThreshold).averagePrecision
  }
  let known = perClass.compactMap { $0 }
  return (known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count), perClass)
}

private func places(of label: Int, in classes: Tensor) throws -> [Int] {
  try classes.integers().enumerated().filter { $0.element == label }.map(\.offset)
}

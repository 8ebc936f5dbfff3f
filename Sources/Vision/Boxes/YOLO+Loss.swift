import Networks
import Tensors

/// What the parts of a YOLO loss count beside each other.
public struct YOLOLossWeights: Hashable, Sendable {
  /// Errors of place and size.
  public var coordinates: Double
  /// That an object was not expected where one is.
  public var objects: Double
  /// That one was expected where none is; there are many such boxes.
  public var noObjects: Double
  /// Wrong classes.
  public var classes: Double

  public init(
    coordinates: Double = 5, objects: Double = 1, noObjects: Double = 0.5, classes: Double = 1
  ) {
    self.coordinates = coordinates
    self.objects = objects
    self.noObjects = noObjects
    self.classes = classes
  }
}

extension YOLO {
  /// How far a network's output is from the targets, added up over boxes and averaged over pictures.
  ///
  ///     output (n, rows, columns, k * (5 + classes)) and targets (n, rows, columns, k, 5 + classes)
  ///     ->  one number
  ///
  /// Where a target has p = 1: the squares of sigmoid(x) - bx and sigmoid(y) - by, the squares of the
  /// differences between width, height and the logarithms of what anchors are multiplied with, the binary
  /// cross-entropy of the confidence, and the cross-entropy of the classes. Where it has p = 0 the confidence
  /// alone counts: the rest is "don't care".
  ///
  /// ```swift
  /// let loss = try trainingStep(optimizer, inputs: [pictures, targets]) { inputs in
  ///   try yolo.loss(network(inputs[0]), inputs[1])
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - output: As the network's last layer gives it, without activation; a gradient flows to it.
  ///   - targets: As `targets(_:)` gives them.
  ///   - weights: What the parts count.
  /// - Throws: A shape error when output, targets and grid do not fit together.
  ///
  /// Source: after Redmon and Farhadi 2017, with cross-entropies where they have squares.
  public func loss(
    _ output: Variable, _ targets: Variable, weights: YOLOLossWeights = YOLOLossWeights()
  ) throws -> Variable {
    let sizes = try requireOutput(output.shape)
    let fits =
      targets.shape.elementCount == output.shape.elementCount
      && (targets.shape.sizes == sizes || (anchors == nil && targets.shape.sizes == withoutAnchorAxis(sizes)))
    guard fits, output.shape.elementCount > 0 else {
      throw TensorError(
        .shape,
        "The output of shape \(output.shape) belongs to targets of shape "
          + "\(try Shape(anchors == nil ? withoutAnchorAxis(sizes) : sizes)), but they are \(targets.shape).")
    }
    let x = try output.reshape(sizes)
    let wanted = try targets.asType(x.dtype).reshape(sizes)
    func part(_ variable: Variable, _ range: Range<Int>) throws -> Variable {
      try variable.slice([.ellipsis, .range(lower: range.lowerBound, upper: range.upperBound, step: 1)])
    }
    let present = try part(wanted, 0..<1)

    // Sizes are compared as the logarithms that the network answers with; in targets height comes first.
    let size = try Variable.concatenate([part(wanted, 4..<5), part(wanted, 3..<4)], axis: -1)
    let anchors = Variable(
      try Tensor(shapes.flatMap { [$0.x, $0.y] }, shape: Shape([shapes.count, 2]), dtype: x.dtype))
    let logarithms = try (size.clip(1e-6, nil) / anchors).log()
    let places = try (part(x, 0..<2).sigmoid() - part(wanted, 1..<3)).square()
    let extents = try (part(x, 2..<4) - logarithms).square()
    let coordinates = try (present * (places + extents)).sum()

    let confidence = try part(x, 4..<5)
    let missed = try (present * (-confidence).apply(.softplus)).sum()
    let invented = try ((1 - present) * confidence.apply(.softplus)).sum()
    var sum = try coordinates * .double(weights.coordinates) + missed * .double(weights.objects)
    sum = try sum + invented * .double(weights.noObjects)
    if classes > 0 {
      let right = try part(wanted, 5..<numbers) * part(x, 5..<numbers).logSoftmax(axis: -1)
      sum = try sum - (present * right).sum() * .double(weights.classes)
    }
    let pictures = sizes.count > 4 ? sizes[0] : 1
    return try sum * .double(1 / Double(pictures))
  }

  /// The loss for `fit`: `try fit(network, pictures, targets, optimizer: Adam(), loss: yolo.lossFunction())`.
  public func lossFunction(weights: YOLOLossWeights = YOLOLossWeights()) -> Loss {
    .custom(LossFunction { try loss($0, $1, weights: weights) })
  }

  private func withoutAnchorAxis(_ sizes: [Int]) -> [Int] { sizes.dropLast(2) + [numbers] }
}

/// The loss of classification with localisation: the sum of squares, of which only the first counts where
/// there is no object.
///
///     predictions (n, 5 + classes), targets (n, 5 + classes): p, bx, by, bh, bw, c1, ...  ->  one number
///
/// Where a target has p = 1 all squared differences count, where it has p = 0 only that of p; what the
/// network says of a box that is not there is "don't care". The sum is averaged over the first axis.
///
/// - Throws: A shape error when the shapes differ or have no last axis.
public func localizationLoss(_ predictions: Variable, _ targets: Variable) throws -> Variable {
  guard predictions.shape == targets.shape, predictions.rank > 0, predictions.shape.elementCount > 0 else {
    throw TensorError(
      .shape,
      "localizationLoss expects predictions and targets (n, 5 + classes) of one shape, but they are "
        + "\(predictions.shape) and \(targets.shape).")
  }
  let wanted = try targets.asType(predictions.dtype.floatingForm)
  let squares = try (predictions - wanted).square()
  let first = [TensorIndex.ellipsis, .range(lower: 0, upper: 1, step: 1)]
  let rest = [TensorIndex.ellipsis, .range(lower: 1, upper: nil, step: 1)]
  let counted =
    try squares.slice(first) + wanted.slice(first) * squares.slice(rest).sum(axes: [-1], keepAxes: true)
  let samples = predictions.rank > 1 ? predictions.shape[0] : 1
  return try counted.sum() * .double(1 / Double(samples))
}

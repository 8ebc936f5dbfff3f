import Base
import Tensors

/// What a YOLO network says of every box of its grid, before anything is left out.
public struct YOLOBoxes: Sendable {
  /// float32 (..., rows, columns, k, 4): corners x1, y1, x2, y2 as shares of the picture.
  public let boxes: Tensor
  /// float32 (..., rows, columns, k, 1): how sure it is that there is an object.
  public let confidences: Tensor
  /// float32 (..., rows, columns, k, classes): of which class, if there is one.
  public let classProbabilities: Tensor
}

extension YOLO {
  /// Turns a network's output into boxes.
  ///
  ///     (rows, columns, k * (5 + classes))  ->  (rows, columns, k, ...), both with or without a batch axis
  ///
  /// The middle lies at (cell + sigmoid(x, y)) / grid, the size is exp(width, height) * anchor / grid, the
  /// confidence is a sigmoid, the class probabilities a softmax.
  ///
  /// - Throws: A shape error when the output is not that of this grid.
  public func decoded(_ output: Tensor) throws -> YOLOBoxes {
    let sizes = try requireOutput(output.shape)
    let x = try output.asType(.float32).reshape(sizes)
    func part(_ range: Range<Int>) throws -> Tensor {
      try x.slice([.ellipsis, .range(lower: range.lowerBound, upper: range.upperBound, step: 1)])
    }
    let grid = try Tensor([Float(columns), Float(rows)])
    let shapes = try Tensor(shapes.flatMap { [Float($0.x), Float($0.y)] }, shape: Shape([shapes.count, 2]))
    let middles = try (part(0..<2).sigmoid() + cells()) / grid
    let halves = try part(2..<4).exp() * shapes / grid * 0.5
    let scores = try part(5..<numbers)
    return YOLOBoxes(
      boxes: try Tensor.concatenate([middles - halves, middles + halves], axis: -1),
      confidences: try part(4..<5).sigmoid(),
      classProbabilities: classes == 0 ? scores : try scores.softmax(axis: -1))
  }

  /// The objects that a network sees in one picture: decoded, the unlikely left out, then non-max
  /// suppression.
  ///
  /// - Parameters:
  ///   - output: The network's output for one picture, (rows, columns, k * (5 + classes)), with or without a
  ///     batch axis of size 1.
  ///   - threshold: Boxes are kept whose score, confidence times class probability, is above it.
  ///   - iouThreshold: From which overlap on the less sure box is dropped.
  ///   - maxBoxes: How many boxes to keep at most.
  ///   - perClass: Whether only boxes of the same class drop each other.
  ///   - width: The picture's width in the unit that the boxes are to have.
  ///   - height: Its height.
  /// - Returns: Boxes, highest score first.
  public func detections(
    in output: Tensor, threshold: Double = 0.6, iouThreshold: Double = 0.5, maxBoxes: Int? = nil,
    perClass: Bool = true, width: Double = 1, height: Double = 1
  ) throws -> Detections {
    try requireSize(width, height)
    let sizes = try requireOutput(output.shape)
    guard sizes.count == 4 || sizes[0] == 1 else {
      throw TensorError(
        .shape,
        "Detections are those of one picture, with an output of shape (\(rows), \(columns), \(outputChannels)), "
          + "but \(output.shape) came.",
        suggestion: output.rank > 3 ? "take one picture's output: output[0]" : nil)
    }
    let all = try decoded(output)
    guard classes > 0 else {
      throw TensorError(.value, "Detections have a class, but this detector has no classes.")
    }
    return try Detections(
      boxes: all.boxes, confidences: all.confidences, classProbabilities: all.classProbabilities,
      threshold: threshold
    ).scaled(width: width, height: height)
      .suppressed(iouThreshold: iouThreshold, maxBoxes: maxBoxes, perClass: perClass)
  }

  /// The detections of every picture of a batch; see `detections(in:)`.
  public func detections(
    inBatch output: Tensor, threshold: Double = 0.6, iouThreshold: Double = 0.5, maxBoxes: Int? = nil,
    perClass: Bool = true, width: Double = 1, height: Double = 1
  ) throws -> [Detections] {
    guard output.rank >= 4 else {
      throw TensorError(
        .shape, "A batch of outputs is (n, \(rows), \(columns), \(outputChannels)), but \(output.shape) came."
      )
    }
    return try (0..<output.shape[0]).map { index in
      try Safepoint.poll()
      return try detections(
        in: output.slice([.index(index)]), threshold: threshold, iouThreshold: iouThreshold,
        maxBoxes: maxBoxes, perClass: perClass, width: width, height: height)
    }
  }

  /// The sizes (..., rows, columns, k, 5 + classes) of an output.
  func requireOutput(_ shape: Shape) throws -> [Int] {
    let flat = [rows, columns, outputChannels]
    let full = [rows, columns, shapes.count, numbers]
    for (form, batched) in [(flat, 4), (full, 5)] where [batched - 1, batched].contains(shape.rank) {
      guard shape.sizes.suffix(form.count) == form[...] else { continue }
      return shape.sizes.dropLast(form.count) + full
    }
    throw TensorError(
      .shape,
      "A detector with \(rows) x \(columns) cells, \(counted(shapes.count, "anchor")) and "
        + "\(counted(classes, "class", plural: "classes")) has an output (n, \(rows), \(columns), "
        + "\(outputChannels)), but its shape is \(shape).")
  }

  /// The column and row of each cell, (rows, columns, 1, 2).
  private func cells() throws -> Tensor {
    var values: [Float] = []
    values.reserveCapacity(rows * columns * 2)
    for row in 0..<rows {
      for column in 0..<columns { values += [Float(column), Float(row)] }
    }
    return try Tensor(values, shape: Shape([rows, columns, 1, 2]))
  }
}

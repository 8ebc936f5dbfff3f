import Tensors

/// Boxes written in one way and in another.
///
/// A box is four numbers in the last axis. As *corners* they are x1, y1, x2, y2; as *centres* they are x, y,
/// width and height, with x and y of the middle. The unit is the caller's: pixels, cells of a grid, or shares
/// of the picture.
public enum Boxes {
  /// Centres and sizes as corners.
  ///
  ///     (..., 4)  ->  (..., 4)
  ///
  ///     try Boxes.corners(fromCentres: Tensor([5, 5, 4, 2]))     // [3 4 7 6]
  public static func corners(fromCentres boxes: Tensor) throws -> Tensor {
    let (middles, sizes) = try halves(boxes, of: "corners")
    let half = try sizes * 0.5
    return try Tensor.concatenate([middles - half, middles + half], axis: -1)
  }

  /// Corners as centres and sizes; which two opposite corners are given does not matter.
  ///
  ///     (..., 4)  ->  (..., 4)
  ///
  ///     try Boxes.centres(fromCorners: Tensor([3, 4, 7, 6]))     // [5 5 4 2]
  public static func centres(fromCorners boxes: Tensor) throws -> Tensor {
    let (first, second) = try halves(boxes, of: "centres")
    return try Tensor.concatenate([(first + second) * 0.5, (second - first).abs()], axis: -1)
  }

  /// x and y exchanged: x1, y1, x2, y2 becomes y1, x1, y2, x2, which TensorFlow and the course's functions
  /// use, and the other way round.
  public static func swapped(_ boxes: Tensor) throws -> Tensor {
    try BoxArguments.requireBoxes(boxes, of: "swapped")
    return try boxes.slice([.ellipsis, .gather(Tensor([1, 0, 3, 2]))])
  }

  /// Boxes given as shares of a picture in the unit of its width and height.
  ///
  ///     try Boxes.scaled(Tensor([0.25, 0.5, 0.75, 1]), width: 640, height: 480)     // [160 240 480 480]
  public static func scaled(_ boxes: Tensor, width: Double, height: Double) throws -> Tensor {
    try BoxArguments.requireBoxes(boxes, of: "scaled")
    let factors = try Tensor([width, height, width, height], dtype: boxes.dtype.floatingForm)
    return try boxes * factors
  }

  /// Boxes cut off where they reach beyond a picture.
  public static func clipped(_ boxes: Tensor, width: Double, height: Double) throws -> Tensor {
    try BoxArguments.requireBoxes(boxes, of: "clipped")
    guard width >= 0, height >= 0 else {
      throw TensorError(
        .value, "clipped expects a width and a height of 0 or more, but \(width) and \(height) came.")
    }
    let type = boxes.dtype.floatingForm
    let limits = try Tensor([width, height, width, height], dtype: type)
    return try Tensor.minimum(boxes.asType(type).relu(), limits)
  }

  /// The areas of boxes given by corners.
  ///
  ///     (..., 4)  ->  (...)
  public static func areas(_ boxes: Tensor) throws -> Tensor {
    let (first, second) = try halves(boxes, of: "areas")
    return try (second - first).abs().product(axes: [-1])
  }

  private static func halves(_ boxes: Tensor, of operation: String) throws -> (Tensor, Tensor) {
    try BoxArguments.requireBoxes(boxes, of: operation)
    let floats = try boxes.asType(boxes.dtype.floatingForm)
    return (
      try floats.slice([.ellipsis, .range(lower: 0, upper: 2, step: 1)]),
      try floats.slice([.ellipsis, .range(lower: 2, upper: 4, step: 1)])
    )
  }
}

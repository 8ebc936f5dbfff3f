import Tensors

/// Pictures, each with the boxes and classes of the objects in it.
///
/// ```swift
/// let scenes = try SceneSamples.draw().train
/// scenes.images.shape            // (800, 128, 128, 3)
/// scenes.objects[0].boxes        // x1, y1, x2, y2 in pixels, a row for each object
/// scenes.classes                 // ["pedestrian", "car", "motorcycle"]
/// ```
public struct LabelledScenes: Sendable {
  /// float32 (n, height, width, channels).
  public let images: Tensor
  /// What is in each picture; boxes are in pixels, and each class is a place in `classes`.
  public let objects: [LabelledBoxes]
  /// The names of the classes.
  public let classes: [String]

  /// - Throws: `TensorError` when pictures and objects do not fit together, or a class is unknown.
  public init(images: Tensor, objects: [LabelledBoxes], classes: [String]) throws {
    guard images.rank == 4, images.shape[0] == objects.count else {
      throw TensorError(
        .shape,
        "Labelled scenes are pictures (n, height, width, channels) with a list of objects for each, but the "
          + "pictures have shape \(images.shape) and there are \(counted(objects.count, "list")).")
    }
    for label in try objects.flatMap({ try $0.classes.integers() }) where !classes.indices.contains(label) {
      throw TensorError(
        .value,
        "A class is the number of one of \(counted(classes.count, "name")), counted from 0, but \(label) came."
      )
    }
    self.images = images
    self.objects = objects
    self.classes = classes
  }

  /// How many pictures there are.
  public var count: Int { objects.count }
  /// Rows and columns of each picture.
  public var height: Int { images.shape[1] }
  public var width: Int { images.shape[2] }

  /// The pictures in a range of places, with their objects.
  ///
  /// - Throws: An index error when the range reaches beyond the pictures.
  public subscript(range: Range<Int>) -> LabelledScenes {
    get throws {
      guard range.lowerBound >= 0, range.upperBound <= count else {
        throw TensorError(
          .index,
          "There are \(counted(count, "picture")), so a range lies within 0..<\(count), but \(range) came.")
      }
      let places = TensorIndex.range(lower: range.lowerBound, upper: range.upperBound, step: 1)
      return try LabelledScenes(
        images: images.slice([places]), objects: Array(objects[range]), classes: classes)
    }
  }

  /// The widths and heights of all boxes, in pixels: what anchors are found from.
  ///
  ///     -> (objects, 2), float32
  public func sizes() throws -> Tensor {
    guard !objects.isEmpty else { return try Tensor.zeros([0, 2]) }
    let all = try Tensor.concatenate(objects.map(\.boxes))
    return try Boxes.centres(fromCorners: all).slice([.all, .range(lower: 2, upper: 4, step: 1)])
  }
}

import Tensors

/// Pictures, each with the number of the class that it shows.
///
/// ```swift
/// let few = try Digits.draw().train[0..<64]
/// few.images.shape      // (64, 32, 32, 1)
/// few.count             // 64
/// ```
public struct LabelledImages: Sendable {
  /// float32 (n, height, width, channels).
  public let images: Tensor
  /// int64 (n); each label is a place in `classes`.
  public let labels: Tensor
  /// The names of the classes.
  public let classes: [String]

  /// - Throws: `TensorError` when the shapes, the type of the labels or a label do not fit.
  public init(images: Tensor, labels: Tensor, classes: [String]) throws {
    guard images.rank == 4, labels.rank == 1, images.shape[0] == labels.shape[0] else {
      throw TensorError(
        .shape,
        "Labelled pictures are (n, height, width, channels) with labels (n), but the pictures have shape "
          + "\(images.shape) and the labels \(labels.shape).")
    }
    guard labels.dtype == .int64 else {
      throw TensorError(.type, "Labels are int64 numbers of classes, but \(labels.dtype) came.")
    }
    for label in try labels.integers() where !classes.indices.contains(label) {
      throw TensorError(
        .value,
        "A label is the number of one of \(classes.count) classes, counted from 0, but \(label) came.")
    }
    self.images = images
    self.labels = labels
    self.classes = classes
  }

  /// How many pictures there are.
  public var count: Int { images.shape[0] }

  /// The pictures in a range of places, with their labels.
  ///
  /// - Throws: An index error when the range reaches beyond the pictures.
  public subscript(range: Range<Int>) -> LabelledImages {
    get throws {
      guard range.lowerBound >= 0, range.upperBound <= count else {
        throw TensorError(
          .index,
          "There are \(count) pictures, so a range lies within 0..<\(count), but \(range) came.")
      }
      let places = TensorIndex.range(lower: range.lowerBound, upper: range.upperBound, step: 1)
      return try LabelledImages(
        images: images.slice([places]), labels: labels.slice([places]), classes: classes)
    }
  }
}

/// A data set in two parts that share no picture: one to learn from, one to be tested with.
public struct DataSplit: Sendable {
  public let train: LabelledImages
  public let test: LabelledImages

  public init(train: LabelledImages, test: LabelledImages) {
    self.train = train
    self.test = test
  }
}

import Base
import Tensors

/// Handwritten digits drawn by the program: a data set of grey pictures with nothing to download.
public enum Digits {
  /// The sides that a picture may have: with fewer pixels digits cannot be told apart, with more nothing is
  /// gained.
  private static let sides = 8...1024

  /// Draws handwritten digits in two sets, one to learn from and one to be tested with.
  ///
  /// Each digit is written in one of several styles, slanted, turned and bent, with a thin or a thick pen, on
  /// paper that is lit unevenly, beside other strokes and under grain; mostly light on dark, in a few
  /// pictures dark on light. In both sets every digit comes equally often (up to one picture), in random
  /// order, and no picture of one set is in the other.
  ///
  /// How hard they are: the nearest known picture by raw pixels names 90 % of the test pictures rightly, a
  /// small network like LeNet-5 about 99 % after five epochs.
  ///
  /// ```swift
  /// let digits = try Digits.draw(seed: 1)
  /// digits.train.images.shape      // (8000, 32, 32, 1)
  /// digits.test.labels.shape       // (2000)
  /// ```
  ///
  /// - Parameters:
  ///   - train: Pictures to learn from, 0 or more.
  ///   - test: Pictures to be tested with, 0 or more.
  ///   - size: Rows and columns of a picture, from 8 to 1024.
  ///   - seed: Any whole number; the same one gives the same pictures on every machine.
  /// - Returns: images as float32 (n, size, size, 1) with numbers from 0 to 1, labels as int64 (n).
  /// - Throws: `TensorError` for a negative count or an unfit size, `MemoryError` for more pictures than fit.
  public static func draw(
    train: Int = 8000, test: Int = 2000, size: Int = 32, seed: Int = 0
  ) throws -> DataSplit {
    for (name, count) in [("train", train), ("test", test)] where count < 0 {
      throw TensorError(
        .value, "Digits expects 0 or more pictures in each set, but \(name) was \(count).")
    }
    guard sides.contains(size) else {
      throw TensorError(
        .value,
        "Digits draws pictures with a side from \(sides.lowerBound) to \(sides.upperBound) pixels, but size "
          + "was \(size).",
        suggestion: "32 is the usual size")
    }
    return DataSplit(
      train: try set(of: train, size: size, seed: seed, part: 0),
      test: try set(of: test, size: size, seed: seed, part: 1))
  }

  private static func set(of count: Int, size: Int, seed: Int, part: UInt64) throws -> LabelledImages {
    let shape = try Shape([count, size, size, 1])
    // The list of labels is smaller than the pictures, so that what they need decides.
    try MemoryBudget.require(
      shape.elementCount, of: MemoryLayout<Float>.stride, for: "\(count) pictures of digits")

    // Streams: the part in the highest bits, then the picture's number, counted from 1; 0 is the order.
    let first = part << 62
    var labels = (0..<count).map { $0 % 10 }
    var order = DrawingRandom(seed: seed, stream: first)
    order.shuffle(&labels)

    var artist = DigitArtist(size: size)
    let pixels = size * size
    let images = try Tensor(shape: shape) { (elements: UnsafeMutableBufferPointer<Float>) in
      for (index, label) in labels.enumerated() {
        try Safepoint.poll()
        var random = DrawingRandom(seed: seed, stream: first | UInt64(index + 1))
        artist.draw(
          label, &random,
          into: UnsafeMutableBufferPointer(rebasing: elements[index * pixels..<(index + 1) * pixels]))
      }
    }
    return try LabelledImages(images: images, labels: Tensor(labels), classes: (0..<10).map(String.init))
  }
}

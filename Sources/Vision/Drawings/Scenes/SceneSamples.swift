import Base
import Tensors

/// Street scenes drawn by the program: a data set for detection with nothing to download.
public enum SceneSamples {
  /// What there is to find.
  public static let classes = ["pedestrian", "car", "motorcycle"]

  /// The sides that a picture may have: with fewer pixels distant people cannot be told from posts.
  private static let sides = 32...1024

  /// Draws street scenes in two sets, one to learn from and one to be tested with.
  ///
  /// Each shows two to seven pedestrians, cars and motorcycles, which partly hide each other, among lamp
  /// posts, signs, bins, benches and trees, before houses, in changing light. The nearest are four times as
  /// large as the most distant. No picture of one set is in the other.
  ///
  /// ```swift
  /// let scenes = try SceneSamples.draw(seed: 1)
  /// scenes.train.images.shape               // (800, 128, 128, 3)
  /// scenes.train.objects[0].count           // 5
  /// ```
  ///
  /// Boxes hold the whole of an object, also where something stands before it, but not what lies outside of
  /// the picture. At least 60 % of an object lie in the picture.
  ///
  /// - Parameters:
  ///   - train: Pictures to learn from, 0 or more.
  ///   - test: Pictures to be tested with, 0 or more.
  ///   - width: Columns of a picture, from 32 to 1024.
  ///   - height: Rows of a picture, likewise; without a number, as many as columns.
  ///   - seed: Any whole number; the same one gives the same pictures on every machine.
  /// - Returns: Pictures as float32 (n, height, width, 3) with numbers from 0 to 1; boxes in pixels.
  /// - Throws: `TensorError` for a negative count or an unfit size, `MemoryError` for more pictures than fit.
  public static func draw(
    train: Int = 800, test: Int = 200, width: Int = 128, height: Int? = nil, seed: Int = 0
  ) throws -> (train: LabelledScenes, test: LabelledScenes) {
    for (name, count) in [("train", train), ("test", test)] where count < 0 {
      throw TensorError(
        .value, "SceneSamples expects 0 or more pictures in each set, but \(name) was \(count).")
    }
    let height = height ?? width
    for (name, side) in [("width", width), ("height", height)] where !sides.contains(side) {
      throw TensorError(
        .value,
        "SceneSamples draws pictures with sides from \(sides.lowerBound) to \(sides.upperBound) pixels, but "
          + "\(name) was \(side).",
        suggestion: "128 is the usual size")
    }
    return (
      train: try set(of: train, width: width, height: height, seed: seed, part: 0),
      test: try set(of: test, width: width, height: height, seed: seed, part: 1)
    )
  }

  private static func set(
    of count: Int, width: Int, height: Int, seed: Int, part: UInt64
  ) throws -> LabelledScenes {
    let shape = try Shape([count, height, width, 3])
    try MemoryBudget.require(
      shape.elementCount, of: MemoryLayout<Float>.stride, for: "\(count) pictures of streets")

    // Streams as for digits: the part in the highest bits, then the picture's number. A bit keeps both apart.
    let first = part << 62 | 1 << 61
    let artist = SceneArtist(width: width, height: height)
    let numbers = width * height * 3
    var objects: [LabelledBoxes] = []
    let images = try Tensor(shape: shape) { (elements: UnsafeMutableBufferPointer<Float>) in
      for index in 0..<count {
        try Safepoint.poll()
        var random = DrawingRandom(seed: seed, stream: first | UInt64(index + 1))
        let found = artist.draw(
          &random,
          into: UnsafeMutableBufferPointer(rebasing: elements[index * numbers..<(index + 1) * numbers]))
        let corners = found.flatMap { [$0.low.x, $0.low.y, $0.high.x, $0.high.y] }
        objects.append(
          try LabelledBoxes(
            boxes: Tensor(corners, shape: Shape([found.count, 4])), classes: Tensor(found.map(\.label))))
      }
    }
    return try LabelledScenes(images: images, objects: objects, classes: classes)
  }
}

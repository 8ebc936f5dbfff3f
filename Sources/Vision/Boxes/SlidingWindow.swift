import Base
import Tensors

/// A window that is moved over a picture step by step.
///
/// ```swift
/// let window = try SlidingWindow(size: 14, stride: 2)
/// try window.count(height: 16, width: 16)      // (rows: 2, columns: 2)
/// let crops = try window.crops(picture)        // (16, 16, 3) -> (4, 14, 14, 3)
/// let scores = try network.predict(crops)      // one row for each position
/// ```
public struct SlidingWindow: Hashable, Sendable {
  public let height, width: Int
  /// How far it moves at a time, down and across.
  public let stride: Int

  /// - Throws: A value error for a size or a stride below 1.
  public init(height: Int, width: Int, stride: Int) throws {
    for (value, name) in [(height, "a height"), (width, "a width"), (stride, "a stride")] {
      try BoxArguments.requireCount(value, name, atLeast: 1, of: "SlidingWindow")
    }
    self.height = height
    self.width = width
    self.stride = stride
  }

  /// A square window.
  public init(size: Int, stride: Int) throws {
    try self.init(height: size, width: size, stride: stride)
  }

  /// How many positions there are in a picture; none when the window is larger.
  public func count(height: Int, width: Int) -> (rows: Int, columns: Int) {
    func positions(_ length: Int, _ size: Int) -> Int { length < size ? 0 : (length - size) / stride + 1 }
    return (positions(height, self.height), positions(width, self.width))
  }

  /// Every position as a box, row by row.
  ///
  ///     -> (rows * columns, 4), float32
  public func boxes(height: Int, width: Int) throws -> Tensor {
    let (rows, columns) = count(height: height, width: width)
    let shape = try Shape([try Shape([rows, columns]).elementCount, 4])
    return try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<Float>) in
      for row in 0..<rows {
        try Safepoint.poll()
        for column in 0..<columns {
          let first = (row * columns + column) * 4
          let (x, y) = (column * stride, row * stride)
          result[first] = Float(x)
          result[first + 1] = Float(y)
          result[first + 2] = Float(x + self.width)
          result[first + 3] = Float(y + self.height)
        }
      }
    }
  }

  /// What the window shows at every position, row by row.
  ///
  ///     (height, width, channels)  ->  (rows * columns, window's height, window's width, channels)
  ///
  /// - Throws: A shape error when the picture has other axes or is smaller than the window.
  public func crops(_ picture: Tensor) throws -> Tensor {
    guard picture.rank == 3, picture.shape[0] >= height, picture.shape[1] >= width else {
      throw TensorError(
        .shape,
        "A window of \(height) x \(width) is moved over a picture (height, width, channels) that is at least as "
          + "large, but its shape is \(picture.shape).")
    }
    let (rows, columns) = count(height: picture.shape[0], width: picture.shape[1])
    let shape = try Shape([try Shape([rows, columns]).elementCount, height, width, picture.shape[2]])
    var result = try Tensor.zeros(shape, picture.dtype)
    for row in 0..<rows {
      for column in 0..<columns {
        try Safepoint.poll()
        let (y, x) = (row * stride, column * stride)
        let part = try picture.slice([
          .range(lower: y, upper: y + height, step: 1), .range(lower: x, upper: x + width, step: 1),
        ])
        try result.assign(part, at: [.index(row * columns + column)])
      }
    }
    return result
  }

  /// Answers to the crops, laid out as the positions lie in the picture.
  ///
  ///     (rows * columns, ...)  ->  (rows, columns, ...)
  public func map(_ answers: Tensor, height: Int, width: Int) throws -> Tensor {
    let (rows, columns) = count(height: height, width: width)
    let positions = try Shape([rows, columns]).elementCount
    guard let first = answers.shape.first, first == positions else {
      throw TensorError(
        .shape,
        "The window has \(rows) x \(columns) positions in a picture of \(height) x \(width), but the answers "
          + "have shape \(answers.shape).")
    }
    return try answers.reshape([rows, columns] + answers.shape.sizes.dropFirst())
  }
}

import Tensors

/// Pictures drawn by the program: the same on every machine, with nothing to download.
public enum Drawings {
  /// A chessboard with its white field in the top left corner; float32 (size, size) of zeros and ones.
  ///
  /// - Parameters:
  ///   - cells: Fields in a row, at most `size`.
  ///   - size: Rows and columns of the picture.
  public static func chessboard(cells: Int = 8, size: Int = 64) throws -> Tensor {
    precondition(cells > 0 && size >= cells)
    var values = [Float](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0..<size where (row * cells / size + column * cells / size) % 2 == 0 {
        values[row * size + column] = 1
      }
    }
    return try Tensor(values, shape: try Shape([size, size]))
  }

  /// A house in a garden under a low sun: edges upright, level and slanted, curves, fine texture and flat sky.
  ///
  /// ```swift
  /// try Drawings.house(width: 320, height: 240).shape      // (240, 320, 3)
  /// ```
  ///
  /// - Returns: float32 (height, width, 3) with numbers from 0 to 1.
  public static func house(width: Int = 320, height: Int = 240) throws -> Tensor {
    precondition(width > 0 && height > 0)
    var values = [Float](repeating: 0, count: width * height * 3)
    let samples = 3
    let weight = 1 / Float(samples * samples)
    for row in 0..<height {
      for column in 0..<width {
        var sum = Paint(0, 0, 0)
        for sample in 0..<(samples * samples) {
          let dx = (Float(sample % samples) + 0.5) / Float(samples)
          let dy = (Float(sample / samples) + 0.5) / Float(samples)
          sum += HouseScene.paint(
            (Float(column) + dx) / Float(width) * 4, (Float(row) + dy) / Float(height) * 3)
        }
        let start = (row * width + column) * 3
        for channel in 0..<3 { values[start + channel] = min(max(sum[channel] * weight, 0), 1) }
      }
    }
    return try Tensor(values, shape: try Shape([height, width, 3]))
  }
}

typealias Paint = SIMD3<Float>

import Glibc
import Tensors

/// The classic filters, as the course writes them: convolution here is cross-correlation, so a filter answers
/// with a positive number where the picture looks like the filter itself.
public enum Filters {
  /// Bright on the left, dark on the right: `[1 0 -1]` in three rows.
  public static var vertical: Tensor { grid([[1, 0, -1], [1, 0, -1], [1, 0, -1]]) }

  /// Bright above, dark below.
  public static var horizontal: Tensor { grid([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]) }

  /// Vertical edges with more weight on the middle row (Sobel and Feldman, 1968).
  public static var sobel: Tensor { grid([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) }
  public static var sobelHorizontal: Tensor { grid([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]) }

  /// Vertical edges, weighted so that the answer depends less on the angle (Scharr, 2000).
  public static var scharr: Tensor { grid([[3, 0, -3], [10, 0, -10], [3, 0, -3]]) }
  public static var scharrHorizontal: Tensor { grid([[3, 10, 3], [0, 0, 0], [-3, -10, -3]]) }

  /// The same in all directions: how much a pixel differs from its neighbours.
  public static var laplacian: Tensor { grid([[0, 1, 0], [1, -4, 1], [0, 1, 0]]) }

  /// Makes edges stand out.
  public static var sharpen: Tensor { grid([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]) }

  /// Leaves the picture as it is.
  public static var identity: Tensor { grid([[0, 0, 0], [0, 1, 0], [0, 0, 0]]) }

  /// The Sobel filter for edges at an angle in degrees: 0 finds vertical edges, 90 horizontal ones, and others
  /// mix the two by cosine and sine. float32, (3, 3).
  public static func edge(angle: Double) throws -> Tensor {
    let radians = angle * Double.pi / 180
    let upright = try sobel.asType(.float32)
    let level = try sobelHorizontal.asType(.float32)
    return try upright * .double(cos(radians)) + level * .double(sin(radians))
  }

  /// A bell-shaped blur whose weights sum to 1. float32, (size, size).
  ///
  /// - Parameters:
  ///   - size: Rows and columns; odd, so that there is a middle.
  ///   - sigma: The bell's width in points.
  public static func gaussian(size: Int, sigma: Double) throws -> Tensor {
    precondition(size > 0 && size % 2 == 1 && sigma > 0)
    let middle = size / 2
    let bell = (0..<size).map { place -> Double in
      let distance = Double(place - middle) / sigma
      return exp(-distance * distance / 2)
    }
    let total = bell.reduce(0, +)
    return try Tensor(bell.map { row in bell.map { Float(row * $0 / (total * total)) } })
  }

  /// The plain mean of a window: every weight is 1 / (size * size). float32, (size, size).
  ///
  /// - Parameter size: Rows and columns, at least 1.
  public static func box(_ size: Int) throws -> Tensor {
    precondition(size > 0)
    return try Tensor.full(try Shape([size, size]), .double(1 / (Double(size) * Double(size))))
  }

  /// The names and filters, in the order in which a table shows them.
  public static var all: [(name: String, filter: Tensor)] {
    [
      ("vertical", vertical), ("horizontal", horizontal), ("sobel", sobel),
      ("sobelHorizontal", sobelHorizontal),
      ("scharr", scharr), ("scharrHorizontal", scharrHorizontal), ("laplacian", laplacian),
      ("sharpen", sharpen),
      ("identity", identity),
    ]
  }

  /// Literals of one size always make a tensor.
  private static func grid(_ rows: [[Int]]) -> Tensor {
    do { return try Tensor(rows) } catch { preconditionFailure("a filter is a full grid: \(error)") }
  }
}

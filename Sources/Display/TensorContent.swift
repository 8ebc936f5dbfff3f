/// What showing a tensor needs to know of it.
package struct TensorContent: Sendable {
  /// The elements in row-major order.
  package enum Elements: Sendable {
    case floats([Float])
    case doubles([Double])
    case integers([Int64])
    case bytes([UInt8])
    case bools([Bool])

    package var count: Int {
      switch self {
      case .floats(let values): values.count
      case .doubles(let values): values.count
      case .integers(let values): values.count
      case .bytes(let values): values.count
      case .bools(let values): values.count
      }
    }
  }

  package let shape: [Int]
  package let dtype: String
  package let elements: Elements

  package init(shape: [Int], dtype: String, elements: Elements) {
    precondition(shape.reduce(1, *) == elements.count, "a tensor's shape does not fit its elements")
    self.shape = shape
    self.dtype = dtype
    self.elements = elements
  }

  var count: Int { elements.count }

  /// An element as a double, for its colour.
  func value(_ index: Int) -> Double {
    switch elements {
    case .floats(let values): Double(values[index])
    case .doubles(let values): values[index]
    case .integers(let values): Double(values[index])
    case .bytes(let values): Double(values[index])
    case .bools(let values): values[index] ? 1 : 0
    }
  }

  /// Calls the body with every element.
  @inline(__always)
  func visit(_ body: (Double) -> Void) {
    switch elements {
    case .floats(let values): for value in values { body(Double(value)) }
    case .doubles(let values): for value in values { body(value) }
    case .integers(let values): for value in values { body(Double(value)) }
    case .bytes(let values): for value in values { body(Double(value)) }
    case .bools(let values): for value in values { body(value ? 1 : 0) }
    }
  }

  /// `(6, 6, 3)`.
  var shapeText: String { "(\(shape.map(String.init).joined(separator: ", ")))" }
}

/// Numbers that sum up many.
package struct TensorStatistics: Sendable {
  package private(set) var least = Double.nan
  package private(set) var most = Double.nan
  package private(set) var mean = Double.nan
  package private(set) var standardDeviation = Double.nan
  package private(set) var zeros = 0
  package private(set) var nans = 0
  package private(set) var infinities = 0

  /// Least, greatest, mean and deviation are those of the finite elements.
  package init(_ content: TensorContent) {
    var (least, most, sum) = (Double.infinity, -Double.infinity, 0.0)
    var (zeros, nans, infinities) = (0, 0, 0)
    content.visit { value in
      if value.isFinite {
        if value < least { least = value }
        if value > most { most = value }
        sum += value
        if value == 0 { zeros += 1 }
      } else if value.isNaN {
        nans += 1
      } else {
        infinities += 1
      }
    }
    self.zeros = zeros
    self.nans = nans
    self.infinities = infinities
    let finite = Double(content.count - nans - infinities)
    guard finite > 0 else { return }
    (self.least, self.most) = (least, most)
    let mean = sum / finite
    self.mean = mean
    var squares = 0.0
    content.visit { value in
      if value.isFinite { squares += (value - mean) * (value - mean) }
    }
    standardDeviation = (squares / finite).squareRoot()
  }
}

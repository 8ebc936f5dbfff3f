import Tensors

/// Elements picked along one axis: copied out of a tensor, and derivatives added up where they came from.
///
/// Tensors are read as (outer, axis, inner). Places are positions along the axis, already checked.
enum Picking {
  /// A shape read as (outer, axis, inner).
  struct Lines {
    let outer, length, inner: Int

    init(_ shape: Shape, axis: Int) {
      let sizes = shape.sizes
      length = sizes[axis]
      // Empty tensors may have sizes whose product is out of range; nothing is done with them.
      outer = shape.elementCount == 0 ? 0 : sizes[..<axis].reduce(1, *)
      inner = shape.elementCount == 0 ? 0 : sizes[(axis + 1)...].reduce(1, *)
    }
  }

  /// The positions that a tensor of integers names, checked; negative ones count from the end.
  static func places(_ indices: Tensor, axis: Int, of shape: Shape, for operation: String) throws -> Tensor {
    let length = shape[axis]
    let indices = try indices.asType(.int64)
    return try Tensor(shape: indices.shape) { (places: UnsafeMutableBufferPointer<Int>) in
      try indices.withUnsafeElements(as: Int.self) { indices in
        for (offset, index) in indices.enumerated() {
          guard index >= -length, index < length else {
            throw TensorError.index(
              length == 0
                ? "\(operation) cannot pick index \(index) from axis \(axis) of a tensor of shape \(shape): "
                  + "the axis is empty."
                : "\(operation) expects indices from 0 to \(length - 1), or from -1 back to -\(length), for "
                  + "axis \(axis) of a tensor of shape \(shape), but \(index) came.")
          }
          places[offset] = index < 0 ? index + length : index
        }
      }
    }
  }

  /// Whole slices at the listed places: (outer, axis, inner) -> (outer, places, inner).
  static func take(_ x: Tensor, _ places: Tensor, axis: Int, into shape: Shape) throws -> Tensor {
    try copy(x, into: shape) { body in
      try visitSlices(Lines(x.shape, axis: axis), places, body)
    }
  }

  /// What was taken from each place, added up.
  static func put(_ g: Tensor, _ places: Tensor, axis: Int, into shape: Shape) throws -> Tensor {
    try add(g, into: shape) { body in
      try visitSlices(Lines(shape, axis: axis), places, body)
    }
  }

  /// One element for each place of a tensor of places, from its own line.
  static func takeAlong(_ x: Tensor, _ places: Tensor, axis: Int) throws -> Tensor {
    try copy(x, into: places.shape) { body in
      try visitElements(Lines(x.shape, axis: axis), places, axis: axis, body)
    }
  }

  /// The elements that `takeAlong` took, added up in their places.
  static func putAlong(_ g: Tensor, _ places: Tensor, axis: Int, into shape: Shape) throws -> Tensor {
    try add(g, into: shape) { body in
      try visitElements(Lines(shape, axis: axis), places, axis: axis, body)
    }
  }

  /// Is told where `count` elements of the whole lie, and where those that were picked.
  private typealias Visitor = (_ whole: Int, _ picked: Int, _ count: Int) -> Void

  private static func visitSlices(_ lines: Lines, _ places: Tensor, _ body: Visitor) throws {
    try places.withUnsafeElements(as: Int.self) { places in
      var pace = Pace()
      var picked = 0
      for block in 0..<lines.outer {
        for place in places {
          body((block * lines.length + place) * lines.inner, picked, lines.inner)
          picked += lines.inner
          try pace.advance(lines.inner)
        }
      }
    }
  }

  private static func visitElements(_ lines: Lines, _ places: Tensor, axis: Int, _ body: Visitor) throws {
    let count = places.shape[axis]
    try places.withUnsafeElements(as: Int.self) { places in
      guard !places.isEmpty else { return }
      var pace = Pace()
      var picked = 0
      for block in 0..<lines.outer {
        let first = block * lines.length * lines.inner
        for _ in 0..<count {
          for k in 0..<lines.inner { body(first + places[picked + k] * lines.inner + k, picked + k, 1) }
          picked += lines.inner
          try pace.advance(lines.inner)
        }
      }
    }
  }

  private static func copy(_ x: Tensor, into shape: Shape, _ visit: (Visitor) throws -> Void) throws -> Tensor
  {
    switch x.dtype {
    case .float32: try copy(x, into: shape, Float.self, visit)
    case .float64: try copy(x, into: shape, Double.self, visit)
    case .int64: try copy(x, into: shape, Int.self, visit)
    case .uint8: try copy(x, into: shape, UInt8.self, visit)
    case .bool: try copy(x, into: shape, Bool.self, visit)
    }
  }

  private static func copy<T: TensorElement>(
    _ x: Tensor, into shape: Shape, _ type: T.Type, _ visit: (Visitor) throws -> Void
  ) throws -> Tensor {
    try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      try x.withUnsafeElements(as: T.self) { x in
        guard let from = x.baseAddress, let to = result.baseAddress, !result.isEmpty else { return }
        try visit { whole, picked, count in
          if count == 1 {
            to[picked] = from[whole]
          } else {
            (to + picked).update(from: from + whole, count: count)
          }
        }
      }
    }
  }

  private static func add(_ g: Tensor, into shape: Shape, _ visit: (Visitor) throws -> Void) throws -> Tensor
  {
    g.dtype == .float64
      ? try add(g, into: shape, Double.self, visit) : try add(g, into: shape, Float.self, visit)
  }

  private static func add<T: FloatingElement>(
    _ g: Tensor, into shape: Shape, _ type: T.Type, _ visit: (Visitor) throws -> Void
  ) throws -> Tensor {
    try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      result.update(repeating: 0)
      try g.withUnsafeElements(as: T.self) { g in
        guard let from = g.baseAddress, let to = result.baseAddress, !g.isEmpty else { return }
        try visit { whole, picked, count in
          for k in 0..<count { to[whole + k] += from[picked + k] }
        }
      }
    }
  }
}

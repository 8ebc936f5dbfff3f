import Tensors

/// What every function of boxes asks of its arguments.
enum BoxArguments {
  /// Throws unless `boxes` is (n, 4) of numbers.
  static func requireList(_ boxes: Tensor, of operation: String) throws {
    guard boxes.rank == 2, boxes.shape[1] == 4 else {
      let isOne = boxes.rank == 1 && boxes.shape[0] == 4
      throw TensorError(
        .shape,
        "\(operation) expects boxes (n, 4), a row x1, y1, x2, y2 for each, but their shape is \(boxes.shape).",
        suggestion: isOne ? "a list of one box: boxes.reshape([1, 4])" : nil)
    }
    try requireNumbers(boxes, "boxes", of: operation)
  }

  /// Throws unless the last axis holds the four numbers of a box.
  static func requireBoxes(_ boxes: Tensor, of operation: String) throws {
    guard let last = boxes.shape.last, last == 4 else {
      throw TensorError(
        .shape,
        "\(operation) expects boxes (..., 4), four numbers for each in the last axis, but the shape is "
          + "\(boxes.shape).")
    }
    try requireNumbers(boxes, "boxes", of: operation)
  }

  static func requireNumbers(_ tensor: Tensor, _ name: String, of operation: String) throws {
    guard tensor.dtype != .bool else {
      throw TensorError(.type, "\(operation) expects \(name) that are numbers, but they are bool.")
    }
  }

  /// Throws unless there is one number for each box: `values` is (n).
  static func requireOneEach(_ values: Tensor, _ name: String, for count: Int, of operation: String) throws {
    guard values.rank == 1, values.shape[0] == count else {
      throw TensorError(
        .shape,
        "\(operation) expects one number for each box in \(name): there are \(count) boxes, and \(name) has "
          + "shape \(values.shape).",
        suggestion: values.elementCount == count && values.rank > 1 ? "\(name).flatten()" : nil)
    }
    try requireNumbers(values, name, of: operation)
  }

  /// The classes of boxes as integers.
  static func classes(_ classes: Tensor, for count: Int, of operation: String) throws -> [Int] {
    try requireOneEach(classes, "classes", for: count, of: operation)
    guard classes.dtype.isInteger else {
      throw TensorError(
        .type, "\(operation) expects classes that are whole numbers, but they are \(classes.dtype).",
        suggestion: "classes.asType(.int64)")
    }
    return try classes.integers()
  }

  static func requireShare(_ value: Double, _ name: String, of operation: String) throws {
    guard (0...1).contains(value) else {
      throw TensorError(.value, "\(operation) expects \(name) from 0 to 1, but \(value) came.")
    }
  }

  static func requireCount(_ value: Int, _ name: String, atLeast least: Int = 0, of operation: String) throws
  {
    guard value >= least else {
      throw TensorError(.value, "\(operation) expects \(name) of \(least) or more, but \(value) came.")
    }
  }
}

extension BoxArguments {
  /// The boxes as left, top, right and bottom in float32, whichever opposite corners were given.
  ///
  /// - Throws: A shape error unless they are (n, 4); a value error for a coordinate that is NaN.
  static func corners(_ boxes: Tensor, of operation: String) throws -> [SIMD4<Float>] {
    try requireList(boxes, of: operation)
    let floats = try boxes.asType(.float32)
    return try floats.withUnsafeElements(as: Float.self) { values in
      try [SIMD4<Float>](unsafeUninitializedCapacity: values.count / 4) { corners, count in
        while count < corners.count {
          let first = count * 4
          let (x1, y1, x2, y2) = (values[first], values[first + 1], values[first + 2], values[first + 3])
          guard x1 == x1, y1 == y1, x2 == x2, y2 == y2 else {
            throw TensorError(
              .value,
              "\(operation) expects boxes of numbers, but box \(count) is (\(x1), \(y1), \(x2), \(y2)).",
              suggestion: "a NaN often comes from training that has run away")
          }
          corners[count] = SIMD4(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
          count += 1
        }
      }
    }
  }

  /// Scores in float32, one for each box, none of them NaN.
  static func scores(_ scores: Tensor, for count: Int, of operation: String) throws -> Tensor {
    try requireOneEach(scores, "scores", for: count, of: operation)
    let floats = try scores.asType(.float32)
    let bad = floats.withUnsafeElements(as: Float.self) { values in values.firstIndex { $0 != $0 } }
    if let bad {
      throw TensorError(
        .value, "\(operation) expects scores that are numbers, but score \(bad) is NaN.",
        suggestion: "a NaN often comes from training that has run away")
    }
    return floats
  }
}

import Script

/// The numbers inside nested arrays, tuples and tensors, row by row.
struct Numbers {
  var shape: [Int]
  var values: [Double]

  /// Nil where something else is inside, or where rows differ in length. Does not recurse.
  init?(_ value: Value) throws {
    if let number = value.number {
      self.init(shape: [], values: [number])
      return
    }
    if let contents = value.hostValue as? any NumericContents {
      self.init(shape: contents.numericShape, values: try contents.numericValues())
      return
    }
    guard value.elements != nil else { return nil }
    var shape: [Int] = []
    var level = [value]
    // One level of nesting after the other: all its arrays must have the same length.
    while let length = level.first?.elements?.count {
      shape.append(length)
      var inner: [Value] = []
      inner.reserveCapacity(level.count)
      for row in level {
        guard let elements = row.elements, elements.count == length else { return nil }
        inner.append(contentsOf: elements)
      }
      level = inner
    }
    var values: [Double] = []
    values.reserveCapacity(level.count)
    var innerShape: [Int]?
    for item in level {
      if let number = item.number, innerShape == nil || innerShape == [] {
        innerShape = []
        values.append(number)
      } else if let contents = item.hostValue as? any NumericContents {
        guard innerShape == nil || innerShape == contents.numericShape else { return nil }
        innerShape = contents.numericShape
        values.append(contentsOf: try contents.numericValues())
      } else {
        return nil
      }
    }
    self.init(shape: shape + (innerShape ?? []), values: values)
  }

  private init(shape: [Int], values: [Double]) {
    self.shape = shape
    self.values = values
  }

  /// `[2, 3]`
  var shapeText: String {
    shape.count <= 10 ? "\(shape)" : "\(shape.prefix(10)), ..., nested \(shape.count) deep"
  }

  /// `[1][2]`: where a position of `values` is.
  func place(of index: Int) -> String {
    var rest = index
    var parts: [Int] = []
    for length in shape.reversed() where length > 0 {
      parts.append(rest % length)
      rest /= length
    }
    return parts.reversed().map { "[\($0)]" }.joined()
  }
}

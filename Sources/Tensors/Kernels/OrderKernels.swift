import Base

/// Sorting and running sums along the last axis.
enum OrderKernels {
  static func sorted(_ tensor: Tensor, descending: Bool) throws -> Tensor {
    switch tensor.dtype {
    case .float32: try sorted(tensor, Float.self) { precedes($0, $1, descending) }
    case .float64: try sorted(tensor, Double.self) { precedes($0, $1, descending) }
    case .int64: try sorted(tensor, Int.self) { descending ? $1 < $0 : $0 < $1 }
    case .uint8: try sorted(tensor, UInt8.self) { descending ? $1 < $0 : $0 < $1 }
    case .bool: try sorted(tensor.asType(.uint8), descending: descending).asType(.bool)
    }
  }

  static func places(_ tensor: Tensor, descending: Bool) throws -> Tensor {
    switch tensor.dtype {
    case .float32: try places(tensor, Float.self) { precedes($0, $1, descending) }
    case .float64: try places(tensor, Double.self) { precedes($0, $1, descending) }
    case .int64: try places(tensor, Int.self) { descending ? $1 < $0 : $0 < $1 }
    case .uint8: try places(tensor, UInt8.self) { descending ? $1 < $0 : $0 < $1 }
    case .bool: try places(tensor.asType(.uint8), descending: descending)
    }
  }

  /// The order of numbers, with NaN behind all of them either way.
  private static func precedes<T: BinaryFloatingPoint>(_ a: T, _ b: T, _ descending: Bool) -> Bool {
    (descending ? b < a : a < b) || (b.isNaN && !a.isNaN)
  }

  private static func sorted<T: TensorElement>(
    _ tensor: Tensor, _ type: T.Type, _ precedes: (T, T) -> Bool
  ) throws -> Tensor {
    var result = tensor
    let length = tensor.shape[tensor.rank - 1]
    guard length > 1 else { return tensor }
    try result.withUnsafeMutableElements(as: T.self) { elements in
      for first in stride(from: 0, to: elements.count, by: length) {
        elements[first..<(first + length)].sort(by: precedes)
      }
    }
    return result
  }

  private static func places<T: TensorElement>(
    _ tensor: Tensor, _ type: T.Type, _ precedes: (T, T) -> Bool
  ) throws -> Tensor {
    let length = tensor.shape[tensor.rank - 1]
    try MemoryBudget.require(length, of: 16, for: "the places of a sorted axis")
    return try Tensor(shape: tensor.shape) { (places: UnsafeMutableBufferPointer<Int>) in
      tensor.withUnsafeElements(as: T.self) { elements in
        guard length > 0 else { return }
        for first in stride(from: 0, to: elements.count, by: length) {
          let line = UnsafeBufferPointer(rebasing: elements[first..<(first + length)])
          let order = line.indices.sorted { precedes(line[$0], line[$1]) }
          for (offset, place) in order.enumerated() { places[first + offset] = place }
        }
      }
    }
  }

  static func sums(_ tensor: Tensor) throws -> Tensor {
    switch tensor.dtype {
    case .float32:
      try sums(tensor, start: Double(0)) { (sum: inout Double, x: Float) in
        sum += Double(x)
        return Float(sum)
      }
    case .float64:
      try sums(tensor, start: Double(0)) { (sum: inout Double, x: Double) in
        sum += x
        return sum
      }
    default:
      try sums(tensor, start: 0) { (sum: inout Int, x: Int) in
        let (next, overflow) = sum.addingReportingOverflow(x)
        guard !overflow else {
          throw TensorError.arithmetic(
            "Integer overflow: a sum does not fit into 64 bits.",
            suggestion: "compute in float64: x.asType(.float64)")
        }
        sum = next
        return next
      }
    }
  }

  private static func sums<T: TensorElement, Sum>(
    _ tensor: Tensor, start: Sum, _ add: (inout Sum, T) throws -> T
  ) throws -> Tensor {
    let length = tensor.shape[tensor.rank - 1]
    return try Tensor(shape: tensor.shape) { (result: UnsafeMutableBufferPointer<T>) in
      try tensor.withUnsafeElements(as: T.self) { elements in
        guard length > 0 else { return }
        for first in stride(from: 0, to: elements.count, by: length) {
          var sum = start
          for index in first..<(first + length) { result[index] = try add(&sum, elements[index]) }
        }
      }
    }
  }
}

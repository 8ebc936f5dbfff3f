import Tensors

extension TensorContent {
  /// The elements of a tensor, in row-major order.
  package init(_ tensor: Tensor) throws {
    let elements: Elements =
      switch tensor.dtype {
      case .float32: .floats(tensor.floats())
      case .float64: .doubles(tensor.doubles())
      case .bool: .bools(tensor.booleans())
      case .int64: .integers(try tensor.integers().map(Int64.init))
      case .uint8: .bytes(try tensor.bytes())
      }
    self.init(shape: tensor.shape.sizes, dtype: tensor.dtype.rawValue, elements: elements)
  }
}

extension TensorDisplay {
  /// The tensor in every form.
  package static func bundle(_ tensor: Tensor) throws -> MIMEBundle {
    bundle(try TensorContent(tensor), text: tensor.description)
  }
}

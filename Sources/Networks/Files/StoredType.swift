import Tensors

/// How one number lies in a file.
enum StoredType: Sendable, CaseIterable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64
  case bool

  /// The form in which a tensor's own elements are written.
  init(_ dtype: DType) {
    switch dtype {
    case .float32: self = .float32
    case .float64: self = .float64
    case .int64: self = .int64
    case .uint8: self = .uint8
    case .bool: self = .bool
    }
  }

  /// Bytes per element.
  var size: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The tensor type that holds all its values.
  var dtype: DType {
    switch self {
    case .float16, .bfloat16, .float32: .float32
    case .float64: .float64
    case .int8, .int16, .int32, .int64, .uint16, .uint32, .uint64: .int64
    case .uint8: .uint8
    case .bool: .bool
    }
  }
}

import Base
import CHDF5

/// Reads the attributes of a group or a data set that are texts or a few numbers.
enum HDF5Attributes {
  /// More numbers than that are data, not a remark.
  private static let numberLimit = 32

  static func read(_ object: hid_t, count: UInt64, counting contents: Contents) throws(Problem) -> JSON.Object
  {
    var found = JSON.Object()
    for index in 0..<min(count, UInt64(Limits.attributes)) {
      guard let attribute = HDF5Handle(cnn_h5_attribute(object, index)),
        let type = HDF5Handle(H5Aget_type(attribute.id)), let space = HDF5Handle(H5Aget_space(attribute.id)),
        let name = try name(of: attribute.id, counting: contents)
      else { continue }
      found[name] =
        H5Tget_class(type.id) == H5T_STRING
        ? try HDF5Text.read(.attribute(attribute.id), type: type.id, space: space.id, counting: contents)
        : numbers(attribute.id, type: type.id, space: space.id)
    }
    return found
  }

  private static func name(of attribute: hid_t, counting contents: Contents) throws(Problem) -> String? {
    let length = H5Aget_name(attribute, 0, nil)
    guard length >= 0, length < 1 << 16 else { return nil }
    try contents.countText(length)
    var bytes = [CChar](repeating: 0, count: length + 1)
    guard H5Aget_name(attribute, bytes.count, &bytes) == length else { return nil }
    return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func numbers(_ attribute: hid_t, type: hid_t, space: hid_t) -> JSON? {
    guard let number = HDF5NumberType(type), let shape = hdf5Shape(space), let count = elementCount(shape),
      count > 0, count <= numberLimit
    else { return nil }
    var values: [JSON] = []
    switch number.element {
    case .float32, .float64:
      var doubles = [Double](repeating: 0, count: count)
      guard cnn_h5_read_attribute(attribute, cnn_h5_native_double(), &doubles) >= 0 else { return nil }
      values = doubles.map { number.element == .float32 ? JSON(shortest: Float($0)) : JSON($0) }
    case .int64, .uint8, .bool:
      var integers = [Int](repeating: 0, count: count)
      guard cnn_h5_read_attribute(attribute, cnn_h5_native_int64(), &integers) >= 0 else { return nil }
      values = integers.map { number.element == .bool ? .bool($0 != 0) : JSON($0) }
    }
    return shape.isEmpty ? values[0] : .array(values)
  }
}

extension JSON {
  /// A single-precision number with no more digits than it needs: 0.1, not 0.10000000149.
  fileprivate init(shortest value: Float) {
    self = value.isFinite ? .number(value.description) : .null
  }
}

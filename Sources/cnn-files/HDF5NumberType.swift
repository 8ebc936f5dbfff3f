import CHDF5

/// How numbers of a type in an HDF5 file are read.
struct HDF5NumberType {
  let element: ElementType
  /// The type that HDF5 converts to.
  let memory: hid_t

  /// Nil for what is not a number.
  init?(_ type: hid_t) {
    let size = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_INTEGER:
      guard size > 0, size <= 8 else { return nil }
      if size == 1, H5Tget_sign(type) == H5T_SGN_NONE {
        self.init(.uint8, cnn_h5_native_uint8())
      } else {
        self.init(.int64, cnn_h5_native_int64())
      }
    case H5T_FLOAT:
      // Half precision becomes single, and anything longer than double is cut to it.
      guard size > 0, size <= 16 else { return nil }
      if size <= 4 {
        self.init(.float32, cnn_h5_native_float())
      } else {
        self.init(.float64, cnn_h5_native_double())
      }
    case H5T_ENUM where Self.isTruth(type): self.init(.bool, cnn_h5_native_uint8())
    case H5T_ENUM: self.init(.int64, cnn_h5_native_int64())
    default: return nil
    }
  }

  private init(_ element: ElementType, _ memory: hid_t) {
    self.element = element
    self.memory = memory
  }

  /// Python writes truth values as a type of one byte with the two names FALSE and TRUE.
  private static func isTruth(_ type: hid_t) -> Bool {
    guard H5Tget_size(type) == 1, H5Tget_nmembers(type) == 2 else { return false }
    return (0..<2).allSatisfy { index in
      guard let name = H5Tget_member_name(type, UInt32(index)) else { return false }
      defer { H5free_memory(name) }
      return String(cString: name) == (index == 0 ? "FALSE" : "TRUE")
    }
  }
}

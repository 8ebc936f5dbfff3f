import CHDF5

/// Something that HDF5 has opened, closed when it goes out of use.
struct HDF5Handle: ~Copyable {
  let id: hid_t

  /// Nil for the negative number by which HDF5 says that something failed.
  init?(_ id: hid_t) {
    guard id >= 0 else { return nil }
    self.id = id
  }

  deinit { H5Idec_ref(id) }
}

/// The sizes of a space's axes; nil where they cannot be told. A space without elements gives one axis of 0.
func hdf5Shape(_ space: hid_t) -> [Int]? {
  switch H5Sget_simple_extent_type(space) {
  case H5S_NULL: return [0]
  case H5S_SCALAR: return []
  case H5S_SIMPLE:
    let rank = Int(H5Sget_simple_extent_ndims(space))
    guard rank >= 0, rank <= 32 else { return nil }
    var sizes = [hsize_t](repeating: 0, count: max(rank, 1))
    guard H5Sget_simple_extent_dims(space, &sizes, nil) == Int32(rank) else { return nil }
    var shape: [Int] = []
    for size in sizes.prefix(rank) {
      guard let size = Int(exactly: size) else { return nil }
      shape.append(size)
    }
    return shape
  default: return nil
  }
}

/// The number of elements; nil when no machine can hold them.
func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for size in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    guard size >= 0, !overflow else { return nil }
    count = product
  }
  return count
}

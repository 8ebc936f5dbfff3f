import Base
import CHDF5

/// Reads strings of either kind that HDF5 has: all of one length, or each of its own.
enum HDF5Text {
  /// What the strings are read from.
  enum Source {
    case dataset(hid_t)
    case attribute(hid_t)

    func read(_ type: hid_t, _ buffer: UnsafeMutableRawPointer) -> Bool {
      switch self {
      case .dataset(let id): cnn_h5_read_all(id, type, buffer) >= 0
      case .attribute(let id): cnn_h5_read_attribute(id, type, buffer) >= 0
      }
    }
  }

  /// The strings as JSON: one text for a single one, a list in row-major order otherwise. Nil where they
  /// cannot be read.
  static func read(
    _ source: Source, type: hid_t, space: hid_t, counting contents: Contents
  ) throws(Problem) -> JSON? {
    guard let shape = hdf5Shape(space), let count = elementCount(shape) else { return nil }
    if count == 0 { return .array([]) }
    try contents.countObjects(count)
    let texts =
      H5Tis_variable_str(type) > 0
      ? try variable(source, like: type, space: space, count, contents)
      : try fixed(source, type: type, count, contents)
    guard let texts else { return nil }
    return shape.isEmpty ? texts[0] : .array(texts)
  }

  private static func fixed(
    _ source: Source, type: hid_t, _ count: Int, _ contents: Contents
  ) throws(Problem) -> [JSON]? {
    let size = H5Tget_size(type)
    let (total, overflow) = size.multipliedReportingOverflow(by: count)
    guard size > 0, !overflow else { return nil }
    try contents.countText(total)
    let block = try Block(total)
    guard let base = block.bytes.baseAddress, source.read(type, base) else { return nil }
    let isSpacePadded = H5Tget_strpad(type) == H5T_STR_SPACEPAD
    return (0..<count).map { index in
      var bytes = block.bytes[(index * size)..<(index * size + size)]
      if let end = bytes.firstIndex(of: 0) { bytes = bytes[..<end] }
      if isSpacePadded { while bytes.last == 0x20 { bytes.removeLast() } }
      return .string(String(decoding: bytes, as: UTF8.self))
    }
  }

  private static func variable(
    _ source: Source, like type: hid_t, space: hid_t, _ count: Int, _ contents: Contents
  ) throws(Problem) -> [JSON]? {
    guard let memory = HDF5Handle(cnn_h5_variable_string(type)) else { return nil }
    let (total, overflow) = count.multipliedReportingOverflow(
      by: MemoryLayout<UnsafeMutablePointer<CChar>?>.size)
    guard !overflow else { return nil }
    let block = try Block(total)
    guard let base = block.bytes.baseAddress else { return nil }
    let pointers = block.bytes.bindMemory(to: UnsafeMutablePointer<CChar>?.self)
    pointers.initialize(repeating: nil)
    guard source.read(memory.id, base) else { return nil }
    defer { cnn_h5_free_strings(memory.id, space, base) }
    var texts: [JSON] = []
    for pointer in pointers {
      let text = pointer.map { String(cString: $0) } ?? ""
      try contents.countText(text.utf8.count)
      texts.append(.string(text))
    }
    return texts
  }
}

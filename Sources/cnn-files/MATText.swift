import CMatio

/// Decodes an array of characters, which MATLAB stores column by column in one of several encodings.
enum MATText {
  static func rows(of content: matvar_t, _ shape: [Int]) -> [String]? {
    guard let data = content.data else { return nil }
    let rows = shape[0]
    switch content.data_type {
    case MAT_T_UTF8, MAT_T_UINT8, MAT_T_INT8:
      let bytes = UnsafeRawBufferPointer(start: data, count: content.nbytes)
      if rows == 1 { return [String(decoding: bytes, as: UTF8.self)] }
      return split(bytes.bindMemory(to: UInt8.self), rows, as: UTF8.self)
    case MAT_T_UTF16, MAT_T_UINT16, MAT_T_INT16:
      let units = UnsafeRawBufferPointer(start: data, count: content.nbytes & ~1)
      return split(units.bindMemory(to: UInt16.self), rows, as: UTF16.self)
    case MAT_T_UTF32, MAT_T_UINT32, MAT_T_INT32:
      let units = UnsafeRawBufferPointer(start: data, count: content.nbytes & ~3)
      return split(units.bindMemory(to: UInt32.self), rows, as: UTF32.self)
    default: return nil
    }
  }

  private static func split<Encoding: Unicode.Encoding>(
    _ units: UnsafeBufferPointer<Encoding.CodeUnit>, _ rows: Int, as encoding: Encoding.Type
  ) -> [String]? {
    guard rows > 0, units.count >= rows, units.count % rows == 0 else { return nil }
    return (0..<rows).map { row in
      let line = stride(from: row, to: units.count, by: rows).map { units[$0] }
      return String(decoding: line, as: encoding)
    }
  }
}

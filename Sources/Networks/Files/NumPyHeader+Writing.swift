import Tensors

extension NumPyHeader {
  /// What stands before a tensor's numbers in a file of version 1.0, with the padding that NumPy leaves: the
  /// first size has room to grow to 21 digits, and the numbers begin at a multiple of 64 bytes.
  static func bytes(for tensor: Tensor) -> [UInt8] {
    let sizes = tensor.shape.map { "\($0)" }
    let tuple = sizes.count == 1 ? "(\(sizes[0]),)" : "(\(sizes.joined(separator: ", ")))"
    var text = "{'descr': '\(description(of: tensor.dtype))', 'fortran_order': False, 'shape': \(tuple), }"
    if let first = sizes.first { text += String(repeating: " ", count: 21 - first.utf8.count) }
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: 64 - unpadded % 64) + "\n"
    let length = text.utf8.count
    return [0x93] + "NUMPY".utf8 + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text.utf8
  }

  private static func description(of type: DType) -> String {
    switch type {
    case .float32: "<f4"
    case .float64: "<f8"
    case .int64: "<i8"
    case .uint8: "|u1"
    case .bool: "|b1"
    }
  }
}

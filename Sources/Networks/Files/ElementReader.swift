import Tensors

/// Reads the elements of one tensor out of a stream.
struct ElementReader {
  let stream: any ByteStream
  let type: StoredType
  let isBigEndian: Bool

  /// The tensor, in the nearest type that tensors have.
  ///
  /// - Throws: When the bytes that remain are not exactly those of the shape, which is found out before
  ///   memory is taken for them.
  func tensor(_ shape: Shape, declaredAs name: String) throws -> Tensor {
    let (wanted, overflow) = shape.elementCount.multipliedReportingOverflow(by: type.size)
    guard !overflow, wanted == stream.remaining else {
      let isShort = overflow || wanted > stream.remaining
      let size = overflow ? "more bytes than any machine can hold" : byteText(wanted)
      throw stream.place.error(
        "should hold \(size) of numbers, for shape \(shape) and type \(name), but "
          + "\(byteText(stream.remaining)) came: it is \(isShort ? "cut off or " : "")damaged",
        suggestion: isShort
          ? nil
          : "arrays that were saved one after another into one file are not read; use np.savez in Python")
    }
    return try stream.place.namingMemory { try read(shape) }
  }

  private func read(_ shape: Shape) throws -> Tensor {
    switch type {
    case .float32:
      try Tensor(shape: shape) { (new: UnsafeMutableBufferPointer<Float>) in try copy(new, UInt32.self) }
    case .float64:
      try Tensor(shape: shape) { (new: UnsafeMutableBufferPointer<Double>) in try copy(new, UInt64.self) }
    case .int64:
      try Tensor(shape: shape) { (new: UnsafeMutableBufferPointer<Int>) in try copy(new, UInt64.self) }
    case .uint8:
      try Tensor(shape: shape) { (new: UnsafeMutableBufferPointer<UInt8>) in try copy(new, UInt8.self) }
    case .bool: try Tensor(shape: shape, filledBy: truths)
    case .float16: try converted(shape) { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
    case .bfloat16: try converted(shape) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .int8: try converted(shape) { (number: Int8) in Int(number) }
    case .int16: try converted(shape) { (number: Int16) in Int(number) }
    case .int32: try converted(shape) { (number: Int32) in Int(number) }
    case .uint16: try converted(shape) { (number: UInt16) in Int(number) }
    case .uint32: try converted(shape) { (number: UInt32) in Int(number) }
    case .uint64: try converted(shape, within)
    }
  }

  /// Numbers that lie in the file as they do in a tensor, but for the order of their bytes. The processors
  /// this runs on are little-endian.
  private func copy<Element, Bits: FixedWidthInteger>(
    _ elements: UnsafeMutableBufferPointer<Element>, _ bits: Bits.Type
  ) throws {
    try stream.read(into: UnsafeMutableRawBufferPointer(elements))
    guard isBigEndian, Bits.bitWidth > 8 else { return }
    elements.withMemoryRebound(to: Bits.self) { numbers in
      for index in numbers.indices { numbers[index] = numbers[index].byteSwapped }
    }
  }

  /// Truth values: a byte that is neither 0 nor 1 counts as true, as in NumPy, but is no `Bool`.
  private func truths(_ elements: UnsafeMutableBufferPointer<Bool>) throws {
    let bytes = UnsafeMutableRawBufferPointer(elements)
    try stream.read(into: bytes)
    for index in bytes.indices { bytes[index] = bytes[index] == 0 ? 0 : 1 }
  }

  /// Numbers of another form, read piece by piece so that they are never all held twice.
  private func converted<Stored: FixedWidthInteger, Element: TensorElement>(
    _ shape: Shape, _ value: (Stored) throws -> Element
  ) throws -> Tensor {
    try Tensor(shape: shape) { (elements: UnsafeMutableBufferPointer<Element>) in
      var piece = [Stored](repeating: 0, count: min(elements.count, 1 << 15))
      var start = 0
      while start < elements.count {
        let count = min(piece.count, elements.count - start)
        try piece.withUnsafeMutableBytes { bytes in
          try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * type.size)]))
        }
        for index in 0..<count {
          let stored = piece[index]
          elements[start + index] = try value(isBigEndian ? stored.byteSwapped : stored)
        }
        start += count
      }
    }
  }

  private func within(_ number: UInt64) throws -> Int {
    guard let value = Int(exactly: number) else {
      throw stream.place.error(
        .value,
        "holds the number \(number), which is more than an int64 tensor can hold",
        suggestion: "save it as float64 or int64")
    }
    return value
  }
}

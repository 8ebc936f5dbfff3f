import CMatio

/// The numbers of one MATLAB array, turned from columns to rows on the way out.
struct MATNumbers {
  private let content: matvar_t
  private let item: Contents.Item
  private let data: UnsafeRawPointer
  private let count: Int

  /// Nil when what was read is not what was described.
  init?(_ content: matvar_t, _ item: Contents.Item) {
    guard let data = content.data, let count = elementCount(item.shape), count > 0,
      let size = Self.size(of: content.data_type), Int(content.data_size) == size,
      content.nbytes / size >= count, Self.elementType(of: content) == item.type
    else { return nil }
    self.content = content
    self.item = item
    self.data = UnsafeRawPointer(data)
    self.count = count
  }

  /// The type that a class of MATLAB becomes; nil for what is no full array of numbers.
  static func elementType(of content: matvar_t) -> ElementType? {
    switch content.class_type {
    case _
    where content.isLogical != 0 && content.class_type.rawValue <= MAT_C_UINT64.rawValue
      && content.class_type.rawValue >= MAT_C_DOUBLE.rawValue:
      .bool
    case MAT_C_DOUBLE: .float64
    case MAT_C_SINGLE: .float32
    case MAT_C_UINT8: .uint8
    case MAT_C_INT8, MAT_C_INT16, MAT_C_UINT16, MAT_C_INT32, MAT_C_UINT32, MAT_C_INT64, MAT_C_UINT64: .int64
    default: nil
    }
  }

  private static func size(of type: matio_types) -> Int? {
    switch type {
    case MAT_T_INT8, MAT_T_UINT8: 1
    case MAT_T_INT16, MAT_T_UINT16: 2
    case MAT_T_INT32, MAT_T_UINT32, MAT_T_SINGLE: 4
    case MAT_T_INT64, MAT_T_UINT64, MAT_T_DOUBLE: 8
    default: nil
    }
  }

  func write(to output: Output) throws(Problem) {
    let result = try Block(item.length)
    let fits =
      switch item.type {
      case .float32: turn(from: Float.self, to: Float.self, in: result, matching: MAT_T_SINGLE) { $0 }
      case .float64: turn(from: Double.self, to: Double.self, in: result, matching: MAT_T_DOUBLE) { $0 }
      case .uint8: turn(from: UInt8.self, to: UInt8.self, in: result, matching: MAT_T_UINT8) { $0 }
      case .int64: turnIntegers(in: result) { Int(truncatingIfNeeded: $0) }
      case .bool: turnTruth(in: result)
      }
    guard fits else {
      throw Problem("`\(item.name)` cannot be read: the file is damaged, or it holds numbers beyond int64")
    }
    try output.write(UnsafeRawBufferPointer(result.bytes))
  }

  private func turnTruth(in result: borrowing Block) -> Bool {
    switch content.data_type {
    case MAT_T_SINGLE:
      turn(from: Float.self, to: UInt8.self, in: result, matching: MAT_T_SINGLE) { $0 == 0 ? 0 : 1 }
    case MAT_T_DOUBLE:
      turn(from: Double.self, to: UInt8.self, in: result, matching: MAT_T_DOUBLE) { $0 == 0 ? 0 : 1 }
    default: turnIntegers(in: result) { $0 == 0 ? 0 : 1 as UInt8 }
    }
  }

  private func turnIntegers<Out>(in result: borrowing Block, _ convert: (Int64) -> Out) -> Bool {
    switch content.data_type {
    case MAT_T_INT8: return turn(from: Int8.self, to: Out.self, in: result) { convert(Int64($0)) }
    case MAT_T_UINT8: return turn(from: UInt8.self, to: Out.self, in: result) { convert(Int64($0)) }
    case MAT_T_INT16: return turn(from: Int16.self, to: Out.self, in: result) { convert(Int64($0)) }
    case MAT_T_UINT16: return turn(from: UInt16.self, to: Out.self, in: result) { convert(Int64($0)) }
    case MAT_T_INT32: return turn(from: Int32.self, to: Out.self, in: result) { convert(Int64($0)) }
    case MAT_T_UINT32: return turn(from: UInt32.self, to: Out.self, in: result) { convert(Int64($0)) }
    case MAT_T_INT64: return turn(from: Int64.self, to: Out.self, in: result, convert)
    case MAT_T_UINT64:
      let values = UnsafeRawBufferPointer(start: data, count: count * 8).assumingMemoryBound(to: UInt64.self)
      guard values.allSatisfy({ $0 <= UInt64(Int64.max) }) else { return false }
      return turn(from: UInt64.self, to: Out.self, in: result) { convert(Int64($0)) }
    default: return false
    }
  }

  /// Whole columns of this many are read side by side: enough to fill the cache lines that are written.
  private static let width = 16

  private func turn<In, Out>(
    from: In.Type, to: Out.Type, in result: borrowing Block, matching type: matio_types? = nil,
    _ convert: (In) -> Out
  ) -> Bool {
    guard type == nil || type == content.data_type, content.nbytes / MemoryLayout<In>.stride >= count,
      result.bytes.count / MemoryLayout<Out>.stride >= count
    else { return false }
    let source = UnsafeRawBufferPointer(start: data, count: count * MemoryLayout<In>.stride)
      .assumingMemoryBound(to: In.self)
    let target = result.bytes.assumingMemoryBound(to: Out.self)
    // Axes in front of the last one count as rows, in MATLAB's order: the first of them runs fastest.
    let columns = item.shape.last ?? 1
    let front = Array(item.shape.dropLast())
    let rows = count / columns
    let steps = front.indices.map { front[($0 + 1)...].reduce(columns, *) }
    for start in stride(from: 0, to: columns, by: Self.width) {
      let end = min(start + Self.width, columns)
      var position = [Int](repeating: 0, count: front.count)
      var place = 0
      for row in 0..<rows {
        for column in start..<end { target[place + column] = convert(source[column * rows + row]) }
        for axis in front.indices {
          position[axis] += 1
          place += steps[axis]
          if position[axis] < front[axis] { break }
          place -= steps[axis] * front[axis]
          position[axis] = 0
        }
      }
    }
    return true
  }
}

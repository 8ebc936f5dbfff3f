/// `t[i, j, k]` straight from a host value's memory.
enum ElementAccess {
  /// The element, or nil when this is not the simple case: integers for every axis, all in range.
  @inline(__always)
  static func read(
    _ host: UnsafeMutablePointer<HostObject>, _ subscripts: UnsafeMutablePointer<Value>, _ count: Int
  ) -> Value? {
    guard let offset = offset(host, subscripts, count), let base = host.pointee.base else { return nil }
    switch host.pointee.element {
    case .float32: return Value(Double(base.load(fromByteOffset: offset &* 4, as: Float.self)))
    case .float64: return Value(base.load(fromByteOffset: offset &* 8, as: Double.self))
    case .int64: return Value(base.load(fromByteOffset: offset &* 8, as: Int.self))
    case .uint8: return Value(Int(base.load(fromByteOffset: offset, as: UInt8.self)))
    case .bool: return Value(base.load(fromByteOffset: offset, as: UInt8.self) != 0)
    }
  }

  /// Writes a number that fits the element type; false when this is not the simple case. The host object must
  /// be unique.
  @inline(__always)
  static func write(
    _ host: UnsafeMutablePointer<HostObject>, _ subscripts: UnsafeMutablePointer<Value>, _ count: Int,
    _ value: Value
  ) -> Bool {
    if !host.pointee.isWritable, !makeWritable(host) { return false }
    guard let offset = offset(host, subscripts, count), let base = host.pointee.base else { return false }
    switch host.pointee.element {
    case .float32:
      guard let number = value.number else { return false }
      base.storeBytes(of: Float(number), toByteOffset: offset &* 4, as: Float.self)
    case .float64:
      guard let number = value.number else { return false }
      base.storeBytes(of: number, toByteOffset: offset &* 8, as: Double.self)
    case .int64:
      guard value.isInteger else { return false }
      base.storeBytes(of: value.asInteger, toByteOffset: offset &* 8, as: Int.self)
    case .uint8:
      guard value.isInteger, let byte = UInt8(exactly: value.asInteger) else { return false }
      base.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    case .bool:
      guard value.kind == .bool else { return false }
      base.storeBytes(of: value.asBool ? 1 : 0, toByteOffset: offset, as: UInt8.self)
    }
    return true
  }

  @inline(__always)
  private static func offset(
    _ host: UnsafeMutablePointer<HostObject>, _ subscripts: UnsafeMutablePointer<Value>, _ count: Int
  ) -> Int? {
    guard let dimensions = host.pointee.dimensions ?? view(host), host.pointee.rank == count else {
      return nil
    }
    var offset = 0
    for axis in 0..<count {
      guard subscripts[axis].isInteger else { return nil }
      var index = subscripts[axis].asInteger
      let size = dimensions[axis]
      if index < 0 { index &+= size }
      guard index >= 0, index < size else { return nil }
      offset &+= index &* dimensions[count &+ axis]
    }
    return offset
  }

  /// Asks the host for its memory once.
  @inline(never)
  private static func view(_ host: UnsafeMutablePointer<HostObject>) -> UnsafeMutablePointer<Int>? {
    guard !host.pointee.hasNoView else { return nil }
    guard let view = host.pointee.payload.stridedView(), !view.shape.isEmpty else {
      host.pointee.hasNoView = true
      return nil
    }
    let rank = view.shape.count
    let dimensions = Heap.allocateBuffer(Int.self, 2 * rank)
    for axis in 0..<rank {
      (dimensions + axis).initialize(to: view.shape[axis])
      (dimensions + rank + axis).initialize(to: view.strides[axis])
    }
    host.pointee.rank = rank
    host.pointee.element = view.element
    host.pointee.base = view.base
    host.pointee.dimensions = dimensions
    return dimensions
  }

  /// Makes the storage the host's own, and looks at its memory anew.
  @inline(never)
  private static func makeWritable(_ host: UnsafeMutablePointer<HostObject>) -> Bool {
    guard (try? host.pointee.payload.prepareForWriting()) != nil else { return false }
    forgetView(host)
    guard view(host) != nil else { return false }
    host.pointee.isWritable = true
    return true
  }

  /// After native code changed the value: its memory may be elsewhere.
  static func forgetView(_ host: UnsafeMutablePointer<HostObject>) {
    if let dimensions = host.pointee.dimensions {
      Heap.freeBuffer(dimensions, 2 * host.pointee.rank)
      host.pointee.dimensions = nil
      host.pointee.base = nil
    }
    host.pointee.hasNoView = false
  }
}

import CMachine

/// `t[i, j, k]` straight from a host value's memory.
enum ElementAccess {
  /// The element, or nil when this is not the simple case: integers for every axis, all in range.
  static func read(
    _ host: UnsafeMutablePointer<HostObject>, _ subscripts: UnsafeMutablePointer<Value>, _ count: Int
  ) -> Value? {
    if host.pointee.dimensions == nil, view(host) == nil { return nil }
    let offset = vm_element_offset(host.fast, subscripts.fast, Int64(count))
    return offset < 0 ? nil : Value(vm_read_element(host.fast, offset))
  }

  /// Writes a number that fits the element type; false when this is not the simple case. The host object must
  /// be unique.
  static func write(
    _ host: UnsafeMutablePointer<HostObject>, _ subscripts: UnsafeMutablePointer<Value>, _ count: Int,
    _ value: Value
  ) -> Bool {
    if !host.pointee.isWritable, !makeWritable(host) { return false }
    if host.pointee.dimensions == nil, view(host) == nil { return false }
    let offset = vm_element_offset(host.fast, subscripts.fast, Int64(count))
    return offset >= 0 && vm_write_element(host.fast, offset, value.fast)
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

extension UnsafeMutablePointer where Pointee == HostObject {
  fileprivate var fast: UnsafePointer<vm_host_object> {
    UnsafeRawPointer(self).assumingMemoryBound(to: vm_host_object.self)
  }
}

extension UnsafeMutablePointer where Pointee == Value {
  var fast: UnsafeMutablePointer<vm_value> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: vm_value.self)
  }
}

extension Value {
  /// The same value in the other half's words.
  var fast: vm_value { vm_value(payload: payload, kind: kind.rawValue) }

  init(_ value: vm_value) { self.init(kind: Kind(rawValue: value.kind) ?? .absent, payload: value.payload) }
}

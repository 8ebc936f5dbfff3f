import CHeap
import Glibc

/// Allocation and freeing of objects; nothing here recurses, however deep values nest.
package enum Heap {
  /// Bytes that the objects of this thread hold, their buffers included.
  package static var bytesInUse: Int { Int(cheap_in_use()) }

  /// Room for an object with `extra` bytes behind it. The caller initialises it.
  static func allocate<Object>(_: Object.Type, extra: Int = 0) -> UnsafeMutablePointer<Object> {
    let pointer = cheap_allocate(MemoryLayout<Object>.stride + extra)
    guard let pointer else { outOfMemory() }
    return pointer.assumingMemoryBound(to: Object.self)
  }

  /// Room for `count` elements of a growing object.
  static func allocateBuffer<Element>(_: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
    let pointer = cheap_allocate(max(count, 1) &* MemoryLayout<Element>.stride)
    guard let pointer else { outOfMemory() }
    return pointer.assumingMemoryBound(to: Element.self)
  }

  static func freeBuffer<Element>(_ pointer: UnsafeMutablePointer<Element>, _ count: Int) {
    cheap_free(pointer, max(count, 1) &* MemoryLayout<Element>.stride)
  }

  /// A large block of zeroed memory of which only the pages in use count.
  static func allocateZeroed<Element>(_: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
    guard let pointer = calloc(count, MemoryLayout<Element>.stride) else { outOfMemory() }
    return pointer.assumingMemoryBound(to: Element.self)
  }

  static func freeZeroed<Element>(_ pointer: UnsafeMutablePointer<Element>) { Glibc.free(pointer) }

  /// Requests are checked against the memory budget long before; Linux refuses small ones only when the
  /// process is about to be killed anyway.
  private static func outOfMemory() -> Never {
    preconditionFailure("the machine is out of memory")
  }

  /// Frees an object whose count reached zero, and everything that dies with it.
  @inline(never)
  static func free(_ value: Value) {
    var dead = DeadList()
    dead.push(value)
    while let object = dead.pop() { free(object, into: &dead) }
  }

  /// Frees one object; those of its parts that die join the list.
  private static func free(_ header: UnsafeMutablePointer<ObjectHeader>, into dead: inout DeadList) {
    let raw = UnsafeMutableRawPointer(header)
    let size = Int(header.pointee.size)
    switch header.pointee.kind {
    case .string, .implicitMember:
      let object = raw.assumingMemoryBound(to: StringObject.self)
      cheap_bytes_in_use_adjust(-Int64(object.pointee.countedBytes))
      object.deinitialize(count: 1)
    case .array:
      let object = raw.assumingMemoryBound(to: ArrayObject.self)
      for index in 0..<object.pointee.count { dead.drop(object.pointee.items[index]) }
      freeBuffer(object.pointee.items, object.pointee.capacity)
    case .dictionary:
      let object = raw.assumingMemoryBound(to: DictionaryObject.self)
      for index in 0..<object.pointee.used {
        dead.drop(object.pointee.entries[index].key)
        dead.drop(object.pointee.entries[index].value)
      }
      object.pointee.freeBuffers()
    case .tuple:
      let object = raw.assumingMemoryBound(to: TupleObject.self)
      for index in 0..<object.pointee.count { dead.drop(object.items[index]) }
      object.pointee.labels?.release()
    case .closure:
      let object = raw.assumingMemoryBound(to: ClosureObject.self)
      for index in 0..<object.pointee.captureCount { dead.drop(object.captures[index]) }
      object.pointee.function.release()
    case .boundMethod:
      let object = raw.assumingMemoryBound(to: BoundMethodObject.self)
      dead.drop(object.pointee.receiver)
      dead.drop(object.pointee.method)
    case .instance:
      let object = raw.assumingMemoryBound(to: InstanceObject.self)
      for index in 0..<object.pointee.fieldCount { dead.drop(object.fields[index]) }
      let type = object.pointee.type
      if type._withUnsafeGuaranteedRef({ $0.removeInstance() }) { type.release() }
    case .enumCase:
      raw.assumingMemoryBound(to: EnumCaseObject.self).pointee.type.release()
    case .host:
      let object = raw.assumingMemoryBound(to: HostObject.self)
      if let dimensions = object.pointee.dimensions { freeBuffer(dimensions, 2 * object.pointee.rank) }
      object.deinitialize(count: 1)
    case .reference:
      raw.assumingMemoryBound(to: ReferenceObject.self).pointee.object.release()
    case .box:
      let object = raw.assumingMemoryBound(to: BoxObject.self)
      dead.drop(object.pointee.value)
      BoxRing.remove(object)
    case .range, .absent, .moved, .none, .bool, .integer, .double: break
    }
    cheap_free(raw, size)
  }
}

/// Objects whose count is zero, threaded through their own headers.
private struct DeadList {
  private var first: UInt64 = 0

  mutating func push(_ value: Value) {
    value.header.pointee.link = first
    first = value.payload
  }

  /// Gives up one count of a value.
  @inline(__always)
  mutating func drop(_ value: Value) {
    guard value.isObject else { return }
    value.header.pointee.count &-= 1
    if value.header.pointee.count == 0 { push(value) }
  }

  mutating func pop() -> UnsafeMutablePointer<ObjectHeader>? {
    guard let header = UnsafeMutablePointer<ObjectHeader>(bitPattern: UInt(first)) else { return nil }
    first = header.pointee.link
    return header
  }
}

extension UnsafeMutablePointer where Pointee == TupleObject {
  var items: UnsafeMutablePointer<Value> {
    (UnsafeMutableRawPointer(self) + TupleObject.itemsOffset).assumingMemoryBound(to: Value.self)
  }
}

extension UnsafeMutablePointer where Pointee == ClosureObject {
  @inline(__always) var captures: UnsafeMutablePointer<Value> {
    (UnsafeMutableRawPointer(self) + ClosureObject.capturesOffset).assumingMemoryBound(to: Value.self)
  }
}

extension UnsafeMutablePointer where Pointee == InstanceObject {
  @inline(__always) var fields: UnsafeMutablePointer<Value> {
    (UnsafeMutableRawPointer(self) + InstanceObject.fieldsOffset).assumingMemoryBound(to: Value.self)
  }
}

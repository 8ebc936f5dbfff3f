import CHeap
import CMachine

extension Value {
  /// A new string, owned by the caller.
  package static func string(_ text: String) -> Value { Self.text(text, kind: .string) }

  /// A new `.name`, owned by the caller.
  package static func implicitMember(_ name: String) -> Value { text(name, kind: .implicitMember) }

  private static func text(_ text: String, kind: Kind) -> Value {
    let object = Heap.allocate(StringObject.self)
    var text = text
    text.makeContiguousUTF8()
    let bytes = text.utf8.count
    object.initialize(
      to: StringObject(
        header: ObjectHeader(kind, size: MemoryLayout<StringObject>.stride), text: text,
        isASCII: text.isASCII, hash: 0, countedBytes: bytes))
    cheap_bytes_in_use_adjust(Int64(bytes))
    return Value(kind, object)
  }

  package var isString: Bool { kind == .string }

  /// The text of a string; nil for everything else.
  package var stringValue: String? { kind == .string ? asString : nil }

  /// The name in `.name`; nil for everything else.
  package var implicitMemberName: String? { kind == .implicitMember ? asString : nil }

  var asString: String { object(StringObject.self).pointee.text }

  /// The number of characters a program counts; at once where each is one byte.
  package var characterCount: Int {
    let object = object(StringObject.self)
    return object.pointee.isASCII ? object.pointee.text.utf8.count : object.pointee.text.count
  }

  /// Appends in place; the string must be unique.
  package func appendText(_ text: String) {
    let object = object(StringObject.self)
    object.pointee.text += text
    object.pointee.hash = 0
    if object.pointee.isASCII { object.pointee.isASCII = text.isASCII }
    let bytes = object.pointee.text.utf8.count
    cheap_bytes_in_use_adjust(Int64(bytes &- object.pointee.countedBytes))
    object.pointee.countedBytes = bytes
  }

  /// A hash that is the same for texts that are `==`.
  var stringHash: UInt64 {
    let object = object(StringObject.self)
    if object.pointee.hash != 0 { return object.pointee.hash }
    let hash =
      object.pointee.isASCII
      ? object.pointee.text.byteHash : UInt64(bitPattern: Int64(object.pointee.text.hashValue))
    object.pointee.hash = hash | 1
    return object.pointee.hash
  }
}

extension String {
  var isASCII: Bool {
    utf8.withContiguousStorageIfAvailable { bytes in
      var all: UInt8 = 0
      for byte in bytes { all |= byte }
      return all < 0x80
    } ?? utf8.allSatisfy { $0 < 0x80 }
  }

  fileprivate var byteHash: UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return vm_mix(hash ^ (hash >> 29))
  }
}

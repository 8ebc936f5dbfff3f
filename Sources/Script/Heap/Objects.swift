// The fast half of the machine reads these too: what changes here changes in CMachine.h.

/// What every object on the language's heap begins with.
struct ObjectHeader {
  /// How many values point here.
  var count: Int
  /// Threads dead objects together while they are being freed, so that freeing needs neither recursion nor memory.
  var link: UInt64
  var kind: Value.Kind
  /// Scratch space of the cycle collector.
  var mark: UInt8
  /// Bytes of the object's own allocation.
  var size: UInt32

  init(_ kind: Value.Kind, size: Int) {
    count = 1
    link = 0
    self.kind = kind
    mark = 0
    self.size = UInt32(clamping: size)
  }
}

/// Text of `.string` and `.implicitMember`.
struct StringObject {
  var header: ObjectHeader
  var text: String
  /// Whether every character is one byte, so that an index is an offset.
  var isASCII: Bool
  /// Zero until asked for.
  var hash: UInt64
  /// What the heap's count holds for the text.
  var countedBytes: Int
}

struct ArrayObject {
  var header: ObjectHeader
  var count: Int
  var capacity: Int
  var items: UnsafeMutablePointer<Value>
}

/// Labels are nil where the tuple has none.
struct TupleObject {
  var header: ObjectHeader
  var count: Int
  var labels: Unmanaged<TupleLabels>?

  static var itemsOffset: Int { MemoryLayout<TupleObject>.stride }
}

final class TupleLabels: Sendable {
  let names: [String?]
  init(_ names: [String?]) { self.names = names }
}

struct RangeObject {
  var header: ObjectHeader
  /// Half-open; nil sides are open.
  var lower: Int?
  var upper: Int?
  /// Written as `a...b`, which only matters for how it prints.
  var isClosed: Bool
}

/// A function with the values and boxes it captured.
struct ClosureObject {
  var header: ObjectHeader
  var function: Unmanaged<FunctionCode>
  var hot: UnsafeMutablePointer<FunctionCode.Hot>
  var captureCount: Int

  static var capturesOffset: Int { MemoryLayout<ClosureObject>.stride }
}

/// `x.method` without a call, kept for later.
struct BoundMethodObject {
  var header: ObjectHeader
  var receiver: Value
  var method: Value
}

struct InstanceObject {
  var header: ObjectHeader
  var type: Unmanaged<StructType>
  var fieldCount: Int

  static var fieldsOffset: Int { MemoryLayout<InstanceObject>.stride }
}

struct EnumCaseObject {
  var header: ObjectHeader
  var type: Unmanaged<EnumType>
  var index: Int
}

/// A value of the engine, with the raw view that element instructions use.
struct HostObject {
  var header: ObjectHeader
  var payload: any HostValue
  /// Shape and strides of `view`, `2 * rank` numbers; nil until an element instruction asks.
  var dimensions: UnsafeMutablePointer<Int>?
  var base: UnsafeMutableRawPointer?
  var rank: Int
  var element: StridedView.Element
  /// The storage is known to be ours alone; forgotten as soon as native code sees the payload.
  var isWritable: Bool
  /// The host has said that it offers no view.
  var hasNoView: Bool
  /// The call that made it, for error messages.
  var origin: Origin?
}

struct ReferenceObject {
  var header: ObjectHeader
  var object: Unmanaged<AnyObject>
  /// What a call of it runs, when that is a built-in; kept alive by the object.
  var builtin: Unmanaged<Builtin>?
  /// See `Builtin.numberFunction`.
  var numberFunction: Builtin.NumberFunction.Body?
  var takesIntegers: Bool
}

/// A captured variable. All boxes of a thread's heap hang in one ring, because every cycle passes through one.
struct BoxObject {
  var header: ObjectHeader
  var value: Value
  var next: UnsafeMutablePointer<BoxObject>?
  var previous: UnsafeMutablePointer<BoxObject>?
}

/// Where a value was made.
package struct Origin: Sendable {
  package let source: SourceText
  package let range: SourceRange
  package init(source: SourceText, range: SourceRange) {
    self.source = source
    self.range = range
  }
}

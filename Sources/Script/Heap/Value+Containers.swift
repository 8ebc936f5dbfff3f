extension Value {
  // MARK: Arrays

  /// A new array, owned by the caller; takes over one count of every element.
  package static func array(_ elements: [Value]) -> Value {
    let value = emptyArray(capacity: elements.count)
    let object = value.object(ArrayObject.self)
    for (index, element) in elements.enumerated() { (object.pointee.items + index).initialize(to: element) }
    object.pointee.count = elements.count
    return value
  }

  package static func array(_ numbers: [Int]) -> Value { array(numbers.map { Value($0) }) }
  package static func array(_ numbers: [Double]) -> Value { array(numbers.map { Value($0) }) }
  package static func array(_ texts: [String]) -> Value { array(texts.map { string($0) }) }

  package static func emptyArray(capacity: Int) -> Value {
    let object = Heap.allocate(ArrayObject.self)
    object.initialize(
      to: ArrayObject(
        header: ObjectHeader(.array, size: MemoryLayout<ArrayObject>.stride), count: 0,
        capacity: capacity, items: Heap.allocateBuffer(Value.self, capacity)))
    return Value(.array, object)
  }

  package var isArray: Bool { kind == .array }

  /// The elements of an array or tuple, borrowed; nil for everything else.
  package var elements: UnsafeBufferPointer<Value>? {
    switch kind {
    case .array:
      let object = object(ArrayObject.self)
      return UnsafeBufferPointer(start: object.pointee.items, count: object.pointee.count)
    case .tuple:
      let object = object(TupleObject.self)
      return UnsafeBufferPointer(start: object.items, count: object.pointee.count)
    default: return nil
    }
  }

  /// Appends to an array that must be unique; takes over one count of the element.
  package func appendElement(_ element: Value) throws(ScriptError) {
    let object = object(ArrayObject.self)
    if object.pointee.count == object.pointee.capacity {
      try reserveElements(object.pointee.capacity &* 2 &+ 4)
    }
    (object.pointee.items + object.pointee.count).initialize(to: element)
    object.pointee.count &+= 1
  }

  /// Makes room for `capacity` elements in an array that must be unique.
  package func reserveElements(_ capacity: Int) throws(ScriptError) {
    let object = object(ArrayObject.self)
    guard capacity > object.pointee.capacity else { return }
    try Heap.checkRoom(elements: capacity)
    let items = Heap.allocateBuffer(Value.self, capacity)
    items.moveInitialize(from: object.pointee.items, count: object.pointee.count)
    Heap.freeBuffer(object.pointee.items, object.pointee.capacity)
    object.pointee.items = items
    object.pointee.capacity = capacity
  }

  /// A copy of an array whose elements are shared.
  package func copiedArray(minimumCapacity: Int = 0) throws(ScriptError) -> Value {
    let source = object(ArrayObject.self)
    let count = source.pointee.count
    try Heap.checkRoom(elements: max(count, minimumCapacity))
    let copy = Value.emptyArray(capacity: max(count, minimumCapacity))
    let target = copy.object(ArrayObject.self)
    for index in 0..<count {
      (target.pointee.items + index).initialize(to: source.pointee.items[index].retained())
    }
    target.pointee.count = count
    return copy
  }

  // MARK: Tuples

  /// A new tuple, owned by the caller; takes over one count of every element.
  package static func tuple(_ elements: [Value], labels: [String?]? = nil) -> Value {
    elements.withUnsafeBufferPointer { buffer in
      tuple(taking: buffer.baseAddress, count: buffer.count, labels: labels.map { TupleLabels($0) })
    }
  }

  /// The same with elements in a row of registers, whose counts it takes over.
  static func tuple(taking elements: UnsafePointer<Value>?, count: Int, labels: TupleLabels?) -> Value {
    let size = MemoryLayout<Value>.stride &* count
    let object = Heap.allocate(TupleObject.self, extra: size)
    object.initialize(
      to: TupleObject(
        header: ObjectHeader(.tuple, size: MemoryLayout<TupleObject>.stride &+ size), count: count,
        labels: labels.map { .passRetained($0) }))
    if let elements { object.items.initialize(from: elements, count: count) }
    return Value(.tuple, object)
  }

  package var tupleLabels: [String?]? {
    guard kind == .tuple else { return nil }
    return object(TupleObject.self).pointee.labels?._withUnsafeGuaranteedRef { $0.names }
  }

  // MARK: Ranges

  /// A new half-open range, owned by the caller; nil sides are open.
  package static func range(_ lower: Int?, _ upper: Int?, isClosed: Bool = false) -> Value {
    let object = Heap.allocate(RangeObject.self)
    object.initialize(
      to: RangeObject(
        header: ObjectHeader(.range, size: MemoryLayout<RangeObject>.stride), lower: lower, upper: upper,
        isClosed: isClosed))
    return Value(.range, object)
  }

  /// The bounds of a range, half-open; nil for everything else.
  package var rangeBounds: (lower: Int?, upper: Int?)? {
    guard kind == .range else { return nil }
    let object = object(RangeObject.self)
    return (object.pointee.lower, object.pointee.upper)
  }

  var isEllipsis: Bool {
    guard let bounds = rangeBounds else { return false }
    return bounds.lower == nil && bounds.upper == nil
  }

  // MARK: Engine values and Swift objects

  /// A value of the engine, owned by the caller.
  package static func host(_ payload: any HostValue) -> Value {
    let object = Heap.allocate(HostObject.self)
    object.initialize(
      to: HostObject(
        header: ObjectHeader(.host, size: MemoryLayout<HostObject>.stride), payload: payload,
        dimensions: nil, base: nil, rank: 0, element: .float32, isWritable: false, hasNoView: false,
        origin: nil))
    return Value(.host, object)
  }

  /// The engine's object; nil for everything else. The raw view must ask for the storage again after this,
  /// because native code may keep or share it.
  package var hostValue: (any HostValue)? {
    guard kind == .host else { return nil }
    let object = object(HostObject.self)
    object.pointee.isWritable = false
    return object.pointee.payload
  }

  package var origin: Origin? { kind == .host ? object(HostObject.self).pointee.origin : nil }

  static func reference(_ object: AnyObject) -> Value {
    let pointer = Heap.allocate(ReferenceObject.self)
    let builtin = object as? Builtin ?? (object as? Namespace)?.call
    pointer.initialize(
      to: ReferenceObject(
        header: ObjectHeader(.reference, size: MemoryLayout<ReferenceObject>.stride),
        object: Unmanaged.passRetained(object), builtin: builtin.map { .passUnretained($0) },
        numberFunction: builtin?.numberFunction?.body,
        takesIntegers: builtin?.numberFunction?.takesIntegers ?? false))
    return Value(.reference, pointer)
  }

  package static func builtin(_ builtin: Builtin) -> Value { reference(builtin) }
  package static func namespace(_ namespace: Namespace) -> Value { reference(namespace) }
  static func error(_ error: ScriptError) -> Value { reference(error) }

  /// The Swift object of a `.reference`.
  package var referenced: AnyObject? {
    guard kind == .reference else { return nil }
    return object(ReferenceObject.self).pointee.object.takeUnretainedValue()
  }
}

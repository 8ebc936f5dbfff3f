import CMachine

/// A dictionary that keeps the order of insertion: entries in a row, found through an open-addressed index.
struct DictionaryObject {
  struct Entry {
    /// `.absent` where an entry was removed.
    var key: Value
    var value: Value
    var hash: UInt64
  }

  var header: ObjectHeader
  /// Live entries.
  var count: Int
  /// Rows in use, removed ones included.
  var used: Int
  var capacity: Int
  var entries: UnsafeMutablePointer<Entry>
  /// Row numbers, -1 for never used; its size is a power of two and at least twice `capacity`.
  var index: UnsafeMutablePointer<Int32>
  var indexSize: Int

  mutating func freeBuffers() {
    Heap.freeBuffer(entries, capacity)
    Heap.freeBuffer(index, indexSize)
  }

  /// The row of a key, or nil.
  func row(of key: Value, hash: UInt64) -> Int? {
    let mask = indexSize &- 1
    var slot = Int(vm_first_slot(hash, Int64(indexSize)))
    while true {
      let row = Int(index[slot])
      if row < 0 { return nil }
      if entries[row].hash == hash, entries[row].key.kind != .absent, Values.areEqual(entries[row].key, key) {
        return row
      }
      slot = (slot &+ 1) & mask
    }
  }

  /// Adds a row for a key that is not there; takes over one count of key and value.
  mutating func insert(_ key: Value, _ value: Value, hash: UInt64) throws(ScriptError) {
    if used == capacity { try grow() }
    (entries + used).initialize(to: Entry(key: key, value: value, hash: hash))
    link(row: used, hash: hash)
    used &+= 1
    count &+= 1
  }

  /// Takes a row out; its key and value go over to the caller.
  mutating func remove(row: Int) -> (key: Value, value: Value) {
    let entry = entries[row]
    entries[row].key = .absent
    entries[row].value = .absent
    count &-= 1
    return (entry.key, entry.value)
  }

  private func link(row: Int, hash: UInt64) {
    let mask = indexSize &- 1
    var slot = Int(vm_first_slot(hash, Int64(indexSize)))
    while index[slot] >= 0 { slot = (slot &+ 1) & mask }
    index[slot] = Int32(truncatingIfNeeded: row)
  }

  /// Makes room, or closes the gaps that removals left.
  private mutating func grow() throws(ScriptError) {
    let newCapacity = count &* 2 > used ? capacity &* 2 : capacity
    guard newCapacity < Int(Int32.max) / 2 else {
      throw ScriptError(.memory, "a dictionary cannot have more than a billion entries")
    }
    try Heap.checkRoom(elements: newCapacity &* 3)
    var larger = DictionaryObject.empty(capacity: newCapacity)
    for row in 0..<used where entries[row].key.kind != .absent {
      (larger.entries + larger.used).initialize(to: entries[row])
      larger.link(row: larger.used, hash: entries[row].hash)
      larger.used &+= 1
    }
    freeBuffers()
    capacity = larger.capacity
    entries = larger.entries
    index = larger.index
    indexSize = larger.indexSize
    used = larger.used
  }

  static func empty(capacity: Int) -> DictionaryObject {
    let capacity = max(capacity, 4)
    var indexSize = 8
    while indexSize < capacity &* 2 { indexSize &*= 2 }
    let index = Heap.allocateBuffer(Int32.self, indexSize)
    index.initialize(repeating: -1, count: indexSize)
    return DictionaryObject(
      header: ObjectHeader(.dictionary, size: MemoryLayout<DictionaryObject>.stride), count: 0, used: 0,
      capacity: capacity, entries: Heap.allocateBuffer(Entry.self, capacity), index: index,
      indexSize: indexSize)
  }
}

extension Value {
  /// A new empty dictionary, owned by the caller.
  package static func emptyDictionary(capacity: Int = 4) -> Value {
    let object = Heap.allocate(DictionaryObject.self)
    object.initialize(to: .empty(capacity: capacity))
    return Value(.dictionary, object)
  }

  package var isDictionary: Bool { kind == .dictionary }

  /// The entries of a dictionary in order, borrowed; nil for everything else.
  package var entries: [(key: Value, value: Value)]? {
    guard kind == .dictionary else { return nil }
    let object = object(DictionaryObject.self)
    var result: [(key: Value, value: Value)] = []
    result.reserveCapacity(object.pointee.count)
    for row in 0..<object.pointee.used where object.pointee.entries[row].key.kind != .absent {
      result.append((object.pointee.entries[row].key, object.pointee.entries[row].value))
    }
    return result
  }

  /// The number of entries of a dictionary.
  package var dictionaryCount: Int { object(DictionaryObject.self).pointee.count }

  /// The value under a key, borrowed.
  package func dictionaryValue(for key: Value) throws -> Value? {
    let hash = try Values.hash(key)
    let object = object(DictionaryObject.self)
    guard let row = object.pointee.row(of: key, hash: hash) else { return nil }
    return object.pointee.entries[row].value
  }

  /// Sets a key of a dictionary that must be unique; takes over one count of the value and none of the key.
  package func setDictionaryValue(_ value: Value, for key: Value) throws {
    let hash: UInt64
    do { hash = try Values.hash(key) } catch {
      value.release()
      throw error
    }
    let object = object(DictionaryObject.self)
    if let row = object.pointee.row(of: key, hash: hash) {
      let old = object.pointee.entries[row].value
      object.pointee.entries[row].value = value
      old.release()
    } else {
      try object.pointee.insert(key.retained(), value, hash: hash)
    }
  }

  /// Takes a key out of a dictionary that must be unique; the value goes over to the caller.
  package func removeDictionaryValue(for key: Value) throws -> Value? {
    let hash = try Values.hash(key)
    let object = object(DictionaryObject.self)
    guard let row = object.pointee.row(of: key, hash: hash) else { return nil }
    let removed = object.pointee.remove(row: row)
    removed.key.release()
    return removed.value
  }

  package func copiedDictionary() throws(ScriptError) -> Value {
    let source = object(DictionaryObject.self)
    let copy = Value.emptyDictionary(capacity: source.pointee.count)
    for row in 0..<source.pointee.used where source.pointee.entries[row].key.kind != .absent {
      let entry = source.pointee.entries[row]
      try copy.object(DictionaryObject.self).pointee.insert(
        entry.key.retained(), entry.value.retained(), hash: entry.hash)
    }
    return copy
  }
}

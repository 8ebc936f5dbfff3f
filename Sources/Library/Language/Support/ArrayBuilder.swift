import Script

/// An array of the language while it is made; what it holds is given up when an error ends the work.
struct ArrayBuilder: ~Copyable {
  private let array: Value

  init(capacity: Int = 0) throws {
    try Heap.checkRoom(elements: capacity)
    array = Value.emptyArray(capacity: capacity)
  }

  deinit { array.release() }

  var count: Int { array.elements?.count ?? 0 }

  /// Takes over one count of the element.
  mutating func append(_ element: Value) throws {
    do { try array.appendElement(element) } catch {
      element.release()
      throw error
    }
  }

  /// The elements so far, to be changed in place.
  var elements: UnsafeMutableBufferPointer<Value> { array.mutableElements }

  /// The array, owned by the caller.
  consuming func finish() -> Value {
    let result = array
    discard self
    return result
  }
}

/// Changes of arrays in place; the array must be unique.
extension Value {
  /// The elements, to be permuted or replaced one for one.
  package var mutableElements: UnsafeMutableBufferPointer<Value> {
    let object = object(ArrayObject.self)
    return UnsafeMutableBufferPointer(start: object.pointee.items, count: object.pointee.count)
  }

  /// Puts an element before position `index`, 0...count; takes over one count of it.
  package func insertElement(_ element: Value, at index: Int) throws(ScriptError) {
    try appendElement(element)
    let elements = mutableElements
    precondition(index >= 0 && index < elements.count)
    var position = elements.count - 1
    while position > index {
      elements[position] = elements[position - 1]
      position -= 1
    }
    elements[index] = element
  }

  /// Takes out the elements at `range`; their counts go over to the caller, in order.
  package func removeElements(in range: Range<Int>) -> [Value] {
    let object = object(ArrayObject.self)
    precondition(range.lowerBound >= 0 && range.upperBound <= object.pointee.count)
    let items = object.pointee.items
    let removed = Array(UnsafeBufferPointer(start: items + range.lowerBound, count: range.count))
    for index in range.upperBound..<object.pointee.count { items[index - range.count] = items[index] }
    object.pointee.count -= range.count
    return removed
  }

  /// Takes out the last element; its count goes over to the caller. Nil when there is none.
  package func removeLastElement() -> Value? {
    let object = object(ArrayObject.self)
    guard object.pointee.count > 0 else { return nil }
    object.pointee.count -= 1
    return object.pointee.items[object.pointee.count]
  }

  /// Keeps the first `count` slots without touching the counts of what stood behind them.
  package func forgetElements(from count: Int) {
    let object = object(ArrayObject.self)
    precondition(count >= 0 && count <= object.pointee.count)
    object.pointee.count = count
  }
}

/// The ring of all captured variables of one machine.
///
/// Values copy, so nothing can contain itself except through a variable that a closure captured. Every cycle
/// therefore passes through a box, and the collector starts from the ring.
final class BoxRing {
  /// A box that belongs to no program; the ring begins and ends at it.
  private let anchor: UnsafeMutablePointer<BoxObject>

  init() {
    anchor = Heap.allocate(BoxObject.self)
    anchor.initialize(
      to: BoxObject(
        header: ObjectHeader(.box, size: MemoryLayout<BoxObject>.stride), value: .absent, next: nil,
        previous: nil))
    anchor.pointee.next = anchor
    anchor.pointee.previous = anchor
  }

  deinit {
    // Boxes that outlive the machine must not reach back to the anchor.
    while let box = anchor.pointee.next, box != anchor { BoxRing.remove(box) }
    Heap.free(Value(.range, dismantledAnchor()))
  }

  /// The anchor as an object without parts, so that freeing it frees nothing else.
  private func dismantledAnchor() -> UnsafeMutablePointer<BoxObject> {
    anchor.pointee.header.kind = .range
    return anchor
  }

  /// A new box in the ring, owned by the caller; takes over one count of the value.
  func makeBox(_ value: Value) -> Value {
    let object = Heap.allocate(BoxObject.self)
    let next = anchor.pointee.next
    object.initialize(
      to: BoxObject(
        header: ObjectHeader(.box, size: MemoryLayout<BoxObject>.stride), value: value, next: next,
        previous: anchor))
    next?.pointee.previous = object
    anchor.pointee.next = object
    count &+= 1
    return Value(.box, object)
  }

  /// Boxes made since the last collection, and how many call for the next one.
  private(set) var count = 0
  private(set) var limit = 10_000

  /// After a collection: the next one comes when as many new boxes were made as are alive now.
  func startCounting() {
    count = 0
    limit = max(10_000, boxes.count)
  }

  /// All boxes now in the ring.
  var boxes: [Value] {
    var result: [Value] = []
    var next = anchor.pointee.next
    while let box = next, box != anchor {
      result.append(Value(.box, box))
      next = box.pointee.next
    }
    return result
  }

  static func remove(_ box: UnsafeMutablePointer<BoxObject>) {
    box.pointee.previous?.pointee.next = box.pointee.next
    box.pointee.next?.pointee.previous = box.pointee.previous
    box.pointee.next = nil
    box.pointee.previous = nil
  }
}

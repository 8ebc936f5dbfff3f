/// Frees captured variables that only hold each other.
///
/// Trial deletion over everything reachable from the boxes: each object gets a tally of the counts that come
/// from inside; what has counts from outside, and all it reaches, lives. The rest is garbage: its boxes are
/// emptied, and counting does the rest.
struct CycleCollector {
  private var order: [Value] = []
  private var indices: [UInt64: Int] = [:]
  private var outside: [Int] = []

  /// Returns how many boxes were emptied.
  @discardableResult
  static func collect(_ ring: BoxRing) -> Int {
    let boxes = ring.boxes
    guard !boxes.isEmpty else { return 0 }
    var collector = CycleCollector()
    return collector.run(from: boxes)
  }

  private mutating func run(from boxes: [Value]) -> Int {
    for box in boxes { note(box) }
    var next = 0
    while next < order.count {
      CycleCollector.forEachPart(of: order[next]) { part in note(part) }
      next += 1
    }
    for object in order {
      CycleCollector.forEachPart(of: object) { part in
        if let index = indices[part.payload] { outside[index] -= 1 }
      }
    }
    var alive = [Bool](repeating: false, count: order.count)
    var pending = order.indices.filter { outside[$0] > 0 }
    for index in pending { alive[index] = true }
    while let index = pending.popLast() {
      CycleCollector.forEachPart(of: order[index]) { part in
        if let index = indices[part.payload], !alive[index] {
          alive[index] = true
          pending.append(index)
        }
      }
    }
    let dead = order.indices.filter { !alive[$0] && order[$0].kind == .box }.map { order[$0].retained() }
    for box in dead {
      let object = box.object(BoxObject.self)
      let value = object.pointee.value
      object.pointee.value = .absent
      value.release()
    }
    for box in dead { box.release() }
    return dead.count
  }

  private mutating func note(_ value: Value) {
    guard CycleCollector.mayHoldBoxes(value), indices[value.payload] == nil else { return }
    indices[value.payload] = order.count
    order.append(value)
    outside.append(value.header.pointee.count)
  }

  private static func mayHoldBoxes(_ value: Value) -> Bool {
    switch value.kind {
    case .array, .dictionary, .tuple, .closure, .boundMethod, .instance, .box: true
    default: false
    }
  }

  private static func forEachPart(of value: Value, _ body: (Value) -> Void) {
    switch value.kind {
    case .array, .tuple:
      for element in value.elements ?? UnsafeBufferPointer(start: nil, count: 0) { body(element) }
    case .dictionary:
      for entry in value.entries ?? [] {
        body(entry.key)
        body(entry.value)
      }
    case .closure:
      let object = value.object(ClosureObject.self)
      for index in 0..<object.pointee.captureCount { body(object.captures[index]) }
    case .boundMethod:
      let object = value.object(BoundMethodObject.self)
      body(object.pointee.receiver)
      body(object.pointee.method)
    case .instance:
      let object = value.object(InstanceObject.self)
      for index in 0..<object.pointee.fieldCount { body(object.fields[index]) }
    case .box: body(value.object(BoxObject.self).pointee.value)
    default: break
    }
  }
}

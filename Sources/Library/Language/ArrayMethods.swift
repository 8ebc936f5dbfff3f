import Base
import Script

/// Methods that change an array in place.
enum ArrayMethods {
  static let all: [Builtin] = [
    append, insert, remove, removeFirst, removeLast, popLast, removeAll, sort, reverse, swapAt,
  ]

  static let append = Builtin(
    "append",
    [
      Call.receiver, .init("element", default: "nil", "what to add"),
      .init("contentsOf", default: "nil", "an array or range whose elements to add instead"),
    ],
    mutating: true, "Adds an element at the end, or all elements of another sequence.",
    examples: [
      .init("var a = [1]\na.append(2)\na", "[1, 2]"),
      .init("var a = [1]\na.append(contentsOf: [2, 3])\na", "[1, 2, 3]"),
    ],
    shortcut: .append
  ) { call in
    // A closure behind the parentheses comes as the last parameter, and is an element.
    let trailing = call[1].isAbsent && call[2].isCallable
    guard call[2].isAbsent || trailing else {
      let iteration = try call.sequence(2)
      let array = try call.uniqueArray(room: iteration.count)
      for index in 0..<iteration.count {
        try call.poll(index)
        try call.append(try iteration.element(index), to: array)
      }
      return .none
    }
    guard trailing || !call[1].isAbsent else { throw call.mismatch(1, "the element to add") }
    try call.append(call[trailing ? 2 : 1].retained(), to: try call.uniqueArray(room: 1))
    return .none
  }

  static let insert = Builtin(
    "insert",
    [Call.receiver, .init("element", "what to add"), .init("at", "the position it gets, 0 to the count")],
    mutating: true, "Adds an element at a position; those behind it move on by one.",
    examples: [.init("var a = [1, 3]\na.insert(2, at: 1)\na", "[1, 2, 3]")]
  ) { call in
    guard !call[1].isAbsent else { throw call.mismatch(1, "the element to add") }
    let array = try call.uniqueArray(room: 1)
    let position = try call.position(2, count: array.elements?.count ?? 0, allowsEnd: true)
    let element = call[1].retained()
    do { try array.insertElement(element, at: position) } catch {
      element.release()
      throw error
    }
    return .none
  }

  static let remove = Builtin(
    "remove", [Call.receiver, .init("at", "the position, negative from the end")], mutating: true,
    "Takes out the element at a position and gives it back.",
    examples: [.init("var a = [4, 5, 6]\nprint(a.remove(at: 1))\na", "5\n[4, 6]")]
  ) { call in
    let array = try call.uniqueArray()
    let position = try call.position(1, count: array.elements?.count ?? 0)
    return array.removeElements(in: position..<position + 1).first ?? .none
  }

  static let removeFirst = Builtin(
    "removeFirst", [Call.receiver, .init("count", default: "1", "how many to take out")], mutating: true,
    "Takes out the first element and gives it back, or takes out several.",
    examples: [.init("var a = [4, 5, 6]\nprint(a.removeFirst())\na", "4\n[5, 6]")]
  ) { call in
    let array = try call.uniqueArray()
    let count = try call.removalCount(of: array)
    let removed = array.removeElements(in: 0..<count)
    if call[1].isAbsent { return removed.first ?? .none }
    for value in removed { value.release() }
    return .none
  }

  static let removeLast = Builtin(
    "removeLast", [Call.receiver, .init("count", default: "1", "how many to take out")], mutating: true,
    "Takes out the last element and gives it back, or takes out several.",
    examples: [.init("var a = [4, 5, 6]\nprint(a.removeLast())\na", "6\n[4, 5]")]
  ) { call in
    let array = try call.uniqueArray()
    let count = try call.removalCount(of: array)
    if call[1].isAbsent { return array.removeLastElement() ?? .none }
    let total = array.elements?.count ?? 0
    for value in array.removeElements(in: total - count..<total) { value.release() }
    return .none
  }

  static let popLast = Builtin(
    "popLast", [Call.receiver], mutating: true,
    "Takes out the last element and gives it back; nil when the array is empty.",
    examples: [.init("var a = [1]\nprint(a.popLast(), a.popLast())", "1 nil")]
  ) { try $0.uniqueArray().removeLastElement() ?? .none }

  static let removeAll = Builtin(
    "removeAll",
    [
      Call.receiver,
      .init("where", default: "nil", "called with each element; those it answers true for are taken out"),
    ],
    mutating: true, "Takes out all elements, or those a closure answers true for.",
    examples: [
      .init("var a = [1, 2]\na.removeAll()\na", "[]"),
      .init("var a = [1, 2, 3, 4]\na.removeAll { $0 % 2 == 0 }\na", "[1, 3]"),
    ]
  ) { call in
    guard call.has(1) else {
      guard call[0].isArray else { throw call.mismatch(0, "an array") }
      call.replaceReceiver(.array([Value]()))
      return .none
    }
    let test = try call.function(1)
    let iteration = try call.sequence(0)
    var rest = try ArrayBuilder()
    try call.forEach(iteration) { _, element in
      if try !call.isTrue(test, element) { try rest.append(element.retained()) }
      return true
    }
    call.replaceReceiver(rest.finish())
    return .none
  }

  static let sort = Builtin(
    "sort",
    [
      Call.receiver,
      .init(
        "by", default: "nil",
        "called with two elements, answers whether the first one comes before the second"),
    ],
    mutating: true, "Puts the elements in ascending order, or in the order a closure says.",
    details: "Elements that are equal in this order keep their places. NaN comes behind all numbers.",
    examples: [.init("var a = [3, 1, 2]\na.sort()\na", "[1, 2, 3]")]
  ) { call in
    let array = try call.uniqueArray()
    let function = call.has(1) ? try call.function(1) : nil
    let ordered = try call.sorted(Array(array.mutableElements), by: function)
    let elements = array.mutableElements
    for (index, element) in ordered.enumerated() { elements[index] = element }
    return .none
  }

  static let reverse = Builtin(
    "reverse", [Call.receiver], mutating: true, "Turns the order of the elements around.",
    examples: [.init("var a = [1, 2, 3]\na.reverse()\na", "[3, 2, 1]")]
  ) { call in
    let elements = try call.uniqueArray().mutableElements
    for index in 0..<elements.count / 2 { elements.swapAt(index, elements.count - 1 - index) }
    return .none
  }

  static let swapAt = Builtin(
    "swapAt", [Call.receiver, .init("i", "a position"), .init("j", "another position")], mutating: true,
    "Exchanges two elements.",
    examples: [.init("var a = [1, 2, 3]\na.swapAt(0, -1)\na", "[3, 2, 1]")]
  ) { call in
    let elements = try call.uniqueArray().mutableElements
    elements.swapAt(try call.position(1, count: elements.count), try call.position(2, count: elements.count))
    return .none
  }
}

extension Call {
  /// Adds an element to an array that is unique; takes over one count of the element.
  fileprivate func append(_ element: Value, to array: Value) throws {
    do { try array.appendElement(element) } catch {
      element.release()
      throw error
    }
  }

  /// How many elements to take out (1): at least one where nothing is given, and not more than there are.
  fileprivate func removalCount(of array: Value) throws -> Int {
    let total = array.elements?.count ?? 0
    let count = try count(1, default: 1)
    guard count <= total else {
      throw ScriptError(
        .index,
        total == 0
          ? "`\(builtin.name)`: the array is empty"
          : "`\(builtin.name)`: \(count) elements cannot be taken out of an array with \(total)",
        suggestion: total == 0 ? "`popLast` gives nil for an empty array" : nil)
    }
    return count
  }
}

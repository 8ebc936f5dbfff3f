/// First in, first out.
struct Queue<Element> {
  private var elements: [Element?] = []
  private var head = 0

  var isEmpty: Bool { head == elements.count }

  var first: Element? { isEmpty ? nil : elements[head] }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func append(contentsOf more: [Element]) { for element in more { elements.append(element) } }

  mutating func popFirst() -> Element? {
    guard !isEmpty, let element = elements[head] else { return nil }
    elements[head] = nil
    head += 1
    if isEmpty {
      elements.removeAll(keepingCapacity: elements.count < 1024)
      head = 0
    } else if head > 512 && head > elements.count / 2 {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }

  /// Lets every waiting element change.
  mutating func updateEach(_ body: (inout Element) -> Void) {
    for place in head..<elements.count {
      guard var element = elements[place] else { continue }
      elements[place] = nil
      body(&element)
      elements[place] = element
    }
  }

  func first(where condition: (Element) -> Bool) -> Element? {
    for place in head..<elements.count {
      if let element = elements[place], condition(element) { return element }
    }
    return nil
  }
}

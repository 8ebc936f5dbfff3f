import Base
import Display
import Session

/// Turns what cells say into the outputs a notebook keeps, as a Jupyter front end does.
package struct OutputRecorder {
  /// A cell as it ran.
  package struct Record: Equatable {
    package let cell: Int
    package let executionCount: Int?
    package let outputs: [JSON]
  }

  private var outputs: [Int: [CellOutput]] = [:]
  private var counts: [Int: Int] = [:]
  private var changed: Set<Int> = []
  private var current = 0
  private var clearsBeforeNext = false
  /// Text of one stream that is still growing: text that follows joins it.
  private var growing: (stream: Stream, text: String)?

  package init() {}

  package mutating func begin(cell index: Int) {
    current = index
    outputs[index] = []
    clearsBeforeNext = false
    changed.insert(index)
  }

  package mutating func record(_ event: OutputEvent) {
    switch event {
    case .stream(let stream, let text): append(stream, text)
    case .display(let bundle, let id):
      if let id { update(id, bundle) }
      append(.display(bundle, id: id))
    case .result(let bundle): append(.result(bundle))
    case .update(let id, let bundle): update(id, bundle)
    case .clear(wait: true): clearsBeforeNext = true
    case .clear(wait: false): clear()
    }
  }

  /// Ends the cell, with the error it ended with.
  package mutating func end(executionCount: Int, error: ErrorReport?) {
    if let error { append(.error(error)) }
    finishStream()
    counts[current] = executionCount
  }

  /// The cells that ran, or were changed by a later update, since the last call.
  package mutating func takeChanges() -> [Record] {
    defer { changed = [] }
    return changed.sorted().map { cell in
      let count = counts[cell]
      return Record(
        cell: cell, executionCount: count,
        outputs: outputs[cell, default: []].map { $0.json(executionCount: count) })
    }
  }

  private mutating func append(_ output: CellOutput) {
    if clearsBeforeNext { clear() }
    finishStream()
    outputs[current, default: []].append(output)
  }

  private mutating func append(_ stream: Stream, _ text: String) {
    guard !text.isEmpty else { return }
    if clearsBeforeNext { clear() }
    if growing?.stream == stream {
      growing?.text += text
    } else {
      finishStream()
      growing = (stream, text)
    }
  }

  private mutating func finishStream() {
    guard let (stream, text) = growing else { return }
    outputs[current, default: []].append(.stream(stream, text))
    growing = nil
  }

  private mutating func clear() {
    clearsBeforeNext = false
    growing = nil
    outputs[current] = []
  }

  /// Shows another value wherever the identifier was shown, in earlier cells too.
  private mutating func update(_ id: DisplayID, _ bundle: MIMEBundle) {
    for (cell, shown) in outputs {
      for (position, output) in shown.enumerated() {
        guard case .display(_, id) = output else { continue }
        outputs[cell]?[position] = .display(bundle, id: id)
        changed.insert(cell)
      }
    }
  }
}

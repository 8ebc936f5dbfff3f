import Base

extension Notebook {
  private static let tag = "injected-parameters"

  /// The notebook with a cell that sets the parameters, as papermill has it: behind the cell tagged
  /// `parameters`, or first where there is none. The cell that an earlier run put there is replaced.
  package func setting(_ parameters: [Parameter], name: String) throws(NotebookError) -> Notebook {
    guard !parameters.isEmpty else { return self }
    var edited = bytes
    if let old = cells.first(where: { $0.kind == .code && $0.tags.contains(Self.tag) }) {
      edited.replaceSubrange(old.span, with: text(of: parameters, id: old.id))
    } else if let defaults = cells.first(where: { $0.kind == .code && $0.tags.contains("parameters") }) {
      let insertion = Array(",".utf8) + newLine(level: 2) + text(of: parameters, id: nil)
      edited.insert(contentsOf: insertion, at: defaults.span.upperBound)
    } else if let first = cells.first {
      let insertion = text(of: parameters, id: nil) + Array(",".utf8) + newLine(level: 2)
      edited.insert(contentsOf: insertion, at: first.span.lowerBound)
    } else {
      let list = Array("[".utf8) + newLine(level: 2) + text(of: parameters, id: nil) + newLine(level: 1)
      edited.replaceSubrange(cellsSpan, with: list + Array("]".utf8))
    }
    return try Notebook(parsing: edited, name: name)
  }

  /// A sentence for each parameter that the cell tagged `parameters` does not know: a slip of the pen would
  /// run the notebook with its defaults, unseen.
  package func warnings(about parameters: [Parameter]) -> [String] {
    guard let defaults = cells.first(where: { $0.kind == .code && $0.tags.contains("parameters") }) else {
      return []
    }
    let words = defaults.source
      .split { !($0 == "_" || $0.isLetter || $0.isNumber) }
      .map(String.init)
    return parameters.filter { !words.contains($0.name) }
      .map { parameter in
        let best = EditDistance.best(for: parameter.name, among: words)
        return "the cell tagged `parameters` knows no `\(parameter.name)`"
          + (best.map { "; did you mean `\($0)`?" } ?? "")
      }
  }

  private func text(of parameters: [Parameter], id: String?) -> [UInt8] {
    let source = (["// Parameters"] + parameters.map(\.declaration)).joined(separator: "\n")
    var cell: JSON.Object = ["cell_type": "code", "execution_count": nil]
    if minorVersion >= 5 { cell["id"] = .string(id ?? freeID) }
    cell["metadata"] = ["tags": [.string(Self.tag)]]
    cell["outputs"] = []
    cell["source"] = CellOutput.lines(of: source)
    var result: [UInt8] = []
    let value = JSON.object(cell)
    if let layout { value.write(to: &result, layout: layout, level: 2) } else { value.write(to: &result) }
    return result
  }

  /// An identifier that no other cell has.
  private var freeID: String {
    let taken = Set(cells.compactMap(\.id))
    var id = Self.tag
    var number = 2
    while taken.contains(id) {
      id = "\(Self.tag)-\(number)"
      number += 1
    }
    return id
  }

  private func newLine(level: Int) -> [UInt8] {
    guard let layout else { return [] }
    return Array((layout.lineBreak + String(repeating: layout.indent, count: level)).utf8)
  }
}

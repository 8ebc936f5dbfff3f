import Base

/// A notebook file of nbformat 4.0 to 4.5.
///
/// Only what is set is written anew: outputs and execution counts of code cells. Every other byte of the
/// file stays as it was: layout, order of keys, spelling of numbers and escapes, metadata, attachments.
package struct Notebook: Sendable {
  /// One cell as it stands in the file, with the outputs it shall have.
  package struct Cell: Sendable {
    package enum Kind: String, Sendable {
      case code, markdown, raw
    }

    package let kind: Kind
    package let source: String
    package let id: String?
    package let tags: [String]
    package let metadata: JSON.Object
    /// Pictures that a Markdown cell carries with it, by name.
    package let attachments: JSON.Object
    package var outputs: [JSON]
    package var executionCount: Int?

    /// Where the cell stands in the file.
    let span: Range<Int>
    fileprivate let readOutputs: [JSON]
    fileprivate let readCount: Int?
    fileprivate let outputsSpan: Range<Int>
    fileprivate let countSpan: Range<Int>
  }

  package var cells: [Cell]
  package let metadata: JSON.Object
  /// The minor version: 5 for nbformat 4.5.
  package let minorVersion: Int

  let bytes: [UInt8]
  let layout: JSON.Layout?
  /// Where the list of cells stands in the file.
  let cellsSpan: Range<Int>

  /// Reads a notebook; `name` is how errors call the file.
  package init(parsing bytes: [UInt8], name: String) throws(NotebookError) {
    let root = try Self.parse(bytes, name: name)
    self.bytes = bytes
    minorVersion = try Self.checkedVersion(of: root, name: name)
    guard let metadata = root["metadata"]?.objectValue else {
      throw NotebookError("`\(name)` is not a complete notebook: it has no `metadata`")
    }
    self.metadata = metadata
    guard let cells = root["cells"]?.arrayValue else {
      throw NotebookError("`\(name)` is not a complete notebook: it has no list of `cells`")
    }
    let spans = JSONSpans(bytes: bytes)
    layout = spans.layout
    cellsSpan = spans.members(of: spans.root)["cells"] ?? spans.root
    self.cells = []
    for (index, (cell, span)) in zip(cells, spans.elements(of: cellsSpan)).enumerated() {
      let place = "cell \(index + 1) of `\(name)`"
      let members = cell.objectValue == nil ? [:] : spans.members(of: span)
      self.cells.append(try Cell(cell, at: span, members, place))
    }
  }

  /// The bytes of the file with the cells' outputs and execution counts in their places.
  package func serialized() -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var copied = 0
    func replace(_ span: Range<Int>, by value: JSON) {
      result.append(contentsOf: bytes[copied..<span.lowerBound])
      // The value of a cell's key stands three levels deep: cells, cell, key.
      if let layout { value.write(to: &result, layout: layout, level: 3) } else { value.write(to: &result) }
      copied = span.upperBound
    }
    for cell in cells where cell.kind == .code {
      var edits: [(span: Range<Int>, value: JSON)] = []
      if cell.outputs != cell.readOutputs { edits.append((cell.outputsSpan, .array(cell.outputs))) }
      if cell.executionCount != cell.readCount {
        edits.append((cell.countSpan, cell.executionCount.map { JSON($0) } ?? .null))
      }
      for edit in edits.sorted(by: { $0.span.lowerBound < $1.span.lowerBound }) {
        replace(edit.span, by: edit.value)
      }
    }
    result.append(contentsOf: bytes[copied...])
    return result
  }

  private static func parse(_ bytes: [UInt8], name: String) throws(NotebookError) -> JSON {
    do throws(JSONError) {
      return try JSON(parsing: bytes)
    } catch {
      if bytes.allSatisfy({ $0 <= 0x20 }) {
        throw NotebookError("`\(name)` is empty, so it is not a notebook")
      }
      if error.isCutOff {
        throw NotebookError(
          "`\(name)` is cut off: it ends in line \(error.line), before the notebook is complete",
          suggestion: "look for an earlier copy, for example in `.ipynb_checkpoints`")
      }
      throw NotebookError(
        "`\(name)` is not a notebook, because it is not valid JSON: line \(error.line), "
          + "column \(error.column): \(error.problem)")
    }
  }

  private static func checkedVersion(of root: JSON, name: String) throws(NotebookError) -> Int {
    guard root.objectValue != nil else {
      throw NotebookError("`\(name)` is JSON, but not a notebook: its outermost value is not an object")
    }
    guard let major = root["nbformat"]?.intValue else {
      throw NotebookError("`\(name)` is JSON, but not a notebook: it has no number `nbformat`")
    }
    guard major == 4 else {
      throw NotebookError(
        "`\(name)` has notebook format \(major); this program reads format 4",
        suggestion: major < 4 ? "convert it with `jupyter nbconvert --to notebook --nbformat 4`" : nil)
    }
    guard let minor = root["nbformat_minor"]?.intValue else {
      throw NotebookError("`\(name)` is not a complete notebook: it has no number `nbformat_minor`")
    }
    // Later minor versions only add to the format, and what they add is kept.
    return minor
  }
}

extension Notebook.Cell {
  fileprivate init(
    _ cell: JSON, at span: Range<Int>, _ spans: [String: Range<Int>], _ place: String
  ) throws(NotebookError) {
    guard cell.objectValue != nil else { throw NotebookError("\(place) is not an object") }
    guard let type = cell["cell_type"]?.stringValue else {
      throw NotebookError("\(place) has no `cell_type`")
    }
    guard let kind = Kind(rawValue: type) else {
      throw NotebookError("\(place) has the type `\(type)`; a cell is `code`, `markdown` or `raw`")
    }
    guard let source = cell["source"].flatMap(Self.joinedText) else {
      throw NotebookError("\(place) has no `source`, or one that is not text")
    }
    guard let metadata = cell["metadata"]?.objectValue else {
      throw NotebookError("\(place) has no `metadata`")
    }
    self.kind = kind
    self.source = source
    self.metadata = metadata
    self.span = span
    attachments = cell["attachments"]?.objectValue ?? [:]
    id = cell["id"]?.stringValue
    tags = metadata["tags"]?.arrayValue?.compactMap(\.stringValue) ?? []
    guard kind == .code else {
      (outputs, readOutputs, executionCount, readCount) = ([], [], nil, nil)
      (outputsSpan, countSpan) = (0..<0, 0..<0)
      return
    }
    guard let outputs = cell["outputs"]?.arrayValue, let outputsSpan = spans["outputs"] else {
      throw NotebookError("\(place) is a code cell without a list of `outputs`")
    }
    guard let count = cell["execution_count"], let countSpan = spans["execution_count"] else {
      throw NotebookError("\(place) is a code cell without an `execution_count`")
    }
    self.outputs = outputs
    readOutputs = outputs
    executionCount = count.intValue
    readCount = count.intValue
    self.outputsSpan = outputsSpan
    self.countSpan = countSpan
  }

  /// Text as nbformat keeps it: in one piece or as a list of lines.
  private static func joinedText(_ value: JSON) -> String? {
    if let text = value.stringValue { return text }
    guard let lines = value.arrayValue else { return nil }
    let texts = lines.compactMap(\.stringValue)
    return texts.count == lines.count ? texts.joined() : nil
  }
}

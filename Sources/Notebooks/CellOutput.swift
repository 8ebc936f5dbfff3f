import Base
import Display
import Session

/// One output of a cell, on its way into a notebook.
enum CellOutput {
  case stream(Stream, String)
  case display(MIMEBundle, id: DisplayID?)
  case result(MIMEBundle)
  case error(ErrorReport)

  /// The output as nbformat writes it: keys in alphabetical order, long text as a list of lines.
  func json(executionCount: Int?) -> JSON {
    let object: JSON =
      switch self {
      case .stream(let stream, let text):
        ["name": .string(stream.rawValue), "output_type": "stream", "text": Self.lines(of: text)]
      case .display(let bundle, _):
        [
          "data": Self.data(of: bundle), "metadata": .object(bundle.metadata),
          "output_type": "display_data",
        ]
      case .result(let bundle):
        [
          "data": Self.data(of: bundle), "execution_count": executionCount.map { JSON($0) } ?? .null,
          "metadata": .object(bundle.metadata), "output_type": "execute_result",
        ]
      case .error(let report):
        [
          "ename": .string(report.name), "evalue": .string(report.message), "output_type": "error",
          "traceback": .array(report.traceback.map { .string($0) }),
        ]
      }
    return object.sortedByKey
  }

  private static func data(of bundle: MIMEBundle) -> JSON {
    var data = JSON.Object()
    for (type, content) in bundle.entries {
      switch content {
      case .text(let text): data[type] = isSplit(type) ? lines(of: text) : .string(text)
      case .data(let bytes): data[type] = .string(Base64.encode(bytes))
      case .json(let value): data[type] = value
      }
    }
    return .object(data)
  }

  /// The types whose text nbformat keeps as a list of lines.
  private static func isSplit(_ type: String) -> Bool {
    type.hasPrefix("text/") || type == "image/svg+xml" || type == "application/javascript"
  }

  /// The lines of a text, each with its line end, cut where Python's `str.splitlines` cuts.
  static func lines(of text: String) -> JSON {
    var lines: [JSON] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      index = scalars.index(after: index)
      guard isLineEnd(scalar) else { continue }
      if scalar == "\r", index < scalars.endIndex, scalars[index] == "\n" {
        index = scalars.index(after: index)
      }
      lines.append(.string(String(scalars[start..<index])))
      start = index
    }
    if start < scalars.endIndex { lines.append(.string(String(scalars[start...]))) }
    return .array(lines)
  }

  private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}

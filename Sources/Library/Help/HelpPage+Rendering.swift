import Script

extension HelpPage {
  /// Lines for a terminal.
  var text: String {
    var parts: [String] = []
    for block in blocks {
      switch block {
      case .title(let text), .paragraph(let text), .heading(let text): parts.append(text)
      case .list(let items): parts.append(Self.aligned(items))
      case .code(let code): parts.append(Self.indented(code))
      case .example(let code, let output):
        let shown = output.isEmpty ? "" : "\n" + Self.indented(output, first: "  → ", rest: "    ")
        parts.append(Self.indented(code) + shown)
      }
    }
    var result = ""
    for (index, part) in parts.enumerated() {
      if index > 0 {
        // What stands under a heading belongs to it.
        if case .heading = blocks[index - 1] { result += "\n" } else { result += "\n\n" }
      }
      result += part
    }
    return result
  }

  /// HTML that needs no style sheet; it takes its colours from the page around it.
  var html: String {
    var result = "<div style=\"max-width:46em;line-height:1.45\">"
    let code = "font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
    let frame =
      "margin:.3em 0;padding:.4em .7em;border-left:3px solid #8884;background:#8881;white-space:pre-wrap"
    for block in blocks {
      switch block {
      case .title(let text):
        result +=
          "<div style=\"\(code);font-size:1.1em;font-weight:600;margin:.2em 0\">\(Self.escaped(text))</div>"
      case .heading(let text):
        result += "<div style=\"font-weight:600;margin:.8em 0 .2em\">\(Self.escaped(text))</div>"
      case .paragraph(let text):
        result += "<p style=\"margin:.5em 0\">\(Self.inline(text, code: code))</p>"
      case .list(let items):
        result += "<table style=\"border-collapse:collapse;margin:.3em 0\">"
        for item in items {
          result +=
            "<tr><td style=\"\(code);text-align:left;vertical-align:top;padding:.1em 1.2em .1em 0;font-weight:600\">"
            + "\(Self.escaped(item.name))</td><td style=\"text-align:left;padding:.1em 0\">"
            + "\(Self.inline(item.text, code: code))</td></tr>"
        }
        result += "</table>"
      case .code(let text):
        result += "<pre style=\"\(code);\(frame)\">\(Self.escaped(text))</pre>"
      case .example(let text, let output):
        result += "<pre style=\"\(code);\(frame)\">\(Self.escaped(text))"
        if !output.isEmpty { result += "\n<span style=\"opacity:.7\">→ \(Self.escaped(output))</span>" }
        result += "</pre>"
      }
    }
    return result + "</div>"
  }

  /// Text with its `code` parts marked.
  private static func inline(_ text: String, code: String) -> String {
    var result = ""
    for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
      result += index.isMultiple(of: 2) ? escaped(part) : "<code style=\"\(code)\">\(escaped(part))</code>"
    }
    return result
  }

  private static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// Two columns; long names stand on a line of their own.
  private static func aligned(_ items: [(name: String, text: String)]) -> String {
    let widest = 30
    let width = items.map(\.name.count).filter { $0 <= widest }.max() ?? 0
    return items.map { item in
      item.name.count <= widest
        ? "  " + NumberText.padded(item.name, to: width, on: .right) + "  " + item.text
        : "  " + item.name + "\n" + String(repeating: " ", count: width + 4) + item.text
    }.joined(separator: "\n")
  }

  private static func indented(_ text: String, first: String = "  ", rest: String = "  ") -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { ($0 == 0 ? first : rest) + $1 }.joined(separator: "\n")
  }
}

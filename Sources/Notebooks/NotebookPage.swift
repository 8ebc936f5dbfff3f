import Base
import Display
import Session

/// A notebook as one HTML page that needs no other file and no script, and cannot run one.
package struct NotebookPage {
  private let notebook: Notebook
  private let title: String
  /// Where pictures that Markdown names are looked for.
  private let folder: String

  package init(_ notebook: Notebook, title: String, folder: String) {
    self.notebook = notebook
    self.title = title
    self.folder = folder
  }

  package var html: String {
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width">
      <title>\(Escape.html(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>

      """
    for cell in notebook.cells { page += section(of: cell) }
    return page + "</main>\n</body>\n</html>\n"
  }

  private func section(of cell: Notebook.Cell) -> String {
    switch cell.kind {
    case .markdown:
      let pictures = PagePictures(folder: folder, attachments: cell.attachments)
      return "<section class=\"text\">\n\(Markdown(cell.source, pictures).html)</section>\n"
    case .raw: return "<section class=\"text\"><pre>\(Escape.html(cell.source))</pre></section>\n"
    case .code where cell.isBlank && cell.outputs.isEmpty: return ""
    case .code:
      let number = cell.executionCount.map(String.init) ?? " "
      let outputs = cell.outputs.map { PageOutput($0).html }.joined()
      return """
        <section class="code">
        <pre class="input" data-count="[\(number)]">\(coloured(cell.source))</pre>
        \(outputs)</section>

        """
    }
  }

  private func coloured(_ code: String) -> String {
    let bytes = Array(code.utf8)
    var result = ""
    var offset = 0
    for span in Session.coloring(of: code) {
      guard span.range.lowerBound >= offset, span.range.upperBound <= bytes.count else { continue }
      result += Escape.html(String(decoding: bytes[offset..<span.range.lowerBound], as: UTF8.self))
      let text = Escape.html(String(decoding: bytes[span.range], as: UTF8.self))
      result += "<span class=\"\(Self.name(of: span.role))\">\(text)</span>"
      offset = span.range.upperBound
    }
    return result + Escape.html(String(decoding: bytes[offset...], as: UTF8.self))
  }

  private static func name(of role: ColoredSpan.Role) -> String {
    switch role {
    case .keyword: "keyword"
    case .number: "number"
    case .text: "string"
    case .comment: "comment"
    case .function: "function"
    case .type: "type"
    }
  }

  /// Legible on light and dark screens, and in print.
  private static let style = """
    :root { color-scheme: light dark; --line: #8884; --shade: #8881; --link: light-dark(#0550ae, #6cb6ff) }
    body { font: 16px/1.55 system-ui, sans-serif; margin: 0 }
    main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
    a { color: var(--link) }
    pre, code { font: 14px/1.45 ui-monospace, "DejaVu Sans Mono", monospace }
    pre { margin: .4rem 0; padding: .5rem .75rem; overflow-x: auto; white-space: pre }
    .text pre, code, .input { background: var(--shade); border-radius: 4px }
    code { padding: .1em .3em }
    pre code { padding: 0; background: none }
    .code { margin: 1rem 0 }
    .input { border-left: 3px solid #4a90d9 }
    .input::before { content: attr(data-count); float: right; color: #888 }
    .error, .stderr { border-left: 3px solid #d9534f }
    .output { overflow-x: auto; padding: 0 .75rem }
    .output img, .text img { max-width: 100% }
    .picture { background: #fff; padding: .5rem; display: inline-block }
    table { border-collapse: collapse }
    th, td { border: 1px solid var(--line); padding: .2rem .6rem }
    blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line) }
    .keyword { color: light-dark(#8250df, #d2a8ff); font-weight: 600 }
    .number { color: light-dark(#0550ae, #79c0ff) }
    .string { color: light-dark(#0a6b2d, #7ee787) }
    .comment { color: light-dark(#5a646e, #9aa4af); font-style: italic }
    .function { color: light-dark(#953800, #ffa657) }
    .type { color: light-dark(#0b6b74, #56d4dd) }
    @media print { .input { break-inside: avoid } }
    """
}

import Display
import Session

/// Colours for what a cell answers with.
struct ResultColors {
  let style: Style

  /// Colouring a text of this many bytes takes a few milliseconds.
  private static let limit = 1 << 16

  /// A table has its titles in bold; a value is coloured as the code that would make it. Drawings keep to
  /// themselves.
  func painted(_ text: String, of bundle: MIMEBundle) -> String {
    guard style.isColoured, text.utf8.count <= Self.limit, bundle["image/svg+xml"] == nil else { return text }
    if bundle.fittedText != nil { return table(text) }
    // Pages of help are for reading.
    if bundle["text/html"] != nil, !isTensor(text) { return text }
    return code(text)
  }

  private func isTensor(_ text: String) -> Bool { text.hasPrefix("[") || text.hasPrefix("Tensor") }

  func code(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var painted = ""
    var end = 0
    for span in Session.coloring(of: text)
    where span.range.lowerBound >= end && span.range.upperBound <= bytes.count {
      painted += String(decoding: bytes[end..<span.range.lowerBound], as: UTF8.self)
      let part = String(decoding: bytes[span.range], as: UTF8.self)
      // A name that looks like a call is no call here.
      painted +=
        span.role == .comment || span.role == .function ? part : style.styled(part, style.code(span.role))
      end = span.range.upperBound
    }
    return painted + String(decoding: bytes[end...], as: UTF8.self)
  }

  /// The line above the first rule holds the titles.
  private func table(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func isRule(_ line: String) -> Bool { !line.isEmpty && line.allSatisfy { $0 == "─" } }
    if let rule = lines.firstIndex(where: isRule), rule > 0 {
      lines[rule - 1] = style.styled(lines[rule - 1], style.strong)
    }
    for index in lines.indices where isRule(lines[index]) {
      lines[index] = style.styled(lines[index], style.quiet)
    }
    return lines.joined(separator: "\n")
  }
}

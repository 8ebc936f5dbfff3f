import Display

/// The Markdown of notebooks as HTML: the text inside of blocks.
struct MarkdownText {
  /// Marks in marks go this deep; what is deeper is text. A longer text than this has no marks at all.
  private static let depthLimit = 8
  private static let lengthLimit = 50_000

  private let text: [Character]
  private let pictures: PagePictures
  private let depth: Int

  init(_ text: String, _ pictures: PagePictures) {
    self.init(Array(text), pictures, depth: 0)
  }

  private init(_ text: [Character], _ pictures: PagePictures, depth: Int) {
    self.text = text
    self.pictures = pictures
    self.depth = depth
  }

  var html: String {
    guard text.count <= Self.lengthLimit, depth < Self.depthLimit else { return Escape.html(String(text)) }
    var result = ""
    var plain = ""
    var index = 0
    while index < text.count {
      if let (part, end) = part(at: index) {
        result += Escape.html(plain) + part
        plain = ""
        index = end
      } else {
        plain.append(text[index])
        index += 1
      }
    }
    return result + Escape.html(plain)
  }

  /// What starts here with a mark, and the place behind it; nil for an ordinary character.
  private func part(at index: Int) -> (html: String, end: Int)? {
    switch text[index] {
    case "\u{2028}": return ("<br>\n", index + 1)
    case "\\":
      guard index + 1 < text.count, "\\`*_{}[]()#+-.!|$<>~".contains(text[index + 1]) else { return nil }
      return (Escape.html(String(text[index + 1])), index + 2)
    case "`": return code(at: index)
    case "$": return formula(at: index)
    case "!":
      guard index + 1 < text.count, text[index + 1] == "[", let link = link(at: index + 1) else { return nil }
      return (picture(link.target, alternative: String(link.text)), link.end)
    case "[":
      guard let link = link(at: index) else { return nil }
      guard Self.isSafe(link.target) else { return (inner(link.text), link.end) }
      return ("<a href=\"\(Escape.attribute(link.target))\">\(inner(link.text))</a>", link.end)
    case "*", "_", "~": return emphasis(at: index)
    case "<": return tag(at: index)
    default: return nil
    }
  }

  private func inner(_ part: ArraySlice<Character>) -> String {
    MarkdownText(Array(part), pictures, depth: depth + 1).html
  }

  private func code(at index: Int) -> (String, Int)? {
    let length = text[index...].prefix { $0 == "`" }.count
    var end = index + length
    while end < text.count {
      let run = text[end...].prefix { $0 == "`" }.count
      if run == length {
        let code = String(text[(index + length)..<end])
        return ("<code>\(Escape.html(String(Markdown.trimmed(Substring(code)))))</code>", end + length)
      }
      end += max(run, 1)
    }
    // No end: all of these are plain.
    return (String(repeating: "`", count: length), index + length)
  }

  private func formula(at index: Int) -> (String, Int)? {
    let length = text[index...].prefix { $0 == "$" }.count
    let start = index + length
    guard length <= 2, start < text.count, !text[start].isWhitespace,
      let end = text[start...].firstIndex(of: "$"), !text[end - 1].isWhitespace,
      text[end...].prefix(length).allSatisfy({ $0 == "$" })
    else { return nil }
    return (
      "<code class=\"math\">\(Escape.html(String(text[start..<end])))</code>", min(end + length, text.count)
    )
  }

  /// `[text](target "title")`
  private func link(at index: Int) -> (text: ArraySlice<Character>, target: String, end: Int)? {
    var depth = 0
    var close = index
    while close < text.count {
      if text[close] == "[" { depth += 1 }
      if text[close] == "]" { depth -= 1 }
      if depth == 0 { break }
      close += 1
    }
    guard close + 1 < text.count, text[close + 1] == "(",
      let end = text[(close + 2)...].firstIndex(of: ")")
    else { return nil }
    let inside = Markdown.trimmed(Substring(String(text[(close + 2)..<end])))
    let target = inside.split(separator: " ", maxSplits: 1).first ?? ""
    return (text[(index + 1)..<close], target.filter { $0 != "<" && $0 != ">" }, end + 1)
  }

  private func picture(_ target: String, alternative: String, width: String? = nil) -> String {
    let alt = Escape.attribute(alternative)
    guard let source = pictures.source(of: target) else { return "[\(Escape.html(alternative))]" }
    let size = width.map { " width=\"\($0)\"" } ?? ""
    return "<img src=\"\(Escape.attribute(source))\"\(size) alt=\"\(alt)\">"
  }

  private func emphasis(at index: Int) -> (String, Int)? {
    let mark = text[index]
    let length = min(text[index...].prefix { $0 == mark }.count, 2)
    let start = index + length
    guard start < text.count, !text[start].isWhitespace, mark != "~" || length == 2 else { return nil }
    // An underscore inside of a word is a letter of it.
    if mark == "_", index > 0, text[index - 1].isLetter || text[index - 1].isNumber { return nil }
    var end = start
    while end + length <= text.count {
      let isEnd = text[end..<(end + length)].allSatisfy { $0 == mark } && end > start
      let isWhole = end + length == text.count || text[end + length] != mark || length == 2
      if isEnd, isWhole, !text[end - 1].isWhitespace {
        let tag = mark == "~" ? "del" : length == 2 ? "strong" : "em"
        return ("<\(tag)>\(inner(text[start..<end]))</\(tag)>", end + length)
      }
      end += length == 1 && text[end] == mark ? text[end...].prefix { $0 == mark }.count : 1
    }
    return nil
  }

  private static let tags: Set<String> = [
    "b", "br", "center", "code", "details", "em", "hr", "i", "kbd", "p", "strong", "sub", "summary", "sup",
    "u",
  ]

  private func tag(at index: Int) -> (String, Int)? {
    guard let end = text[index...].prefix(2000).firstIndex(of: ">") else { return nil }
    let content = String(text[(index + 1)..<end])
    if content.hasPrefix("https://") || content.hasPrefix("http://"), !content.contains(" ") {
      return ("<a href=\"\(Escape.attribute(content))\">\(Escape.html(content))</a>", end + 1)
    }
    if content.hasPrefix("!--") { return ("", end + 1) }
    let name = content.filter { $0 != "/" && $0 != " " }.lowercased()
    if Self.tags.contains(name) {
      return (content.hasPrefix("/") ? "</\(name)>" : "<\(name)>", end + 1)
    }
    guard content.lowercased().hasPrefix("img "), let source = Self.attribute("src", of: content) else {
      return nil
    }
    let width = Self.attribute("width", of: content).flatMap { Int($0) }.map(String.init)
    return (picture(source, alternative: Self.attribute("alt", of: content) ?? "", width: width), end + 1)
  }

  private static func attribute(_ name: String, of tag: String) -> String? {
    guard let range = tag.firstRange(of: " \(name)=") else { return nil }
    let value = tag[range.upperBound...]
    guard let quote = value.first, quote == "\"" || quote == "'" else {
      return String(value.prefix { !$0.isWhitespace })
    }
    return String(value.dropFirst().prefix { $0 != quote })
  }

  private static func isSafe(_ target: String) -> Bool {
    let scheme = target.prefix { $0 != "/" && $0 != "#" && $0 != "?" }
    guard let colon = scheme.firstIndex(of: ":") else { return true }
    return ["http", "https", "mailto"].contains(scheme[..<colon].lowercased())
  }
}

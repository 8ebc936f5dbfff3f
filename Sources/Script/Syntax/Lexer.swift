/// Splits a source into tokens, and reports what is no part of the language.
struct Lexer {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int
  private(set) var tokens: [Token] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// The input ended inside a comment or a multi-line text.
  private(set) var isUnfinished = false

  /// Reads a part of a source; offsets are those of the whole.
  init(_ source: SourceText, range: SourceRange? = nil) {
    bytes = source.utf8
    position = range.map { Int($0.start) } ?? 0
    end = min(range.map { Int($0.end) } ?? bytes.count, bytes.count)
    if position == 0, end >= 2, bytes[0] == ascii("#"), bytes[1] == ascii("!") { skipLine() }
    scan()
  }

  // MARK: Characters

  private func ascii(_ character: Unicode.Scalar) -> UInt8 { UInt8(ascii: character) }

  private func peek(_ offset: Int = 0) -> UInt8 {
    let index = position + offset
    return index < end ? bytes[index] : 0
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private func isIdentifierStart(_ byte: UInt8) -> Bool {
    (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte == 95 || byte >= 0x80
  }

  private func isIdentifierPart(_ byte: UInt8) -> Bool { isIdentifierStart(byte) || isDigit(byte) }

  func scalar(at index: Int) -> Unicode.Scalar {
    String(decoding: bytes[index..<min(index + 4, end)], as: UTF8.self).unicodeScalars.first
      ?? "\u{FFFD}"
  }

  /// Blanks that come along when code is copied from a page.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xA0, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF: true
    default: false
    }
  }

  /// How many bytes of a name's character are here; 0 when it cannot stand in a name.
  private func nameWidth(_ index: Int) -> Int {
    guard index < end else { return 0 }
    if bytes[index] < 0x80 { return isIdentifierPart(bytes[index]) ? 1 : 0 }
    let scalar = scalar(at: index)
    guard !Lexer.isBlank(scalar) else { return 0 }
    let properties = scalar.properties
    let isPart =
      switch scalar.value {
      // Subscript digits, partial derivative, nabla, and what joins emoji.
      case 0x2080...0x2089, 0x2202, 0x2207, 0x200D, 0xFE0F: true
      default: properties.isXIDContinue || properties.isEmojiPresentation
      }
    return isPart ? min(UTF8.width(scalar), end - index) : 0
  }

  private mutating func skipName() {
    while position < end {
      let width = nameWidth(position)
      if width == 0 { return }
      position += width
    }
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 9 || byte == 10 || byte == 13
  }

  private mutating func skipLine() { while position < end, bytes[position] != 10 { position += 1 } }

  private mutating func report(_ message: String, _ start: Int, suggestion: String? = nil) {
    diagnostics.append(
      Diagnostic(
        .syntax, message, at: SourceRange(start, max(position, start + 1)), suggestion: suggestion))
  }

  // MARK: Scanning

  private mutating func scan() {
    var startsLine = true
    while true {
      let before = position
      if skipBlanks() { startsLine = true }
      guard position < end else { break }
      let start = position
      guard let kind = token() else { continue }
      let after = peek()
      tokens.append(
        Token(
          kind: kind, range: SourceRange(start, position), startsLine: startsLine,
          spaceBefore: before != start || start == 0 || startsLine,
          spaceAfter: position >= end || isSpace(after)))
      startsLine = false
    }
    tokens.append(
      Token(
        kind: .end, range: SourceRange(end, end), startsLine: true, spaceBefore: true,
        spaceAfter: true))
  }

  /// Skips blanks and comments; true when a line ended.
  private mutating func skipBlanks() -> Bool {
    var newLine = false
    while position < end {
      let byte = bytes[position]
      if isSpace(byte) {
        if byte == 10 { newLine = true }
        position += 1
      } else if byte == ascii("/"), peek(1) == ascii("/") {
        skipLine()
      } else if byte == ascii("/"), peek(1) == ascii("*") {
        if skipComment() { newLine = true }
      } else if byte >= 0xC2, Lexer.isBlank(scalar(at: position)) {
        position += UTF8.width(scalar(at: position))
      } else {
        break
      }
    }
    return newLine
  }

  /// Comments nest.
  private mutating func skipComment() -> Bool {
    let start = position
    var depth = 0
    var newLine = false
    while position < end {
      if bytes[position] == ascii("/"), peek(1) == ascii("*") {
        depth += 1
        position += 2
      } else if bytes[position] == ascii("*"), peek(1) == ascii("/") {
        depth -= 1
        position += 2
        if depth == 0 { return newLine }
      } else {
        if bytes[position] == 10 { newLine = true }
        position += 1
      }
    }
    isUnfinished = true
    diagnostics.append(
      Diagnostic(
        .syntax, "this comment does not end", at: SourceRange(start, start + 2),
        suggestion: "close it with `*/`"))
    return newLine
  }

  private mutating func token() -> Token.Kind? {
    let byte = peek()
    if isDigit(byte) { return number() }
    if isIdentifierStart(byte) { return word() }
    switch byte {
    case ascii("\""): return string(hashes: 0)
    case ascii("#"):
      var hashes = 0
      while peek(hashes) == ascii("#") { hashes += 1 }
      if peek(hashes) == ascii("\"") {
        position += hashes
        return string(hashes: hashes)
      }
      let start = position
      skipLine()
      report("a comment starts with `//`, not with `#`", start, suggestion: "write `// ...`")
      return nil
    case ascii("`"):
      let start = position
      position += 1
      let from = position
      skipName()
      let name = String(decoding: bytes[from..<position], as: UTF8.self)
      guard peek() == ascii("`"), !name.isEmpty else {
        report("a name in backticks is written `` `name` ``", start)
        return nil
      }
      position += 1
      return .identifier(name)
    case ascii("$"):
      let start = position
      position += 1
      let from = position
      while isDigit(peek()) { position += 1 }
      guard let number = Int(String(decoding: bytes[from..<position], as: UTF8.self)), number < 100
      else {
        report("`$` is followed by the number of a closure's argument: `$0`", start)
        return nil
      }
      return .closureArgument(number)
    case ascii("'"): return singleQuoted()
    default: return sign()
    }
  }

  private mutating func singleQuoted() -> Token.Kind? {
    let start = position
    position += 1
    while position < end, bytes[position] != ascii("'"), bytes[position] != 10 { position += 1 }
    let text = String(decoding: bytes[(start + 1)..<position], as: UTF8.self)
    if peek() == ascii("'") { position += 1 }
    report("texts are written in double quotes", start, suggestion: "write \"\(text)\"")
    return .string([.text(text)])
  }

  /// The signs by their first byte, longer ones first.
  private static let signs: [UInt8: [(bytes: [UInt8], text: String)]] = Dictionary(
    grouping: [
      "...", "..<", "===", "!==", "**=", "<<=", ">>=", "&&", "||", "??", "->", "==", "!=", "<=",
      ">=", "|>", "**",
      "<<", ">>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "++", "--", "+", "-", "*", "/",
      "%", "<", ">", "!",
      "=", "&", "|", "^", "~", "?", ":", ";", ",", ".", "(", ")", "[", "]", "{", "}", "@", "\\",
    ].map { (bytes: Array($0.utf8), text: $0) }, by: { $0.bytes.first ?? 0 })

  private mutating func sign() -> Token.Kind? {
    for sign in Lexer.signs[bytes[position]] ?? []
    where bytes[position..<end].starts(with: sign.bytes) {
      position += sign.bytes.count
      return .sign(sign.text)
    }
    let start = position
    position += 1
    report("this character is not part of the language", start)
    return nil
  }

  // MARK: Words and numbers

  private static let foreign: [String: String] = [
    "\u{2212}": "-", "\u{00D7}": "*", "\u{00F7}": "/", "\u{2264}": "<=", "\u{2265}": ">=",
    "\u{2260}": "!=",
    "\u{201C}": "\"", "\u{201D}": "\"", "\u{2018}": "\"", "\u{2019}": "\"", "\u{2026}": "...",
    "\u{2192}": "->", "\u{00B2}": "** 2", "\u{00B3}": "** 3", "\u{2013}": "-",
    "\u{2014}": "-", "\u{22C5}": "*", "\u{00B7}": "*", "\u{FF08}": "(", "\u{FF09}": ")",
    "\u{FF0C}": ",",
  ]

  private mutating func word() -> Token.Kind? {
    let start = position
    if bytes[position] >= 0x80 {
      let scalar = scalar(at: position)
      let width = min(UTF8.width(scalar), end - position)
      if let plain = Lexer.foreign[String(scalar)] {
        if plain == "\"", let text = curlyText(after: width) { return text }
        position += width
        report(
          "`\(scalar)` is not the sign that code uses", start,
          suggestion: "type `\(plain)` on the keyboard")
        return plain == "\"" || plain.contains(" ") ? nil : .sign(plain)
      }
      if nameWidth(position) == 0 {
        position += width
        report("`\(scalar)` cannot be part of a name", start)
        return nil
      }
    }
    skipName()
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if ["f", "F", "r", "b", "u"].contains(text), peek() == ascii("\"") || peek() == ascii("'") {
      return prefixedText(text, start)
    }
    if text == "_" { return .identifier("_") }
    return Keywords.all.contains(text) ? .keyword(text) : .identifier(text)
  }

  /// A text in the quotes of a word processor.
  private mutating func curlyText(after width: Int) -> Token.Kind? {
    let start = position
    var index = position + width
    while index < end, bytes[index] != 10 {
      if bytes[index] >= 0x80, Lexer.foreign[String(scalar(at: index))] == "\"" {
        let text = String(decoding: bytes[(start + width)..<index], as: UTF8.self)
        position = min(index + UTF8.width(scalar(at: index)), end)
        report("texts are written in plain double quotes", start, suggestion: "write \"\(text)\"")
        return .string([.text(text)])
      }
      index += 1
    }
    return nil
  }

  /// `f"x = {x}"` and its relatives.
  private mutating func prefixedText(_ prefix: String, _ start: Int) -> Token.Kind? {
    let quote = peek()
    let message = "no letter stands before a text; values go into any text with `\\( )`"
    if peek(1) == quote, peek(2) == quote {
      report(message, start)
      return nil
    }
    let from = position + 1
    position = from
    while position < end, bytes[position] != quote, bytes[position] != 10 {
      position += bytes[position] == ascii("\\") && position + 1 < end ? 2 : 1
    }
    position = min(position, end)
    let content = String(decoding: bytes[from..<position], as: UTF8.self)
    if peek() == quote { position += 1 }
    let text = prefix == "f" || prefix == "F" ? Lexer.interpolation(content) : content
    report(message, start, suggestion: "write \"\(text)\"")
    return .string([.text(content)])
  }

  /// `x = {x:.2f}` as `x = \(x)`.
  private static func interpolation(_ text: String) -> String {
    var result = ""
    var isCode = false
    var isFormat = false
    for character in text {
      switch character {
      case "{":
        isCode = true
        isFormat = false
        result += "\\("
      case "}" where isCode:
        isCode = false
        result += ")"
      case ":" where isCode, "!" where isCode: isFormat = true
      default: if !isCode || !isFormat { result.append(character) }
      }
    }
    return result
  }

  private mutating func number() -> Token.Kind? {
    let start = position
    if peek() == ascii("0"), let radix = [ascii("x"): 16, ascii("b"): 2, ascii("o"): 8][peek(1)] {
      position += 2
      let from = position
      skipName()
      let digits = String(
        decoding: bytes[from..<position].filter { $0 != ascii("_") }, as: UTF8.self)
      guard let value = Int(digits, radix: radix) else {
        report("this is not a number in base \(radix) that fits into 64 bits", start)
        return .integer(0)
      }
      return .integer(value)
    }
    while isDigit(peek()) || peek() == ascii("_") { position += 1 }
    var isDouble = false
    if peek() == ascii("."), isDigit(peek(1)) {
      isDouble = true
      position += 1
      while isDigit(peek()) || peek() == ascii("_") { position += 1 }
    }
    if peek() == ascii("e") || peek() == ascii("E") {
      let sign = peek(1) == ascii("+") || peek(1) == ascii("-") ? 1 : 0
      if isDigit(peek(1 + sign)) {
        isDouble = true
        position += 1 + sign
        while isDigit(peek()) { position += 1 }
      }
    }
    let digits = String(
      decoding: bytes[start..<position].filter { $0 != ascii("_") }, as: UTF8.self)
    if nameWidth(position) > 0 {
      let middle = position
      skipName()
      let number = String(decoding: bytes[start..<middle], as: UTF8.self)
      let name = String(decoding: bytes[middle..<position], as: UTF8.self)
      report(
        "`\(number)\(name)` is neither a number nor a name: a name cannot start with a digit",
        start,
        suggestion: "write `\(number) * \(name)` for a product")
      return .identifier(number + name)
    }
    if isDouble { return .double(Double(digits) ?? 0) }
    guard let value = Int(digits) else {
      report(
        "the integer \(digits) is too large: integers go up to 9,223,372,036,854,775,807", start,
        suggestion: "write it as a double: `\(digits).0`")
      return .integer(0)
    }
    return .integer(value)
  }

  // MARK: Texts

  private mutating func string(hashes: Int) -> Token.Kind? {
    let start = position - hashes
    let isMultiline =
      peek(1) == ascii("\"") && peek(2) == ascii("\"") && !(hashes == 0 && isEmptyText)
    position += isMultiline ? 3 : 1
    var parts: [Token.StringPart] = []
    var text: [UInt8] = []
    while true {
      guard position < end else {
        if isMultiline { isUnfinished = true }
        report(
          "this text does not end", start,
          suggestion: isMultiline ? "close it with \"\"\"" : "close it with \"")
        parts = []
        break
      }
      let byte = bytes[position]
      if byte == 10, !isMultiline {
        report(
          "this text does not end on its line", start,
          suggestion: "close it with \", or use \"\"\" for several lines")
        parts = []
        break
      }
      if byte == ascii("\""), closes(isMultiline, hashes) {
        position += (isMultiline ? 3 : 1) + hashes
        break
      }
      if byte == ascii("\\"), escapes(hashes) {
        position += 1 + hashes
        escape(&text, &parts, start)
        continue
      }
      text.append(byte)
      position += 1
    }
    parts.append(.text(String(decoding: text, as: UTF8.self)))
    if isMultiline { parts = Lexer.unindented(parts) }
    return .string(parts.filter { $0 != .text("") })
  }

  /// `""` followed by something other than a third quote.
  private var isEmptyText: Bool { peek(1) == ascii("\"") && peek(2) != ascii("\"") }

  private func closes(_ isMultiline: Bool, _ hashes: Int) -> Bool {
    let quotes = isMultiline ? 3 : 1
    for offset in 0..<quotes where peek(offset) != ascii("\"") { return false }
    for offset in 0..<hashes where peek(quotes + offset) != ascii("#") { return false }
    return true
  }

  private func escapes(_ hashes: Int) -> Bool {
    for offset in 0..<hashes where peek(1 + offset) != ascii("#") { return false }
    return true
  }

  private mutating func escape(
    _ text: inout [UInt8], _ parts: inout [Token.StringPart], _ start: Int
  ) {
    let byte = peek()
    position += 1
    switch byte {
    case ascii("n"): text.append(10)
    case ascii("t"): text.append(9)
    case ascii("r"): text.append(13)
    case ascii("0"): text.append(0)
    case ascii("\\"), ascii("\""), ascii("'"): text.append(byte)
    case 10: break
    case ascii("("):
      parts.append(.text(String(decoding: text, as: UTF8.self)))
      text = []
      let from = position
      skipInterpolation(start)
      parts.append(.code(SourceRange(from, position)))
      if peek() == ascii(")") { position += 1 }
    case ascii("u"):
      guard peek() == ascii("{") else {
        return report("a character's number is written `\\u{1F600}`", position - 2)
      }
      let from = position + 1
      while position < end, bytes[position] != ascii("}"), bytes[position] != ascii("\""),
        bytes[position] != 10
      { position += 1 }
      let digits = String(decoding: bytes[from..<max(position, from)], as: UTF8.self)
      if peek() == ascii("}") { position += 1 }
      guard let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else {
        return report("`\\u{\(digits)}` is not a character's number", from - 3)
      }
      text += Array(String(Character(scalar)).utf8)
    default:
      report(
        "`\\` starts an escape such as `\\n`, but nothing is written like this", position - 2,
        suggestion: "write `\\\\` for the sign itself")
    }
  }

  /// Goes to the bracket that closes an interpolation, past nested brackets, texts and their interpolations.
  private mutating func skipInterpolation(_ start: Int) {
    // The open brackets of the code, of the code inside a text inside that, and so on.
    var levels = [0]
    var isInText = false
    while position < end {
      let byte = bytes[position]
      if byte == 10 { return report("the code in `\\( )` does not end on its line", start) }
      if isInText {
        if byte == ascii("\\") {
          position += 1
          if peek() == ascii("(") {
            levels.append(0)
            isInText = false
          }
        } else if byte == ascii("\"") {
          isInText = false
        }
        if position < end, bytes[position] != 10 { position += 1 }
        continue
      }
      switch byte {
      case ascii("("), ascii("["), ascii("{"): levels[levels.count - 1] += 1
      case ascii(")"), ascii("]"), ascii("}"):
        if levels[levels.count - 1] > 0 {
          levels[levels.count - 1] -= 1
        } else if levels.count == 1 {
          return
        } else {
          levels.removeLast()
          isInText = true
        }
      case ascii("\""): isInText = true
      default: break
      }
      position += 1
    }
  }

  /// Takes the closing line's indentation off every line of a multi-line text, and its first and last line ends.
  private static func unindented(_ parts: [Token.StringPart]) -> [Token.StringPart] {
    guard case .text(let last)? = parts.last, let lineEnd = last.lastIndex(of: "\n") else {
      return parts
    }
    let indent = String(last[last.index(after: lineEnd)...])
    guard indent.allSatisfy({ $0 == " " || $0 == "\t" }) else { return parts }
    var result = parts.map { part -> Token.StringPart in
      guard case .text(let text) = part, !indent.isEmpty else { return part }
      return .text(
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
          index, line in
          index > 0 && line.hasPrefix(indent) ? String(line.dropFirst(indent.count)) : String(line)
        }.joined(separator: "\n"))
    }
    if case .text(let first) = result[0], first.hasPrefix("\n") {
      result[0] = .text(String(first.dropFirst()))
    }
    if case .text(let end)? = result.last, end.hasSuffix("\n") {
      result[result.count - 1] = .text(String(end.dropLast()))
    }
    return result
  }
}

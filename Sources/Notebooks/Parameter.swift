import Base
import Session

/// A value from outside for a name of the notebook: `-p epochs=3`.
package struct Parameter: Equatable, Sendable {
  package let name: String
  /// The value as it is written in the language.
  package let code: String
  /// As it was given, so that another process can be given the same.
  let text: String

  /// Reads `name=value`. The value is read as JSON (`3`, `0.5`, `true`, `null`, `"3"`, `[1, 2]`,
  /// `{"a": 1}`); what is not JSON is a text, so that `-p model=lenet` needs no quotes inside of quotes.
  package init(parsing text: String) throws(UsageError) {
    guard let equals = text.firstIndex(of: "=") else {
      throw UsageError(
        "`-p` needs a name and a value, and `\(text)` has no `=`", suggestion: "write `-p \(text)=value`")
    }
    let name = String(text[..<equals])
    guard Self.isName(name) else { throw UsageError("`\(name)` cannot be the name of a parameter") }
    self.name = name
    self.text = text
    code = Self.code(of: String(text[text.index(after: equals)...]))
  }

  /// `var`, so that a cell may go on counting with it.
  var declaration: String { "var \(name) = \(code)" }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first == "_" || first.properties.isXIDStart else {
      return false
    }
    let isWord = Session.coloring(of: text).contains { $0.role == .keyword }
    return text != "_" && !isWord
      && text.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
  }

  private static func code(of text: String) -> String {
    if let value = try? JSON.parse(text) { return literal(value) }
    // What people write out of habit from Python, and what JSON has no sign for.
    switch text {
    case "True": return "true"
    case "False": return "false"
    case "nil", "None": return "nil"
    default: break
    }
    let isNumeric = text.utf8.contains { (0x30...0x39).contains($0) } && text.utf8.allSatisfy(isOfNumber)
    if isNumeric, let number = Double(text), number.isFinite {
      return Int(text).map(String.init) ?? "\(number)"
    }
    return quoted(text)
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
  }

  private static func literal(_ value: JSON) -> String {
    switch value {
    case .null: "nil"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): text
    case .string(let text): quoted(text)
    case .array(let elements): "[" + elements.map(literal).joined(separator: ", ") + "]"
    case .object(let object) where object.isEmpty: "[:]"
    case .object(let object):
      "[" + object.entries.map { "\(quoted($0.key)): \(literal($0.value))" }.joined(separator: ", ") + "]"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\0"..."\u{1F}", "\u{7F}": result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

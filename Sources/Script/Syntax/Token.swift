/// A word, number, sign or text of the source.
package struct Token: Sendable {
  package enum Kind: Sendable, Equatable {
    case identifier(String)
    /// A word the language keeps for itself.
    case keyword(String)
    case integer(Int)
    case double(Double)
    /// Texts and code in order.
    case string([StringPart])
    /// `$0`
    case closureArgument(Int)
    /// An operator or other sign: `+`, `..<`, `(`, `->`.
    case sign(String)
    case end
  }

  package enum StringPart: Sendable, Equatable {
    case text(String)
    /// The range of the code inside `\( )`.
    case code(SourceRange)
  }

  package var kind: Kind
  package var range: SourceRange
  /// The token is the first of its line.
  package var startsLine: Bool
  package var spaceBefore: Bool
  package var spaceAfter: Bool

  func `is`(_ sign: String) -> Bool { kind == .sign(sign) }
  func isKeyword(_ word: String) -> Bool { kind == .keyword(word) }
}

/// Words that cannot name anything.
enum Keywords {
  static let all: Set<String> = [
    "let", "var", "func", "if", "else", "guard", "for", "in", "while", "repeat", "switch", "case",
    "default",
    "return", "break", "continue", "struct", "init", "enum", "do", "catch", "throw", "defer", "nil",
    "true",
    "false", "as", "is", "import", "where", "try", "static",
  ]
}

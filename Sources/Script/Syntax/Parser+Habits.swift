extension Parser {
  struct Habit {
    let message: String
    let suggestion: String?
  }

  /// A statement that starts like one of another language.
  static func statementHabit(_ word: String, _ next: Token, _ source: SourceText) -> Habit? {
    let isName = if case .identifier = next.kind { true } else { false }
    let text = source.text(in: next.range)
    switch word {
    case "def", "function", "fn", "fun":
      return isName
        ? Habit(
          message: "functions are declared with `func`", suggestion: "write `func \(text)(...) { ... }`")
        : nil
    case "elif": return Habit(message: "`elif` is written in two words", suggestion: "write `else if`")
    case "class":
      return isName
        ? Habit(
          message: "there are no classes",
          suggestion:
            "write `struct \(text) { ... }`: its values copy, and any struct with `callAsFunction` is a layer"
        ) : nil
    case "protocol":
      return isName
        ? Habit(
          message: "there are no protocols: methods are found by name", suggestion: "leave the protocol out")
        : nil
    case "extension":
      return isName
        ? Habit(
          message: "there are no extensions",
          suggestion: "put the methods into the struct, or write a function") : nil
    case "actor":
      return isName
        ? Habit(message: "there are no actors", suggestion: "write `struct \(text) { ... }`") : nil
    case "typealias":
      return isName ? Habit(message: "types have no second names", suggestion: "leave the line out") : nil
    case "from":
      return isName
        ? Habit(
          message: "nothing needs to be imported: everything is there from the start",
          suggestion: "delete the line") : nil
    case "with":
      return isName
        ? Habit(
          message: "there is no `with`",
          suggestion: "use the value directly; `defer { ... }` runs code on the way out") : nil
    case "except":
      return Habit(message: "errors are caught with `catch`", suggestion: "write `do { ... } catch { ... }`")
    case "del":
      return isName
        ? Habit(message: "variables are not deleted", suggestion: "give it another value, such as `nil`")
        : nil
    case "print", "puts", "echo":
      switch next.kind {
      case .identifier, .string, .integer, .double:
        return Habit(message: "`print` is a function", suggestion: "write `print(\(text))`")
      default: return nil
      }
    case "int", "float", "double", "string", "const", "auto", "bool":
      return isName
        ? Habit(
          message: "variables are declared with `let` or `var`", suggestion: "write `let \(text) = ...`")
        : nil
    case "pip", "conda", "cd", "ls":
      return isName
        ? Habit(message: "`\(word)` is a command of the shell, which cannot run here", suggestion: nil) : nil
    default: return nil
    }
  }

  /// Two words in a row that other languages allow.
  static func wordHabit(_ before: Token, _ token: Token, _ source: SourceText) -> Habit? {
    switch source.text(in: token.range) {
    case "and": Habit(message: "logic is written with signs here", suggestion: "write `&&` for `and`")
    case "or": Habit(message: "logic is written with signs here", suggestion: "write `||` for `or`")
    case "if":
      Habit(
        message: "a choice between two values has the condition first",
        suggestion: "write `condition ? a : b`")
    case "in":
      Habit(
        message: "whether something is in a list is asked of the list", suggestion: "write `list.contains(x)`"
      )
    case "not":
      Habit(
        message: "logic is written with signs here",
        suggestion: "write `!list.contains(x)` for `x not in list`")
    case ":":
      Habit(
        message: "a body stands in braces, not after a colon", suggestion: "write `{` here and `}` at the end"
      )
    case "===", "!==": Habit(message: "values are compared with `==` and `!=`", suggestion: nil)
    default: nil
    }
  }
}

/// What other languages write, and how it is written here.
extension Parser {
  struct Habit {
    let message: String
    let suggestion: String?
  }

  // MARK: Statements

  /// A statement that starts like one of another language.
  func statementHabit(_ word: String) -> Habit? {
    let next = ahead(1)
    if next.kind == .end || next.startsLine { return nil }
    let isName = if case .identifier = next.kind { true } else { false }
    let text = source.text(in: next.range)
    switch word {
    case "def", "function", "fn", "fun", "sub":
      return isName
        ? Habit(
          message: "functions are declared with `func`",
          suggestion: "write `func \(text)\(parameters(2)) { ... }`") : nil
    case "elif", "elseif":
      return Habit(message: "`\(word)` is written in two words", suggestion: "write `else if`")
    case "except", "finally":
      return isName || next.is(":")
        ? Habit(
          message: "errors are caught with `do` and `catch`",
          suggestion: "write `do { ... } catch { ... }`") : nil
    case "print", "puts", "echo", "assert":
      guard isOperandStart(next) else { return nil }
      let name = word == "assert" ? word : "print"
      return Habit(
        message: "`\(name)` is a function", suggestion: "write `\(name)(\(plainLine(from: 1)))`")
    default:
      guard isName, let habit = Parser.wordHabits[word] else { return nil }
      return Habit(
        message: habit.message, suggestion: habit.suggestion.map { Parser.fill($0, text) })
    }
  }

  /// Words that, with a name behind them, belong to another language; `#` stands for that name.
  private static let wordHabits: [String: (message: String, suggestion: String?)] = [
    "class": (
      "there are no classes",
      "write `struct # { ... }`: its values copy, and any struct with `callAsFunction` is a layer"
    ),
    "interface": ("there are no protocols: methods are found by name", "leave the declaration out"),
    "protocol": ("there are no protocols: methods are found by name", "leave the protocol out"),
    "extension": (
      "there are no extensions", "put the methods into the struct, or write a function"
    ),
    "actor": ("there are no actors", "write `struct # { ... }`"),
    "typealias": ("types have no second names", "leave the line out"),
    "from": ("nothing needs to be imported: everything is there from the start", "delete the line"),
    "using": (
      "nothing needs to be imported: everything is there from the start", "delete the line"
    ),
    "with": (
      "there is no `with`", "use the value directly; `defer { ... }` runs code on the way out"
    ),
    "del": ("variables are not deleted", "give it another value, such as `nil`"),
    "global": (
      "functions read and change the variables around them as they are", "delete the line"
    ),
    "nonlocal": (
      "functions read and change the variables around them as they are", "delete the line"
    ),
    "raise": ("errors are thrown with `throw`", "write `throw \"what went wrong\"`"),
    "yield": ("functions give one value", "collect the values in an array and return it"),
    "async": ("functions are not `async`: every call waits for its result", "leave it out"),
    "new": ("values are made by calling their type", "write `#(...)`"),
    "match": (
      "a choice between many cases is written with `switch`", "write `switch # { case ...: ... }`"
    ),
    "foreach": ("loops are written with `for` and `in`", "write `for # in ... { ... }`"),
    "int": ("variables are declared with `let` or `var`", "write `let # = ...`"),
    "float": ("variables are declared with `let` or `var`", "write `let # = ...`"),
    "double": ("variables are declared with `let` or `var`", "write `let # = ...`"),
    "string": ("variables are declared with `let` or `var`", "write `let # = ...`"),
    "bool": ("variables are declared with `let` or `var`", "write `let # = ...`"),
    "auto": ("variables are declared with `let` or `var`", "write `let # = ...`"),
    "const": ("variables are declared with `let` or `var`", "write `let # = ...`"),
    "local": ("variables are declared with `let` or `var`", "write `let # = ...`"),
    "pip": ("`pip` is a command of the shell, which cannot run here", nil),
    "conda": ("`conda` is a command of the shell, which cannot run here", nil),
    "cd": ("`cd` is a command of the shell, which cannot run here", nil),
    "ls": ("`ls` is a command of the shell, which cannot run here", nil),
  ]

  private static func fill(_ template: String, _ name: String) -> String {
    template.split(separator: "#", omittingEmptySubsequences: false).joined(separator: name)
  }

  /// The parameter list that starts so many tokens ahead, as written, or `(...)`.
  private func parameters(_ offset: Int) -> String {
    guard ahead(offset).is("(") else { return "(...)" }
    var last = offset
    while !ahead(last).is(")") {
      if ahead(last).kind == .end || (ahead(last).startsLine && last > offset) { return "(...)" }
      last += 1
    }
    return text(from: index + offset, to: index + last)
  }

  /// The source of some tokens of one line.
  private func text(from first: Int, to last: Int) -> String {
    guard first <= last, last < tokens.count else { return "" }
    return source.text(in: tokens[first].range.union(tokens[last].range))
  }

  /// The rest of the line, with texts in double quotes.
  private func plainLine(from offset: Int) -> String {
    var last = offset
    while ahead(last + 1).kind != .end, !ahead(last + 1).startsLine, !ahead(last + 1).is(";") {
      last += 1
    }
    if last == offset, case .string(let parts) = ahead(offset).kind, parts.count == 1,
      case .text(let text) = parts[0]
    {
      return "\"\(text)\""
    }
    return text(from: index + offset, to: index + last)
  }

  /// `!ls`, `!pip install numpy`
  var isShellCommand: Bool {
    guard current.is("!"), !current.spaceAfter, case .identifier(let word) = ahead(1).kind else {
      return false
    }
    if case .identifier = ahead(2).kind, !ahead(2).startsLine { return true }
    let commands: Set<String> = [
      "ls", "pip", "pip3", "cd", "cat", "pwd", "wget", "curl", "mkdir", "rm", "git", "python",
      "python3", "unzip",
      "apt", "nvidia", "head",
    ]
    return commands.contains(word) && !ahead(2).is("(") && !ahead(2).is(".")
  }

  // MARK: Between words

  /// Two words in a row that other languages allow.
  static func wordHabit(_ token: Token, _ source: SourceText) -> Habit? {
    let signs = "logic is written with signs here"
    return switch source.text(in: token.range) {
    case "and": Habit(message: signs, suggestion: "write `&&` for `and`")
    case "or": Habit(message: signs, suggestion: "write `||` for `or`")
    case "if":
      Habit(
        message: "a choice between two values has the condition first",
        suggestion: "write `condition ? a : b`")
    case "in":
      Habit(
        message: "whether something is in a list is asked of the list",
        suggestion: "write `list.contains(x)`")
    case "not": Habit(message: signs, suggestion: "write `!list.contains(x)` for `x not in list`")
    case ":":
      Habit(
        message: "a body stands in braces, not after a colon",
        suggestion: "write `{` here and `}` at the end")
    case "===": Habit(message: "values are compared with `==` and `!=`", suggestion: "write `==`")
    case "!==": Habit(message: "values are compared with `==` and `!=`", suggestion: "write `!=`")
    case "@":
      Habit(
        message: "`@` is not an operator here",
        suggestion: "write `matmul(a, b)` for the matrix product")
    default: nil
    }
  }

  /// What may follow a complete statement in another language.
  func separatorHabit() -> Habit? {
    if current.is(":"), case .identifier(let name) = previous.kind {
      if ahead(1).is("="), !ahead(1).startsLine {
        return Habit(
          message: "variables are declared with `let` or `var`",
          suggestion: "write `let \(name) = ...`")
      }
      if case .identifier = ahead(1).kind, !ahead(1).startsLine, ahead(2).is("=") {
        return Habit(
          message: "variables are declared with `let` or `var`",
          suggestion: "write `let \(name) = ...`")
      }
    }
    if current.is(",") { return tupleAssignmentHabit() }
    if case .string = current.kind, case .string = previous.kind {
      return Habit(
        message: "two texts side by side are not joined", suggestion: "put `+` between them")
    }
    return nil
  }

  /// `a, b = b, a`
  private func tupleAssignmentHabit() -> Habit? {
    var first = index
    while first > 0, !tokens[first].startsLine { first -= 1 }
    var equals: Int?
    var last = index
    while last + 1 < tokens.count, tokens[last + 1].kind != .end, !tokens[last + 1].startsLine {
      last += 1
      if tokens[last].is("="), equals == nil { equals = last }
    }
    guard let equals, equals < last else { return nil }
    let left = text(from: first, to: equals - 1)
    var right = text(from: equals + 1, to: last)
    if (equals...last).contains(where: { tokens[$0].is(",") }), !tokens[last].is(")") {
      right = "(\(right))"
    }
    return Habit(
      message: "several variables at once stand in brackets",
      suggestion: "write `(\(left)) = \(right)`")
  }

  /// `let a, b = f(x)`
  func tupleDeclarationHabit(_ isLet: Bool) -> Habit? {
    guard current.is(","), case .identifier = previous.kind else { return nil }
    var names = [source.text(in: previous.range)]
    var offset = 0
    while ahead(offset).is(","), case .identifier(let name) = ahead(offset + 1).kind {
      names.append(name)
      offset += 2
    }
    guard ahead(offset).is("="), isLet else { return nil }
    return Habit(
      message: "several variables at once stand in brackets",
      suggestion: "write `let (\(names.joined(separator: ", "))) = ...`")
  }

  /// `x is None`, `x is not None`: `is` asks for a type here.
  func identityHabit(_ left: NodeID) -> Habit? {
    let name = source.text(in: tree.range(of: left))
    let isNegated = current.kind == .identifier("not")
    switch source.text(in: (isNegated ? ahead(1) : current).range) {
    case "None", "nil", "null":
      return Habit(
        message: "`is` asks for a type; values are compared with `==` and `!=`",
        suggestion: "write `\(name) \(isNegated ? "!=" : "==") nil`")
    default:
      guard isNegated else { return nil }
      return Habit(
        message: "`is not` does not exist",
        suggestion: "write `!(\(name) is ...)` for types, `!=` for values")
    }
  }

  // MARK: Inside brackets

  /// Something other than a comma follows an element; `first` is the first token inside the brackets.
  mutating func missingSeparator(_ close: String, after first: Int) -> Failure {
    if current.is(":") {
      return close == "]"
        ? fail(
          "ranges are written with `..<`, not with a colon", suggestion: sliceSuggestion(first))
        : fail("expected `,` or `\(close)`, but found `:`")
    }
    if current.is("=") {
      let value = isOperandStart(ahead(1)) ? source.text(in: ahead(1).range) : "..."
      return fail(
        "arguments are labelled with a colon",
        suggestion: "write `\(source.text(in: previous.range)): \(value)`")
    }
    if current.isKeyword("for") {
      return fail("there are no list comprehensions", suggestion: comprehensionSuggestion(first))
    }
    if let habit = Parser.wordHabit(current, source) {
      return fail(habit.message, suggestion: habit.suggestion)
    }
    return fail(
      "expected `,` or `\(close)`, but found \(described(current))",
      suggestion: isOperandStart(current) ? "is a comma missing before it?" : nil)
  }

  /// `x[1:3, :]` as it is written here.
  private func sliceSuggestion(_ first: Int) -> String {
    let general = "write `x[1..<3]` for `x[1:3]`, and `x[0..., 0]` for `x[:, 0]`"
    guard first >= 2, tokens[first - 1].is("["), !tokens[first - 2].is("]") else { return general }
    var axes: [String] = []
    var start = first
    var colons: [Int] = []
    var depth = 0
    var position = first
    while position < tokens.count, tokens[position].kind != .end, !tokens[position].startsLine {
      let token = tokens[position]
      if depth == 0, token.is(",") || token.is("]") {
        guard colons.count < 2 else { return general }
        if let colon = colons.first {
          let lower = text(from: start, to: colon - 1)
          let upper = text(from: colon + 1, to: position - 1)
          axes.append(
            upper.isEmpty
              ? (lower.isEmpty ? "0" : lower) + "..."
              : (lower.isEmpty ? "0" : lower) + "..<" + upper)
        } else {
          axes.append(text(from: start, to: position - 1))
        }
        if token.is("]") {
          let subject = source.text(in: tokens[first - 2].range)
          return "write `\(subject)[\(axes.joined(separator: ", "))]`"
        }
        (start, colons) = (position + 1, [])
      } else if depth == 0, token.is(":") {
        colons.append(position)
      }
      if ["(", "[", "{"].contains(where: { token.is($0) }) { depth += 1 }
      if [")", "]", "}"].contains(where: { token.is($0) }) { depth -= 1 }
      position += 1
    }
    return general
  }

  /// `[f(x) for x in xs if c]` as it is written here.
  private func comprehensionSuggestion(_ first: Int) -> String {
    let general = "write `xs.map { $0 * 2 }`, or `xs.filter { ... }.map { ... }`"
    guard case .identifier(let name) = ahead(1).kind, ahead(2).isKeyword("in") else {
      return general
    }
    var end = index + 3
    var condition: Int?
    var depth = 0
    while end < tokens.count, depth > 0 || !(tokens[end].is("]") || tokens[end].is(")")) {
      if tokens[end].kind == .end || tokens[end].isKeyword("for") || tokens[end].isKeyword("else") {
        return general
      }
      if depth == 0, tokens[end].isKeyword("if"), condition == nil { condition = end }
      if ["(", "["].contains(where: { tokens[end].is($0) }) { depth += 1 }
      if [")", "]"].contains(where: { tokens[end].is($0) }) { depth -= 1 }
      end += 1
    }
    let element = text(from: first, to: index - 1)
    let list = text(from: index + 3, to: (condition ?? end) - 1)
    guard !element.isEmpty, !list.isEmpty, !element.contains("\n") else { return general }
    let sequence = list.contains(" ") ? "(\(list))" : list
    let filter = condition.map { ".filter { \(name) in \(text(from: $0 + 1, to: end - 1)) }" } ?? ""
    let map = element == name && condition != nil ? "" : ".map { \(name) in \(element) }"
    return "write `\(sequence)\(filter)\(map)`"
  }

  /// `{1, 2, 3}` and `{"a": 1}` in braces.
  mutating func refuseBracedCollection() throws {
    let isLiteral =
      switch current.kind {
      case .string, .integer, .double: true
      default: false
      }
    guard isLiteral, ahead(1).is(":") || ahead(1).is(",") else { return }
    let failure =
      ahead(1).is(":")
      ? fail(
        "dictionaries are written in square brackets; braces hold code", at: previous.range,
        suggestion: "write `[\"a\": 1, \"b\": 2]`")
      : fail(
        "lists are written in square brackets; braces hold code", at: previous.range,
        suggestion: "write `[1, 2, 3]`")
    skipBraces()
    throw failure
  }
}

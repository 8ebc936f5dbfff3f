import Script

/// Trees as S-expressions, so that tests can say what they expect in one line.
extension SyntaxTree {
  static func dump(_ code: String) -> String {
    let result = Parser.parse(SourceText(code, name: "test"))
    if let first = result.diagnostics.first { return "error: \(first.message)" }
    return result.tree.statements.map { result.tree.text($0) }.joined(separator: " ; ")
  }

  private func list(_ ids: [NodeID]) -> String { ids.map { " " + text($0) }.joined() }

  private func arguments(_ arguments: [Argument]) -> String {
    arguments.map { " " + ($0.label.map { $0 + ":" } ?? "") + text($0.value) }.joined()
  }

  private func text(_ conditions: [Condition]) -> String {
    conditions.map { condition in
      switch condition {
      case .expression(let id): text(id)
      case .binding(_, let pattern, let value): "(let \(text(pattern)) \(text(value)))"
      }
    }.joined(separator: " , ")
  }

  private func text(_ pattern: Pattern) -> String {
    switch pattern {
    case .name(let name, _): name
    case .wildcard: "_"
    case .tuple(let parts, _): "(" + parts.map { text($0) }.joined(separator: " ") + ")"
    }
  }

  private func text(_ parameters: [Parameter]) -> String {
    "("
      + parameters.map { parameter in
        (parameter.isUnlabelled ? "_ " : parameter.label.map { $0 + " " } ?? "") + parameter.name
          + (parameter.isVariadic ? "..." : "")
          + (parameter.defaultValue.map { "=" + text($0) } ?? "")
      }.joined(separator: ", ") + ")"
  }

  private func text(_ function: Function) -> String {
    "(\(function.isStatic ? "static " : "")func \(function.name) \(text(function.parameters))\(list(function.body)))"
  }

  func text(_ id: NodeID) -> String {
    switch self[id] {
    case .invalid: "invalid"
    case .nilLiteral: "nil"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .interpolation(let parts): "(text\(list(parts)))"
    case .name(let name): name
    case .implicitMember(let name): "." + name
    case .closureArgument(let number): "$\(number)"
    case .wildcard: "_"
    case .array(let elements): "[\(elements.map { text($0) }.joined(separator: " "))]"
    case .dictionary(let entries):
      "{\(entries.map { text($0.key) + ":" + text($0.value) }.joined(separator: " "))}"
    case .tuple(let elements):
      "(tuple\(elements.map { " " + ($0.label.map { $0 + ":" } ?? "") + text($0.value) }.joined()))"
    case .unary(let sign, let value): "(\(sign.rawValue) \(text(value)))"
    case .binary(let sign, let left, let right): "(\(sign.rawValue) \(text(left)) \(text(right)))"
    case .shortCircuit(let sign, let left, let right):
      "(\(sign.rawValue) \(text(left)) \(text(right)))"
    case .pipe(let left, let right): "(|> \(text(left)) \(text(right)))"
    case .ternary(let condition, let then, let otherwise):
      "(? \(text(condition)) \(text(then)) \(text(otherwise)))"
    case .range(let lower, let upper, let isClosed):
      "(\(isClosed ? "..." : "..<") \(lower.map { text($0) } ?? "_") \(upper.map { text($0) } ?? "_"))"
    case .ellipsis: "..."
    case .typeTest(let value, _): "(is \(text(value)))"
    case .member(let base, let name, _): "(. \(text(base)) \(name))"
    case .subscripted(let base, let given): "(at \(text(base))\(arguments(given)))"
    case .call(let callee, let given): "(call \(text(callee))\(arguments(given)))"
    case .forceUnwrap(let value): "(! \(text(value)))"
    case .optionalChain(let value): "(chain \(text(value)))"
    case .optionalLink(let value): "(?. \(text(value)))"
    case .closure(let closure):
      "{\(closure.parameters.map { text($0) } ?? "")\(list(closure.body))}"
    case .ifElse(let choice):
      "(if"
        + choice.branches.map { " (\(text($0.conditions)) =>\(list($0.body)))" }.joined()
        + (choice.otherwise.map { " (else\(list($0)))" } ?? "") + ")"
    case .switching(let choice):
      "(switch \(text(choice.subject))"
        + choice.cases.map { item in
          " (\(item.isDefault ? "default" : "case \(item.items.count)")"
            + (item.condition.map { " where " + text($0) } ?? "") + " =>\(list(item.body)))"
        }.joined() + ")"
    case .variable(let isLet, let pattern, _, let value):
      "(\(isLet ? "let" : "var") \(text(pattern))\(value.map { " " + text($0) } ?? ""))"
    case .assignment(let target, let sign, let value):
      "(\(sign?.rawValue ?? "")= \(text(target)) \(text(value)))"
    case .function(let function): text(function)
    case .structure(let structure):
      "(struct \(structure.name) [\(structure.stored.map(\.name).joined(separator: " "))]"
        + " [\(structure.computed.map(\.name).joined(separator: " "))]"
        + (structure.initializers + structure.methods).map { " " + text($0) }.joined() + ")"
    case .enumeration(let enumeration):
      "(enum \(enumeration.name) "
        + enumeration.cases.map { $0.name + ($0.rawValue.map { "=" + text($0) } ?? "") }.joined(
          separator: " ") + ")"
    case .guarding(let conditions, let otherwise):
      "(guard \(text(conditions)) (else\(list(otherwise))))"
    case .forIn(let loop):
      "(for \(loop.label.map { $0 + ": " } ?? "")\(text(loop.pattern)) in \(text(loop.sequence))"
        + (loop.condition.map { " where " + text($0) } ?? "") + " =>\(list(loop.body)))"
    case .whileLoop(let label, let conditions, let body):
      "(while \(label.map { $0 + ": " } ?? "")\(text(conditions)) =>\(list(body)))"
    case .repeatWhile(_, let body, let condition): "(repeat\(list(body)) while \(text(condition)))"
    case .returning(let value): "(return\(value.map { " " + text($0) } ?? ""))"
    case .breaking(let label): "(break\(label.map { " " + $0 } ?? ""))"
    case .continuing(let label): "(continue\(label.map { " " + $0 } ?? ""))"
    case .throwing(let value): "(throw \(text(value)))"
    case .doCatch(let attempt):
      "(do\(list(attempt.body))"
        + attempt.catches.map { " (catch \($0.name)\(list($0.body)))" }.joined() + ")"
    case .deferring(let body): "(defer\(list(body)))"
    case .silenced(let value): "(silent \(text(value)))"
    case .help(let value): "(help \(text(value)))"
    case .importing(let path): "(import \(path))"
    }
  }
}

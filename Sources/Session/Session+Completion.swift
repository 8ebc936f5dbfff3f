import Library
import Script

extension Session {
  /// What can stand at the cursor: names, members of the value that is there now, labels, choices, files.
  package func completions(in code: String, at offset: Int) -> Completions {
    let scalars = code.unicodeScalars
    let cursor = scalars.index(scalars.startIndex, offsetBy: min(max(offset, 0), scalars.count))
    let bytes = code.utf8.distance(from: code.utf8.startIndex, to: cursor)
    /// From a UTF-8 offset to one in Unicode scalars.
    func scalarOffset(_ utf8: Int) -> Int {
      String(decoding: code.utf8.prefix(utf8), as: UTF8.self).unicodeScalars.count
    }
    func answer(_ start: Int, _ items: [Completions.Item]) -> Completions {
      Completions(start: scalarOffset(start), end: scalarOffset(bytes), items: items)
    }
    switch CursorContext(code, at: bytes) {
    case .nothing: return answer(bytes, [])
    case .name(let prefix, let start, let call):
      return answer(start, labels(of: call, prefix) + names(prefix))
    case .member(let base, let prefix, let start): return answer(start, members(of: base, prefix))
    case .implicitMember(let prefix, let start, let call): return answer(start, choices(of: call, prefix))
    case .text(let prefix, let start):
      let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
      let name = String(prefix.dropFirst(folder.count))
      return answer(start + folder.utf8.count, files(in: folder, name))
    }
  }

  // MARK: Names

  private func names(_ prefix: String) -> [Completions.Item] {
    var items: [Completions.Item] = []
    var seen: Set<String> = []
    for (name, value) in machine.globals.userVariables where matches(name, prefix) && name != "_" {
      seen.insert(name)
      items.append(.init(text: name, type: kind(of: value), signature: signature(of: value)))
    }
    for (name, entry) in machine.registry.globals.sorted(by: { $0.key < $1.key })
    where matches(name, prefix) && seen.insert(name).inserted {
      switch entry {
      case .function(let builtin):
        items.append(.init(text: name, type: "function", signature: parameters(of: builtin)))
      case .namespace(let namespace):
        items.append(.init(text: name, type: namespace.call == nil ? "module" : "class"))
      }
    }
    guard !prefix.isEmpty else { return items }
    for word in Session.keywords where word.hasPrefix(prefix) && seen.insert(word).inserted {
      items.append(.init(text: word, type: "keyword"))
    }
    return items
  }

  private static let keywords = [
    "break", "case", "catch", "continue", "default", "defer", "do", "else", "enum", "false", "for", "func",
    "guard",
    "if", "import", "in", "init", "let", "nil", "repeat", "return", "self", "static", "struct", "switch",
    "throw",
    "true", "var", "while",
  ]

  private func matches(_ name: String, _ prefix: String) -> Bool {
    guard !prefix.isEmpty else { return !name.hasPrefix("$") }
    return name.hasPrefix(prefix) || (prefix.count >= 2 && name.lowercased().hasPrefix(prefix.lowercased()))
  }

  // MARK: Members

  private func members(of chain: CursorContext.Chain, _ prefix: String) -> [Completions.Item] {
    switch chain {
    case .text: return tableMembers("String", prefix)
    case .array: return tableMembers("Array", prefix)
    case .unknown: return []
    case .names(let names):
      guard let value = value(of: names) else { return [] }
      defer { value.release() }
      return machine.memberNames(of: value).filter { matches($0.name, prefix) }.map { member in
        .init(
          text: member.name, type: member.isMethod ? "method" : "property",
          signature: member.isMethod ? member.builtin.map(parameters(of:)) ?? "" : "")
      }
    }
  }

  private func tableMembers(_ type: String, _ prefix: String) -> [Completions.Item] {
    guard let table = machine.registry.types[type] else { return [] }
    let properties = table.properties.keys.filter { matches($0, prefix) }.sorted().map {
      Completions.Item(text: $0, type: "property")
    }
    let methods = table.methods.values.filter { matches($0.name, prefix) }.sorted { $0.name < $1.name }.map {
      Completions.Item(text: $0.name, type: "method", signature: parameters(of: $0))
    }
    return properties + methods
  }

  /// The value that a chain of names stands for now, owned; nil when it means nothing or would run user code.
  func value(of names: [String]) -> Value? {
    guard let first = names.first, var value = machine.globals.value(named: first)?.retained() else {
      return nil
    }
    for name in names.dropFirst() {
      let base = value
      defer { base.release() }
      guard !machine.runsUserCode(name, of: base), let next = try? machine.member(name, of: base) else {
        return nil
      }
      value = next
    }
    return value
  }

  // MARK: Calls

  private func labels(of call: CursorContext.CallContext?, _ prefix: String) -> [Completions.Item] {
    guard let call, call.startsArgument, case .names(let names) = call.callee, let callee = value(of: names)
    else {
      return []
    }
    defer { callee.release() }
    return machine.labels(of: callee).filter { !call.labels.contains($0) && $0.hasPrefix(prefix) }.map {
      Completions.Item(text: $0 + ":", type: "label")
    }
  }

  private func choices(of call: CursorContext.CallContext?, _ prefix: String) -> [Completions.Item] {
    guard let call, case .names(let names) = call.callee, let callee = value(of: names) else { return [] }
    defer { callee.release() }
    guard let builtin = machine.builtin(of: callee) else { return [] }
    let parameters = builtin.parameters.filter { $0.name != "self" }
    let parameter =
      call.label.flatMap { label in parameters.first { $0.name == label } }
      ?? (parameters.indices.contains(call.position) ? parameters[call.position] : nil)
    return (parameter?.choices ?? []).filter { $0.hasPrefix(prefix) }.map {
      .init(text: $0, type: "enum member")
    }
  }

  private func kind(of value: Value) -> String {
    if value.referenced is StructType || value.referenced is EnumType { return "class" }
    return value.isCallable ? "function" : "instance"
  }

  private func signature(of value: Value) -> String {
    if let builtin = value.referenced as? Builtin { return parameters(of: builtin) }
    guard let code = value.functionCode, let open = code.signature.firstIndex(of: "(") else { return "" }
    return String(code.signature[open...])
  }

  private func parameters(of builtin: Builtin) -> String {
    builtin.signature.firstIndex(of: "(").map { String(builtin.signature[$0...]) } ?? ""
  }
}

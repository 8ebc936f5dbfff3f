extension Values {
  /// How much of a value is written before the rest becomes "...".
  package struct TextLimits: Sendable {
    package var characters: Int
    package var depth: Int
    package init(characters: Int = 1_000_000, depth: Int = 60) {
      self.characters = characters
      self.depth = depth
    }
  }

  /// The value as `print` writes it. `describe` may give an instance's own description.
  package static func text(
    of value: Value, limits: TextLimits = TextLimits(), describe: (Value) throws -> String? = { _ in nil }
  ) throws -> String {
    switch value.kind {
    case .string: return value.asString
    case .integer: return String(value.asInteger)
    case .double: return text(of: value.asDouble)
    default: break
    }
    var writer = TextWriter(limits: limits)
    try writer.write(value, describe: describe)
    return writer.text
  }

  /// The value as it would be written in code, where that is possible: strings in quotes.
  package static func literal(
    of value: Value, limits: TextLimits = TextLimits(), describe: (Value) throws -> String? = { _ in nil }
  ) throws -> String {
    var writer = TextWriter(limits: limits)
    try writer.write(value, describe: describe)
    return writer.text
  }

  /// A string in quotes, with escapes.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Shortest digits that read back as the same number.
  package static func text(of number: Double) -> String { number.description }
}

/// Writes nested values with a stack of its own.
private struct TextWriter {
  private enum Step {
    case value(Value, depth: Int)
    case text(String)
  }

  let limits: Values.TextLimits
  private(set) var text = ""
  private var steps: [Step] = []

  init(limits: Values.TextLimits) { self.limits = limits }

  mutating func write(_ value: Value, describe: (Value) throws -> String?) throws {
    steps.append(.value(value, depth: 0))
    while let step = steps.popLast() {
      switch step {
      case .text(let part): text += part
      case .value(let value, let depth): try write(value, depth: depth, describe: describe)
      }
      if text.utf8.count > limits.characters {
        text += " ..."
        return
      }
    }
  }

  private mutating func write(_ value: Value, depth: Int, describe: (Value) throws -> String?) throws {
    switch value.kind {
    case .absent, .moved: text += "nothing"
    case .none: text += "nil"
    case .bool: text += value.asBool ? "true" : "false"
    case .integer: text += String(value.asInteger)
    case .double: text += Values.text(of: value.asDouble)
    case .string: text += Values.quoted(value.asString)
    case .implicitMember: text += "." + value.asString
    case .enumCase: text += "." + value.enumCaseName
    case .range: text += rangeText(value)
    case .closure: text += value.functionCode.map { "func \($0.signature)" } ?? "func"
    case .boundMethod, .box: text += "func"
    case .host: text += value.object(HostObject.self).pointee.payload.text()
    case .reference: text += referenceText(value)
    case .array:
      let elements = value.elements.map(Array.init) ?? []
      pushList(elements.map { (nil, $0) }, open: "[", close: "]", depth: depth)
    case .tuple:
      let labels = value.tupleLabels
      let elements = value.elements.map(Array.init) ?? []
      pushList(
        elements.enumerated().map { (labels?[$0].map { $0 + ": " }, $1) }, open: "(", close: ")", depth: depth
      )
    case .dictionary: pushDictionary(value, depth: depth)
    case .instance:
      if let own = try describe(value) {
        text += own
      } else {
        let members = value.storedMembers ?? []
        pushList(
          members.map { ($0.name + ": ", $0.value) }, open: value.typeName + "(", close: ")", depth: depth)
      }
    }
  }

  private mutating func pushList(
    _ items: [(label: String?, value: Value)], open: String, close: String, depth: Int
  ) {
    guard depth < limits.depth || items.isEmpty else {
      text += open + "..." + close
      return
    }
    text += open
    steps.append(.text(close))
    // What lies beyond the limit is never written, so it need not be pushed.
    let shown = items.prefix(limits.characters)
    for (index, item) in shown.enumerated().reversed() {
      steps.append(.value(item.value, depth: depth + 1))
      let separator = index == 0 ? "" : ", "
      let label = separator + (item.label ?? "")
      if !label.isEmpty { steps.append(.text(label)) }
    }
  }

  private mutating func pushDictionary(_ value: Value, depth: Int) {
    let entries = value.entries ?? []
    guard !entries.isEmpty else {
      text += "[:]"
      return
    }
    guard depth < limits.depth else {
      text += "[...]"
      return
    }
    text += "["
    steps.append(.text("]"))
    for (index, entry) in entries.enumerated().reversed() {
      steps.append(.value(entry.value, depth: depth + 1))
      steps.append(.text(": "))
      steps.append(.value(entry.key, depth: depth + 1))
      if index > 0 { steps.append(.text(", ")) }
    }
  }

  private func rangeText(_ value: Value) -> String {
    let range = value.object(RangeObject.self).pointee
    switch (range.lower, range.upper) {
    case (nil, nil): return "..."
    case (let lower?, nil): return "\(lower)..."
    case (nil, let upper?): return range.isClosed ? "...\(upper &- 1)" : "..<\(upper)"
    case (let lower?, let upper?): return range.isClosed ? "\(lower)...\(upper &- 1)" : "\(lower)..<\(upper)"
    }
  }

  private func referenceText(_ value: Value) -> String {
    switch value.referenced {
    case let builtin as Builtin: "func \(builtin.signature)"
    case let type as StructType: type.name
    case let type as EnumType: type.name
    case let namespace as Namespace: namespace.name
    case let error as ScriptError: error.message
    default: "object"
    }
  }
}

import Base
import Display
import Script

/// A page of help, written once and shown as text or HTML.
package struct HelpPage: Sendable {
  enum Block: Sendable {
    /// The form of a call, or a name.
    case title(String)
    case heading(String)
    case paragraph(String)
    /// Names with what they mean.
    case list([(name: String, text: String)])
    case code(String)
    case example(code: String, output: String)
  }

  var blocks: [Block] = []

  /// `text/plain` and `text/html`.
  package var bundle: MIMEBundle {
    var bundle = MIMEBundle(text: text)
    bundle["text/html"] = .text(html)
    return bundle
  }

  // MARK: What a page is about

  /// A built-in function or method; `owner` is the type or namespace it belongs to.
  package static func page(for builtin: Builtin, owner: String? = nil, isProperty: Bool = false) -> HelpPage {
    var page = HelpPage()
    let prefix = owner.map { $0 + "." } ?? ""
    page.blocks.append(.title(prefix + (isProperty ? builtin.name : builtin.signature)))
    page.blocks.append(.paragraph(builtin.summary))
    let parameters = builtin.parameters.filter { $0.name != "self" && !$0.summary.isEmpty }
    if !parameters.isEmpty { page.blocks.append(.list(parameters.map { ($0.name, $0.described) })) }
    for paragraph in builtin.details.split(separator: "\n\n") {
      page.blocks.append(.paragraph(String(paragraph)))
    }
    page.appendExamples(builtin.examples)
    return page
  }

  /// A name with members.
  package static func page(for namespace: Namespace, type: TypeTable? = nil) -> HelpPage {
    var page = HelpPage()
    page.blocks.append(.title(namespace.call?.signature ?? namespace.name))
    page.blocks.append(.paragraph(namespace.summary))
    if let call = namespace.call {
      page.blocks.append(contentsOf: Self.page(for: call).blocks.dropFirst())
    }
    page.appendMembers(
      "Members",
      namespace.constants.values.map { ("\(namespace.name).\($0.name)", $0.summary) }
        + namespace.functions.values.map { ("\(namespace.name).\($0.signature)", $0.summary) })
    if let type { page.appendMembers(of: type) }
    return page
  }

  /// What a value of a type offers.
  package static func page(for type: TypeTable) -> HelpPage {
    var page = HelpPage()
    page.blocks.append(.title(type.name))
    page.blocks.append(.paragraph(type.summary))
    page.appendMembers(of: type)
    return page
  }

  /// A function of the program: its form, the comment above it, and its text.
  package static func page(for function: FunctionCode) -> HelpPage {
    var page = HelpPage()
    page.blocks.append(.title(function.signature))
    page.appendSource(function.source, function.range)
    return page
  }

  /// A struct of the program.
  package static func page(for type: StructType) -> HelpPage {
    var page = HelpPage()
    page.blocks.append(.title(type.name))
    page.appendSource(type.source, type.range)
    return page
  }

  /// An enum of the program.
  package static func page(for type: EnumType) -> HelpPage {
    var page = HelpPage()
    page.blocks.append(.title(type.name))
    page.blocks.append(.paragraph("One of " + type.caseNames.map { "." + $0 }.joined(separator: ", ") + "."))
    page.appendSource(type.source, type.range)
    return page
  }

  /// Any value: the function or type it is, or the type it has.
  package static func about(_ value: Value, in machine: Machine) throws -> HelpPage {
    switch value.referenced {
    case let builtin as Builtin: return page(for: builtin)
    case let namespace as Namespace:
      return page(for: namespace, type: machine.registry.types[namespace.name])
    case let type as StructType: return page(for: type)
    case let type as EnumType: return page(for: type)
    default: break
    }
    if let function = value.functionCode { return page(for: function) }
    if let method = value.boundMethod { return try about(method, in: machine) }
    var page = HelpPage()
    if let table = machine.registry.types[value.typeName] {
      page = Self.page(for: table)
    } else {
      page.blocks.append(.title(value.typeName))
      if let members = value.storedMembers, !members.isEmpty {
        page.blocks.append(
          .list(try members.map { ($0.name, Self.shortened(try machine.text(of: $0.value), to: 200)) }))
      }
    }
    page.blocks.insert(.code(Self.shortened(try machine.text(of: value), to: 500)), at: 1)
    return page
  }

  /// A name: a function, a namespace, a type, or `Type.member`.
  package static func named(_ name: String, in registry: Registry) -> HelpPage? {
    switch registry.globals[name] {
    case .function(let builtin): return page(for: builtin)
    case .namespace(let namespace): return page(for: namespace, type: registry.types[name])
    case nil: break
    }
    if let type = registry.types[name] { return page(for: type) }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    if let type = registry.types[parts[0]] {
      if let method = type.methods[parts[1]] { return page(for: method, owner: parts[0]) }
      if let property = type.properties[parts[1]] {
        return page(for: property, owner: parts[0], isProperty: true)
      }
    }
    guard case .namespace(let namespace)? = registry.globals[parts[0]] else { return nil }
    if let function = namespace.functions[parts[1]] { return page(for: function, owner: parts[0]) }
    return namespace.constants[parts[1]].map { page(for: $0, owner: parts[0], isProperty: true) }
  }

  /// Every name of the registry with its sentence.
  package static func overview(of registry: Registry) -> HelpPage {
    var functions: [(name: String, text: String)] = []
    var namespaces: [(name: String, text: String)] = []
    for entry in registry.globals.values {
      switch entry {
      case .function(let builtin): functions.append((builtin.signature, builtin.summary))
      case .namespace(let namespace): namespaces.append((namespace.name, namespace.summary))
      }
    }
    var page = HelpPage()
    page.blocks.append(.title("Help"))
    page.blocks.append(.paragraph("`help(name)` or `name?` tells more about one of these."))
    page.appendMembers("Functions", functions)
    page.appendMembers("Types and groups of names", namespaces)
    return page
  }

  // MARK: Parts

  private mutating func appendExamples(_ examples: [Builtin.Example]) {
    guard !examples.isEmpty else { return }
    blocks.append(.heading(examples.count == 1 ? "Example" : "Examples"))
    for example in examples { blocks.append(.example(code: example.code, output: example.output)) }
  }

  private mutating func appendMembers(_ heading: String, _ members: [(name: String, text: String)]) {
    guard !members.isEmpty else { return }
    blocks.append(.heading(heading))
    blocks.append(.list(members.sorted { $0.name < $1.name }))
  }

  private mutating func appendMembers(of type: TypeTable) {
    appendMembers("Members of a value", type.properties.values.map { ($0.name, $0.summary) })
    appendMembers("Methods of a value", type.methods.values.map { ($0.signature, $0.summary) })
  }

  /// The comment lines right above a declaration, and the declaration itself.
  private mutating func appendSource(_ source: SourceText, _ range: SourceRange) {
    let first = source.position(of: Int(range.start)).line
    var comment: [String] = []
    var line = first - 1
    while line > 0 {
      let text = source.line(line).drop { $0 == " " || $0 == "\t" }
      guard text.hasPrefix("//") else { break }
      comment.insert(text.drop { $0 == "/" }.trimmingPrefixSpace, at: 0)
      line -= 1
    }
    if !comment.isEmpty { blocks.append(.paragraph(comment.joined(separator: " "))) }
    blocks.append(.paragraph("Defined in \(source.name), line \(first):"))
    blocks.append(.code(Self.shortened(source.text(in: range), to: 2000)))
  }

  private static func shortened(_ text: String, to limit: Int) -> String {
    text.count > limit ? text.prefix(limit) + " ..." : text
  }
}

extension Builtin.Parameter {
  /// The phrase, with the choices where it does not name them itself.
  fileprivate var described: String {
    let missing = choices.filter { !summary.contains("." + $0) }
    return missing.isEmpty || missing.count < choices.count
      ? summary : summary + ": " + choices.map { "." + $0 }.joined(separator: ", ")
  }
}

extension Substring {
  fileprivate var trimmingPrefixSpace: String { String(drop { $0 == " " }) }
}

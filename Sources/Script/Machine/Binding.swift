import Base

/// Which parameter each argument of a call goes to.
///
/// By position first, then by label in any order; a trailing closure without label goes to the last parameter.
enum Binding {
  struct Parameter {
    let name: String
    /// What callers may write before a colon besides the name.
    let label: String?
    let isVariadic: Bool
    let isOptional: Bool
    let isUnlabelled: Bool
  }

  /// The parameter of each argument, or an error in the user's words.
  static func find(count: Int, site: CallSite?, _ parameters: [Parameter], name: String) throws -> [Int] {
    var result: [Int] = []
    var filled = [Bool](repeating: false, count: parameters.count)
    var next = 0
    let labels = site?.labels ?? []
    let firstTrailing = count - (site?.trailingClosures ?? 0)
    for argument in 0..<count {
      let position: Int
      if labels.indices.contains(argument), let label = labels[argument] {
        position = try labelled(label, parameters, filled, name: name, argument: argument, site: site)
      } else if argument >= firstTrailing, let last = parameters.indices.last, !filled[last] {
        position = last
      } else {
        while next < parameters.count, filled[next], !parameters[next].isVariadic { next += 1 }
        guard next < parameters.count else { throw tooMany(count, parameters, name: name) }
        position = next
      }
      filled[position] = true
      result.append(position)
    }
    for (index, parameter) in parameters.enumerated() where !filled[index] && !parameter.isOptional {
      if parameter.isVariadic { continue }
      throw ScriptError(
        .type, "`\(name)` needs a value for `\(parameter.name)`",
        suggestion: "its form is `\(form(parameters, name: name))`")
    }
    return result
  }

  private static func labelled(
    _ label: String, _ parameters: [Parameter], _ filled: [Bool], name: String, argument: Int, site: CallSite?
  ) throws -> Int {
    guard
      let index = parameters.firstIndex(where: { $0.label == label || ($0.name == label && !$0.isUnlabelled) }
      )
    else {
      let known = parameters.filter { !$0.isUnlabelled }.map { $0.label ?? $0.name }
      let similar = EditDistance.best(for: label, among: known)
      let error = ScriptError(
        .type, "`\(name)` has no parameter `\(label)`",
        suggestion: similar.map { "did you mean `\($0):`?" }
          ?? "its form is `\(form(parameters, name: name))`")
      error.underline = site?.argumentRanges[argument]
      throw error
    }
    guard !filled[index] || parameters[index].isVariadic else {
      let error = ScriptError(.type, "`\(name)` got `\(label)` twice")
      error.underline = site?.argumentRanges[argument]
      throw error
    }
    return index
  }

  private static func tooMany(_ count: Int, _ parameters: [Parameter], name: String) -> ScriptError {
    let most =
      parameters.count == 0
      ? "no arguments" : parameters.count == 1 ? "one argument" : "\(parameters.count) arguments"
    return ScriptError(
      .type, "`\(name)` takes \(most), but got \(count)",
      suggestion: "its form is `\(form(parameters, name: name))`")
  }

  private static func form(_ parameters: [Parameter], name: String) -> String {
    let list = parameters.map {
      ($0.label ?? $0.name) + ($0.isVariadic ? "..." : "") + ($0.isOptional ? " = ..." : "")
    }
    return "\(name)(\(list.joined(separator: ", ")))"
  }
}

extension FunctionCode {
  var bindingParameters: [Binding.Parameter] {
    parameters.map {
      Binding.Parameter(
        name: $0.name, label: $0.label, isVariadic: $0.isVariadic, isOptional: $0.hasDefault,
        isUnlabelled: $0.label == nil)
    }
  }
}

extension Builtin {
  /// The parameters that callers fill; a receiver comes by itself.
  func bindingParameters(hasReceiver: Bool) -> [Binding.Parameter] {
    parameters.dropFirst(hasReceiver ? 1 : 0).map {
      Binding.Parameter(
        name: $0.name, label: nil, isVariadic: $0.isVariadic, isOptional: $0.defaultText != nil,
        isUnlabelled: false)
    }
  }
}

extension Machine {
  /// Lays arguments out as a function's parameters; those not given become absent.
  func bind(
    _ arguments: UnsafeMutablePointer<Value>, count: Int, site: CallSite?, to code: FunctionCode
  ) throws {
    var count = count
    let parameters = code.parameters
    if code.name == "{ }" {
      count = fitToClosure(arguments, count: count, code)
      if count == parameters.count, site?.labels.isEmpty ?? true { return }
    }
    let isPlain =
      (site?.labels.isEmpty ?? true) && site?.trailingClosures ?? 0 == 0
      && !parameters.contains(where: \.isVariadic)
    if isPlain, count <= parameters.count, parameters[count...].allSatisfy(\.hasDefault) {
      for index in count..<max(count, parameters.count) { store(.absent, in: arguments + index) }
      return
    }
    try lay(arguments, count: count, site: site, owner: code, name: code.name) { code.bindingParameters }
  }

  func bind(
    _ arguments: UnsafeMutablePointer<Value>, count: Int, site: CallSite?, to builtin: Builtin,
    hasReceiver: Bool
  ) throws {
    let parameterCount = builtin.parameterCount
    let namesNone = site.map { $0.labels.isEmpty && $0.trailingClosures == 0 } ?? true
    if namesNone, builtin.variadicIndex < 0, count <= parameterCount, count >= builtin.requiredCount {
      for index in count..<max(count, parameterCount) { store(.absent, in: arguments + index) }
      return
    }
    if namesNone, builtin.variadicIndex == (hasReceiver ? 1 : 0),
      builtin.requiredCount <= builtin.variadicIndex
    {
      try gather(arguments, count: count, from: builtin.variadicIndex, parameterCount: parameterCount)
      return
    }
    let skipped = hasReceiver ? 1 : 0
    try lay(arguments + skipped, count: count - skipped, site: site, owner: builtin, name: builtin.name) {
      builtin.bindingParameters(hasReceiver: hasReceiver)
    }
  }

  /// Puts all arguments from one on into an array.
  private func gather(
    _ arguments: UnsafeMutablePointer<Value>, count: Int, from first: Int, parameterCount: Int
  ) throws {
    let array = Value.emptyArray(capacity: count - first)
    for index in first..<max(count, first) {
      try array.appendElement(arguments[index])
      arguments[index] = .absent
    }
    arguments[first] = array
    for index in first + 1..<max(parameterCount, first + 1) { store(.absent, in: arguments + index) }
  }

  /// Closures take one tuple for several parameters, and ignore what they have no name for.
  private func fitToClosure(_ arguments: UnsafeMutablePointer<Value>, count: Int, _ code: FunctionCode) -> Int
  {
    let wanted = code.parameters.count
    if count == 1, wanted > 1, let parts = arguments[0].elements, arguments[0].kind == .tuple,
      parts.count == wanted
    {
      let whole = arguments[0]
      let copies = parts.map { $0.retained() }
      for (index, part) in copies.enumerated() { arguments[index] = part }
      whole.release()
      return wanted
    }
    guard code.isLenient, count > wanted else { return count }
    for index in wanted..<count { store(.absent, in: arguments + index) }
    return wanted
  }

  private func lay(
    _ arguments: UnsafeMutablePointer<Value>, count: Int, site: CallSite?, owner: AnyObject, name: String,
    _ parameters: () -> [Binding.Parameter]
  ) throws {
    let list = parameters()
    let binding: [Int]
    if let site, site.boundCallee === owner, site.binding.count == count {
      binding = site.binding
    } else {
      binding = try Binding.find(count: count, site: site, list, name: name)
      site?.remember(binding, owner)
    }
    let given = Array(UnsafeBufferPointer(start: arguments, count: count))
    for index in 0..<max(count, list.count) { arguments[index] = .absent }
    var rest: [Int: [Value]] = [:]
    for (index, value) in given.enumerated() {
      let position = binding[index]
      if list[position].isVariadic {
        rest[position, default: []].append(value)
      } else {
        arguments[position] = value
      }
    }
    for (position, parameter) in list.enumerated() where parameter.isVariadic {
      arguments[position] = .array(rest[position] ?? [])
    }
  }
}

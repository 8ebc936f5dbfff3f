import Library
import Script

/// The call around the cursor: what it takes, and which of it stands at the cursor.
package struct SignatureHint: Sendable, Equatable {
  package var name: String
  /// As help writes them: `stride = 1`.
  package var parameters: [String]
  /// The parameter at the cursor.
  package var current: Int?
  /// What that parameter is, in a phrase; empty where nobody wrote it.
  package var summary: String

  package init(name: String, parameters: [String], current: Int? = nil, summary: String = "") {
    self.name = name
    self.parameters = parameters
    self.current = current
    self.summary = summary
  }
}

extension Session {
  /// The innermost call that is open at an offset, which counts Unicode scalars; nil where there is none, or
  /// where nothing is known of it.
  package func signature(in code: String, at offset: Int) -> SignatureHint? {
    let bytes = String(String.UnicodeScalarView(code.unicodeScalars.prefix(max(offset, 0)))).utf8.count
    guard let context = CursorContext.enclosingCall(code, at: bytes), case .names(let names) = context.callee,
      let callee = callee(names)
    else { return nil }
    var current = min(context.position, callee.variadic ?? context.position)
    if let label = context.label { current = callee.labels.firstIndex(of: label) ?? -1 }
    let isKnown = callee.parameters.indices.contains(current)
    return SignatureHint(
      name: names.joined(separator: "."), parameters: callee.parameters, current: isKnown ? current : nil,
      summary: isKnown && callee.summaries.indices.contains(current) ? callee.summaries[current] : "")
  }

  /// What can be called by a chain of names. An editor asks at every key, and finding a member may be work,
  /// so the answer is kept until code has run.
  private func callee(_ names: [String]) -> Callee? {
    if let known = callees[names] { return known }
    let found = value(of: names).flatMap { value in
      defer { value.release() }
      return Callee(value, machine)
    }
    callees[names] = .some(found)
    return found
  }

  /// What is known of a function, a method, or a type that makes values.
  struct Callee {
    var parameters: [String]
    var labels: [String]
    var summaries: [String] = []
    /// The parameter that takes all further arguments.
    var variadic: Int?

    init?(_ value: Value, _ machine: Machine) {
      if let builtin = machine.builtin(of: value) {
        let all = builtin.parameters.filter { $0.name != "self" }
        parameters = all.map {
          $0.name + ($0.isVariadic ? "..." : "") + ($0.defaultText.map { " = " + $0 } ?? "")
        }
        labels = all.map(\.name)
        summaries = all.map(\.summary)
        variadic = all.firstIndex(where: \.isVariadic)
        return
      }
      guard let function = value.functionCode ?? value.boundMethod?.functionCode else {
        labels = machine.labels(of: value)
        parameters = labels
        if labels.isEmpty { return nil }
        return
      }
      parameters = function.writtenParameters
      labels = function.parameterNames
    }
  }
}

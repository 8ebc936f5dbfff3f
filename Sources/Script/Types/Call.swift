import Base

/// What a built-in gets: its arguments, bound to its parameters, and the machine.
///
/// Arguments are borrowed. The readers throw a sentence that names built-in, parameter, and what came, and
/// mark the argument for underlining.
package struct Call {
  // Both outlive the call, and counting them would cost more than many a built-in does.
  private let unmanagedMachine: Unmanaged<Machine>
  private let unmanagedBuiltin: Unmanaged<Builtin>
  /// One value per parameter; `.absent` where none was given, an array for a variadic one.
  let arguments: UnsafeMutablePointer<Value>
  private let count: Int

  init(machine: Machine, builtin: Builtin, arguments: UnsafeMutablePointer<Value>) {
    unmanagedMachine = .passUnretained(machine)
    unmanagedBuiltin = .passUnretained(builtin)
    self.arguments = arguments
    count = builtin.parameterCount
  }

  package var machine: Machine { unmanagedMachine.takeUnretainedValue() }
  package var builtin: Builtin { unmanagedBuiltin.takeUnretainedValue() }

  package subscript(index: Int) -> Value {
    precondition(index >= 0 && index < count)
    return arguments[index]
  }

  /// Whether the argument was given, and not as nil.
  package func has(_ index: Int) -> Bool { !self[index].isAbsent && !self[index].isNone }

  // MARK: Readers

  package func bool(_ index: Int, default standard: Bool? = nil) throws -> Bool {
    if self[index].isAbsent, let standard { return standard }
    guard self[index].kind == .bool else { throw mismatch(index, "true or false") }
    return self[index].asBool
  }

  package func integer(_ index: Int, default standard: Int? = nil) throws -> Int {
    if self[index].isAbsent, let standard { return standard }
    guard self[index].isInteger else { throw mismatch(index, "an integer") }
    return self[index].asInteger
  }

  /// A number, integers included.
  package func double(_ index: Int, default standard: Double? = nil) throws -> Double {
    if self[index].isAbsent, let standard { return standard }
    guard let number = self[index].number else { throw mismatch(index, "a number") }
    return number
  }

  package func string(_ index: Int, default standard: String? = nil) throws -> String {
    if self[index].isAbsent, let standard { return standard }
    guard let text = self[index].stringValue else { throw mismatch(index, "a string") }
    return text
  }

  /// A choice written `.same` or "same", checked against the parameter's choices.
  package func choice(_ index: Int, default standard: String? = nil) throws -> String {
    if self[index].isAbsent, let standard { return standard }
    let choices = builtin.parameters[index].choices
    guard let name = self[index].implicitMemberName ?? self[index].stringValue else {
      throw mismatch(index, "one of " + choices.map { "." + $0 }.joined(separator: ", "))
    }
    guard choices.isEmpty || choices.contains(name) else {
      throw unknownChoice(index, name, choices)
    }
    return name
  }

  /// The elements of an array or tuple, borrowed.
  package func elements(_ index: Int) throws -> [Value] {
    guard let elements = self[index].elements else { throw mismatch(index, "an array") }
    return Array(elements)
  }

  /// An integer or an array of integers (a shape, a list of axes).
  package func integers(_ index: Int, default standard: [Int]? = nil) throws -> [Int] {
    if self[index].isAbsent, let standard { return standard }
    if self[index].isInteger { return [self[index].asInteger] }
    guard let elements = self[index].elements, elements.allSatisfy(\.isInteger) else {
      throw mismatch(index, "an integer or an array of integers")
    }
    return elements.map(\.asInteger)
  }

  /// An engine value of a certain class.
  package func host<Host>(_ index: Int, as type: Host.Type, expected: String) throws -> Host {
    guard let host = self[index].hostValue as? Host else { throw mismatch(index, expected) }
    return host
  }

  // MARK: Doing

  /// Calls a function of the program; borrows function and arguments, the result is owned by the caller.
  package func call(_ function: Value, _ arguments: [Value]) throws -> Value {
    try unmanagedMachine._withUnsafeGuaranteedRef { try $0.call(function, arguments) }
  }

  /// The same with one argument.
  package func call(_ function: Value, _ argument: Value) throws -> Value {
    try unmanagedMachine._withUnsafeGuaranteedRef { try $0.call(function, argument) }
  }

  /// The same with two arguments.
  package func call(_ function: Value, _ first: Value, _ second: Value) throws -> Value {
    try unmanagedMachine._withUnsafeGuaranteedRef { try $0.call(function, first, second) }
  }

  /// Whether somebody asks something of the machine, so that it should come to a checkpoint.
  package var isRaised: Bool { unmanagedMachine._withUnsafeGuaranteedRef { $0.safepoint.isRaised } }

  /// Replaces the receiver of a mutating method; takes over one count.
  package func replaceReceiver(_ value: Value) {
    precondition(builtin.isMutating)
    let old = arguments[0]
    arguments[0] = value
    old.release()
  }

  // MARK: Errors

  package func mismatch(_ index: Int, _ expected: String) -> ScriptError {
    let parameter = builtin.parameters[index]
    if index == 0, parameter.name == "self" {
      return ScriptError(
        .type, "`\(builtin.name)` belongs to \(expected), but this is \(self[0].describedKind)")
    }
    if self[index].isAbsent {
      return ScriptError(
        .type, "`\(builtin.name)` needs `\(parameter.name)`: \(expected)",
        suggestion: "its form is `\(builtin.signature)`")
    }
    return ScriptError(
      .type,
      "`\(builtin.name)` expects \(expected) for `\(parameter.name)`, but got \(self[index].describedKind)",
      argument: index)
  }

  private func unknownChoice(_ index: Int, _ name: String, _ choices: [String]) -> ScriptError {
    let list = choices.map { "." + $0 }.joined(separator: ", ")
    return ScriptError(
      .value,
      "`\(builtin.name)` knows no .\(name) for `\(builtin.parameters[index].name)`; it can be \(list)",
      suggestion: EditDistance.best(for: name, among: choices).map { "did you mean .\($0)?" },
      argument: index)
  }

  /// An error about one argument, which gets underlined.
  package func failure(_ message: String, argument index: Int? = nil, suggestion: String? = nil)
    -> ScriptError
  {
    ScriptError(.value, "`\(builtin.name)`: \(message)", suggestion: suggestion, argument: index)
  }
}

import Base
import Networks
import Script
import Tensors

/// A function that follows a layer, with its setting: `activations.leakyRelu(0.1)`.
final class ActivationValue: HostValue {
  let function: Activation

  init(_ function: Activation) { self.function = function }

  var typeName: String { "Activation" }
  func text() -> String { "Activation(\(function.label))" }
  var callParameters: [Builtin.Parameter] { [.init("x", "a tensor")] }
  func call(_ call: Call) throws -> Value? {
    try Value.tensor(call.operand(0).variable.activated(function))
  }
}

/// How the first numbers of a layer are drawn: `initializers.normal(0.01)`.
final class InitializerValue: HostValue {
  let initializer: Initializer
  private let label: String

  init(_ initializer: Initializer, _ label: String) {
    self.initializer = initializer
    self.label = label
  }

  var typeName: String { "Initializer" }
  func text() -> String { "Initializer(\(label))" }
}

/// Arguments that many layers take.
enum LayerArguments {
  static let activations: [(name: String, function: Activation)] = [
    ("relu", .relu), ("leakyRelu", .leakyRelu(slope: 0.01)), ("relu6", .relu6), ("elu", .elu(alpha: 1)),
    ("sigmoid", .sigmoid), ("tanh", .tanh), ("swish", .swish), ("gelu", .gelu),
  ]
  static let initializers: [(name: String, initializer: Initializer)] = [
    ("glorotUniform", .glorotUniform), ("glorotNormal", .glorotNormal), ("heUniform", .heUniform),
    ("heNormal", .heNormal), ("lecunNormal", .lecunNormal), ("orthogonal", .orthogonal), ("zeros", .zeros),
    ("ones", .ones),
  ]

  static let stride = Builtin.Parameter(
    "stride", default: "1", "rows and columns between two windows: one integer or two")
  static let padding = Builtin.Parameter(
    "padding", default: ".valid", choices: ["valid", "same"],
    "`.valid` for none, `.same` to keep the size, or a number of rows and columns")
  static let activation = Builtin.Parameter(
    "activation", default: "nil", choices: activations.map(\.name),
    "what follows each number: `.relu`, ..., or one of `activations`")
  static let useBias = Builtin.Parameter("useBias", default: "true", "whether a learned number is added")
  static let initializer = Builtin.Parameter(
    "initializer", default: ".glorotUniform", choices: initializers.map(\.name),
    "how the first weights are drawn; or one of `initializers`")

  /// The function of a name; nil for `.linear`.
  static func activation(named name: String) throws -> Activation? {
    if let found = activations.first(where: { $0.name == name }) { return found.function }
    if name == "linear" || name == "none" { return nil }
    let names = activations.map(\.name)
    throw ScriptError(
      .value, "there is no activation .\(name); it can be \(names.map { "." + $0 }.joined(separator: ", "))",
      suggestion: name == "softmax"
        ? "as a layer it is `Softmax()`; the loss .crossEntropy needs none"
        : EditDistance.best(for: name, among: names).map { "did you mean .\($0)?" })
  }
}

extension Call {
  func activation(_ index: Int, default standard: Activation? = nil) throws -> Activation? {
    if self[index].isAbsent { return standard }
    guard has(index) else { return nil }
    if let host = self[index].hostValue as? ActivationValue { return host.function }
    guard let name = self[index].implicitMemberName ?? self[index].stringValue else {
      throw mismatch(index, "an activation such as .relu")
    }
    return try LayerArguments.activation(named: name)
  }

  func initializer(_ index: Int) throws -> Initializer {
    guard has(index) else { return .glorotUniform }
    if let host = self[index].hostValue as? InitializerValue { return host.initializer }
    let name = try choice(index)
    return LayerArguments.initializers.first { $0.name == name }?.initializer ?? .glorotUniform
  }

  /// A count that makes sense for a layer: from 1 to a billion.
  func size(_ index: Int, default standard: Int? = nil) throws -> Int {
    let count = try integer(index, default: standard)
    guard (1...1_000_000_000).contains(count) else {
      throw failure("`\(builtin.parameters[index].name)` is at least 1, but \(count) came", argument: index)
    }
    return count
  }

  /// Height and width that are at least 1.
  func window(_ index: Int, default standard: Pair = 1) throws -> Pair {
    let pair = try pair(index, default: standard)
    guard (1...1_000_000).contains(pair.height), (1...1_000_000).contains(pair.width) else {
      throw failure("`\(builtin.parameters[index].name)` is at least 1, but \(pair) came", argument: index)
    }
    return pair
  }
}

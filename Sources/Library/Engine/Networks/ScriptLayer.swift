import Networks
import Script
import Tensors

/// A struct of the program with `callAsFunction`, or a closure, as part of a network.
final class ScriptLayer: Layer, ParameterHolder {
  let value: Value
  unowned let machine: Machine

  /// Keeps the value.
  init(_ value: Value, in machine: Machine) {
    self.value = value.retained()
    self.machine = machine
  }

  deinit { value.release() }

  var label: String { value.kind == .instance ? value.typeName : "Function" }

  func callAsFunction(_ x: Variable) throws -> Variable {
    let argument = Value.host(try TensorValue(x))
    defer { argument.release() }
    let result = try Differentiation.$isRunning.withValue(true) { try machine.call(value, argument) }
    defer { result.release() }
    guard let operand = try Operands.from(result) else {
      throw ScriptError(
        .type, "`\(label)` is used as a layer, so it must give a tensor, but it gave \(result.describedKind)",
        suggestion: result.isNone ? "its last line is its value: write the tensor there" : nil)
    }
    return operand.variable
  }

  /// Layers and parameters among the stored members, however deep in arrays, dictionaries and structs.
  var members: [(name: String, value: Any)] {
    ScriptLayer.parts(of: value).map { path, part in
      (path, (part as? LayerValue)?.layer ?? (part as? ParameterValue)?.parameter ?? ())
    }
  }

  /// Every layer and parameter in a value with the path that leads to it, each container looked into once.
  static func parts(of root: Value) -> [(path: String, part: any HostValue)] {
    var found: [(path: String, part: any HostValue)] = []
    var seen: Set<UInt64> = []
    var pending = [(path: "", value: root)]
    while let (path, value) = pending.popLast() {
      func add(_ parts: [(name: String, value: Value)]) {
        let prefix = path.isEmpty ? "" : path + "."
        pending += parts.reversed().map { (prefix + $0.name, $0.value) }
      }
      switch value.kind {
      case .host:
        if let part = value.hostValue, part is LayerValue || part is ParameterValue {
          found.append((path, part))
        }
      case .instance:
        guard seen.insert(value.payload).inserted else { break }
        add(value.storedMembers ?? [])
      case .array, .tuple:
        guard seen.insert(value.payload).inserted else { break }
        // Arrays of a million plain numbers are passed over quickly.
        let elements = value.elements ?? .init(start: nil, count: 0)
        add(elements.enumerated().compactMap { $1.number == nil ? ("\($0)", $1) : nil })
      case .dictionary:
        guard seen.insert(value.payload).inserted else { break }
        add((value.entries ?? []).map { ((try? Values.text(of: $0.key)) ?? "", $0.value) })
      default: break
      }
    }
    return found
  }
}

extension Call {
  /// A layer, or something that can be one: a struct with `callAsFunction`, a closure, or `.relu`.
  func layer(_ index: Int) throws -> (layer: any Layer, depth: Int) {
    guard let layer = try layer(self[index]) else {
      throw mismatch(index, "a layer, or a struct with `callAsFunction`")
    }
    return layer
  }

  func layer(_ value: Value) throws -> (layer: any Layer, depth: Int)? {
    if let host = value.hostValue as? LayerValue { return (host.layer, host.depth) }
    if let host = value.hostValue as? ActivationValue { return (ActivationLayer(host.function), 1) }
    if let name = value.implicitMemberName {
      return try LayerArguments.activation(named: name).map { (ActivationLayer($0), 1) }
    }
    guard value.kind == .instance || value.isCallable else { return nil }
    let depth = ScriptLayer.parts(of: value).compactMap { ($0.part as? LayerValue)?.depth }.max() ?? 0
    return (ScriptLayer(value, in: machine), depth + 1)
  }
}

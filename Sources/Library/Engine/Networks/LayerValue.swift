import Display
import Networks
import Script
import Tensors

/// A layer or a network as programs see it: an object whose copies share its parameters.
final class LayerValue: HostValue {
  let layer: any Layer
  /// How deep layers are nested inside.
  let depth: Int

  /// Networks are run, searched and freed recursively, so their depth is limited.
  static let deepest = 200

  init(_ layer: any Layer, depth: Int = 1) {
    self.layer = layer
    self.depth = depth
  }

  /// A layer that holds others.
  convenience init(_ layer: any Layer, around depths: [Int]) throws {
    let depth = 1 + (depths.max() ?? 0)
    guard depth <= LayerValue.deepest else {
      throw ScriptError(
        .recursion, "layers can be nested \(LayerValue.deepest) deep, but this is one deeper",
        suggestion: "put them behind each other: `Sequential(a, b, c)`")
    }
    self.init(layer, depth: depth)
  }

  var typeName: String { "Layer" }
  var isShared: Bool { true }

  /// `Conv2D(8 5x5, relu)`; of a network a line for each layer.
  func text() -> String { LayerText.lines(of: layer, limit: 60).joined(separator: "\n") }

  // MARK: Calling

  var callParameters: [Builtin.Parameter] {
    [.init("x", "a batch, the samples along the first axis")]
  }

  func call(_ call: Call) throws -> Value? {
    let operand = try call.operand(0)
    if operand.plain == nil || Differentiation.isRunning {
      return try Value.tensor(layer(operand.variable))
    }
    return .tensor(try Differentiation.interruptible(call.machine) { try layer.predict(operand.numbers()) })
  }

  // MARK: Layers of a network

  var layers: [any Layer]? {
    switch layer {
    case let network as Sequential: network.layers
    case let network as VGGFeatures: network.layers
    default: nil
    }
  }
  var iterationCount: Int? { layers?.count }

  func iterationElement(_ index: Int) throws -> Value {
    guard let layers, layers.indices.contains(index) else { return .none }
    return value(layers[index])
  }

  func element(at subscripts: [Subscript]) throws -> Value? {
    guard let layers else { return nil }
    guard subscripts.count == 1 else {
      throw ScriptError(.type, "a network takes one index, but got \(subscripts.count)")
    }
    switch subscripts[0] {
    case .value(let value) where value.isInteger:
      let given = value.asInteger
      let index = given < 0 ? given &+ layers.count : given
      guard layers.indices.contains(index) else {
        throw ScriptError(
          .index,
          "the index \(given) is out of range: the network has \(layers.count) layers, counted from 0")
      }
      return self.value(layers[index])
    case .range(let lower, let upper):
      let first = lower.map { $0 < 0 ? $0 &+ layers.count : $0 } ?? 0
      let end = upper.map { $0 < 0 ? $0 &+ layers.count : $0 } ?? layers.count
      guard first >= 0, first <= end, end <= layers.count else {
        throw ScriptError(.index, "the range reaches beyond the \(layers.count) layers of the network")
      }
      return .host(LayerValue(Sequential(Array(layers[first..<end])), depth: depth))
    case .ellipsis: return .host(self)
    case .value(let value):
      throw ScriptError(
        .type, "the layers of a network are found by integers and ranges, but this is \(value.describedType)")
    }
  }

  /// A layer inside this one, as what it was put in as.
  func value(_ layer: any Layer) -> Value {
    if let own = layer as? ScriptLayer { return own.value.retained() }
    return .host(LayerValue(layer, depth: depth))
  }

  // MARK: Parameters

  /// The layer's own parameter of a name: "weights", "bias".
  func parameter(_ name: String) throws -> Networks.Parameter {
    let all = layer.namedParameters
    if let found = all.first(where: { $0.name == name }) { return found.parameter }
    // The layer inside a depthwise one is its own.
    if layer is DepthwiseConv2D, let found = all.first(where: { $0.name.hasSuffix(".\(name)") }) {
      return found.parameter
    }
    let label = LayerText.label(of: layer)
    if all.isEmpty {
      throw ScriptError(
        .value, "this \(label) has no `\(name)`: a layer makes its parameters at its first input",
        suggestion: "show it one: `net.build(input: [32, 32, 3])`")
    }
    let names = all.prefix(4).map { "`\($0.name)`" }.joined(separator: ", ")
    throw ScriptError(
      .name, "this \(label) has no parameter `\(name)`",
      suggestion: "it has \(names): `net.parameters`"
        + (layers == nil ? "" : "; a network's layers are `net[0]`, `net[1]`, ..."))
  }

  func setMember(_ name: String, _ value: Value) throws -> Bool {
    guard ["weights", "bias", "scale", "shift"].contains(name) else { return false }
    let parameter = try parameter(name)
    guard let tensor = try Tensor.from(value) else {
      throw ScriptError(.type, "`\(name)` is a tensor, but this is \(value.describedType)")
    }
    guard tensor.shape == parameter.shape else {
      throw ScriptError(
        .shape, "`\(name)` has the shape \(parameter.shape), but this tensor is \(tensor.shape)")
    }
    parameter.value = try tensor.asType(parameter.dtype)
    return true
  }
}

/// Layers as text.
enum LayerText {
  static func label(of layer: any Layer) -> String {
    switch layer {
    case let layer as BasicLayer: layer.label
    case let layer as ScriptLayer: layer.label
    default: "\(type(of: layer))"
    }
  }

  private static func line(_ layer: any Layer) -> String {
    let settings = (layer as? BasicLayer)?.settings ?? ""
    return "\(label(of: layer))(\(settings))"
  }

  static func lines(of layer: any Layer, limit: Int) -> [String] {
    let layers = (layer as? Sequential)?.layers ?? (layer as? VGGFeatures)?.layers
    guard let layers else { return [line(layer)] }
    var lines = ["\(label(of: layer))("]
    for (index, part) in layers.enumerated() {
      guard lines.count < limit else {
        lines.append("  … \(layers.count - index) more layers")
        break
      }
      lines += LayerText.lines(of: part, limit: max(1, (limit - lines.count) / 2)).map { "  " + $0 }
    }
    return lines + [")"]
  }
}

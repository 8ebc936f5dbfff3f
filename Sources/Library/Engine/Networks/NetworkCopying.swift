import Networks
import Script

/// Copies values of the program in which layers and parameters of networks are.
///
/// Arrays, tuples, dictionaries and structs that hold some are made anew; everything else is kept, since
/// values of the language are independent anyway. It walks with a stack of its own.
final class NetworkCopying {
  private let copies: LayerCopies
  /// Copies by the object that was copied, owned: what is shared is copied once.
  private var finished: [UInt64: Value] = [:]

  private struct Open {
    let source: Value
    let parts: [Value]
    /// Owned.
    var copied: [Value] = []
  }
  private var open: [Open] = []

  init(_ copies: LayerCopies = LayerCopies()) { self.copies = copies }

  deinit {
    for value in finished.values { value.release() }
    for entry in open { for value in entry.copied { value.release() } }
  }

  /// The copy, owned by the caller.
  func copy(_ root: Value, in machine: Machine) throws -> Value {
    var next = try begin(root)
    while let last = open.indices.last {
      if let copy = next { open[last].copied.append(copy) }
      let done = open[last].copied.count
      if done < open[last].parts.count {
        next = try begin(open[last].parts[done])
      } else {
        try machine.checkpoint()
        next = try close()
        if open.isEmpty { break }
      }
    }
    return next ?? root.retained()
  }

  /// The copy of a value, or nil when its parts are to be copied first.
  private func begin(_ value: Value) throws -> Value? {
    guard NetworkCopying.canHoldLayers(value) else { return value.retained() }
    if let known = finished[value.payload] { return known.retained() }
    let parts: [Value]
    switch value.kind {
    case .host:
      guard let copy = try host(value) else { return value.retained() }
      finished[value.payload] = copy.retained()
      return copy
    case .instance: parts = (value.storedMembers ?? []).map(\.value)
    case .dictionary: parts = (value.entries ?? []).map(\.value)
    default: parts = value.elements.map(Array.init) ?? []
    }
    guard parts.contains(where: NetworkCopying.canHoldLayers) else { return value.retained() }
    open.append(Open(source: value, parts: parts))
    return nil
  }

  private static func canHoldLayers(_ value: Value) -> Bool {
    switch value.kind {
    case .host, .instance, .array, .tuple, .dictionary: true
    default: false
    }
  }

  private func host(_ value: Value) throws -> Value? {
    switch value.hostValue {
    case let layer as LayerValue: .host(LayerValue(try copies.copy(layer.layer), depth: layer.depth))
    case let parameter as ParameterValue: .host(ParameterValue(copies.copy(parameter.parameter)))
    default: nil
    }
  }

  /// The container that was opened last, with the copies of its parts.
  private func close() throws -> Value {
    let top = open.removeLast()
    let source = top.source
    let isSame = zip(top.parts, top.copied).allSatisfy { $0.kind == $1.kind && $0.payload == $1.payload }
    let result: Value
    if isSame {
      for value in top.copied { value.release() }
      result = source.retained()
    } else {
      switch source.kind {
      case .instance: result = source.instance(withMembers: top.copied)
      case .tuple: result = .tuple(top.copied, labels: source.tupleLabels)
      case .dictionary:
        result = .emptyDictionary(capacity: top.copied.count)
        for (entry, value) in zip(source.entries ?? [], top.copied) {
          try result.setDictionaryValue(value, for: entry.key)
        }
      default: result = .array(top.copied)
      }
    }
    finished[source.payload] = result.retained()
    return result
  }

  // MARK: Built-in

  static let function = Builtin(
    "copy", [.init("value", "a layer, a network, a struct with layers inside, or anything else")],
    "An independent copy: of a network one whose parameters are its own.",
    details: """
      Assigning a network, or a struct that holds one, shares its parameters and BatchNorm's statistics; a copy \
      has the same numbers now and goes its own way from then on. What is shared inside, such as one layer used \
      twice, is shared inside the copy too, and frozen layers stay frozen. Other values are independent \
      anyway and are given back as they are; so are closures, with the layers that they use.
      """,
    examples: [
      .init(
        "let a = Dense(1, initializer: .ones)\na.build(input: [2])\nlet b = copy(a)\nb.weights = [[5], [5]]\n"
          + "print(a.weights.sum(), b.weights.sum())", "2.0 10.0")
    ]
  ) { call in try NetworkCopying().copy(call[0], in: call.machine) }
}

extension ScriptLayer: CopyableLayer {
  func copied(_ copies: LayerCopies) throws -> any Layer {
    let copy = try NetworkCopying(copies).copy(value, in: machine)
    defer { copy.release() }
    return ScriptLayer(copy, in: machine)
  }
}

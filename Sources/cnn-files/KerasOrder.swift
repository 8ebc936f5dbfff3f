import Base

/// The order of layers and weights that a Keras 2 file states in attributes, where names alone would sort
/// `conv10` before `conv2` and `bias` before `kernel`.
struct KerasOrder {
  let layerNames: JSON
  let weightNames: JSON
  private var ranks: [String: Int] = [:]

  /// Nil for a file without the attribute `layer_names`. It stands at the root of a file of weights, and on
  /// `model_weights` in one that holds a whole model.
  init?(_ contents: Contents) {
    let attributes = contents.attributes
    guard
      let place = ["", "model_weights"].first(where: { Self.list("layer_names", of: attributes[$0]) != nil }),
      let layers = Self.list("layer_names", of: attributes[place])
    else { return nil }
    var weights = JSON.Object()
    for layer in layers {
      let path = place.isEmpty ? layer : "\(place)/\(layer)"
      let names = Self.list("weight_names", of: attributes[path]) ?? []
      weights[layer] = .array(names.map { .string($0) })
      for name in names where ranks["\(path)/\(name)"] == nil { ranks["\(path)/\(name)"] = ranks.count }
    }
    layerNames = .array(layers.map { .string($0) })
    weightNames = .object(weights)
  }

  /// Positions in the stated order; what it does not name comes last, in the order it had.
  func positions(of names: [String]) -> [Int] {
    names.indices.sorted { a, b in
      let (first, second) = (ranks[names[a]] ?? Int.max, ranks[names[b]] ?? Int.max)
      return first == second ? a < b : first < second
    }
  }

  /// A list of texts; Keras cuts a long one into `layer_names0`, `layer_names1`, ...
  private static func list(_ name: String, of attributes: JSON?) -> [String]? {
    if let whole = texts(attributes?[name]) { return whole }
    var joined: [String]?
    var part = 0
    while let texts = texts(attributes?["\(name)\(part)"]) {
      joined = (joined ?? []) + texts
      part += 1
    }
    return joined
  }

  private static func texts(_ value: JSON?) -> [String]? {
    guard let elements = value?.arrayValue else { return nil }
    let texts = elements.compactMap(\.stringValue)
    return texts.count == elements.count ? texts : nil
  }
}

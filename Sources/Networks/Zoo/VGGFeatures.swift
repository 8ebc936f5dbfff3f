import Tensors

/// The convolutions of a VGG network, whose outputs can be asked for by name.
///
///     let features = Zoo.vgg19Features()
///     let style = try features.activations(picture, of: ["conv1_1", "conv2_1", "conv3_1"])
///
/// Names are the paper's: conv1_1, conv1_2, pool1, conv2_1, ... An activation is meant behind its ReLU.
/// Called as a layer it gives that of the last convolution.
public struct VGGFeatures: Layer {
  /// The names of the layers, in their order.
  public let names: [String]
  /// The layers that the names belong to.
  public let layers: [any Layer]

  init(_ parts: some Collection<(name: String, layer: any Layer)>) {
    names = parts.map(\.name)
    layers = parts.map(\.layer)
  }

  public func callAsFunction(_ x: Variable) throws -> Variable {
    try layers.reduce(x) { try $1($0) }
  }

  /// The layer of this name.
  ///
  /// - Throws: A value error when there is none.
  public func layer(_ name: String) throws -> any Layer { layers[try index(name)] }

  /// What the named layers give for a batch of pictures, in the order asked for; layers behind the last of
  /// them are not run.
  ///
  ///     (batch, height, width, 3)  ->  one (batch, height / 2^s, width / 2^s, channels) for each name
  ///
  /// - Throws: A value error for a name that no layer has; a shape error when the picture is too small.
  public func activations(_ x: Variable, of wanted: [String]) throws -> [Variable] {
    let places = try wanted.map(index)
    guard let last = places.max() else { return [] }
    var found: [Variable] = []
    var value = x
    for layer in layers[...last] {
      value = try layer(value)
      found.append(value)
    }
    return places.map { found[$0] }
  }

  private func index(_ name: String) throws -> Int {
    if let index = names.firstIndex(of: name) { return index }
    throw TensorError.value(
      "The network has no layer \"\(name)\"; its layers are \(names.joined(separator: ", ")).")
  }
}

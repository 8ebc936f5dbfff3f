import Tensors

/// A layer that can make an independent one like itself.
///
/// The layers of this library can. A network of one's own does it by copying its parts:
///
/// ```swift
/// struct Siamese: CopyableLayer {
///   var trunk: any Layer
///   func callAsFunction(_ x: Variable) throws -> Variable { try trunk(x) }
///   func copied(_ copies: LayerCopies) throws -> any Layer { Siamese(trunk: try copies.copy(trunk)) }
/// }
/// ```
public protocol CopyableLayer: Layer {
  /// A layer with the same settings and the same numbers, whose parameters and parts come from `copies`.
  func copied(_ copies: LayerCopies) throws -> any Layer
}

extension Layer {
  /// An independent network: parameters and BatchNorm's statistics have the same numbers now and are its own
  /// from then on.
  ///
  /// What is shared inside the network, a layer in two places or a parameter in two layers, is shared inside
  /// the copy too. What is frozen stays frozen.
  ///
  /// ```swift
  /// let before = try network.copied()
  /// _ = try fit(network, pictures, labels, optimizer: Adam(), loss: .crossEntropy)
  /// try before.predict(pictures)     // as before the training
  /// ```
  ///
  /// - Throws: A type error when the network holds a layer of one's own that is no `CopyableLayer`.
  public func copied() throws -> any Layer { try LayerCopies().copy(self) }
}

/// What has been copied of a network, so that things shared inside it are copied once.
///
/// Several networks that share layers are copied with one `LayerCopies`, and then share them again.
public final class LayerCopies {
  private var layers: [ObjectIdentifier: (original: any Layer, copy: any Layer)] = [:]
  private var parameters: [Parameter: Parameter] = [:]
  private var statistics: [RunningStatistics: RunningStatistics] = [:]

  public init() {}

  /// The copy of a layer, made when it is asked for first.
  ///
  /// Layers without parameters, such as pools and activations, are their own copies; so is a `Lambda`, which
  /// keeps what its function holds.
  ///
  /// - Throws: A type error for a layer of one's own that is no `CopyableLayer`.
  public func copy(_ layer: any Layer) throws -> any Layer {
    guard type(of: layer) is AnyClass else { return try made(from: layer) }
    let key = ObjectIdentifier(layer as AnyObject)
    if let known = layers[key] { return known.copy }
    let copy = try made(from: layer)
    // The original is kept alive, so that no other layer gets its identity.
    layers[key] = (layer, copy)
    return copy
  }

  private func made(from layer: any Layer) throws -> any Layer {
    if let layer = layer as? any CopyableLayer {
      let copy = try layer.copied(self)
      if let original = layer as? BasicLayer, let copy = copy as? BasicLayer {
        copy.isTrainable = original.isTrainable
      }
      return copy
    }
    if layer is BasicLayer { return layer }
    throw TensorError(
      .type, "A network with a layer of type \(type(of: layer)) cannot be copied: it does not say how.",
      suggestion: "conform \(type(of: layer)) to CopyableLayer")
  }

  /// The copy of a parameter: the same numbers in a parameter of its own.
  public func copy(_ parameter: Parameter) -> Parameter {
    if let known = parameters[parameter] { return known }
    let copy = Parameter(
      parameter.name, parameter.value, isTrainable: parameter.isTrainable, isStatistic: parameter.isStatistic)
    parameters[parameter] = copy
    return copy
  }

  /// The copies of several layers, in their order.
  public func copy(_ layers: [any Layer]) throws -> [any Layer] { try layers.map { try copy($0) } }

  /// The copy of a layer whose type is known.
  func same<L: Layer>(_ layer: L) throws -> L {
    guard let copy = try copy(layer) as? L else { preconditionFailure("a copy has its original's type") }
    return copy
  }

  /// The copy of a parameter that is made at a layer's first input.
  func copy(_ parameter: Parameter?) -> Parameter? { parameter.map { copy($0) } }

  func copy(_ statistics: RunningStatistics) -> RunningStatistics {
    if let known = self.statistics[statistics] { return known }
    let copy = RunningStatistics(
      mean: copy(statistics.mean), variance: copy(statistics.variance), momentum: statistics.momentum)
    self.statistics[statistics] = copy
    return copy
  }
}

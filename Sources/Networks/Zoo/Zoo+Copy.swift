import Tensors

// How the published networks that are more than a `Sequential` are copied.

extension VGGFeatures: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer {
    VGGFeatures(zip(names, try copies.copy(layers)).map { (name: $0, layer: $1) })
  }
}

extension UNet: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer {
    var copy = self
    copy.down = try down.map { try copies.same($0) }
    copy.growing = try growing.map { try copies.same($0) }
    copy.up = try up.map { try copies.same($0) }
    copy.head = try copies.same(head)
    return copy
  }
}

extension GoogLeNet: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer {
    var copy = self
    copy.first = try copies.same(first)
    copy.second = try copies.same(second)
    copy.third = try copies.same(third)
    copy.head = try copies.same(head)
    copy.side1 = try copies.same(side1)
    copy.side2 = try copies.same(side2)
    return copy
  }
}

extension YOLOv2: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer {
    var copy = self
    copy.fine = try copies.same(fine)
    copy.coarse = try copies.same(coarse)
    copy.passing = try copies.same(passing)
    copy.detector = try copies.same(detector)
    return copy
  }
}

extension FaceNet: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer {
    var copy = self
    copy.body = try copies.same(body)
    copy.namedLayers = try namedLayers.map { (name: $0.name, layer: try copies.copy($0.layer)) }
    return copy
  }
}

extension FaceInception: CopyableLayer {
  func copied(_ copies: LayerCopies) throws -> any Layer {
    FaceInception(
      three: try copies.same(three), five: try five.map { try copies.same($0) }, pool: try copies.same(pool),
      direct: try direct.map { try copies.same($0) })
  }
}

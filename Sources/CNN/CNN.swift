/// The engine as one library: tensors, networks, vision and pictures.
///
/// ```swift
/// import CNN
///
/// let picture = try Picture.read("house.png")
/// ```
@_exported import Networks
@_exported import Pictures
@_exported import Tensors
@_exported import Vision

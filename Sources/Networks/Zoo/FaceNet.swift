import Tensors

/// The network that turns a face into 128 numbers, near to each other for faces of one person: Inception
/// "nn4.small2" of OpenFace, as the course has it.
///
///     (n, 96, 96, 3) -> (n, 128), each of length 1
///
/// Sources: Schroff, Kalenichenko and Philbin, "FaceNet: a unified embedding for face recognition and
/// clustering", 2015; Amos, Ludwiczuk and Satyanarayanan, "OpenFace", 2016.
public struct FaceNet: Layer {
  var body: Sequential

  /// The layers with parameters, by the names that the course's weight files use: conv1, bn1, conv2, ...,
  /// inception_3a_1x1_conv, inception_3a_1x1_bn, ..., dense_layer.
  public internal(set) var namedLayers: [(name: String, layer: any Layer)]

  init() {
    let parts = FaceParts()
    func block(
      _ name: String, _ three: (Int, Int), _ five: (Int, Int)?, stride: Int = 1, pool: PoolLayer,
      pooled: Int? = nil, direct: Int? = nil
    ) -> FaceInception {
      let name = "inception_\(name)_"
      return FaceInception(
        three: parts.reduced(name + "3x3", three, 3, stride: stride),
        five: five.map { parts.reduced(name + "5x5", $0, 5, stride: stride) },
        pool: Sequential(
          [pool] + (pooled.map { parts.convolution(name + "pool_conv", name + "pool_bn", $0, 1) } ?? [])),
        direct: direct.map { Sequential(parts.convolution(name + "1x1_conv", name + "1x1_bn", $0, 1)) })
    }
    func largest() -> MaxPool2D { MaxPool2D(3, stride: 2) }
    func mean() -> AveragePool2D { AveragePool2D(3) }
    let dense = Dense(128)
    // In the order in which they are run: the names are collected on the way.
    var layers = parts.convolution("conv1", "bn1", 64, 7, stride: 2, padding: 3, epsilon: 1e-3)
    layers.append(MaxPool2D(3, stride: 2, padding: .amount(1)))
    layers += parts.convolution("conv2", "bn2", 64, 1)
    layers += parts.convolution("conv3", "bn3", 192, 3, padding: 1)
    layers.append(MaxPool2D(3, stride: 2, padding: .amount(1)))
    layers.append(block("3a", (96, 128), (16, 32), pool: largest(), pooled: 32, direct: 64))
    layers.append(block("3b", (96, 128), (32, 64), pool: mean(), pooled: 64, direct: 64))
    layers.append(block("3c", (128, 256), (32, 64), stride: 2, pool: largest()))
    layers.append(block("4a", (96, 192), (32, 64), pool: mean(), pooled: 128, direct: 256))
    layers.append(block("4e", (160, 256), (64, 128), stride: 2, pool: largest()))
    layers.append(block("5a", (96, 384), nil, pool: mean(), pooled: 96, direct: 256))
    layers.append(block("5b", (96, 384), nil, pool: largest(), pooled: 96, direct: 256))
    layers += [AveragePool2D(3, stride: 1), Flatten(), dense, L2Normalize()] as [any Layer]
    body = Sequential(layers)
    namedLayers = parts.named + [("dense_layer", dense)]
  }

  public func callAsFunction(_ x: Variable) throws -> Variable { try body(x) }
}

extension Zoo {
  /// The course's face encoder: 3,743,280 parameters.
  ///
  ///     (n, 96, 96, 3) -> (n, 128)
  public static func faceNet() -> FaceNet { FaceNet() }
}

/// Convolutions with names.
private final class FaceParts {
  private(set) var named: [(name: String, layer: any Layer)] = []

  func convolution(
    _ name: String, _ normalization: String, _ filters: Int, _ size: Pair, stride: Int = 1, padding: Int = 0,
    epsilon: Double = 1e-5
  ) -> [any Layer] {
    let layers = Zoo.normalized(
      filters, size, stride: Pair(stride), padding: .amount(padding), useBias: true, epsilon: epsilon)
    named += zip([name, normalization], layers).map { (name: $0, layer: $1) }
    return layers
  }

  /// A 1x1 convolution to fewer channels, then a larger one.
  func reduced(_ name: String, _ filters: (Int, Int), _ size: Int, stride: Int) -> Sequential {
    Sequential(
      convolution(name + "_conv1", name + "_bn1", filters.0, 1)
        + convolution(
          name + "_conv2", name + "_bn2", filters.1, Pair(size), stride: stride, padding: size / 2))
  }
}

/// An inception block whose pooling shrinks its picture, which zeros then fill up again.
struct FaceInception: Layer, LayerContainer {
  let three: Sequential
  let five: Sequential?
  let pool: Sequential
  let direct: Sequential?

  func callAsFunction(_ x: Variable) throws -> Variable {
    let main = try three(x)
    var parts = [main]
    if let five { parts.append(try five(x)) }
    let pooled = try pool(x)
    let rows = max(0, main.shape[1] - pooled.shape[1])
    let columns = max(0, main.shape[2] - pooled.shape[2])
    parts.append(
      try pooled.pad([(0, 0), (rows / 2, rows - rows / 2), (columns / 2, columns - columns / 2), (0, 0)]))
    if let direct { parts.append(try direct(x)) }
    return try Variable.concatenate(parts, axis: 3)
  }
}

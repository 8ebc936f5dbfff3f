import Networks
import Tensors
import Testing

/// A network of one's own that does not say how it is copied.
private struct Stubborn: Layer {
  let inner = Dense(2)
  func callAsFunction(_ x: Variable) throws -> Variable { try inner(x) }
}

/// One that does.
private struct Twin: CopyableLayer {
  var trunk: any Layer
  func callAsFunction(_ x: Variable) throws -> Variable { try trunk(x) }
  func copied(_ copies: LayerCopies) throws -> any Layer { Twin(trunk: try copies.copy(trunk)) }
}

@Suite("Copies of layers and networks") struct LayerCopyTests {
  /// Every kind of layer, each with an input that it takes.
  nonisolated(unsafe) static let layers: [(layer: any Layer, input: Shape)] = [
    (Dense(3, activation: .relu), [2, 4]), (Dense(3, useBias: false), [2, 4]), (BatchNorm(), [2, 4, 4, 3]),
    (LayerNorm(), [2, 4, 4, 3]), (Dropout(0.3), [2, 4]),
    (Conv2D(4, 3, stride: 2, padding: .same, groups: 2, activation: .elu(alpha: 1)), [1, 6, 6, 2]),
    (DepthwiseConv2D(3, stride: 2), [1, 6, 6, 2]), (ConvTranspose2D(4, 3, stride: 2), [1, 4, 4, 2]),
    (Conv1D(4, 3, padding: .causal, dilation: 2), [2, 9, 2]),
    (Conv3D(2, Triple(depth: 1, height: 2, width: 3), stride: 2), [1, 3, 5, 7, 2]),
    (MaxPool2D(2), [1, 4, 4, 2]), (AveragePool2D(3, stride: 1), [1, 4, 4, 2]), (MaxPool1D(2), [1, 8, 2]),
    (AveragePool1D(2), [1, 8, 2]), (MaxPool3D(2), [1, 4, 4, 4, 2]), (AveragePool3D(2), [1, 4, 4, 4, 2]),
    (GlobalAveragePool1D(), [1, 8, 2]), (GlobalMaxPool1D(), [1, 8, 2]),
    (GlobalAveragePool2D(), [1, 4, 4, 2]), (GlobalMaxPool2D(), [1, 4, 4, 2]),
    (GlobalAveragePool3D(), [1, 4, 4, 4, 2]), (GlobalMaxPool3D(), [1, 4, 4, 4, 2]), (Flatten(), [2, 3, 4]),
    (ActivationLayer(.gelu), [2, 4]), (SoftmaxLayer(), [2, 4]), (ZeroPad2D(2), [1, 4, 4, 2]),
    (LocalResponseNorm(3), [1, 4, 4, 8]), (L2Normalize(), [2, 4]), (ZeroPaddedShortcut(8), [1, 4, 4, 2]),
    (Lambda { try $0 * 2 }, [2, 4]),
    (Sequential(Conv2D(4, 3), BatchNorm(), ActivationLayer(.relu), Flatten(), Dense(2)), [1, 6, 6, 2]),
    (Parallel(Conv2D(4, 1), Sequential(Conv2D(2, 1), BatchNorm())), [1, 4, 4, 2]),
    (
      Residual(Conv2D(4, 3, padding: .same), shortcut: Conv2D(4, 1), activation: .relu), [1, 4, 4, 2]
    ),
    (Residual(Conv2D(2, 3, padding: .same), activation: nil), [1, 4, 4, 2]),
    (Twin(trunk: Dense(2)), [2, 3]), (Zoo.uNet(classes: 2, filters: 2), [1, 16, 16, 3]),
    (Zoo.vgg16Features(), [1, 32, 32, 3]), (Zoo.faceNet(), [1, 96, 96, 3]),
  ]

  @Test("A copy has the same numbers in parameters of its own", arguments: layers.indices)
  func independence(_ index: Int) throws {
    let (layer, shape) = Self.layers[index]
    let x = try normal(shape).asType(.float32)
    let before = try layer.predict(x)
    let copy = try layer.copied()
    #expect(type(of: copy) == type(of: layer))
    let (old, new) = (layer.namedParameters, copy.namedParameters)
    #expect(old.map(\.name) == new.map(\.name))
    for (a, b) in zip(old, new) {
      #expect(a.parameter !== b.parameter && a.parameter.value.isEqual(to: b.parameter.value), "\(a.name)")
      #expect(a.parameter.isTrainable == b.parameter.isTrainable)
      #expect(a.parameter.isStatistic == b.parameter.isStatistic && a.parameter.name == b.parameter.name)
    }
    #expect(try copy.predict(x).allClose(before, relative: 1e-5, absolute: 1e-6))
    // What the copy learns, the original does not.
    for parameter in copy.parameters { parameter.value = try parameter.value * 0 + 0.01 }
    #expect(try layer.predict(x).isEqual(to: before))
    let kept = try copy.predict(x)
    for parameter in layer.parameters { parameter.value = try parameter.value * 0 }
    #expect(try copy.predict(x).isEqual(to: kept))
  }

  @Test func layersWithoutParametersYet() throws {
    let net = Sequential(Dense(3), BatchNorm())
    let copy = try net.copied()
    try net.build(input: [1, 4])
    #expect(copy.parameterCount == 0)
    try copy.build(input: [1, 9])
    #expect(net.parameterCount == 27 && copy.parameterCount == 42)
  }

  @Test func whatIsSharedStaysShared() throws {
    let shared = Dense(4)
    let net = Sequential(shared, ActivationLayer(.relu), shared, Residual(shared))
    try net.build(input: [1, 4])
    let copy = try #require(try net.copied() as? Sequential)
    #expect(copy.layers[0] as AnyObject === copy.layers[2] as AnyObject)
    #expect(copy.layers[0] as AnyObject !== shared)
    #expect(copy.parameterCount == net.parameterCount)
    // Two networks that share a trunk, copied together.
    let copies = LayerCopies()
    let (a, b) = (Sequential(shared, Dense(1)), Sequential(shared, Dense(2)))
    let (c, d) = (try copies.copy(a), try copies.copy(b))
    #expect(c.parameters[0] === d.parameters[0])
    #expect(c.parameters[0] !== a.parameters[0])
  }

  @Test func frozenStaysFrozen() throws {
    let net = Sequential(Dense(2), Dense(2))
    try net.build(input: [1, 2])
    net.layers[0].setTrainable(false)
    let copy = try net.copied()
    #expect(copy.parameters.map(\.isTrainable) == [false, false, true, true])
    copy.setTrainable(true)
    #expect(net.parameters.map(\.isTrainable) == [false, false, true, true])
  }

  @Test func frozenBeforeItsFirstInput() throws {
    let net = Sequential(Dense(2), DepthwiseConv2D(3))
    net.setTrainable(false)
    let copy = try #require(try net.copied() as? Sequential)
    try copy.layers[0].build(input: [1, 2])
    try copy.layers[1].build(input: [1, 4, 4, 2])
    #expect(copy.parameters.count == 4 && copy.parameters.allSatisfy { !$0.isTrainable })
  }

  @Test func trainingOneLeavesTheOther() throws {
    let net = Sequential(Conv2D(4, 3), BatchNorm(), ActivationLayer(.relu), Flatten(), Dense(2))
    let x = try normal([8, 6, 6, 1]).asType(.float32)
    let labels = try Tensor((0..<8).map { $0 % 2 })
    let optimizer = try Adam(0.05)
    let options = FitOptions(epochs: 2, batchSize: 4)
    _ = try fit(net, x, labels, optimizer: optimizer, options: options)
    let before = try net.predict(x)
    let copy = try #require(try net.copied() as? Sequential)
    _ = try fit(copy, x, labels, optimizer: Adam(0.05), options: options)
    #expect(try net.predict(x).isEqual(to: before))
    #expect(try !copy.predict(x).isEqual(to: before))
  }

  @Test func unknownLayers() throws {
    let error = #expect(throws: TensorError.self) { try Sequential(Dense(1), Stubborn()).copied() }
    #expect(
      error?.message == "A network with a layer of type Stubborn cannot be copied: it does not say how.")
    #expect(error?.suggestion == "conform Stubborn to CopyableLayer")
  }
}

@Suite struct LayerNormTests {
  @Test func numbers() throws {
    let layer = LayerNorm(epsilon: 0)
    let x = try Tensor([[1, 3], [10, 30]], dtype: .float32)
    #expect(try layer.predict(x).allClose(Tensor([[-1.0, 1], [-1, 1]]), absolute: 1e-6))
    layer.scale?.value = try Tensor([2, 3], dtype: .float32)
    layer.shift?.value = try Tensor([1, 0], dtype: .float32)
    #expect(try layer.predict(x).allClose(Tensor([[-1.0, 3], [-1, 3]]), absolute: 1e-6))
    #expect(throws: TensorError.self) { try layer.predict(Tensor.zeros([1, 3])) }
    #expect(throws: TensorError.self) { try LayerNorm().predict(Tensor.zeros([3])) }
  }
}

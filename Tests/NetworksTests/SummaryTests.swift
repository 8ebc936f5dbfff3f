import Networks
import Tensors
import Testing

@Suite("Summaries") struct SummaryTests {
  /// The course's example, like LeNet-5.
  private func example() -> Sequential {
    Sequential(
      Conv2D(8, 5, activation: .relu), MaxPool2D(2), Conv2D(16, 5, activation: .relu), MaxPool2D(2),
      Flatten(), Dense(120, activation: .relu), Dense(84, activation: .relu), Dense(10), SoftmaxLayer())
  }

  @Test func tableOfTheCourse() throws {
    let summary = try example().summary(input: [32, 32, 3])
    #expect(
      summary.rows.map(\.label) == [
        "Input", "Conv2D", "MaxPool2D", "Conv2D", "MaxPool2D", "Flatten", "Dense", "Dense", "Dense",
        "Softmax",
      ])
    #expect(summary.rows.map(\.activations) == [3072, 6272, 1568, 1600, 400, 400, 120, 84, 10, 10])
    #expect(summary.rows.map(\.parameters) == [0, 608, 0, 3216, 0, 0, 48_120, 10_164, 850, 0])
    #expect(summary.rows.map(\.multiplyAdds) == [0, 470_400, 0, 320_000, 0, 0, 48_000, 10_080, 840, 0])
    #expect(summary.parameters == 62_958)
    #expect(summary.parameterBytes == 4 * 62_958)
    #expect(summary.activations == 13_536)
    #expect(summary.activationBytes == 4 * 13_536)
  }

  @Test func text() throws {
    let network = Sequential(
      Conv2D(8, 3, activation: .relu), BatchNorm(), MaxPool2D(2), Flatten(), Dense(10))
    let summary = try network.summary(input: [30, 30, 3])
    #expect(
      summary.description == """
        layer      settings     output       activations  parameters  multiply-adds
        Input                   (30, 30, 3)        2,700
        Conv2D     8 3x3, relu  (28, 28, 8)        6,272         224        169,344
        BatchNorm               (28, 28, 8)        6,272          32
        MaxPool2D  2x2          (14, 14, 8)        1,568
        Flatten                 (1568)             1,568
        Dense      10           (10)                  10      15,690         15,680

        parameters     15,946 (63.8 kB)
        trainable      15,930
        not trainable  16 (16 statistics)
        multiply-adds  185,024 for each sample
        activations    18,390 (73.6 kB) for each sample
        """)
  }

  @Test func frozenLayers() throws {
    let features = Sequential(Conv2D(4, 3), BatchNorm())
    let network = Sequential(features, GlobalAveragePool2D(), Dense(2))
    try network.build(input: [1, 8, 8, 3])
    features.setTrainable(false)
    let summary = try network.summary(input: [8, 8, 3])
    #expect(summary.rows.map(\.isFrozen) == [false, true, true, false, false])
    #expect(summary.trainableParameters == 10)
    #expect(summary.statistics == 8)
    #expect(summary.frozenParameters == 112 + 8)
    #expect(summary.nonTrainableParameters == 128)
    #expect(summary.description.contains("not trainable  128 (8 statistics, 120 frozen)"))
  }

  @Test func sharedParametersCountOnce() throws {
    let twice = Dense(5)
    let summary = try Sequential(twice, ActivationLayer(.tanh), twice).summary(input: [5])
    #expect(summary.rows.map(\.parameters) == [0, 30, 0, 30])
    #expect(summary.rows.map(\.isShared) == [false, false, false, true])
    #expect(summary.parameters == 30)
    #expect(summary.multiplyAdds == 50)
  }

  /// A struct with a parameter of its own, as a learner writes it.
  private struct Scaled: Layer {
    let body = Dense(3)
    let factor: Parameter
    init() throws { factor = Parameter("factor", try Tensor(2)) }
    func callAsFunction(_ x: Variable) throws -> Variable {
      try (body(x) * factor()).reshape([x.shape[0], 3, 1])
    }
  }

  @Test func parametersOutsideOfLayers() throws {
    let summary = try Scaled().summary(input: [4])
    #expect(summary.rows.map(\.label) == ["Input", "Dense", "Output", "Others"])
    #expect(summary.rows.map(\.outputShape) == [[4], [3], [3, 1], []])
    #expect(summary.rows.map(\.parameters) == [0, 15, 0, 1])
    #expect(summary.parameters == 16)
  }

  /// Prints what it sees, as a learner may.
  private struct Looking: Layer {
    let body = Dense(3)
    func callAsFunction(_ x: Variable) throws -> Variable {
      _ = try body(x).tensor().description
      return try body(x)
    }
  }

  @Test func aLayerMayLookAtNumbers() throws {
    #expect(try Looking().summary(input: [4]).parameters == 15)
  }

  @Test func errors() throws {
    expectError(.shape, "The size of an axis cannot be negative, but (1, -2, 3) came.") {
      _ = try example().summary(input: [-2, 3])
    }
    expectError(
      .shape,
      "Layer 1, Conv2D: the input is a batch of pictures (batch, height, width, channels), but a tensor of "
        + "shape (1, 784) came."
    ) { _ = try example().summary(input: [784]) }
    #expect(throws: TensorError.self) { try example().summary(input: [.max, .max, 3]) }
  }
}

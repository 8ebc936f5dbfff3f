import Base
import Networks
import Tensors
import Testing

/// Layers for sequences and volumes.
@Suite("Layers of one and three dimensions") struct WindowLayerTests {
  private func sequences() -> Sequential {
    Sequential(
      Conv1D(8, 5, activation: .relu), MaxPool1D(2), Conv1D(12, 3, padding: .causal, dilation: 2, groups: 4),
      BatchNorm(), ActivationLayer(.relu), AveragePool1D(3, stride: 2, padding: .same), Conv1D(6, 1),
      GlobalAveragePool1D(), Dense(3))
  }

  private func volumes() -> Sequential {
    Sequential(
      Conv3D(4, 3, padding: .same, activation: .relu), MaxPool3D(2),
      Conv3D(6, Triple(depth: 1, height: 3, width: 3), stride: Triple(depth: 1, height: 2, width: 2)),
      AveragePool3D(2, stride: 1), GlobalMaxPool3D(), Dense(2))
  }

  @Test func summaryOfSequences() throws {
    let summary = try sequences().summary(input: [100, 2])
    #expect(
      summary.rows.map(\.outputShape) == [
        [100, 2], [96, 8], [48, 8], [48, 12], [48, 12], [48, 12], [24, 12], [24, 6], [6], [3],
      ])
    #expect(summary.rows.map(\.parameters) == [0, 88, 0, 84, 48, 0, 0, 78, 0, 21])
    #expect(summary.rows.map(\.multiplyAdds) == [0, 7680, 0, 3456, 0, 0, 0, 1728, 0, 18])
    #expect(
      summary.rows.map(\.settings)
        == ["", "8 5, relu", "2", "12 3, groups 4", "", "relu", "3, stride 2", "6 1", "", "3"])
  }

  @Test func summaryOfVolumes() throws {
    let summary = try volumes().summary(input: [4, 16, 16, 1])
    #expect(
      summary.rows.map(\.outputShape) == [
        [4, 16, 16, 1], [4, 16, 16, 4], [2, 8, 8, 4], [2, 3, 3, 6], [1, 2, 2, 6], [6], [2],
      ])
    #expect(summary.rows.map(\.parameters) == [0, 112, 0, 222, 0, 0, 14])
    #expect(summary.rows.map(\.multiplyAdds) == [0, 110_592, 0, 3888, 0, 0, 12])
    #expect(
      summary.rows.map(\.settings)
        == ["", "4 3x3x3, relu", "2x2x2", "6 1x3x3, stride (1, 2, 2)", "2x2x2, stride 1", "", "2"])
  }

  @Test("A plan gives what the layers give one by one") func plans() throws {
    for (network, shape) in [(sequences(), [3, 60, 2] as Shape), (volumes(), [2, 4, 12, 12, 1] as Shape)] {
      let x = try normal(shape).asType(.float32)
      let planned = try network.predict(x)
      let eager = try network(Variable(x)).tensor()
      #expect(try planned.allClose(eager, relative: 1e-4, absolute: 1e-5))
    }
  }

  @Test("A planned step changes what an eager one changes") func steps() throws {
    for (make, shape) in [(sequences, [6, 40, 2] as Shape), (volumes, [4, 4, 12, 12, 1] as Shape)] {
      let x = try normal(shape).asType(.float32)
      let labels = try Tensor((0..<shape[0]).map { $0 % 2 })
      // The random streams belong to all tests that run beside this one: both start from the same weights.
      let first = make()
      try first.build(input: x.shape)
      let weights = first.parameters.map(\.value)
      func trained(planned: Bool) throws -> ([Double], [Tensor]) {
        let network = make()
        try network.build(input: x.shape)
        for (parameter, value) in zip(network.parameters, weights) { parameter.value = value }
        let optimizer = try SGD(0.05)
        let losses = try (0..<6).map { _ in
          try trainingStep(optimizer, inputs: [x, labels], planned: planned) {
            try crossEntropy(network($0[0]), $0[1])
          }.item().doubleValue
        }
        return (losses, network.parameters.map(\.value))
      }
      let (planned, eager) = (try trained(planned: true), try trained(planned: false))
      #expect(planned.0[5] < planned.0[0])
      for (a, b) in zip(planned.0, eager.0) { #expect((a - b).magnitude < 1e-3) }
      for (a, b) in zip(planned.1, eager.1) { #expect(try a.allClose(b, relative: 1e-3, absolute: 1e-3)) }
    }
  }

  @Test func parameters() throws {
    let layer = Conv3D(6, Triple(depth: 2, height: 3, width: 4), groups: 2)
    try layer.build(input: [1, 5, 6, 7, 4])
    #expect(layer.namedParameters.map(\.name) == ["weights", "bias"])
    #expect(layer.weights?.shape == [2, 3, 4, 2, 6])
    let bare = Conv1D(6, 3, useBias: false)
    try bare.build(input: [1, 5, 6])
    #expect(bare.namedParameters.map(\.name) == ["weights"])
    #expect(bare.weights?.shape == [3, 6, 6])
  }

  @Test func errors() throws {
    expectError(
      .shape,
      "Conv1D: the input is a batch of sequences (batch, length, channels), but a tensor of shape (9, 2) "
        + "came.", suggestion: "x.expandDims(0) makes one sequence a batch"
    ) { try Conv1D(4, 3).build(input: [9, 2]) }
    expectError(
      .shape,
      "MaxPool3D: the input is a batch of volumes (batch, depth, height, width, channels), but a tensor of "
        + "shape (4, 4) came."
    ) { try MaxPool3D(2).build(input: [4, 4]) }
    expectError(
      .shape,
      "Conv1D: conv1d expects a window that fits: its length is 5 (3 with dilation 2), but the sequence's "
        + "length is 4: floor((n + 2p - f) / s) + 1 = floor((4 + 0 - 5) / 1) + 1 = 0.",
      suggestion: "padding: .same keeps the size"
    ) { try Conv1D(4, 3, dilation: 2).build(input: [1, 4, 2]) }
    expectError(
      .shape,
      "Layer 2, Conv3D: conv3d expects a window that fits: its depth is 3, but the volume's depth is 2: "
        + "floor((n + 2p - f) / s) + 1 = floor((2 + 0 - 3) / 1) + 1 = 0."
    ) { try Sequential(MaxPool3D(2), Conv3D(4, 3)).build(input: [1, 4, 8, 8, 1]) }
    expectError(
      .value,
      "AveragePool1D: averagePool1d expects less padding than the window's length, which is 2, but 3 came: "
        + "a window could lie wholly outside."
    ) { try AveragePool1D(2, padding: .amount(3)).build(input: [1, 8, 1]) }
    expectError(
      .shape, "Conv3D: the channels, 3 in and 4 out, must be multiples of the groups, 2."
    ) { try Conv3D(4, 1, groups: 2).build(input: [1, 4, 4, 4, 3]) }
    expectError(.value, "Conv1D: a layer has filters of at least 1, but 4 of 0 came.") {
      try Conv1D(4, 0).build(input: [1, 4, 3])
    }
    let (line, cube) = (try Tensor.ones([10, 3]), try Tensor.ones([6, 6, 6, 3]))
    expectError(
      .shape,
      "conv1d expects filters with 3 input channels (the second axis of (f, in, out)), since the sequence "
        + "is (10, 3), but the filters are (5, 2, 4)."
    ) { _ = try line.conv1d(.ones([5, 2, 4])) }
    expectError(
      .shape,
      "conv3d expects filters with 3 input channels (the fourth axis of (f, f, f, in)), since the volume is "
        + "(6, 6, 6, 3), but the filters are (3, 3, 3, 2)."
    ) { _ = try cube.conv3d(.ones([3, 3, 3, 2])) }
    expectError(
      .shape, "conv1d expects a bias with 4 numbers, one for each output channel, but it has shape (3)."
    ) { _ = try line.conv1d(.ones([5, 3, 4]), bias: .ones([3])) }
    expectError(
      .shape,
      "conv3d expects a volume (depth, height, width) or (depth, height, width, channels), or a batch of "
        + "volumes (batch, depth, height, width, channels), but a tensor of shape (10, 3) came."
    ) { _ = try line.conv3d(.ones([3, 3, 3])) }
    expectError(.value, "conv3d expects a stride of 1 or more, but 0 came.") {
      _ = try cube.conv3d(.ones([3, 3, 3]), stride: 0)
    }
  }

  @Test("Sizes beyond counting are errors") func hugeSizes() throws {
    let wide = 1_000_000
    let many = 1 << 47
    let bodies: [() throws -> Void] = [
      { _ = try Tensor.ones([1, 1, 1, 1, 1]).conv3d(.ones([1, 1, 1, 1, 1]), padding: .amount(wide)) },
      { _ = try Tensor.zeros([1, 1, 1, 0]).conv3d(.zeros([1, 1, 1, 0, many]), padding: .amount(wide)) },
      { _ = try Tensor.zeros([1, 1, 0]).conv1d(.zeros([1, 0, many]), padding: .amount(wide)) },
      { _ = try Tensor.ones([1, 4, 1]).conv1d(.ones([2, 1, 1]), padding: .causal, dilation: .max) },
      { _ = try Tensor.ones([1, 4, 1]).maxPool1d(.max) },
      { _ = try Tensor.ones([1, 4, 1]).maxPool1d(.min) },
      { _ = try Tensor.ones([4, 4, 4]).averagePool3d(2, padding: .amount(.min)) },
      { try Conv3D(1 << 30, Triple(1 << 20), useBias: false).build(input: [1, 1, 1, 1, 1]) },
    ]
    for (number, body) in bodies.enumerated() {
      do {
        try body()
        Issue.record("case \(number) did not fail")
      } catch {
        #expect(error is any PlainError, "case \(number): \(error)")
      }
    }
  }
}

import Networks
import Tensors
import Testing

@Suite("A gradient that is asked for again is planned, and stays the same") struct RepeatedGradientTests {
  private func input(_ seed: Int) throws -> Tensor {
    var random = try RandomState(seed: seed)
    return try random.randn([2, 9, 9, 3]).asType(.float32)
  }

  @Test func sameNumbers() throws {
    RandomStreams.start(seed: 2)
    let network = Sequential(
      Conv2D(8, 3, activation: .relu), MaxPool2D(2), Flatten(), Dense(5, activation: .tanh))
    let repeated = RepeatedGradient()
    for round in 0..<8 {
      let x = try input(round)
      // The factor is another one each time.
      let factor = Double(round) * 0.25 + 0.5
      func loss(_ x: [Variable]) throws -> Variable { try (network(x[0]) * .double(factor)).square().mean() }
      let eager = try valueWithGradients(at: [x], parameters: [], loss)
      let found = try repeated.valueWithGradients(at: [x], parameters: [], loss)
      #expect(try found.value.allClose(eager.value, relative: 1e-5, absolute: 1e-7))
      #expect(try found.inputs[0].allClose(eager.inputs[0], relative: 1e-4, absolute: 1e-7))
    }
  }

  @Test("A function that looks at numbers or changes takes other ways, and is right") func changing() throws {
    RandomStreams.start(seed: 3)
    let network = Sequential(Conv2D(4, 3, activation: .relu), Flatten(), Dense(3))
    let repeated = RepeatedGradient()
    for round in 0..<7 {
      let x = try input(round)
      func loss(_ x: [Variable]) throws -> Variable {
        var value = try network(x[0])
        for _ in 0..<round { value = try value.tanh() }
        if try value.sum().tensor().item().doubleValue > 0 { value = try value * .double(3) }
        return try value.square().sum()
      }
      let eager = try valueWithGradients(at: [x], loss)
      let found = try repeated.valueWithGradients(at: [x], loss)
      #expect(try found.inputs[0].allClose(eager.inputs[0], relative: 1e-4, absolute: 1e-6))
      #expect(found.parameters.count == eager.parameters.count)
      for (parameter, gradient) in eager.parameters {
        let other = try #require(found.parameters[parameter])
        // Sums of many terms that cancel are added up in another order.
        let largest = try gradient.abs().max().item().doubleValue
        #expect(try other.allClose(gradient, relative: 1e-4, absolute: 1e-5 * largest))
      }
    }
  }
}

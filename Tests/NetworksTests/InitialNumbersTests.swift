import Networks
import Tensors
import Testing

@Suite("First numbers are those of the seed at which a layer was made") struct InitialNumbersTests {
  @Test func laterSeedsChangeNothing() throws {
    func weights(changing seed: Int?) throws -> Tensor {
      RandomStreams.start(seed: 7)
      let layer = Dense(4)
      try layer.build(input: [1, 3])
      if let seed { RandomStreams.start(seed: seed) }
      return try #require(layer.weights).value
    }
    let first = try weights(changing: nil)
    #expect(try first.allClose(weights(changing: 8), relative: 0, absolute: 0))
  }
}

import Base
import Tensors
import Testing

/// Figures that NumPy prints after `numpy.random.seed(...)` for the calls named in the comments, exact to the last bit.
@Suite struct RandomTests {
  @Test func sequence() throws {
    var random = try RandomState(seed: 1)
    // rand(4)
    expectValues(
      try random.rand([4]),
      [0.417022004702574, 0.7203244934421581, 0.00011437481734488664, 0.30233257263183977])
    // randn(5): the second of a pair waits
    expectValues(
      try random.randn([5]),
      [-0.5281717522634557, -1.0729686221561705, 0.8654076293246785, -2.3015386968802827, 1.74481176421648])
    // uniform(-2, 5, 2)
    expectValues(try random.uniform(-2, 5, [2]), [-0.5688342518793781, 4.146822054736618])
    // normal(3, 0.5, 3)
    expectValues(
      try random.normal(mean: 3, standardDeviation: 0.5, [3]),
      [2.6193965495524485, 3.7310539685224873, 1.969929645251173])
    // randint(0, 10, 8)
    expectValues(try random.randint(0, 10, [8]), [7, 0, 6, 9, 9, 7, 6, 9])
    // randint(-5, 10**12, 3)
    #expect(
      try random.randint(-5, 1_000_000_000_000, [3]).integers() == [
        8_010_200_955, 261_259_196_620, 37_922_857_683,
      ])
    // randint(-2**63, 2**63 - 1, 3)
    #expect(
      try random.randint(Int.min, Int.max, [3]).integers() == [
        -8_502_938_426_223_977_869, -6_090_553_694_679_822_358, 6_975_498_002_251_626_952,
      ])
    // permutation(9)
    expectValues(try random.permutation(9), [8, 2, 0, 4, 1, 5, 6, 3, 7])
    // shuffle(arange(8).reshape(4, 2))
    var rows = try Tensor.range(to: 8).reshape([4, 2])
    try random.shuffle(&rows)
    expectValues(rows, [6, 7, 4, 5, 0, 1, 2, 3])
    // choice(9, 5)
    expectValues(try random.choice(9, [5]), [4, 0, 3, 2, 0])
    // choice(9, 5, replace=False)
    expectValues(try random.choice(9, [5], replace: false), [3, 8, 5, 0, 7])
    // randn(2)
    expectValues(try random.randn([2]), [0.06770978759740764, -1.0389059260000584])
  }

  @Test func seeds() throws {
    var random0 = try RandomState(seed: 0)
    expectValues(try random0.rand([2]), [0.5488135039273248, 0.7151893663724195])
    var random42 = try RandomState(seed: 42)
    expectValues(try random42.rand([2]), [0.3745401188473625, 0.9507143064099162])
    var random4294967295 = try RandomState(seed: 4_294_967_295)
    expectValues(try random4294967295.rand([2]), [0.0976320289940138, 0.9123828453026218])
    var listed = try RandomState(seeds: [1, 2, 3])
    expectValues(try listed.rand([2]), [0.6098612722867289, 0.8866970434146851])
    var long = try RandomState(seeds: [UInt32](0..<700))
    expectValues(try long.rand([2]), [0.867898393018711, 0.9148838731573538])
    // Beyond the first refills of the state
    var later = try RandomState(seed: 7)
    _ = try later.rand([2000])
    expectValues(try later.rand([2]), [0.5989522818235765, 0.7312204475295214])
  }

  @Test func messages() throws {
    expectError(.value, "A seed is a whole number from 0 to 4294967295, but -1 came.") {
      _ = try RandomState(seed: -1)
    }
    expectError(.value, "A list of seeds cannot be empty.") { _ = try RandomState(seeds: []) }
    var random = try RandomState(seed: 1)
    expectError(.value, "randint expects a lower limit below the upper one, but 3 and 3 came.") {
      _ = try random.randint(3, 3, [1])
    }
    expectError(.value, "A standard deviation cannot be negative, but -1.0 came.") {
      _ = try random.normal(standardDeviation: -1, [1])
    }
    expectError(
      .value, "choice cannot take 4 different numbers out of 3.",
      suggestion: "replace: true lets numbers come more than once"
    ) { _ = try random.choice(3, [4], replace: false) }
    expectError(.shape, "shuffle expects a tensor with at least one axis, but a single number came.") {
      var single = try Tensor(1)
      try random.shuffle(&single)
    }
  }
}

import Networks
import Script
import Tensors

/// The random numbers of a session: NumPy's legacy generator, bit for bit.
final class RandomStream {
  private var state: RandomState?

  /// The session's stream; unseeded, it starts from the system's randomness.
  static func of(_ call: Call) -> RandomStream {
    if let stream = call.context.engineState as? RandomStream { return stream }
    let stream = RandomStream()
    call.context.engineState = stream
    return stream
  }

  func seed(_ seed: Int) throws { state = try RandomState(seed: seed) }

  /// Draws with the generator, made at the first draw.
  func draw<Result>(_ body: (inout RandomState) throws -> Result) throws -> Result {
    var generator = try state ?? RandomState(seed: Int(UInt32.random(in: 0...UInt32.max)))
    defer { state = generator }
    return try body(&generator)
  }
}

/// Built-ins that draw random numbers.
enum TensorRandom {
  private static let shape = Builtin.Parameter(
    "shape", variadic: true, "the length of every axis; none for one number")

  static let functions: [Builtin] = [
    Builtin(
      "seed", [.init("number", "0 to 4,294,967,295")],
      "Starts all random numbers anew, so that a run can be repeated.",
      details: """
        After `seed(n)` the same numbers come as after `np.random.seed(n)` in NumPy. First weights, dropout, \
        shuffling and augmentation have streams of their own, which start anew too.
        """,
      examples: [.init("seed(1)\nprint(randn())", "1.6243453636632417")]
    ) { call in
      let number = try call.integer(0)
      try RandomStream.of(call).seed(number)
      RandomStreams.start(seed: number)
      return .none
    },
    Builtin(
      "randn", [shape], "Random numbers with the normal distribution, mean 0 and standard deviation 1.",
      details:
        "float64, by NumPy's legacy generator, bit for bit: polar Box-Muller over the Mersenne Twister.",
      examples: [.init("seed(1)\nprint(randn(2))", "[ 1.62434536 -0.61175641]")]
    ) { call in
      let shape = try call.shape(0)
      return Value.tensor(try RandomStream.of(call).draw { try $0.randn(shape) })
    },
    Builtin(
      "rand", [shape], "Random numbers, evenly spread from 0 up to 1.",
      details: "float64, by NumPy's legacy generator, bit for bit.",
      examples: [.init("seed(1)\nprint(rand())", "0.417022004702574")]
    ) { call in
      let shape = try call.shape(0)
      return Value.tensor(try RandomStream.of(call).draw { try $0.rand(shape) })
    },
    Builtin(
      "randint",
      [
        .init("low", "the smallest number"), .init("high", "one more than the largest"),
        .init("shape", variadic: true, "the length of every axis; none for one number"),
      ],
      "Random integers from `low` up to, but not including, `high`.",
      details: "As NumPy's `randint` of the legacy generator.",
      examples: [.init("seed(0)\nrandint(0, 10, 5)", "[5 0 3 3 7]")]
    ) { call in
      let shape = try call.shape(2)
      let (low, high) = (try call.integer(0), try call.integer(1))
      return Value.tensor(try RandomStream.of(call).draw { try $0.randint(low, high, shape) })
    },
    Builtin(
      "permutation", [.init("count", "how many numbers")], "The numbers 0 to count - 1 in random order.",
      examples: [.init("seed(0)\npermutation(5)", "[2 0 1 3 4]")]
    ) { call in
      let count = try call.integer(0)
      return Value.tensor(try RandomStream.of(call).draw { try $0.permutation(count) })
    },
  ]
}

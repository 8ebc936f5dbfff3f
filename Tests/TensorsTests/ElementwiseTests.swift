import Base
import Foundation
import Tensors
import Testing

@Suite struct ElementwiseTests {
  static let shapes: [([Int], [Int])] = [
    ([], []), ([1], []), ([3], [3]), ([0], [1]), ([0, 3], [3]), ([2, 3], [3]), ([2, 3], [2, 1]),
    ([2, 3], []), ([1, 3], [2, 1]), ([5, 1, 4], [1, 6, 1]), ([7, 5, 3], [3]), ([7, 5, 3], [7, 5, 1]),
    ([7, 5, 3], [5, 1]), ([4, 1, 3], [1, 6, 3]), ([40, 70], [70]), ([40, 70], [40, 1]),
    ([3, 40, 2], [40, 2]),
    ([2, 1, 3, 1, 5], [4, 1, 2, 1]), ([200, 180], [200, 180]), ([130, 190, 3], [3]),
    ([150, 160, 1], [150, 160, 3]),
    ([1, 1, 1], [2, 2, 2]), ([33, 1, 17], [33, 19, 1]),
  ]

  @Test(arguments: shapes)
  func broadcasting(a: [Int], b: [Int]) throws {
    for type in [DType.float32, .float64, .int64] {
      let (x, y) = (try sample(a, type), try sample(b, type, seed: 2))
      for (operation, plain) in [
        (BinaryOperation.subtract, { $0 - $1 }), (.maximum, { max($0, $1) }),
        (.less, { $0 < $1 ? 1 : 0 }),
      ] as [(BinaryOperation, (Double, Double) -> Double)] {
        for (left, right) in [(x, y), (y, x)] {
          let result = try Tensor.apply(operation, left, right)
          let sizes = result.shape.sizes
          let (p, q) = (Reference(left).stretched(to: sizes), Reference(right).stretched(to: sizes))
          let expected = zip(p, q).map { plain($0, $1) }
          #expect(result.dtype == (operation == .less ? .bool : type))
          expectValues(result, expected, tolerance: type == .float32 ? 1e-6 : 0)
        }
      }
    }
  }

  @Test func broadcastShapes() throws {
    #expect(try Shape([5, 1, 4]).broadcast(with: [6, 1]) == [5, 6, 4])
    #expect(try Shape([0, 3]).broadcast(with: [1]) == [0, 3])
    expectError(
      .shape,
      "The shapes (2, 3) and (2) do not fit together: counted from the end, sizes must be equal or 1, but the "
        + "last axis has 3 and 2."
    ) { _ = try Tensor.ones([2, 3]) + Tensor.ones([2]) }
    expectError(
      .shape,
      "The shapes (4, 2, 3) and (3, 3) do not fit together: counted from the end, sizes must be equal or 1, but "
        + "the second axis from the end has 2 and 3."
    ) { _ = try Tensor.ones([4, 2, 3]) + Tensor.ones([3, 3]) }
  }

  @Test func typesOfResults() throws {
    let types: [(DType, DType, DType)] = [
      (.float32, .float64, .float64), (.float32, .int64, .float32), (.int64, .float64, .float64),
      (.uint8, .uint8, .int64), (.uint8, .int64, .int64), (.bool, .bool, .int64), (.bool, .uint8, .int64),
      (.uint8, .float32, .float32), (.bool, .float64, .float64),
    ]
    for (a, b, expected) in types {
      for operation in [BinaryOperation.add, .subtract, .multiply, .power] {
        #expect(try Tensor.apply(operation, .ones([2], a), .ones([2], b)).dtype == expected)
        #expect(try Tensor.apply(operation, .ones([2], b), .ones([2], a)).dtype == expected)
      }
    }
    #expect(try Tensor.maximum(.ones([2], .uint8), .ones([2], .uint8)).dtype == .uint8)
    expectValues(try Tensor([200, 100] as [UInt8]) + Tensor([100, 200] as [UInt8]), [300, 300], .int64)
    expectValues(try Tensor([200] as [UInt8]) - Tensor([201] as [UInt8]), [-1], .int64)
    expectValues(try Tensor([true, true]) + Tensor([true, false]), [2, 1], .int64)
  }

  @Test func scalarsAdapt() throws {
    #expect(try (Tensor.ones([2], .float32) * 2).dtype == .float32)
    #expect(try (Tensor.ones([2], .float32) * 2.5).dtype == .float32)
    #expect(try (Tensor.ones([2], .float64) * 2.5).dtype == .float64)
    #expect(try (Tensor.ones([2], .int64) * 2.5).dtype == .float32)
    #expect(try (Tensor.ones([2], .uint8) * 2).dtype == .int64)
    #expect(try (1 - Tensor.ones([2], .bool)).dtype == .int64)
    expectValues(try Tensor([0.1], dtype: .float64) * 0.1, [0.1 * 0.1])
    expectValues(try 2 ** Tensor([0, 1, 10]), [1, 2, 1024], .int64)
    expectValues(try Tensor([7, -7]) / 2, [3, -3], .int64)
    expectValues(try Tensor([7, -7]) % 3, [1, -1], .int64)
    expectValues(try Tensor([7.5, -7.5]) % 2, [1.5, -1.5])
    expectValues(try Tensor([1, 2, 3] as [UInt8]) .> -1, [1, 1, 1], .bool)
    expectValues(try Tensor([1, 2, 3]) .== 2, [0, 1, 0], .bool)
    expectValues(try Tensor([1, 2, 3]) .> 1.5, [0, 1, 1], .bool)
  }

  @Test func integersAreExact() throws {
    let big = try Tensor([Int.max, Int.min, 9_007_199_254_740_993])
    expectValues(
      try big - Tensor([1, -1, 9_007_199_254_740_992]), [Double(Int.max - 1), Double(Int.min + 1), 1])
    #expect(try (Tensor([3]) ** 39).integers() == [4_052_555_153_018_976_267])
    #expect(try (Tensor([-2]) ** 63).integers() == [Int.min])
    #expect(try (Tensor([Int.min]) % -1).integers() == [0])

    func overflow(_ symbol: String, _ body: () throws -> Tensor) {
      expectError(
        .arithmetic, "Integer overflow: a result of \(symbol) does not fit into 64 bits.",
        suggestion: "compute in float64: x.asType(.float64)"
      ) { _ = try body() }
    }
    overflow("+") { try Tensor([1, Int.max]) + 1 }
    overflow("-") { try Tensor([Int.min]) - 1 }
    overflow("*") { try Tensor([Int.max, 1]) * Tensor([2, 1]) }
    overflow("**") { try Tensor([3]) ** 41 }
    overflow("/") { try Tensor([Int.min]) / -1 }
    overflow("negate") { try -Tensor([Int.min]) }
    overflow("absolute") { try Tensor([Int.min]).abs() }
    for (symbol, operation) in [("/", BinaryOperation.divide), ("%", .remainder)] {
      expectError(
        .arithmetic, "Integer division by zero: the right side of \(symbol) holds a 0."
      ) { _ = try Tensor.apply(operation, Tensor([1, 2]), Tensor([1, 0])) }
    }
    expectError(
      .arithmetic,
      "An integer to a negative power is not an integer, but the right side of ** holds a negative number.",
      suggestion: "use a floating-point base: x.asType(.float32) ** n"
    ) { _ = try Tensor.apply(.power, Tensor([2]), -1) }
    expectValues(try Tensor([1.0, -1, 0]) / 0, [.infinity, -.infinity, .nan])
  }

  static let functions: [(UnaryOperation, @Sendable (Double) -> Double)] = [
    (.exponential, exp), (.exponentialMinusOne, expm1), (.logarithm, log), (.logarithm2, log2),
    (.logarithm10, log10), (.logarithm1p, log1p), (.sine, sin), (.cosine, cos), (.tangent, tan),
    (.arcSine, asin), (.arcCosine, acos), (.arcTangent, atan), (.hyperbolicSine, sinh),
    (.hyperbolicCosine, cosh), (.hyperbolicTangent, tanh), (.sigmoid, { 1 / (1 + exp(-$0)) }),
    (.softplus, { max($0, 0) + log1p(exp(-abs($0))) }), (.errorFunction, erf),
    (.squareRoot, { $0.squareRoot() }),
    (.reciprocal, { 1 / $0 }), (.floor, { $0.rounded(.down) }), (.ceiling, { $0.rounded(.up) }),
    (.round, { $0.rounded(.toNearestOrEven) }), (.truncate, { $0.rounded(.towardZero) }), (.negate, { -$0 }),
    (.absolute, { abs($0) }), (.square, { $0 * $0 }), (.relu, { max($0, 0) }),
    (.sign, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }),
  ]

  @Test func functionsAgreeWithTheSystems() throws {
    var inputs: [Double] = [
      0, 0.5, -0.5, 1, -1, 2.5, -2.5, 1e-3, -1e-3, 1e-30, 87, -87, 100, -110, 1e10, -1e10,
    ]
    inputs += stride(from: -12.0, through: 12, by: 0.0137)
    inputs += [1e-40, 1e-45, 3e38, .infinity, -.infinity, .nan]
    for (operation, plain) in ElementwiseTests.functions {
      let doubles = try Tensor(inputs).apply(operation)
      expectValues(doubles, inputs.map(plain), .float64, tolerance: 1e-14)
      let floats = inputs.map { Float($0) }
      let result = try Tensor(floats).apply(operation).floats()
      for (input, found) in zip(floats, result) {
        let exact = plain(Double(input))
        let rounded = Float(exact)
        // Three units in the last place; what underflows may be flushed to zero.
        let close =
          found == rounded || (found.isNaN && rounded.isNaN)
          || abs(Double(found) - exact) <= max(3 * Double(rounded.ulp), 2e-38)
        if !close { Issue.record("\(operation) of \(input) is \(found), not \(rounded)") }
      }
    }
  }

  @Test func functionsOfOtherTypes() throws {
    #expect(try Tensor([4, 9]).sqrt().dtype == .float32)
    expectValues(try Tensor([4, 9] as [UInt8]).sqrt(), [2, 3], .float32)
    #expect(try Tensor([4, 9]).floor().dtype == .int64)
    expectValues(try -Tensor([4, 9] as [UInt8]), [-4, -9], .int64)
    expectValues(try Tensor([-4, 9]).abs(), [4, 9], .int64)
    expectValues(try Tensor([-4, 9]).relu(), [0, 9], .int64)
    expectValues(try .!Tensor([0, 3]), [1, 0], .bool)
    expectValues(try Tensor([0, 3]) .& Tensor([true, true]), [0, 1], .bool)
    expectValues(try Tensor([0.0, 3]) .| Tensor([0, 0]), [0, 1], .bool)
    expectValues(try Tensor([1, .nan, .infinity]).isNaN(), [0, 1, 0], .bool)
    expectValues(try Tensor([1, .nan, .infinity]).isFinite(), [1, 0, 0], .bool)
    expectValues(try Tensor([0.5, 1.5, 2.5, -0.5]).round(), [0, 2, 2, 0])
    expectValues(try Tensor.maximum(Tensor([1, .nan, 3]), Tensor([2, 2, .nan])), [2, .nan, .nan])
    expectValues(try Tensor.minimum(Tensor([1, .nan, 3]), Tensor([2, 2, .nan])), [1, .nan, .nan])
  }

  @Test func choosing() throws {
    expectValues(try Tensor([-2, 5, 300]).clip(0, 255), [0, 5, 255], .int64)
    expectValues(try Tensor([-2.5, 5, 300]).clip(nil, 255), [-2.5, 5, 255], .float64)
    expectValues(try Tensor([.nan, 7]).clip(0, 1), [.nan, 1])
    expectError(.value, "clip expects a lower limit that is not above the upper one, but 2 and 1 came.") {
      _ = try Tensor([1]).clip(2, 1)
    }
    let mask = try Tensor([[true, false], [false, true]])
    expectValues(
      try Tensor.where(mask, Tensor([1, 2]), Tensor([[10.5], [20.5]], dtype: .float32)), [1, 10.5, 20.5, 2],
      .float32)
    expectValues(try Tensor.where(mask, Tensor(1), Tensor(0)), [1, 0, 0, 1], .int64)
    #expect(try Tensor([1.0, .nan]).allClose(Tensor([1.000001, .nan])))
    #expect(try !Tensor([1.0, .infinity]).allClose(Tensor([1.0, -.infinity])))
    #expect(try !Tensor([1.0]).allClose(Tensor([1.1])))
    #expect(try Tensor([1, 2]).isEqual(to: Tensor([1.0, 2.0])))
    #expect(try !Tensor([1, 2]).isEqual(to: Tensor([[1, 2]])))
  }

  @Test func changingInPlaceLeavesCopiesAlone() throws {
    var x = try Tensor([1.5, 2.5])
    let copy = x
    try x += 1
    expectValues(x, [2.5, 3.5])
    expectValues(copy, [1.5, 2.5])
    try x *= Tensor([2.0, 4.0])
    expectValues(x, [5, 14])
    let before = x.stridedView().base
    try x -= 1
    #expect(x.stridedView().base == before)
    try x += x
    expectValues(x, [8, 26])
    try x /= Tensor([[1.0], [2.0]])
    expectValues(x, [8, 26, 4, 13], shape: [2, 2])
    var whole = try Tensor([1, Int.max])
    #expect(throws: TensorError.self) { try whole += 1 }
    #expect(try whole.integers() == [1, Int.max])
    try whole -= 0.5
    #expect(whole.dtype == .float32)
  }

  @Test func largeArraysInParallel() throws {
    let count = 300_000
    let x = try Tensor.range(to: .int(count))
    let y = try x * 3 + 1
    let found = try y.integers()
    #expect((0..<count).allSatisfy { found[$0] == 3 * $0 + 1 })
    expectError(.arithmetic, "Integer division by zero: the right side of / holds a 0.") { _ = try 1 / x }
  }
}

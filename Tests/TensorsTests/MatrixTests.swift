import Base
import Tensors
import Testing

@Suite struct MatrixTests {
  @Test(arguments: [
    (1, 1, 1), (2, 3, 4), (5, 0, 3), (0, 4, 2), (4, 2, 0), (7, 9, 17), (33, 300, 31), (64, 64, 64),
    (1, 700, 5), (130, 5, 1), (90, 257, 66),
  ])
  func agreesWithTheDefinition(m: Int, k: Int, n: Int) throws {
    for (type, tolerance) in [(DType.float32, 1e-4), (.float64, 1e-11), (.int64, 0), (.uint8, 0)] {
      let (a, b) = (try sample([m, k], type), try sample([k, n], type, seed: 2))
      let (x, y) = (a.doubles(), b.doubles())
      var expected: [Double] = []
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for l in 0..<k { sum += x[i * k + l] * y[l * n + j] }
          expected.append(sum)
        }
      }
      expectValues(
        try a.matmul(b), expected, shape: [m, n], type == .uint8 ? .int64 : type, tolerance: tolerance)
    }
  }

  @Test func vectorsAndBatches() throws {
    let m = try Tensor([[1, 2, 3], [4, 5, 6]])
    expectValues(try m.matmul(Tensor([1, 0, 2])), [7, 16], shape: [2])
    expectValues(try Tensor([1, 2]).matmul(m), [9, 12, 15], shape: [3])
    expectValues(try Tensor([1, 2]).matmul(Tensor([3, 4])), [11], shape: [])
    let a = try sample([2, 1, 3, 4], .int64)
    let b = try sample([5, 4, 2], .int64, seed: 2)
    let c = try a.matmul(b)
    #expect(c.shape == [2, 5, 3, 2])
    for i in 0..<2 {
      for j in 0..<5 {
        let part = try a.slice([.index(i), .index(0)]).matmul(b.slice([.index(j)]))
        #expect(try c.slice([.index(i), .index(j)]).isEqual(to: part))
      }
    }
    #expect(try sample([4, 3, 4]).matmul(sample([4, 2])).shape == [4, 3, 2])
    #expect(try sample([3, 4]).matmul(sample([4])).shape == [3])
    #expect(try sample([2, 3, 4]).matmul(sample([4])).shape == [2, 3])
    expectValues(try Tensor([1, 2]).dot(Tensor(3)), [3, 6])
    expectValues(try Tensor([1, 2]).dot(Tensor([3, 4])), [11])
    expectValues(try Tensor([1, 2]).outer(Tensor([3, 4, 5])), [3, 4, 5, 6, 8, 10], shape: [2, 3])
  }

  @Test func integersThatDoNotFit() throws {
    let a = try Tensor([[Int.max, 1]])
    #expect(try a.matmul(Tensor([[1], [-1]])).integers() == [Int.max - 1])
    expectError(.arithmetic, "Integer overflow: a result of matmul does not fit into 64 bits.") {
      _ = try a.matmul(Tensor([[1], [1]]))
    }
    expectError(.arithmetic, "Integer overflow: a result of matmul does not fit into 64 bits.") {
      let smallest = try Tensor.full([1, 1000], .int(Int.min))
      _ = try smallest.matmul(smallest.transposed())
    }
  }

  @Test func messages() throws {
    expectError(
      .shape,
      "matmul expects as many columns on the left as rows on the right, but the shapes are (2, 3) and (4, 5): 3 "
        + "and 4."
    ) { _ = try Tensor.ones([2, 3]).matmul(.ones([4, 5])) }
    expectError(
      .shape, "matmul expects vectors or matrices, but the shapes are () and (2).",
      suggestion: "use * to multiply by a single number"
    ) { _ = try Tensor(2).matmul(.ones([2])) }
  }
}

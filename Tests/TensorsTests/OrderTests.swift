import Base
import Tensors
import Testing

@Suite struct OrderTests {
  @Test func sorting() throws {
    for type in DType.allCases {
      let x = try sample([4, 50, 3], type)
      let values = Reference(x)
      let result = Reference(try x.sorted(axis: 1))
      let down = Reference(try x.sorted(axis: 1, descending: true))
      let places = try x.argSort(axis: 1)
      #expect(places.dtype == .int64)
      let found = Reference(places)
      for i in 0..<4 {
        for k in 0..<3 {
          let line = (0..<50).map { values[[i, $0, k]] }
          #expect((0..<50).map { result[[i, $0, k]] } == line.sorted())
          #expect((0..<50).map { down[[i, $0, k]] } == line.sorted(by: >))
          let stable = line.indices.sorted { (line[$0], $0) < (line[$1], $1) }
          #expect((0..<50).map { Int(found[[i, $0, k]]) } == stable)
        }
      }
    }
    expectValues(try Tensor([3, .nan, 1]).sorted(), [1, 3, .nan])
    expectValues(try Tensor([3, .nan, 4]).sorted(descending: true), [4, 3, .nan])
    expectValues(try Tensor([3, 1, 2]).argSort(descending: true), [0, 2, 1])
    expectValues(try Tensor.zeros([2, 0]).sorted(), [], shape: [2, 0])
    expectValues(try Tensor.zeros([2, 0]).argSort(), [], shape: [2, 0])
    expectError(
      .index, "sorted expects an axis of the tensor, but a single number has no axes, and axis -1 came."
    ) { _ = try Tensor(1).sorted() }
  }

  @Test func runningSums() throws {
    expectValues(try Tensor([1, 2, 3]).cumulativeSum(), [1, 3, 6], .int64)
    expectValues(try Tensor([[1, 2], [3, 4]]).cumulativeSum(), [1, 3, 6, 10], shape: [4])
    expectValues(try Tensor([[1, 2], [3, 4]]).cumulativeSum(axis: 0), [1, 2, 4, 6], shape: [2, 2])
    expectValues(
      try Tensor([[0.5, 2], [3, 4]], dtype: .float32).cumulativeSum(axis: 1), [0.5, 2.5, 3, 7], .float32)
    expectValues(try Tensor([true, true]).cumulativeSum(), [1, 2], .int64)
    expectError(.arithmetic, "Integer overflow: a sum does not fit into 64 bits.") {
      _ = try Tensor([Int.max, 1]).cumulativeSum()
    }
  }

  @Test func longRanges() throws {
    #expect(
      try Tensor.range(from: .int(1 << 60), to: .int(1 << 60 + 3)).integers() == [
        1 << 60, 1 << 60 + 1, 1 << 60 + 2,
      ])
    #expect(try Tensor.range(from: 5, to: 0, by: .int(Int.min)).integers() == [5])
    #expect(try Tensor.range(from: 5, to: 0).elementCount == 0)
    expectError(.memory, "A range so long is more than any machine can hold.") {
      _ = try Tensor.range(from: .int(Int.min), to: .int(Int.max))
    }
  }
}

import Base
import Foundation
import Tensors
import Testing

@Suite struct ReductionTests {
  static let cases: [([Int], [Int]?)] = [
    ([], nil), ([1], nil), ([5], nil), ([64], nil), ([65], [0]), ([1000], nil), ([3, 4], [0]), ([3, 4], [1]),
    ([3, 4], nil),
    ([7, 5, 3], [0, 1]), ([7, 5, 3], [1]), ([7, 5, 3], [0, 2]), ([7, 5, 3], [2]), ([2, 9, 70], [1]),
    ([2, 9, 33], [1]),
    ([100, 70], [0]), ([3, 2, 4, 5], [1, 3]), ([3, 2, 4, 5], []), ([0, 3], [0]), ([3, 0], [0]),
    ([70, 100], [-1]),
    ([5, 100, 31], [1]), ([5, 100, 32], [1]),
  ]

  @Test(arguments: cases)
  func agreesWithPlainSums(sizes: [Int], axes: [Int]?) throws {
    for type in [DType.float32, .float64, .int64, .uint8, .bool] {
      let x = try sample(sizes, type)
      let values = Reference(x)
      let reduced = Set((axes ?? Array(0..<sizes.count)).map { $0 < 0 ? $0 + sizes.count : $0 })
      var groups: [[Int]: [Double]] = [:]
      let kept = sizes.enumerated().map { reduced.contains($0.offset) ? 1 : $0.element }
      for position in positions(kept) { groups[position] = [] }
      for (position, value) in zip(positions(sizes), values.values) {
        groups[position.enumerated().map { reduced.contains($0.offset) ? 0 : $0.element }]?.append(value)
      }
      func check(_ reduction: Reduction, _ plain: ([Double]) -> Double, _ dtype: DType, _ tolerance: Double)
        throws
      {
        let result = try x.reduce(reduction, axes: axes, keepAxes: true)
        expectValues(
          result, positions(kept).map { plain(groups[$0]!) }, shape: kept, dtype, tolerance: tolerance)
        let dropped = try x.reduce(reduction, axes: axes)
        #expect(
          dropped.shape.sizes == sizes.enumerated().filter { !reduced.contains($0.offset) }.map(\.element))
        #expect(dropped.doubles().map(\.bitPattern) == result.doubles().map(\.bitPattern))
      }
      let float = type.isFloating
      let mean = { (list: [Double]) in list.reduce(0, +) / Double(list.count) }
      let variance = { (list: [Double]) in
        let center = mean(list)
        return mean(list.map { ($0 - center) * ($0 - center) })
      }
      let loose = type == .float64 ? 1e-13 : 1e-6
      try check(.sum, { $0.reduce(0, +) }, float ? type : .int64, float ? loose : 0)
      try check(.mean, mean, type.floatingForm, loose)
      try check(.variance, variance, type.floatingForm, loose)
      try check(.standardDeviation, { variance($0).squareRoot() }, type.floatingForm, loose)
      try check(.norm, { $0.map { $0 * $0 }.reduce(0, +).squareRoot() }, type.floatingForm, loose)
      try check(.all, { $0.allSatisfy { $0 != 0 } ? 1 : 0 }, .bool, 0)
      try check(.any, { $0.contains { $0 != 0 } ? 1 : 0 }, .bool, 0)
      if groups.values.allSatisfy({ !$0.isEmpty }) {
        try check(.max, { $0.max()! }, type, 0)
        try check(.min, { $0.min()! }, type, 0)
      }
    }
  }

  @Test func products() throws {
    expectValues(try Tensor([1, 2, 3, 4, 5]).product(), [120], .int64)
    expectValues(try Tensor([[1, 2], [3, 4]] as [[UInt8]]).product(axes: [0]), [3, 8], .int64)
    expectValues(try Tensor([0.5, 4]).product(), [2], .float64)
    expectValues(
      try Tensor.full([100], 1.1, dtype: .float32).product(), [pow(Double(Float(1.1)), 100)], .float32,
      tolerance: 1e-6)
    expectError(
      .arithmetic, "Integer overflow: a product does not fit into 64 bits.",
      suggestion: "compute in float64: x.asType(.float64)"
    ) {
      _ = try Tensor.full([64], 2).product()
    }
  }

  @Test func places() throws {
    expectValues(try Tensor([3, 9, 2, 9]).argMax(), [1], shape: [], .int64)
    expectValues(try Tensor([[3, 9], [7, 1]]).argMax(axis: 0), [1, 0])
    expectValues(try Tensor([[3, 9], [7, 1]]).argMin(axis: -1, keepAxes: true), [0, 1], shape: [2, 1])
    expectValues(try Tensor([1.0, .nan, 5]).argMax(), [1])
    expectValues(try Tensor([1.0, .nan, -5]).argMin(), [1])
    #expect(try Tensor([[3, 9], [7, 1]]).argMax(keepAxes: true).shape == [1, 1])
    let x = try sample([4, 30, 70])
    let values = Reference(x)
    let expected = (0..<4).flatMap { i in
      (0..<70).map { k in Double((0..<30).max { values[[i, $0, k]] < values[[i, $1, k]] }!) }
    }
    expectValues(try x.argMax(axis: 1), expected, shape: [4, 70])
  }

  @Test func edges() throws {
    expectValues(try Tensor.zeros([0]).sum(), [0])
    expectValues(try Tensor.zeros([0]).mean(), [.nan])
    expectValues(try Tensor([1.0, .nan, 3]).max(), [.nan])
    expectValues(try Tensor([1.0, .infinity, 3]).sum(), [.infinity])
    expectValues(try Tensor([Int.max, 5, -6]).sum() - Int.max.asScalar, [-1])
    expectValues(try Tensor([255, 255] as [UInt8]).sum(), [510], .int64)
    expectError(.value, "max expects at least one element, but the tensor has shape (0).") {
      _ = try Tensor.zeros([0]).max()
    }
    expectError(.value, "argMin expects at least one element, but the tensor has shape (0, 2).") {
      _ = try Tensor.zeros([0, 2]).argMin(axis: 0)
    }
    expectError(
      .index,
      "sum expects an axis from 0 to 1 (or from -2 to -1), since the tensor has 2 axes, but axis 2 came."
    ) { _ = try Tensor.zeros([2, 2]).sum(axes: [2]) }
    expectError(
      .index, "mean expects an axis of the tensor, but a single number has no axes, and axis 0 came."
    ) { _ = try Tensor(1).mean(axes: [0]) }
    expectError(.value, "sum expects each axis once, but axis 1 came twice.") {
      _ = try Tensor.zeros([2, 2]).sum(axes: [1, -1])
    }
    expectError(.arithmetic, "Integer overflow: a sum does not fit into 64 bits.") {
      _ = try Tensor([Int.max, 1]).sum()
    }
  }

  /// A million terms of 0.1: adding them up one after another in float32 gives 100958, in float64 loses six digits.
  @Test func accuracy() throws {
    expectValues(
      try Tensor.full([1_000_000], 0.1, dtype: .float32).sum(), [Double(Float(Double(Float(0.1)) * 1e6))])
    expectValues(try Tensor.full([1_000_000], 0.1, dtype: .float64).sum(), [1e5], tolerance: 1e-15)
    expectValues(
      try Tensor.full([1_000_000, 3], 0.1, dtype: .float64).sum(axes: [0]), [1e5, 1e5, 1e5], tolerance: 1e-15)
  }

  @Test func softmax() throws {
    let x = try Tensor([[1.0, 2, 3], [1000, 1000, 1000]])
    let total = exp(-2.0) + exp(-1.0) + 1
    expectValues(
      try x.softmax(), [exp(-2.0) / total, exp(-1.0) / total, 1 / total, 1 / 3.0, 1 / 3.0, 1 / 3.0],
      tolerance: 1e-15)
    expectValues(try x.softmax(axis: 0).sum(axes: [0]), [1, 1, 1], tolerance: 1e-15)
  }
}

extension Int {
  fileprivate var asScalar: Scalar { .int(self) }
}

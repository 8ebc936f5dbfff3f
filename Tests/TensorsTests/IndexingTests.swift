import Base
import Tensors
import Testing

/// 2..<5 of an axis.
private func range(_ lower: Int?, _ upper: Int?, _ step: Int = 1) -> TensorIndex {
  .range(lower: lower, upper: upper, step: step)
}

@Suite struct IndexingTests {
  let x: Tensor
  init() throws { x = try Tensor.range(to: 24).reshape([2, 3, 4]) }

  @Test func reading() throws {
    expectValues(try x.slice([.index(1), .index(-1), .index(2)]), [22], shape: [])
    expectValues(try x.slice([.index(0)]), (0..<12).map(Double.init), shape: [3, 4])
    expectValues(try x.slice([.ellipsis, .index(0)]), [0, 4, 8, 12, 16, 20], shape: [2, 3])
    expectValues(try x.slice([range(nil, nil), range(1, 3), .index(1)]), [5, 9, 17, 21], shape: [2, 2])
    expectValues(
      try x.slice([.index(0), .ellipsis, range(nil, nil, 2)]), [0, 2, 4, 6, 8, 10], shape: [3, 2])
    expectValues(try x.slice([.index(0), .index(0), range(nil, nil, -1)]), [3, 2, 1, 0])
    expectValues(try x.slice([.index(0), .index(0), range(2, 0, -1)]), [2, 1])
    expectValues(try x.slice([.index(0), .index(0), range(-3, -1)]), [1, 2])
    expectValues(try x.slice([.index(0), .index(0), range(1, 1)]), [], shape: [0])
    expectValues(try x.slice([.index(0), .index(0), range(0, 4, Int.max)]), [0])
    #expect(try x.slice([.newAxis, .ellipsis, .newAxis]).shape == [1, 2, 3, 4, 1])
    #expect(try x.slice([]).isEqual(to: x))
    #expect(try Tensor(5).slice([.ellipsis]).item() == .int(5))
  }

  @Test func gathering() throws {
    expectValues(
      try x.slice([.index(0), .gather(Tensor([2, 0, -1]))]), [8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11],
      shape: [3, 4])
    expectValues(
      try x.slice([.ellipsis, .gather(Tensor([[3, 0]]))]).slice([.index(0)]), [3, 0, 7, 4, 11, 8],
      shape: [3, 1, 2])
    expectValues(
      try x.slice([.gather(Tensor([0, 1])), .gather(Tensor([2, 0])), range(1, 3)]), [9, 10, 13, 14],
      shape: [2, 2])
    expectValues(
      try x.slice([.gather(Tensor([0, 1])), range(0, 2), .gather(Tensor([[3], [1]]))]).slice([.index(1)]),
      [1, 5, 13, 17], shape: [2, 2])
    expectValues(
      try x.slice([range(nil, nil), .gather(Tensor([1] as [UInt8])), range(nil, nil, 3)]), [4, 7, 16, 19],
      shape: [2, 1, 2])
  }

  @Test func masks() throws {
    expectValues(try x.slice([.mask(x .> 20)]), [21, 22, 23], shape: [3])
    let rows = try Tensor([[true, false, false], [false, true, true]])
    expectValues(try x.slice([.mask(rows), .index(0)]), [0, 16, 20])
    expectValues(
      try x.slice([.index(1), .ellipsis, .mask(Tensor([true, false, false, true]))]),
      [12, 15, 16, 19, 20, 23], shape: [3, 2])
    expectValues(try x.slice([.mask(x .> 100)]), [], shape: [0])
    var y = x
    try y.assign(0, at: [.mask(x .> 3)])
    expectValues(try y.sum(), [6])
    expectValues(try x.sum(), [276])
    try y.assign(Tensor([5, 6]), at: [.index(0), .index(0), .mask(Tensor([false, true, true, false]))])
    expectValues(try y.slice([.index(0), .index(0)]), [0, 5, 6, 3])
  }

  @Test func assigning() throws {
    var y = x
    try y.assign(-1, at: [.ellipsis, .index(0)])
    expectValues(try y.slice([.index(1)]), [-1, 13, 14, 15, -1, 17, 18, 19, -1, 21, 22, 23])
    try y.assign(Tensor([7, 8, 9]), at: [.index(0), range(nil, nil), .index(1)])
    expectValues(try y.slice([.index(0), range(nil, nil), .index(1)]), [7, 8, 9])
    try y.assign(Tensor([[1], [2]]), at: [range(nil, nil), .index(2), range(0, 3)])
    expectValues(try y.slice([range(nil, nil), .index(2)]), [1, 1, 1, 11, 2, 2, 2, 23])
    try y.assign(Tensor([[[4, 5]]]), at: [.index(0), .index(0), range(nil, nil, 2)])
    expectValues(try y.slice([.index(0), .index(0)]), [4, 7, 5, 3])
    try y.assign(Tensor([100, 200]), at: [.index(0), .index(1), .gather(Tensor([3, 0]))])
    expectValues(try y.slice([.index(0), .index(1)]), [200, 8, 6, 100])
    try y.assign(y.slice([.index(0)]), at: [.index(1)])
    #expect(try y.slice([.index(0)]).isEqual(to: y.slice([.index(1)])))
    var z = try Tensor.zeros([3, 2], .float32)
    try z.assign(0.5, at: [.gather(Tensor([0, 2]))])
    expectValues(z, [0.5, 0.5, 0, 0, 0.5, 0.5])
    var w = try Tensor.zeros([2], .float64)
    try w.assign(0.1, at: [.index(0)])
    expectValues(w, [0.1, 0])
  }

  @Test func elements() throws {
    #expect(try x.element(at: [1, 2, -1]) == .int(23))
    var y = x
    try y.setElement(99, at: [0, 0, 0])
    #expect(try y.element(at: [0, 0, 0]) == .int(99))
    #expect(try x.element(at: [0, 0, 0]) == .int(0))
    let view = x.stridedView()
    #expect(view.strides[0] == 12 && view.strides[2] == 1)
    #expect(view.base.load(fromByteOffset: 8 * 13, as: Int.self) == 13)
  }

  @Test func messages() throws {
    func fails(_ message: String, _ indices: [TensorIndex]) {
      expectError(.index, message) { _ = try x.slice(indices) }
    }
    fails(
      "Index 3 is out of range for axis 1 of a tensor of shape (2, 3, 4): the axis has length 3, so indices go "
        + "from 0 to 2, or from -1 back to -3.", [.index(0), .index(3)])
    fails(
      "A tensor of shape (2, 3, 4) has 3 axes, but 4 indices came.",
      [.index(0), .index(0), .index(0), .index(0)])
    fails("Only one ... can stand between the brackets, but 2 came.", [.ellipsis, .ellipsis])
    fails(
      "The range 1..<9 is out of range for axis 2 of a tensor of shape (2, 3, 4), which has length 4.",
      [.ellipsis, range(1, 9)])
    fails(
      "A range of indices must not end before it begins, but it goes from 3 to before 1, counted from the end of an axis of length 4.",
      [.ellipsis, range(-1, 1)])
    fails("A range of indices cannot go on in steps of 0.", [range(nil, nil, 0)])
    fails(
      "A mask must have the shape of the axes it selects from: the tensor has shape (2, 3, 4), the mask (3).",
      [.mask(try! Tensor([true, true, true]))])
    fails(
      "Several lists of indices are matched element by element, but their shapes (2) and (3) do not fit together.",
      [.gather(try! Tensor([0, 1])), .gather(try! Tensor([0, 1, 2]))])
    expectError(
      .type, "A tensor of indices holds whole numbers, but a float32 tensor came.",
      suggestion: "convert it: i.asType(.int64)"
    ) {
      _ = try x.slice([.gather(Tensor.ones([2]))])
    }
    expectError(.type, "A mask is a bool tensor, but an int64 tensor came.") { _ = try x.slice([.mask(x)]) }
    expectError(.index, "An element of a tensor of shape (2, 3, 4) is named by 3 indices, but 1 came.") {
      _ = try x.element(at: [0])
    }
    expectError(.index, "A tensor without axes, a single number, has nothing to index, but 1 index came.") {
      _ = try Tensor(1).slice([.index(0)])
    }
    var y = x
    expectError(
      .shape,
      "The value to assign has shape (3), but the place has shape (3, 4), and the one cannot be stretched to the other."
    ) {
      try y.assign(Tensor([1, 2, 3]), at: [.index(0)])
    }
    expectError(
      .type, "The tensor holds int64 and cannot take 2.5, which has a fraction.",
      suggestion: "convert the tensor first: x.asType(.float32)"
    ) { try y.assign(2.5, at: [.index(0)]) }
    var bytes = try Tensor([1, 2] as [UInt8])
    expectError(
      .arithmetic, "uint8 holds whole numbers from 0 to 255, but 300 came.",
      suggestion: "limit the values first: x.clip(0, 255)"
    ) {
      try bytes.assign(300, at: [.index(0)])
    }
    #expect(y.isEqual(to: x))
  }
}

import Networks
import Tensors
import Testing

@Suite struct OrderingTests {
  @Test func sorting() throws {
    let x = Variable(try Tensor([[3.0, 1, 2], [0, 5, 4]]))
    expectValues(try x.sorted().tensor(), [1, 2, 3, 0, 4, 5], shape: [2, 3])
    expectValues(try x.sorted(axis: 0, descending: true).tensor(), [3, 5, 4, 0, 1, 2])
    expectValues(try Variable(Tensor([true, false])).sorted().tensor(), [0, 1], .bool)
    let wide = try normal([4, 5, 3])
    for axis in 0..<3 {
      expectValues(try Variable(wide).sorted(axis: axis).tensor(), try wide.sorted(axis: axis).doubles())
      try checkGradient(at: wide) { try $0.sorted(axis: axis) }
      try checkGradient(at: wide) { try $0.sorted(axis: axis, descending: true) }
    }
    expectError(
      .index, "sorted expects an axis of the tensor, but a single number has no axes, and axis -1 came."
    ) { _ = try Variable(Tensor(1)).sorted() }
  }

  @Test func largest() throws {
    let x = Variable(try Tensor([[0.1, 0.7, 0.2], [5, 5, 6]]))
    let best = try x.topK(2)
    expectValues(try best.values.tensor(), [0.7, 0.2, 6, 5], shape: [2, 2], .float64)
    expectValues(best.indices, [1, 2, 2, 0], shape: [2, 2], .int64)
    let columns = try x.topK(1, axis: 0)
    expectValues(columns.indices, [1, 1, 1], shape: [1, 3])
    #expect(try x.topK(0).values.shape == [2, 0])
    let wide = try normal([3, 6, 2])
    for axis in 0..<3 { try checkGradient(at: wide) { try $0.topK(2, axis: axis).values } }
    expectError(
      .value, "topK expects from 0 to 3 elements, the length of axis 1 of shape (2, 3), but 4 came."
    ) { _ = try x.topK(4) }
  }

  @Test func gathering() throws {
    let x = try Tensor([[1.0, 2], [3, 4], [5, 6]])
    let v = Variable(x)
    expectValues(try v.gather(Tensor([2, 0]), axis: 0).tensor(), [5, 6, 1, 2], shape: [2, 2])
    expectValues(try v.gather(Tensor([-1]), axis: 1).tensor(), [2, 4, 6], shape: [3, 1])
    expectValues(try v.gather(Tensor(1)).tensor(), [3, 4], shape: [2])
    expectValues(
      try v.gather(Tensor([[0, 1], [1, 2]])).tensor(), [1, 2, 3, 4, 3, 4, 5, 6], shape: [2, 2, 2])
    for dtype in DType.allCases {
      let picked = try Variable(Tensor([0, 1, 2]).asType(dtype)).gather(Tensor([1, 0, 1], dtype: .uint8))
      expectValues(try picked.tensor(), [1, 0, 1], dtype)
    }
    #expect(try v.gather(.zeros([0], .int64)).tensor().shape == [0, 2])
    // What is taken three times counts three times.
    let g = try gradient(at: x) { try $0.gather(Tensor([1, 1, -2, 0])).sum() }
    expectValues(g, [1, 1, 3, 3, 0, 0], shape: [3, 2])
    let wide = try normal([3, 4, 2])
    for axis in 0..<3 {
      try checkGradient(at: wide) { try $0.gather(Tensor([1, 0, 0, -1, 1]), axis: axis) }
      try checkGradient(at: wide) { try $0.gather(Tensor([[1, 0], [0, -1]]), axis: axis) }
    }
  }

  @Test func takingAlong() throws {
    let scores = Variable(try Tensor([[0.1, 0.9], [0.8, 0.2]]))
    expectValues(try scores.takeAlong(Tensor([[1], [0]]), axis: 1).tensor(), [0.9, 0.8], shape: [2, 1])
    expectValues(try scores.takeAlong(Tensor([[-1, 0, 0]])).tensor(), [0.9, 0.1, 0.1, 0.2, 0.8, 0.8])
    expectValues(
      try Variable(Tensor([[1, 2, 3]])).takeAlong(Tensor([[2], [0]])).tensor(), [3, 1], shape: [2, 1], .int64)
    let wide = try normal([3, 4, 2])
    for axis in 0..<3 {
      let order = try normal([3, 4, 2], seed: 2).argSort(axis: axis)
      let whole = try Variable(wide).takeAlong(wide.argSort(axis: axis), axis: axis).tensor()
      #expect(whole.doubles() == (try wide.sorted(axis: axis)).doubles())
      try checkGradient(at: wide) { try $0.takeAlong(order, axis: axis) }
    }
    try checkGradient(at: wide) {
      try $0.takeAlong(Tensor([[[0], [3], [3]]]).transposed([0, 1, 2]), axis: 1)
    }
    try checkGradient(at: normal([1, 4, 1])) { try $0.takeAlong(.ones([3, 2, 2], .int64), axis: 1) }
  }

  @Test func errors() throws {
    let x = Variable(try Tensor.zeros([3, 4]))
    expectError(
      .index,
      "gather expects indices from 0 to 3, or from -1 back to -4, for axis 1 of a tensor of shape (3, 4), "
        + "but 4 came."
    ) { _ = try x.gather(Tensor([0, 4]), axis: 1) }
    expectError(
      .index, "gather cannot pick index 0 from axis 0 of a tensor of shape (0, 4): the axis is empty."
    ) { _ = try Variable(.zeros([0, 4])).gather(Tensor([0])) }
    expectError(
      .type, "gather expects indices that are whole numbers, but they are float64.",
      suggestion: "indices.asType(.int64)"
    ) { _ = try x.gather(Tensor([1.0])) }
    expectError(
      .type, "takeAlong expects indices that are whole numbers, but they are bool.",
      suggestion: "pick with a mask: x[mask]"
    ) { _ = try x.takeAlong(Tensor([[true]])) }
    expectError(
      .shape,
      "takeAlong expects indices that agree with the tensor in all axes but axis 1: the tensor is (3, 4), "
        + "the indices are (2, 1)."
    ) { _ = try x.takeAlong(Tensor([[1], [0]])) }
    expectError(
      .index,
      "takeAlong expects indices from 0 to 3, or from -1 back to -4, for axis 1 of a tensor of shape (3, "
        + "4), but -5 came."
    ) { _ = try x.takeAlong(Tensor([[-5]])) }
  }
}

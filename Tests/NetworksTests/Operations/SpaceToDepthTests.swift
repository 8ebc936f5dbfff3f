import Networks
import Tensors
import Testing

/// The order of elements is that of TensorFlow 2.21.
@Suite struct SpaceToDepthTests {
  @Test func order() throws {
    let x = Variable(try Tensor.range(to: 32).reshape([1, 4, 4, 2]))
    expectValues(
      try x.spaceToDepth(2).tensor(),
      [
        0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15, 16, 17, 18, 19, 24, 25, 26, 27, 20, 21, 22, 23,
        28, 29,
        30, 31,
      ], shape: [1, 2, 2, 8], .int64)
    let y = Variable(try Tensor.range(to: 16).reshape([1, 2, 1, 8]))
    expectValues(try y.depthToSpace(2).tensor(), (0..<16).map(Double.init), shape: [1, 4, 2, 2])
  }

  @Test func inverse() throws {
    let x = try normal([2, 6, 9, 5])
    let there = try Variable(x).spaceToDepth(3)
    #expect(there.shape == [2, 2, 3, 45])
    #expect(try there.depthToSpace(3).tensor().doubles() == x.doubles())
    let single = try Variable(normal([4, 6, 1])).spaceToDepth(2)
    #expect(single.shape == [2, 3, 4])
    #expect(try single.depthToSpace(2).shape == [4, 6, 1])
  }

  @Test func gradients() throws {
    try checkGradient(at: normal([2, 4, 6, 3])) { try $0.spaceToDepth(2) }
    try checkGradient(at: normal([4, 6, 3])) { try $0.spaceToDepth(1) }
    try checkGradient(at: normal([2, 2, 3, 12])) { try $0.depthToSpace(2) }
    try checkGradient(at: normal([1, 2, 9])) { try $0.depthToSpace(3) }
  }

  @Test func errors() throws {
    let x = Variable(try Tensor.zeros([1, 4, 6, 3]))
    expectError(
      .shape,
      "spaceToDepth expects a height and a width that are multiples of the block, 4, but the shape is (1, "
        + "4, 6, 3)."
    ) { _ = try x.spaceToDepth(4) }
    expectError(
      .shape,
      "depthToSpace expects channels that are a multiple of block x block, 2 x 2 = 4, but the shape is (1, "
        + "4, 6, 3), which has 3."
    ) { _ = try x.depthToSpace(2) }
    expectError(.value, "spaceToDepth expects a block of 1 or more, but 0 came.") {
      _ = try x.spaceToDepth(0)
    }
    expectError(.memory, "depthToSpace would give more elements than any machine can hold.") {
      _ = try x.depthToSpace(Int.max)
    }
    expectError(
      .shape,
      "depthToSpace expects a picture (height, width, channels) or a batch of pictures (batch, height, "
        + "width, channels), but a tensor of shape (3) came."
    ) { _ = try Variable(.zeros([3])).depthToSpace(2) }
    #expect(try Variable(.zeros([0, 4, 4, 4])).depthToSpace(2).tensor().shape == [0, 8, 8, 1])
  }
}

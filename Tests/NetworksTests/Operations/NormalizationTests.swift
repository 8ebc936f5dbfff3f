import Networks
import Tensors
import Testing

@Suite struct NormalizationTests {
  /// The figures are TensorFlow 2.21's, with depth_radius 2; PyTorch 2.13 gives them with alpha 0.05.
  @Test func localResponses() throws {
    let x = try Tensor.range(from: 1, to: 9).reshape([1, 1, 1, 8])
    let expected = [
      0.565183754, 1.070863506, 1.486675277, 1.799954359, 2.019232832, 2.161985591, 2.602821218, 3.133075906,
    ]
    for dtype in [DType.float32, .float64] {
      let y = try Variable(x.asType(dtype)).localResponseNormalized(alpha: 0.01).tensor()
      expectValues(y, expected, shape: [1, 1, 1, 8], dtype, tolerance: dtype == .float64 ? 1e-8 : 1e-6)
    }
    expectValues(
      try Variable(x).localResponseNormalized(alpha: 0.01).tensor(), expected, .float32, tolerance: 1e-6)
    let weights = Variable(try Tensor.range(to: 8, dtype: .float64))
    let g = try gradient(at: x.asType(.float64)) { x in
      try (x.localResponseNormalized(alpha: 0.01) * weights).sum()
    }
    expectValues(
      g, [-0.0244742, 0.4306227, 0.7254072, 0.8293797, 0.6863995, 0.2262427, 0.5885212, 1.1536577],
      tolerance: 1e-6)
    let pair = Variable(try Tensor([[3, 4]], dtype: .float32))
    expectValues(
      try pair.localResponseNormalized(size: 3, bias: 1, alpha: 1, beta: 0.5).tensor(), [0.588348, 0.784465],
      tolerance: 1e-6)
  }

  @Test func localResponseGradients() throws {
    let x = try normal([2, 2, 1, 7])
    try checkGradient(at: x) { try $0.localResponseNormalized() }
    for size in [1, 3, 5, 21] {
      for beta in [0.75, 0.5, 1, -1] {
        try checkGradient(at: x) {
          try $0.localResponseNormalized(size: size, bias: 1, alpha: 0.5, beta: beta)
        }
      }
    }
    #expect(try Variable(x).localResponseNormalized(size: Int.max).tensor().shape == x.shape)
    #expect(try Variable(.zeros([0, 3])).localResponseNormalized().tensor().shape == [0, 3])
    #expect(try Variable(.zeros([3, 0])).localResponseNormalized().tensor().shape == [3, 0])
  }

  @Test func localResponseErrors() throws {
    let x = Variable(try Tensor.zeros([2, 3]))
    expectError(
      .value,
      "localResponseNormalized expects an odd size of 1 or more, the channel itself and as many on either "
        + "side, but 4 came."
    ) { _ = try x.localResponseNormalized(size: 4) }
    expectError(
      .value,
      "localResponseNormalized expects a bias above 0, an alpha of 0 or more and a finite beta, but 0.0, "
        + "0.0001 and 0.75 came."
    ) { _ = try x.localResponseNormalized(bias: 0) }
    expectError(
      .shape, "localResponseNormalized expects channels in the last axis, but a single number came."
    ) { _ = try Variable(Tensor(1)).localResponseNormalized() }
  }

  /// The figures are those of PyTorch 2.13's `layer_norm` with eps 0.001.
  @Test func layers() throws {
    let x = try Tensor([[2, -1, 0.5, 3], [0, 1, -2, 4], [1, 1, 1, 1]])
    let expected = [
      0.577224629, -1.401831241, -0.412303306, 1.236909918, -0.346373217, 0.115457739, -1.270035129,
      1.500950607, 0, 0,
      0, 0,
    ]
    for dtype in [DType.float32, .float64] {
      let y = try Variable(x.asType(dtype)).layerNormalized(epsilon: 1e-3).tensor()
      expectValues(y, expected, shape: [3, 4], dtype, tolerance: dtype == .float64 ? 1e-8 : 1e-6)
    }
    let weights = Variable(try Tensor.range(to: 12, dtype: .float64).reshape([3, 4]))
    expectValues(
      try gradient(at: x) { x in try (x.layerNormalized(epsilon: 1e-3) * weights).sum() },
      [
        -1.13082755, 0.013313564, 0.430770942, 0.686743045, -0.609634592, -0.258619425, 0.535658897,
        0.332595121,
        -47.434164903, -15.811388301, 15.811388301, 47.434164903,
      ], tolerance: 1e-8)
    expectValues(try Variable(Tensor([1.0, 3])).layerNormalized(epsilon: 0).tensor(), [-1, 1])
  }

  /// The figures are those of PyTorch 2.13's `instance_norm`.
  @Test func instances() throws {
    let x = try Tensor((0..<24).map { Double($0) * Double($0).squareRoot() }, shape: [2, 3, 2, 2])
    expectValues(
      try Variable(x).layerNormalized(axes: [1, 2]).tensor(),
      [
        -1.197790643, -1.26377018, -0.94298602, -0.923033814, -0.477094336, -0.437105257, 0.126213015,
        0.158911564,
        0.84064634, 0.84748428, 1.651011645, 1.617513406, -1.403543038, -1.407075867, -0.890593027,
        -0.889857357,
        -0.339562443, -0.33689991, 0.247078506, 0.249620096, 0.8672863, 0.86788159, 1.519333702, 1.516331449,
      ], tolerance: 1e-8)
  }

  @Test func layerGradients() throws {
    let x = try normal([2, 3, 4, 3])
    for axes in [[-1], [0], [1, 2], [1, 2, 3], [0, 1, 2, 3], [0, 2], [1, 3], [0, 1, 3], [2]] {
      try checkGradient(at: x) { try $0.layerNormalized(axes: axes, epsilon: 1e-3) }
      // The same as taken apart into its steps.
      let d = try x - x.mean(axes: axes, keepAxes: true)
      let steps = try d / (d * d).mean(axes: axes, keepAxes: true).sqrt()
      expectValues(
        try Variable(x).layerNormalized(axes: axes, epsilon: 0).tensor(), steps.doubles(),
        shape: [2, 3, 4, 3],
        tolerance: 1e-12)
    }
    // A large offset takes nothing from the precision of the rest.
    let far = try Variable((x + 1e4).asType(.float32)).layerNormalized().tensor()
    let near = try Variable((x + 1e4).asType(.float32).asType(.float64)).layerNormalized().tensor()
    expectValues(far, near.doubles(), tolerance: 1e-6)
  }

  @Test func layerErrors() throws {
    let x = Variable(try Tensor.zeros([2, 3]))
    expectError(
      .index,
      "layerNormalized expects an axis from 0 to 1 (or from -2 to -1), since the tensor has 2 axes, but "
        + "axis 2 came."
    ) { _ = try x.layerNormalized(axes: [2]) }
    expectError(
      .shape,
      "layerNormalized expects axes with at least one element, but the axes [1] of shape (2, 0) came."
    ) { _ = try Variable(.zeros([2, 0])).layerNormalized() }
    expectError(.value, "layerNormalized expects an epsilon of 0 or more, but -1.0 came.") {
      _ = try x.layerNormalized(epsilon: -1)
    }
    #expect(try Variable(.zeros([0, 3])).layerNormalized().tensor().shape == [0, 3])
  }
}

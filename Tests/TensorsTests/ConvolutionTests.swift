import Base
import Tensors
import Testing

/// Everything that describes one convolution of a batch.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var picture: [Int]
  var filters: [Int]
  var stride = Pair(1)
  var dilation = Pair(1)
  var padding = Padding.valid

  var testDescription: String {
    "\(picture) * \(filters), stride \(stride), dilation \(dilation), \(padding)"
  }

  /// The definition, in double precision: for every place of the output, the sum over the window.
  func reference(_ x: Tensor, _ w: Tensor, bias: [Double]) throws -> (sizes: [Int], values: [Double]) {
    let full = picture.count == 2 ? [1] + picture + [1] : picture.count == 3 ? [1] + picture : picture
    let (n, height, width, channels) = (full[0], full[1], full[2], full[3])
    let each = filters.count == 2
    let outputs = each ? channels : filters.count == 3 ? 1 : filters[3]
    func axis(_ size: Int, _ f: Int, _ s: Int, _ d: Int, _ before: Int, _ after: Int) -> (
      out: Int, before: Int
    ) {
      let span = (f - 1) * d + 1
      if padding == .same {
        let out = (size + s - 1) / s
        return (out, max((out - 1) * s + span - size, 0) / 2)
      }
      return ((size + before + after - span) / s + 1, before)
    }
    var (top, bottom, left, right) = (0, 0, 0, 0)
    if case .amount(let p) = padding { (top, bottom, left, right) = (p, p, p, p) }
    if case .sides(let t, let b, let l, let r) = padding { (top, bottom, left, right) = (t, b, l, r) }
    let y = axis(height, filters[0], stride.height, dilation.height, top, bottom)
    let z = axis(width, filters[1], stride.width, dilation.width, left, right)
    let (a, b) = (x.doubles(), w.doubles())
    var values: [Double] = []
    for image in 0..<n {
      for row in 0..<y.out {
        for column in 0..<z.out {
          for output in 0..<outputs {
            var sum = bias.isEmpty ? 0 : bias[each ? 0 : output]
            for i in 0..<filters[0] {
              for j in 0..<filters[1] {
                let (r, c) = (
                  row * stride.height + i * dilation.height - y.before,
                  column * stride.width + j * dilation.width - z.before
                )
                guard r >= 0, r < height, c >= 0, c < width else { continue }
                let from = ((image * height + r) * width + c) * channels
                if each {
                  sum += a[from + output] * b[i * filters[1] + j]
                } else {
                  for k in 0..<channels {
                    sum += a[from + k] * b[((i * filters[1] + j) * channels + k) * outputs + output]
                  }
                }
              }
            }
            values.append(sum)
          }
        }
      }
    }
    var sizes = [y.out, z.out]
    if picture.count > 2 || !each { sizes.append(outputs) }
    if picture.count == 4 { sizes.insert(n, at: 0) }
    return (sizes, values)
  }
}

@Suite struct ConvolutionTests {
  static let cases: [ConvolutionCase] = {
    var list: [ConvolutionCase] = []
    let paddings: [Padding] = [.valid, .same, .amount(2), .sides(top: 0, bottom: 3, left: 1, right: 2)]
    for padding in paddings {
      for (picture, filters) in [
        ([6, 6], [3, 3]), ([7, 5], [2, 4]), ([7, 5], [5, 1]), ([6, 9, 3], [3, 3]), ([5, 6, 3], [3, 3, 3]),
        ([6, 6], [3, 3, 1]), ([6, 6], [3, 3, 1, 4]), ([9, 8, 2], [3, 2, 2, 5]),
        ([2, 7, 9, 3], [3, 3, 3, 4]),
        ([2, 7, 9, 3], [5, 5]), ([3, 5, 5, 1], [3, 3, 1, 1]), ([4, 12, 11], [1, 1, 11, 7]),
        ([2, 5, 5, 4], [3, 3, 4]),
      ] {
        for stride in [Pair(1), Pair(2), Pair(height: 1, width: 3)] {
          list.append(ConvolutionCase(picture: picture, filters: filters, stride: stride, padding: padding))
        }
        if filters[0] == 3 && filters[1] == 3 {
          list.append(
            ConvolutionCase(
              picture: picture, filters: filters, dilation: Pair(height: 1, width: 2), padding: padding))
        }
      }
    }
    // Large enough for oneDNN.
    for padding in paddings {
      for stride in [Pair(1), Pair(2)] {
        list.append(
          ConvolutionCase(picture: [2, 19, 17, 8], filters: [3, 3, 8, 16], stride: stride, padding: padding))
        list.append(
          ConvolutionCase(picture: [32, 32, 3], filters: [5, 5, 3, 7], stride: stride, padding: padding))
      }
      list.append(
        ConvolutionCase(picture: [14, 15, 13], filters: [3, 3, 13, 9], dilation: 2, padding: padding))
      list.append(ConvolutionCase(picture: [3, 20, 20, 16], filters: [1, 1, 16, 24], padding: padding))
    }
    list.append(ConvolutionCase(picture: [1, 1], filters: [1, 1]))
    list.append(ConvolutionCase(picture: [1, 1, 3], filters: [1, 1, 3, 2]))
    list.append(ConvolutionCase(picture: [0, 5, 5, 2], filters: [3, 3, 2, 2]))
    list.append(ConvolutionCase(picture: [2, 2], filters: [3, 3], padding: .same))
    list.append(ConvolutionCase(picture: [64, 64, 1], filters: [3, 3, 1, 1], padding: .same))
    return list
  }()

  @Test(arguments: cases)
  func agreesWithTheDefinition(_ c: ConvolutionCase) throws {
    let outputs = c.filters.count == 4 ? c.filters[3] : 1
    let bias = try Tensor((0..<outputs).map { $0 * 3 - 4 })
    for (type, tolerance) in [(DType.float32, 2e-5), (.float64, 1e-12), (.int64, 0)] {
      let (x, w) = (try sample(c.picture, type), try sample(c.filters, type, seed: 2))
      for bias in [bias, nil] {
        let (sizes, values) = try c.reference(x, w, bias: bias?.doubles() ?? [])
        let result = try x.conv2d(
          w, bias: bias, stride: c.stride, padding: c.padding, dilation: c.dilation)
        expectValues(result, values, shape: sizes, type, tolerance: tolerance)
      }
    }
  }

  @Test func bytesAndMixedTypes() throws {
    let x = try sample([6, 6], .uint8)
    let w = try Tensor([[1, 0, -1], [1, 0, -1], [1, 0, -1]])
    let expected = try ConvolutionCase(picture: [6, 6], filters: [3, 3]).reference(x, w, bias: [])
    expectValues(try x.conv2d(w), expected.values, .int64)
    expectValues(try x.conv2d(w.asType(.float32)), expected.values, .float32)
    let white = try Tensor.full([5, 5], 255, dtype: .uint8)
    expectValues(try white.conv2d(.full([5, 5], 255, dtype: .uint8)), [65025 * 25], .int64)
  }

  @Test func integersThatDoNotFit() throws {
    let x = try Tensor.full([3, 3], .int(1 << 60))
    for filters in [[3, 3], [3, 3, 1], [3, 3, 1, 2]] {
      expectError(.arithmetic, "Integer overflow: a result of conv2d does not fit into 64 bits.") {
        _ = try x.conv2d(.ones(Shape(filters), .int64))
      }
    }
    // The bound says that it might overflow; the sum itself does not.
    let w = try Tensor([[1, -1, 1], [-1, 1, -1], [1, -1, 1]])
    #expect(try x.conv2d(w).integers() == [1 << 60])
    #expect(try x.conv2d(w.reshape([3, 3, 1, 1]), bias: Tensor([5])).integers() == [1 << 60 + 5])
  }

  @Test func mathematicalConvolutionIsAssociative() throws {
    let filter = try Tensor([[3, 4, 5], [1, 0, 2], [-1, 9, 7]])
    expectValues(try filter.flippedFilter(), [7, 9, -1, 2, 0, 1, 5, 4, 3])
    let a = try sample([9, 9], .int64)
    let b = try sample([3, 3], .int64, seed: 5)
    func convolved(_ x: Tensor, _ y: Tensor, _ padding: Padding = .valid) throws -> Tensor {
      try x.conv2d(y.flippedFilter(), padding: padding)
    }
    let once = try convolved(convolved(a, b), filter)
    #expect(try once.isEqual(to: convolved(a, convolved(b, filter, .amount(2)))))
  }

  @Test func messages() throws {
    func fails(_ kind: ErrorKind, _ message: String, _ body: () throws -> Tensor) {
      expectError(kind, message) { _ = try body() }
    }
    let rgb = try Tensor.ones([6, 6, 3])
    fails(
      .shape,
      "conv2d expects filters with 3 input channels (the third axis of (f, f, in, out)), since the picture is "
        + "(6, 6, 3), but the filters are (3, 3, 1, 10)."
    ) { try rgb.conv2d(.ones([3, 3, 1, 10])) }
    fails(
      .shape,
      "conv2d expects filters with 1 input channel (the third axis of (f, f, in)), since the picture is (6, 6), "
        + "but the filters are (3, 3, 3)."
    ) { try Tensor.ones([6, 6]).conv2d(.ones([3, 3, 3])) }
    fails(
      .shape, "conv2d expects filters of shape (f, f), (f, f, in) or (f, f, in, out), but they are (3)."
    ) { try rgb.conv2d(.ones([3])) }
    fails(
      .shape,
      "conv2d expects a picture (height, width) or (height, width, channels), or a batch of pictures (batch, "
        + "height, width, channels), but a tensor of shape (6) came."
    ) { try Tensor.ones([6]).conv2d(.ones([3, 3])) }
    fails(
      .shape,
      "conv2d expects a window that fits: its height is 7, but the picture's height is 6: floor((n + 2p - f) / s) "
        + "+ 1 = floor((6 + 0 - 7) / 1) + 1 = 0."
    ) { try rgb.conv2d(.ones([7, 3, 3, 1])) }
    fails(
      .shape,
      "conv2d expects a window that fits: its width is 11 (6 with dilation 2), but the picture's width is 6 with 2 "
        + "of padding: floor((n + 2p - f) / s) + 1 = floor((6 + 2 - 11) / 2) + 1 = -1."
    ) {
      try rgb.conv2d(
        .ones([3, 6, 3, 1]), stride: 2, padding: .amount(1), dilation: Pair(height: 1, width: 2))
    }
    fails(.value, "conv2d expects a stride of 1 or more, but 0 came.") {
      try rgb.conv2d(.ones([3, 3]), stride: 0)
    }
    fails(.value, "conv2d expects a padding of 0 or more, but -1 came.") {
      try rgb.conv2d(.ones([3, 3]), padding: .amount(-1))
    }
    fails(.shape, "conv2d expects a window of at least 1 x 1, but its height is 0.") {
      try rgb.conv2d(.ones([0, 3]))
    }
    fails(
      .shape, "conv2d expects a bias with 10 numbers, one for each output channel, but it has shape (3)."
    ) { try rgb.conv2d(.ones([3, 3, 3, 10]), bias: .ones([3])) }
    fails(.shape, "A filter has at least two axes, (f, f), but a tensor of shape (3) came.") {
      try Tensor.ones([3]).flippedFilter()
    }
  }
}

@Suite struct PoolingTests {
  @Test(arguments: [[7, 9], [6, 5, 3], [2, 8, 7, 5], [1, 4, 4, 40]], [Padding.valid, .same, .amount(1)])
  func agreesWithTheDefinition(sizes: [Int], padding: Padding) throws {
    let full = sizes.count == 2 ? [1] + sizes + [1] : sizes.count == 3 ? [1] + sizes : sizes
    for (window, stride) in [(2, 2), (3, 1), (3, 2), (4, 3)] {
      func axis(_ n: Int) -> (out: Int, before: Int) {
        let out = padding == .same ? (n + stride - 1) / stride : 0
        let p = padding == .amount(1) ? 1 : 0
        return padding == .same
          ? (out, max((out - 1) * stride + window - n, 0) / 2) : ((n + 2 * p - window) / stride + 1, p)
      }
      let (y, z) = (axis(full[1]), axis(full[2]))
      for type in DType.allCases {
        let x = try sample(sizes, type)
        let values = x.doubles()
        var largest: [Double] = []
        var means: [Double] = []
        for position in positions([full[0], y.out, z.out, full[3]]) {
          var seen: [Double] = []
          for i in 0..<window {
            for j in 0..<window {
              let (r, c) = (position[1] * stride + i - y.before, position[2] * stride + j - z.before)
              guard r >= 0, r < full[1], c >= 0, c < full[2] else { continue }
              seen.append(values[((position[0] * full[1] + r) * full[2] + c) * full[3] + position[3]])
            }
          }
          largest.append(seen.max()!)
          means.append(seen.reduce(0, +) / Double(seen.count))
        }
        var expected = [y.out, z.out]
        if sizes.count > 2 { expected.append(full[3]) }
        if sizes.count > 3 { expected.insert(full[0], at: 0) }
        let pair = Pair(window)
        expectValues(
          try x.maxPool2d(pair, stride: Pair(stride), padding: padding), largest, shape: expected, type)
        expectValues(
          try x.averagePool2d(pair, stride: Pair(stride), padding: padding), means, shape: expected,
          type.floatingForm, tolerance: type == .float64 ? 1e-14 : 1e-6)
      }
    }
  }

  @Test func global() throws {
    let x = try sample([7, 7, 100], .float64)
    #expect(try x.globalMaxPool2d().shape == [1, 1, 100])
    expectValues(try x.globalAveragePool2d(), try x.mean(axes: [0, 1]).doubles(), shape: [1, 1, 100])
    #expect(try sample([2, 7, 7, 4]).globalAveragePool2d().shape == [2, 1, 1, 4])
    #expect(try sample([7, 7]).globalMaxPool2d().shape == [1, 1])
  }

  @Test func messages() throws {
    let x = try Tensor.ones([4, 4])
    expectError(
      .shape,
      "maxPool2d expects a window that fits: its height is 5, but the picture's height is 4: floor((n + 2p - f) / "
        + "s) + 1 = floor((4 + 0 - 5) / 5) + 1 = 0.", suggestion: "padding: .same keeps the size"
    ) { _ = try x.maxPool2d(5) }
    expectError(
      .value,
      "averagePool2d expects less padding than the window's height, which is 2, but 2 came: a window could lie "
        + "wholly outside."
    ) { _ = try x.averagePool2d(2, padding: .amount(2)) }
    expectError(
      .shape,
      "globalMaxPool2d expects a picture (height, width) or (height, width, channels), or a batch of pictures "
        + "(batch, height, width, channels), but a tensor of shape (4) came."
    ) { _ = try Tensor.ones([4]).globalMaxPool2d() }
  }
}

import CKernels

/// The two ways back through a convolution, each also the way forward of another operation: a transposed convolution
/// is the gradient of a convolution with respect to its source.
enum ConvolutionGradients {
  /// Which of a convolution's three tensors is computed from the other two.
  enum Part: Hashable {
    case target, source, filters
  }

  struct Key: Hashable {
    let geometry: WindowGeometry
    let part: Part
  }

  /// A program for one convolution, whose operands and result lie as users see them.
  final class Prepared {
    let program: Program
    let first, second, result: Program.Slot

    init?(_ key: Key) {
      guard let program = Program() else { return nil }
      self.program = program
      do {
        let g = key.geometry
        let convolution = ConvolutionGeometry(g)
        let x = try program.input(Shape([g.batch, g.y.size, g.x.size, g.channels]))
        let filters = try program.weights(
          Shape([g.y.window, g.x.window, g.channels / g.groups, g.filters]), .filters(groups: g.groups),
          isInput: true)
        let w = try filters.slot.orThrow()
        let isForward = key.part == .target
        let (y, back) = try program.convolution(
          x, filters, bias: nil, convolution, for: isForward ? .inference : .training)
        let answer: Program.Slot
        switch key.part {
        case .target:
          (first, second) = (x, w)
          answer = try program.plain(y)
        case .source:
          let dy = try program.input(convolution.output)
          (first, second) = (dy, w)
          answer = try program.plain(back(dy, [true, false])[0].orThrow())
        case .filters:
          let dy = try program.input(convolution.output)
          (first, second) = (x, dy)
          answer = try back(dy, [false, true])[1].orThrow()
        }
        program.keep(answer)
        result = answer
        try program.finish()
        // oneDNN's plain loops are slower than ours.
        if program.usesReference { return nil }
      } catch {
        return nil
      }
    }
  }

  /// Fewer multiplications than this are done before oneDNN has prepared a primitive.
  private static let smallest = 200_000.0

  /// In float32 through oneDNN; nil where our own loops are the better choice.
  static func run(_ part: Part, _ g: WindowGeometry, _ first: Tensor, _ second: Tensor) throws -> Tensor? {
    guard first.dtype == .float32, second.dtype == .float32, first.elementCount > 0, second.elementCount > 0,
      g.multiplications / Double(g.groups) >= smallest,
      let prepared = ComputeThread.current.prepared(Key(geometry: g, part: part))
    else { return nil }
    try prepared.program.run([(prepared.first, first), (prepared.second, second)])
    return try prepared.program.read(prepared.result)
  }
}

extension Tensor {
  /// A convolution of (n, h, w, c) with (f, f, c / groups, out) filters.
  package func convolved(_ filters: Tensor, _ convolution: ConvolutionGeometry) throws -> Tensor {
    let g = convolution.geometry
    if g.groups > 1, let result = try ConvolutionGradients.run(.target, g, self, filters) { return result }
    if g.groups == 1 {
      let result = try Tensor(uninitialized: convolution.output, dtype)
      try ConvolutionKernels.run(g, eachChannel: false, self, filters, nil, into: result)
      return result
    }
    let patches = try self.patches(g)
    return try eachGroup(g.groups, patches, filters.grouped(g)) { try $0.matmul($1) }
      .reshape(convolution.output.sizes)
  }

  /// The gradient of a convolution with respect to its source, for the gradient (this tensor) of its result.
  package func convolvedBack(_ filters: Tensor, _ convolution: ConvolutionGeometry) throws -> Tensor {
    let g = convolution.geometry
    if let result = try ConvolutionGradients.run(.source, g, self, filters) { return result }
    let rows = try reshape([-1, g.filters])
    let columns = try eachGroup(g.groups, rows.parted(g.groups), filters.grouped(g)) {
      try $0.matmul($1.transposed([1, 0]))
    }
    return try columns.folded(g)
  }

  /// The gradient of a convolution of this tensor with respect to its filters, for the gradient of its result.
  package func filterGradient(_ gradient: Tensor, _ convolution: ConvolutionGeometry) throws -> Tensor {
    let g = convolution.geometry
    if let result = try ConvolutionGradients.run(.filters, g, self, gradient) { return result }
    let rows = try gradient.reshape([-1, g.filters]).parted(g.groups)
    let products = try zip(patches(g), rows).map { try $0.transposed([1, 0]).matmul($1) }
    return try Tensor.concatenate(products, axis: 1)
      .reshape([g.y.window, g.x.window, g.channels / g.groups, g.filters])
  }

  private func eachGroup(
    _ groups: Int, _ left: [Tensor], _ right: [Tensor], _ product: (Tensor, Tensor) throws -> Tensor
  ) throws -> Tensor {
    let parts = try zip(left, right).map { try product($0, $1) }
    return parts.count == 1 ? parts[0] : try Tensor.concatenate(parts, axis: 1)
  }

  /// Columns in as many equal parts.
  private func parted(_ groups: Int) throws -> [Tensor] {
    groups == 1 ? [self] : try split(groups, axis: 1)
  }

  /// Filters as one matrix for each group: (f * f * c / groups, out / groups).
  private func grouped(_ g: WindowGeometry) throws -> [Tensor] {
    try reshape([g.y.window * g.x.window * (g.channels / g.groups), g.filters]).parted(g.groups)
  }

  /// What lies under each window, as the rows of one matrix for each group: (n * out places, f * f * c / groups).
  private func patches(_ g: WindowGeometry) throws -> [Tensor] {
    let places = try PatchKernels.places(g)
    let flat = try reshape([-1, g.channels])
    // One row of zeros at the end stands for everything outside.
    let padded = try Tensor.concatenate([flat, Tensor.zeros([1, g.channels], dtype)])
    let all = try padded.slice([.gather(places)])
    return try all.split(g.groups, axis: 1).map {
      try $0.reshape([-1, g.y.window * g.x.window * (g.channels / g.groups)])
    }
  }

  /// The opposite of `patches`: adds each number of the rows to the place it was taken from.
  private func folded(_ g: WindowGeometry) throws -> Tensor {
    let places = try PatchKernels.places(g).integers()
    let window = g.y.window * g.x.window
    let parts = try split(g.groups, axis: 1).map { try $0.reshape([-1, g.channels / g.groups]) }
    let rows = parts.count == 1 ? parts[0] : try Tensor.concatenate(parts, axis: 1)
    precondition(rows.shape[0] == places.count && window > 0)
    let count = g.batch * g.y.size * g.x.size
    var sum = try Tensor.zeros([count + 1, g.channels], dtype)
    try sum.add(rows: rows, at: places)
    return try sum.slice([.range(lower: 0, upper: count, step: 1)])
      .reshape([g.batch, g.y.size, g.x.size, g.channels])
  }
}

enum PatchKernels {
  /// For each output place and each place of the window the row of the picture's (n * h * w, c) matrix that lies
  /// there; the number after the last row stands for everything outside.
  static func places(_ g: WindowGeometry) throws -> Tensor {
    let outside = g.batch * g.y.size * g.x.size
    let count = g.batch * g.y.out * g.x.out * g.y.window * g.x.window
    return try Tensor(shape: Shape([count])) { (target: UnsafeMutableBufferPointer<Int>) in
      var next = 0
      for n in 0..<g.batch {
        for oy in 0..<g.y.out {
          for ox in 0..<g.x.out {
            for ky in 0..<g.y.window {
              let y = oy * g.y.stride + ky * g.y.dilation - g.y.before
              for kx in 0..<g.x.window {
                let x = ox * g.x.stride + kx * g.x.dilation - g.x.before
                let isInside = y >= 0 && y < g.y.size && x >= 0 && x < g.x.size
                target[next] = isInside ? (n * g.y.size + y) * g.x.size + x : outside
                next += 1
              }
            }
          }
        }
      }
    }
  }
}

import Tensors

/// What a convolution needs to know besides its operands.
struct ConvolutionSettings: Hashable, Sendable {
  var stride: Pair = 1
  var padding: Padding = .valid
  var dilation: Pair = 1
  var groups = 1

  /// The sizes for a batch of pictures and (f, f, in / groups, out) filters.
  ///
  /// - Throws: A shape error that says which size does not fit.
  func geometry(_ operation: String, _ picture: Shape, _ filters: Shape) throws -> ConvolutionGeometry {
    guard picture.rank == 4, filters.rank == 4 else {
      throw TensorError.shape(
        "\(operation) expects a batch of pictures (batch, height, width, channels) and filters "
          + "(f, f, in, out), but the shapes are \(picture) and \(filters).")
    }
    guard groups >= 1, filters[3] % groups == 0, picture[3] % groups == 0 else {
      throw TensorError.shape(
        "\(operation) expects channels that can be split into \(groups) groups, but there are \(picture[3]) "
          + "in and \(filters[3]) out.")
    }
    guard filters[2] * groups == picture[3] else {
      throw TensorError.shape(
        "\(operation) expects filters with \(counted(picture[3] / groups, "input channel")) (the third axis of "
          + "(f, f, in, out)), since the picture is \(picture)\(groups > 1 ? " in \(groups) groups" : ""), but "
          + "the filters are \(filters).")
    }
    return try ConvolutionGeometry(
      operation, picture: picture, filters: filters[3], window: Pair(height: filters[0], width: filters[1]),
      stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}

/// The cross-correlation of pictures with filters, plus a bias.
struct Convolution: Operation {
  let settings: ConvolutionSettings

  var name: String { "conv2d" }

  func geometry(_ specs: [TensorSpec]) throws -> ConvolutionGeometry {
    let geometry = try settings.geometry(name, specs[0].shape, specs[1].shape)
    if specs.count > 2, specs[2].shape.elementCount != specs[1].shape[3] {
      throw TensorError.shape(
        "conv2d expects a bias with \(counted(specs[1].shape[3], "number")), one for each output channel, but "
          + "it has shape \(specs[2].shape).")
    }
    return geometry
  }

  private func dtype(_ specs: [TensorSpec]) -> DType {
    specs.dropFirst().reduce(specs[0].dtype) { .arithmetic($0, $1.dtype) }
  }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    TensorSpec(try geometry(operands).output, dtype(operands))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let specs = operands.map(TensorSpec.init)
    let geometry = try geometry(specs)
    let dtype = dtype(specs)
    let result = try operands[0].asType(dtype).convolved(operands[1].asType(dtype), geometry)
    return operands.count > 2 ? try result + operands[2].asType(dtype) : result
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let geometry = try geometry(record.specs)
    let x = try record.operands[0].asType(g.dtype)
    let filters = try record.operands[1].asType(g.dtype)
    var parts: [Tensor?] = record.specs.map { _ in nil }
    if record.wanted[0] { parts[0] = try g.convolvedBack(filters, geometry) }
    if record.wanted[1] { parts[1] = try x.filterGradient(g, geometry) }
    if record.wanted.count > 2, record.wanted[2] {
      parts[2] = try g.sum(axes: [0, 1, 2]).reshape(record.specs[2].shape.sizes)
    }
    return parts
  }
}

/// The convolution that goes the other way: each input number is spread over a window of the output.
///
/// Filters are (f, f, out, in), as Keras has them: those of the convolution of which this is the gradient.
struct TransposedConvolution: Operation {
  let settings: ConvolutionSettings

  var name: String { "convTranspose2d" }

  /// The convolution that leads from this operation's output to its input.
  func geometry(_ specs: [TensorSpec]) throws -> ConvolutionGeometry {
    let (x, filters) = (specs[0].shape, specs[1].shape)
    guard x.rank == 4, filters.rank == 4, filters[3] == x[3] else {
      throw TensorError.shape(
        "convTranspose2d expects a batch of pictures (batch, height, width, channels) and filters "
          + "(f, f, out, in) with as many channels in, but the shapes are \(x) and \(filters).")
    }
    func length(_ n: Int, _ f: Int, _ s: Int, _ before: Int, _ after: Int) throws -> Int {
      switch settings.padding {
      case .same: return n * s
      default:
        let size = (n - 1) * s + f - before - after
        guard size > 0 else {
          throw TensorError.shape(
            "convTranspose2d expects an output of at least 1, but (n - 1) s + f - 2p = (\(n) - 1) \(s) + \(f) "
              + "- \(before + after) = \(size).")
        }
        return size
      }
    }
    let sides: (Int, Int, Int, Int) =
      switch settings.padding {
      case .amount(let p): (p, p, p, p)
      case .sides(let top, let bottom, let left, let right): (top, bottom, left, right)
      case .valid, .same: (0, 0, 0, 0)
      }
    let height = try length(x[1], filters[0], settings.stride.height, sides.0, sides.1)
    let width = try length(x[2], filters[1], settings.stride.width, sides.2, sides.3)
    let picture = try Shape([x[0], height, width, filters[2]])
    return try settings.geometry(name, picture, filters)
  }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let geometry = try geometry(operands)
    return TensorSpec(geometry.input, .arithmetic(operands[0].dtype, operands[1].dtype))
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let specs = operands.map(TensorSpec.init)
    let dtype = DType.arithmetic(specs[0].dtype, specs[1].dtype)
    return try operands[0].asType(dtype).convolvedBack(operands[1].asType(dtype), geometry(specs))
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let geometry = try geometry(record.specs)
    let filters = try record.operands[1].asType(g.dtype)
    let x = try record.operands[0].asType(g.dtype)
    return [
      record.wanted[0] ? try g.convolved(filters, geometry) : nil,
      record.wanted[1] ? try g.filterGradient(x, geometry) : nil,
    ]
  }
}

extension Variable {
  /// Slides filters over pictures; see `Tensor.conv2d` for shapes.
  ///
  ///     try x.conv2d(filters, stride: 2, padding: .same)     // (8, 28, 28, 3), (3, 3, 3, 16) -> (8, 14, 14, 16)
  ///
  /// - Parameters:
  ///   - filters: Of shape (f, f, in / groups, out), or with fewer axes as in `Tensor.conv2d`.
  ///   - bias: One number for each output channel.
  ///   - stride: How far the window moves at a time.
  ///   - padding: Zeros around the picture.
  ///   - dilation: The distance between neighbours under the window; 1 is dense.
  ///   - groups: Channels are split into so many parts, each with filters of its own; as many groups as
  ///     channels are a depthwise convolution.
  public func conv2d(
    _ filters: Variable, bias: Variable? = nil, stride: Pair = 1, padding: Padding = .valid,
    dilation: Pair = 1, groups: Int = 1
  ) throws -> Variable {
    let settings = ConvolutionSettings(stride: stride, padding: padding, dilation: dilation, groups: groups)
    // Pictures without a batch, and filters for each channel or for one output, become the general case.
    guard rank == 4, filters.rank == 4 else {
      return try conv2dOfFewerAxes(filters, bias, settings)
    }
    return try Variable.apply(
      Convolution(settings: settings), [self, filters] + (bias.map { [$0] } ?? []))
  }

  private func conv2dOfFewerAxes(
    _ filters: Variable, _ bias: Variable?, _ settings: ConvolutionSettings
  ) throws -> Variable {
    guard (2...4).contains(rank), (2...4).contains(filters.rank) else {
      // The tensor's own message.
      return Variable(try tensor().conv2d(filters.tensor()))
    }
    let height = rank == 4 ? 1 : 0
    let picture =
      switch rank {
      case 2: try reshape([1, shape[0], shape[1], 1])
      case 3: try expandDims(0)
      default: self
      }
    let f = filters.shape
    var settings = settings
    var result: Variable
    if filters.rank == 2 {
      let channels = picture.shape[3]
      settings.groups = channels
      let each = try filters.reshape([f[0], f[1], 1, 1]).broadcast(to: Shape([f[0], f[1], 1, channels]))
      result = try Variable.apply(Convolution(settings: settings), [picture, each])
      if let bias { result = try result + bias }
    } else {
      let full = filters.rank == 3 ? try filters.expandDims(3) : filters
      result = try Variable.apply(
        Convolution(settings: settings), [picture, full] + (bias.map { [$0] } ?? []))
    }
    if height == 0 { result = try result.squeeze([0]) }
    return rank == 2 && filters.rank == 2 ? try result.squeeze([2]) : result
  }

  /// The convolution that goes the other way, with (f, f, out, in) filters: a picture grows by its stride.
  ///
  ///     try x.convTranspose2d(filters, stride: 2, padding: .same)     // (1, 14, 14, 8) -> (1, 28, 28, out)
  public func convTranspose2d(
    _ filters: Variable, bias: Variable? = nil, stride: Pair = 1, padding: Padding = .valid
  ) throws -> Variable {
    let settings = ConvolutionSettings(stride: stride, padding: padding)
    let result = try Variable.apply(TransposedConvolution(settings: settings), [self, filters])
    return try bias.map { try result + $0 } ?? result
  }
}

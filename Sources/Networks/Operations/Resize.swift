import Tensors

/// How a resized picture finds the values between the elements of the original.
public enum ResizeMethod: String, Sendable, Hashable, CaseIterable {
  /// The value of the nearest element.
  case nearest
  /// Straight lines between neighbours.
  case bilinear
  /// Smooth curves through four neighbours (Keys' kernel, a = -0.5).
  case bicubic
}

/// Pictures in another size.
struct Resize: Operation {
  let height: Int
  let width: Int
  let method: ResizeMethod
  let alignCorners: Bool

  var name: String { "resize" }

  var keeps: Kept { [] }

  func output(for operands: [TensorSpec]) throws -> TensorSpec {
    let spec = operands[0]
    let picture = try PictureSizes(spec.shape, for: name)
    guard picture.height > 0, picture.width > 0 else {
      throw TensorError.shape(
        "resize expects a picture with rows and columns, but the shape is \(spec.shape).")
    }
    guard height > 0, width > 0 else {
      throw TensorError.value(
        "resize expects a height and a width of 1 or more, but \(height) and \(width) came.")
    }
    guard !alignCorners || method == .bilinear else {
      throw TensorError.value(
        "resize can align corners with the method bilinear only, but the method is \(method.rawValue).")
    }
    return TensorSpec(try Shape(picture.sizes(height, width)), spec.dtype)
  }

  func forward(_ operands: [Tensor], extras: inout [Tensor]) throws -> Tensor {
    let x = operands[0]
    let shape = try output(for: [TensorSpec(x)]).shape
    if shape.elementCount == 0 { return try Tensor.zeros(shape, x.dtype) }
    switch x.dtype {
    case .float32: return try steps(PictureSizes(x.shape, for: name)).reduce(x) { try $1.run($0, Float.self) }
    case .float64:
      return try steps(PictureSizes(x.shape, for: name)).reduce(x) { try $1.run($0, Double.self) }
    default: return try picked(x)
    }
  }

  func backward(_ g: Tensor, _ record: Record) throws -> [Tensor?] {
    let shape = record.specs[0].shape
    if g.elementCount == 0 { return [try Tensor.zeros(shape, g.dtype)] }
    return [
      try steps(PictureSizes(shape, for: name)).reversed().reduce(g) { part, step in
        g.dtype == .float64
          ? try step.runTransposed(part, Double.self) : try step.runTransposed(part, Float.self)
      }
    ]
  }

  /// Rows and columns one after the other, first the one that makes the picture smaller.
  private func steps(_ picture: PictureSizes) throws -> [ResizeStep] {
    let rowsFirst =
      Double(height) * Double(picture.width) <= Double(picture.height) * Double(width)
    let middle = rowsFirst ? picture.sizes(height, picture.width) : picture.sizes(picture.height, width)
    let original = try Shape(picture.sizes(picture.height, picture.width))
    let between = try Shape(middle)
    let resized = try Shape(picture.sizes(height, width))
    var result: [ResizeStep] = []
    // What keeps its length is not touched, so that same sizes give the very same picture.
    if height != picture.height {
      let inner = (rowsFirst ? picture.width : width) * picture.channels
      result.append(
        ResizeStep(
          table: try AxisResampling(from: picture.height, to: height, method, alignCorners: alignCorners),
          outer: picture.batch, inner: inner, from: rowsFirst ? original : between,
          to: rowsFirst ? between : resized))
    }
    if width != picture.width {
      let step = ResizeStep(
        table: try AxisResampling(from: picture.width, to: width, method, alignCorners: alignCorners),
        outer: picture.batch * (rowsFirst ? height : picture.height), inner: picture.channels,
        from: rowsFirst ? between : original, to: rowsFirst ? resized : between)
      result.insert(step, at: rowsFirst ? result.count : 0)
    }
    return result
  }

  /// The nearest elements of a picture of integers, which keep their type.
  private func picked(_ x: Tensor) throws -> Tensor {
    let picture = try PictureSizes(x.shape, for: name)
    let rows = try AxisResampling(from: picture.height, to: height, method, alignCorners: alignCorners).places
    let columns = try AxisResampling(from: picture.width, to: width, method, alignCorners: alignCorners)
      .places
    let before = [TensorIndex](repeating: .all, count: x.rank == 4 ? 1 : 0)
    return try x.slice(before + [.gather(try Tensor(rows))])
      .slice(before + [.all, .gather(try Tensor(columns))])
  }
}

/// One axis of a picture being resized.
private struct ResizeStep {
  let table: AxisResampling
  let outer: Int
  let inner: Int
  let from: Shape
  let to: Shape

  func run<T: FloatingElement>(_ x: Tensor, _ type: T.Type) throws -> Tensor {
    try table.run(x, outer: outer, inner: inner, into: to, type)
  }

  func runTransposed<T: FloatingElement>(_ g: Tensor, _ type: T.Type) throws -> Tensor {
    try table.runTransposed(g, outer: outer, inner: inner, into: from, type)
  }
}

/// A shape read as that of a picture or a batch of pictures.
struct PictureSizes {
  let rank, batch, height, width, channels: Int

  init(_ shape: Shape, for operation: String) throws {
    rank = shape.rank
    switch shape.rank {
    case 2: (batch, height, width, channels) = (1, shape[0], shape[1], 1)
    case 3: (batch, height, width, channels) = (1, shape[0], shape[1], shape[2])
    case 4: (batch, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
    default:
      throw TensorError.shape(
        "\(operation) expects a picture (height, width) or (height, width, channels), or a batch of pictures "
          + "(batch, height, width, channels), but a tensor of shape \(shape) came.")
    }
  }

  /// The sizes of such a picture with another height and width.
  func sizes(_ height: Int, _ width: Int) -> [Int] {
    switch rank {
    case 2: [height, width]
    case 3: [height, width, channels]
    default: [batch, height, width, channels]
    }
  }
}

extension Variable {
  /// Pictures in another size.
  ///
  /// Takes (height, width), (height, width, channels) or (batch, height, width, channels). The numbers are
  /// those of TensorFlow's `tf.image.resize` without antialiasing: elements lie in the middle of their cells
  /// (half-pixel centres), so that element i of the result lies at (i + 0.5) * old / new - 0.5 of the
  /// original. Beyond the border `bilinear` repeats it, and `bicubic` shares the missing weight among the
  /// others. (TensorFlow reads the weights of `bicubic` from a table, and its numbers may differ in the
  /// fourth digit.)
  ///
  ///     let x = Variable(try Tensor([[0.0, 4]], dtype: .float32))
  ///     try x.resize(height: 1, width: 4)                         // [[0. 1. 3. 4.]]
  ///     try x.resize(height: 1, width: 4, method: .nearest)       // [[0. 0. 4. 4.]]
  ///
  /// Integers give float32, with `nearest` they keep their type.
  ///
  /// - Parameters:
  ///   - height: The new height, 1 or more.
  ///   - width: The new width, 1 or more.
  ///   - method: How numbers between the elements of the original are found.
  ///   - alignCorners: With `bilinear`: the first and the last element of both pictures lie on each other, so
  ///     that element i lies at i * (old - 1) / (new - 1), as older programs have it.
  /// - Throws: A shape error for other ranks or an empty picture; a value error for a size below 1.
  public func resize(
    height: Int, width: Int, method: ResizeMethod = .bilinear, alignCorners: Bool = false
  ) throws -> Variable {
    let operation = Resize(height: height, width: width, method: method, alignCorners: alignCorners)
    return try Variable.apply(operation, [method == .nearest ? self : floating()])
  }
}

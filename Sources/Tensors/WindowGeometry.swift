/// Two numbers for the two axes of a picture; a single one stands for both.
public struct Pair: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public var height: Int
  public var width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }
  public init(_ both: Int) { self.init(height: both, width: both) }
  public init(integerLiteral both: Int) { self.init(both) }
  public var description: String { height == width ? "\(height)" : "(\(height), \(width))" }
}

/// What surrounds a picture before a window slides over it.
public enum Padding: Sendable, Hashable {
  /// Nothing: the window stays inside.
  case valid
  /// As many zeros as make the output ceil(n / stride) long; an odd one goes to the bottom and the right, as in
  /// TensorFlow.
  case same
  /// So many zeros on every side.
  case amount(Int)
  /// So many zeros on each side.
  case sides(top: Int, bottom: Int, left: Int, right: Int)
}

/// A window that slides along one axis.
struct WindowAxis: Hashable {
  let size, window, stride, dilation, before, after, out: Int

  /// Larger strides, dilations and paddings than this are mistakes, and keep sums of them far from overflow.
  private static let largest = 1_000_000

  /// - Parameters:
  ///   - padding: Zeros before and after, nil for `same`.
  ///   - subject: What the window slides over, and the smallest window, for messages.
  init(
    _ operation: String, _ axis: String, size: Int, window: Int, stride: Int, dilation: Int,
    padding: (before: Int, after: Int)?, of subject: (name: String, smallest: String) = ("picture", "1 x 1")
  ) throws {
    for (name, value) in [("stride", stride), ("dilation", dilation)] {
      guard (1...WindowAxis.largest).contains(value) else {
        throw TensorError.value("\(operation) expects a \(name) of 1 or more, but \(value) came.")
      }
    }
    for value in [padding?.before ?? 0, padding?.after ?? 0] {
      guard (0...WindowAxis.largest).contains(value) else {
        throw TensorError.value("\(operation) expects a padding of 0 or more, but \(value) came.")
      }
    }
    guard window >= 1 else {
      throw TensorError.shape(
        "\(operation) expects a window of at least \(subject.smallest), but its \(axis) is \(window).")
    }
    // What the window spans with its gaps.
    let (gaps, overflow) = (window - 1).multipliedReportingOverflow(by: dilation)
    guard !overflow, gaps < 1 << 40 else {
      throw TensorError.shape(
        "\(operation) expects a window that fits a \(subject.name), but its \(axis) is \(window)"
          + (dilation > 1 ? " with dilation \(dilation)." : "."))
    }
    let span = gaps + 1
    if let padding {
      (before, after) = padding
    } else {
      guard size > 0 else {
        throw TensorError.shape(
          "\(operation) with padding: .same expects at least one point, but the \(axis) is 0.")
      }
      let steps = (size - 1) / stride
      let total = max(steps * stride + span - size, 0)
      before = total / 2
      after = total - before
    }
    let room = size + before + after - span
    guard room >= 0 else {
      let p = before + after
      let padded = p == 0 ? "" : " with \(p) of padding"
      throw TensorError.shape(
        "\(operation) expects a window that fits: its \(axis) is \(span)"
          + (dilation > 1 ? " (\(window) with dilation \(dilation))" : "")
          + ", but the \(subject.name)'s \(axis) is \(size)\(padded): floor((n + 2p - f) / s) + 1 = "
          + "floor((\(size) + \(p) - \(span)) / \(stride)) + 1 = \(-((-room + stride - 1) / stride) + 1).",
        suggestion: padding == nil ? nil : "padding: .same keeps the size")
    }
    self.size = size
    self.window = window
    self.stride = stride
    self.dilation = dilation
    out = room / stride + 1
  }

  /// A pooling window must not lie wholly outside.
  func checkPoolPadding(_ operation: String, _ axis: String) throws {
    guard max(before, after) < window else {
      throw TensorError.value(
        "\(operation) expects less padding than the window's \(axis), which is \(window), but "
          + "\(max(before, after)) came: a window could lie wholly outside.")
    }
  }

  private init(turning axis: WindowAxis) {
    let span = (axis.window - 1) * axis.dilation
    size = axis.out
    out = axis.size
    window = axis.window
    stride = 1
    dilation = axis.dilation
    before = span - axis.before
    after = span - axis.after
  }

  /// The way back along the axis as a way forward: the window slides over the output and gives the input's size.
  /// Nil where that takes more than a window that slides.
  var turned: WindowAxis? {
    let span = (window - 1) * dilation
    return stride == 1 && before <= span && after <= span ? WindowAxis(turning: self) : nil
  }
}

/// A window that slides over (batch, height, width, channels) pictures.
struct WindowGeometry: Hashable {
  let batch: Int
  let y: WindowAxis
  let x: WindowAxis
  let channels: Int
  /// Output channels.
  let filters: Int
  /// The channels are split into so many parts, each with filters of its own.
  var groups = 1

  init(
    _ operation: String, batch: Int, height: Int, width: Int, channels: Int, filters: Int, window: Pair,
    stride: Pair, padding: Padding, dilation: Pair
  ) throws {
    self.batch = batch
    self.channels = channels
    self.filters = filters
    let vertical: (before: Int, after: Int)?
    let horizontal: (before: Int, after: Int)?
    switch padding {
    case .valid: (vertical, horizontal) = ((0, 0), (0, 0))
    case .same: (vertical, horizontal) = (nil, nil)
    case .amount(let p): (vertical, horizontal) = ((p, p), (p, p))
    case .sides(let top, let bottom, let left, let right):
      (vertical, horizontal) = ((top, bottom), (left, right))
    }
    y = try WindowAxis(
      operation, "height", size: height, window: window.height, stride: stride.height,
      dilation: dilation.height, padding: vertical)
    x = try WindowAxis(
      operation, "width", size: width, window: window.width, stride: stride.width, dilation: dilation.width,
      padding: horizontal)
  }

  private init(turning g: WindowGeometry, _ y: WindowAxis, _ x: WindowAxis) {
    batch = g.batch
    self.y = y
    self.x = x
    channels = g.filters
    filters = g.channels
  }

  /// The convolution with turned filters that gives this one's gradient with respect to its picture; nil where
  /// there is none.
  var turned: WindowGeometry? {
    guard groups == 1, let y = y.turned, let x = x.turned else { return nil }
    return WindowGeometry(turning: self, y, x)
  }

  /// Multiplications of a convolution with these sizes; as a double, because it only guides choices.
  var multiplications: Double {
    Double(batch) * Double(y.out) * Double(x.out) * Double(y.window) * Double(x.window) * Double(channels)
      * Double(filters)
  }
}

/// A tensor read as a batch of pictures.
struct PictureBatch {
  let batch, height, width, channels: Int

  init(_ tensor: Tensor, for operation: String) throws {
    let shape = tensor.shape
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
}

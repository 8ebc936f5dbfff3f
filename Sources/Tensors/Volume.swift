/// Three numbers for the three axes of a volume; a single one stands for all.
public struct Triple: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public var depth: Int
  public var height: Int
  public var width: Int

  public init(depth: Int, height: Int, width: Int) {
    self.depth = depth
    self.height = height
    self.width = width
  }
  public init(_ all: Int) { self.init(depth: all, height: all, width: all) }
  public init(integerLiteral all: Int) { self.init(all) }

  /// The numbers of the two axes of a picture.
  package var plane: Pair { Pair(height: height, width: width) }

  public var description: String {
    depth == height && height == width ? "\(depth)" : "(\(depth), \(height), \(width))"
  }
}

/// What surrounds a sequence before a window slides over it.
public enum Padding1D: Sendable, Hashable {
  /// Nothing: the window stays inside.
  case valid
  /// As many zeros as make the output ceil(n / stride) long; an odd one goes to the end, as in TensorFlow.
  case same
  /// So many zeros before the beginning that no output looks ahead of its own place.
  case causal
  /// So many zeros on both ends.
  case amount(Int)
  /// So many zeros on each end.
  case sides(before: Int, after: Int)
}

/// What surrounds a volume before a window slides over it.
public enum Padding3D: Sendable, Hashable {
  /// Nothing: the window stays inside.
  case valid
  /// As many zeros as make each axis of the output ceil(n / stride) long; an odd one goes to the end, as in
  /// TensorFlow.
  case same
  /// So many zeros on every side.
  case amount(Int)
  /// So many zeros on each side.
  case sides(front: Int, back: Int, top: Int, bottom: Int, left: Int, right: Int)
}

/// A window that slides over (batch, length, channels) sequences.
package struct SequenceGeometry {
  private let axis: WindowAxis

  /// - Throws: A shape error when the window does not fit the sequence.
  package init(
    _ operation: String, length: Int, window: Int, stride: Int, padding: Padding1D, dilation: Int = 1
  ) throws {
    let ends: (before: Int, after: Int)?
    switch padding {
    case .valid: ends = (0, 0)
    case .same: ends = nil
    case .amount(let amount): ends = (amount, amount)
    case .sides(let before, let after): ends = (before, after)
    case .causal:
      let (gaps, overflow) = (window &- 1).multipliedReportingOverflow(by: dilation)
      ends = (overflow ? .max : max(gaps, 0), 0)
    }
    axis = try WindowAxis(
      operation, "length", size: length, window: window, stride: stride, dilation: dilation, padding: ends,
      of: ("sequence", "1"))
  }

  /// The same for a picture of height 1.
  package var padding: Padding { .sides(top: 0, bottom: 0, left: axis.before, right: axis.after) }

  /// A pooling window must not lie wholly outside the sequence.
  package func checkPoolPadding(_ operation: String) throws {
    try axis.checkPoolPadding(operation, "length")
  }
}

/// A window that slides over (batch, depth, height, width, channels) volumes.
package struct VolumeGeometry {
  let batch: Int
  let z, y, x: WindowAxis
  let channels, filters, groups: Int
  package let output: Shape

  /// - Throws: A shape error when the window does not fit the volume.
  package init(
    _ operation: String, volume: Shape, filters: Int, window: Triple, stride: Triple, padding: Padding3D,
    dilation: Triple = 1, groups: Int = 1
  ) throws {
    let sides: [(before: Int, after: Int)?]
    switch padding {
    case .valid: sides = [(0, 0), (0, 0), (0, 0)]
    case .same: sides = [nil, nil, nil]
    case .amount(let p): sides = [(p, p), (p, p), (p, p)]
    case .sides(let front, let back, let top, let bottom, let left, let right):
      sides = [(front, back), (top, bottom), (left, right)]
    }
    func axis(_ name: String, _ index: Int, _ number: KeyPath<Triple, Int>) throws -> WindowAxis {
      try WindowAxis(
        operation, name, size: volume[index + 1], window: window[keyPath: number],
        stride: stride[keyPath: number], dilation: dilation[keyPath: number], padding: sides[index],
        of: ("volume", "1 x 1 x 1"))
    }
    batch = volume[0]
    channels = volume[4]
    self.filters = filters
    self.groups = groups
    z = try axis("depth", 0, \.depth)
    y = try axis("height", 1, \.height)
    x = try axis("width", 2, \.width)
    output = try Shape([batch, z.out, y.out, x.out, filters])
  }

  /// Zeros around each plane.
  package var planePadding: Padding {
    .sides(top: y.before, bottom: y.after, left: x.before, right: x.after)
  }

  /// Zeros in front of the first plane and behind the last one, for pictures whose rows are planes.
  package var depthPadding: Padding { .sides(top: z.before, bottom: z.after, left: 0, right: 0) }

  /// A pooling window must not lie wholly outside the volume.
  package func checkPoolPadding(_ operation: String) throws {
    for (name, axis) in [("depth", z), ("height", y), ("width", x)] {
      try axis.checkPoolPadding(operation, name)
    }
  }
}

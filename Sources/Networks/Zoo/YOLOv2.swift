import Tensors

/// YOLO version 2: the convolutions of Darknet-19 with a detector behind, which also sees the finer map
/// before the last pooling, four neighbours of it laid into the channels.
///
///     (n, 608, 608, 3) -> (n, 19, 19, anchors * (5 + classes)), height and width multiples of 32
///
/// For each cell and anchor it gives x, y, width, height, confidence and class scores as they are before any
/// sigmoid, exponential or softmax.
///
/// Source: Redmon and Farhadi, "YOLO9000: better, faster, stronger", 2017.
public struct YOLOv2: Layer {
  /// Up to the map of a sixteenth of the picture's size.
  var fine: Sequential
  var coarse: Sequential
  /// The way past the last pooling.
  var passing: Sequential
  var detector: Sequential

  init(anchors: Int, classes: Int) {
    func convolution(_ filters: Int, _ size: Pair) -> [any Layer] {
      Zoo.normalized(filters, size, activation: .leakyRelu(slope: 0.1))
    }
    /// 3x3 and 1x1 convolutions in turn.
    func stage(_ filters: Int, count: Int) -> [any Layer] {
      (0..<count).flatMap { $0 % 2 == 0 ? convolution(filters, 3) : convolution(filters / 2, 1) }
    }
    fine = Sequential(
      convolution(32, 3) + [MaxPool2D(2)] + convolution(64, 3) + [MaxPool2D(2)]
        + stage(128, count: 3) + [MaxPool2D(2)] + stage(256, count: 3) + [MaxPool2D(2)]
        + stage(512, count: 5))
    coarse = Sequential(
      [MaxPool2D(2)] + stage(1024, count: 5) + convolution(1024, 3) + convolution(1024, 3))
    passing = Sequential(convolution(64, 1))
    // More than these fit no memory, which building it says.
    let limits = 0...1 << 24
    let outputs =
      min(max(anchors, limits.lowerBound), limits.upperBound)
      * (5 + min(max(classes, limits.lowerBound), limits.upperBound))
    detector = Sequential(convolution(1024, 3) + [Conv2D(outputs, 1)])
  }

  public func callAsFunction(_ x: Variable) throws -> Variable {
    guard x.rank == 4, x.shape[1] % 32 == 0, x.shape[2] % 32 == 0 else {
      throw TensorError.shape(
        "YOLOv2: the input is a batch of pictures (batch, height, width, channels) with height and width "
          + "multiples of 32, since it halves them five times, but a tensor of shape \(x.shape) came.")
    }
    let map = try fine(x)
    let side = try passing(map).spaceToDepth(2)
    return try detector(Variable.concatenate([side, coarse(map)], axis: 3))
  }
}

extension Zoo {
  /// YOLO version 2 as the course uses it: 50,983,561 parameters for 5 anchors and 80 classes.
  ///
  ///     (n, 608, 608, 3) -> (n, 19, 19, 425)
  public static func yoloV2(anchors: Int = 5, classes: Int = 80) -> YOLOv2 {
    YOLOv2(anchors: anchors, classes: classes)
  }
}

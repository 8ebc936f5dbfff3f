import Base
import Networks
import Tensors
import Testing
import Vision

@Suite struct BoxesTests {
  @Test func courseOverlaps() throws {
    func overlap(_ a: [Double], _ b: [Double]) throws -> Double {
      try iou(Tensor(a), Tensor(b)).item().doubleValue
    }
    #expect(try overlap([2, 1, 4, 3], [1, 2, 3, 4]) == 0.14285714285714285)
    // The practice question: 2 x 2 and 2 x 3 with 1 x 1 in common.
    #expect(try overlap([0, 0, 2, 2], [1, 1, 3, 4]) == 1.0 / 9)
    #expect(try overlap([1, 2, 3, 4], [5, 6, 7, 8]) == 0)
    #expect(try overlap([1, 1, 2, 2], [2, 2, 3, 3]) == 0)
    #expect(try overlap([1, 1, 3, 3], [2, 3, 3, 4]) == 0)
    #expect(try overlap([1, 1, 1, 1], [1, 1, 1, 1]) == 0)
    #expect(try overlap([3, 3, 1, 1], [1, 1, 3, 3]) == 1)
    #expect(try overlap([.nan, 0, 1, 1], [5, 5, 6, 6]).isNaN)
  }

  @Test func overlapsBroadcast() throws {
    var random = try RandomState(seed: 2)
    let (a, b) = (try random.rand([5, 4]), try random.rand([3, 4]))
    let matrix = try iouMatrix(a, b)
    #expect(matrix.shape == [5, 3])
    #expect(matrix.dtype == .float64)
    for row in 0..<5 {
      for column in 0..<3 {
        #expect(
          try matrix.element(at: [row, column]) == iou(a.row(row), b.row(column)).item())
      }
    }
    let pairs = try iou(a.slice([.range(lower: 0, upper: 3, step: 1)]), b)
    #expect(pairs.shape == [3])
    #expect(try pairs.element(at: [2]) == matrix.element(at: [2, 2]))
    let high = try iou(a.reshape([5, 1, 1, 4]), random.rand([2, 1, 4]))
    #expect(high.shape == [5, 2, 1])
    #expect(try iou(a.row(0), b).shape == [3])
    #expect(try iouMatrix(Tensor.zeros([0, 4]), b).shape == [0, 3])
    #expect(try iou(Tensor([0, 0, 2, 2]), Tensor([0, 0, 1, 1])).dtype == .float32)
    expectBoxError(
      .shape,
      "iou expects boxes (..., 4), four numbers for each in the last axis, but the shape is (5, 3)."
    ) { _ = try iou(Tensor.zeros([5, 3]), a) }
    expectBoxError(
      .shape, "iouMatrix expects boxes (n, 4), a row x1, y1, x2, y2 for each, but their shape is (4)."
    ) { _ = try iouMatrix(a.row(0), b) }
    #expect(throws: TensorError.self) { try iou(a, b) }
  }

  @Test func conversions() throws {
    let corners = try Boxes.corners(fromCentres: Tensor([5, 5, 4, 2]))
    #expect(corners.floats() == [3, 4, 7, 6])
    #expect(try Boxes.centres(fromCorners: corners).floats() == [5, 5, 4, 2])
    #expect(try Boxes.centres(fromCorners: Tensor([7, 6, 3, 4])).floats() == [5, 5, 4, 2])
    #expect(try Boxes.swapped(Tensor([[1, 2, 3, 4]])).integers() == [2, 1, 4, 3])
    #expect(
      try Boxes.scaled(Tensor([0.25, 0.5, 0.75, 1]), width: 640, height: 480).floats() == [
        160, 240, 480, 480,
      ])
    #expect(
      try Boxes.clipped(Tensor([[-3, 5, 700, 9], [1, -2, 3, 999]]), width: 640, height: 480).floats()
        == [0, 5, 640, 9, 1, 0, 3, 480])
    #expect(try Boxes.areas(Tensor([[0, 0, 2, 3], [5, 5, 1, 4]])).floats() == [6, 4])
    #expect(try Boxes.corners(fromCentres: Tensor.zeros([2, 3, 4], .float64)).dtype == .float64)
    #expect(throws: TensorError.self) { try Boxes.centres(fromCorners: Tensor([1, 2, 3])) }
    #expect(throws: TensorError.self) { try Boxes.clipped(corners, width: -1, height: 5) }
  }

  // MARK: Anchors

  @Test func anchorsFindTheGroupsOfShapes() throws {
    var random = try RandomState(seed: 5)
    let groups: [(Double, Double)] = [(10, 30), (80, 40), (200, 220)]
    let sizes = (0..<300).map { index -> [Double] in
      let (width, height) = groups[index % 3]
      return [width * (0.9 + 0.2 * random.nextDouble()), height * (0.9 + 0.2 * random.nextDouble())]
    }
    for seed in 0..<5 {
      let (anchors, fit) = try Anchors.clustered(Tensor(sizes), count: 3, seed: seed)
      #expect(fit > 0.9)
      for (found, group) in zip(anchors.doubles(), groups.flatMap { [$0.0, $0.1] }) {
        #expect(abs(found / group - 1) < 0.05)
      }
    }
    let again = try Anchors.clustered(Tensor(sizes), count: 5, seed: 3)
    #expect(try again.anchors.isEqual(to: Anchors.clustered(Tensor(sizes), count: 5, seed: 3).anchors))
    // More anchors fit better, and as many as boxes fit exactly.
    #expect(try again.meanIoU > Anchors.clustered(Tensor(sizes), count: 1).meanIoU)
    let few = try Tensor([[1.0, 2], [3, 1], [2, 2]])
    #expect(try abs(Anchors.clustered(few, count: 3).meanIoU - 1) < 1e-9)
    #expect(try Anchors.clustered(Tensor.ones([4, 2]), count: 3).anchors.floats() == [1, 1, 1, 1, 1, 1])
  }

  @Test func anchorsRefuseWhatIsNoShape() throws {
    let sizes = try Tensor([[1.0, 2], [3, 1]])
    expectBoxError(
      .value,
      "Anchors are found for a count from 1 to the number of boxes, but count was 3 and there are 2 boxes."
    ) { _ = try Anchors.clustered(sizes, count: 3) }
    #expect(throws: TensorError.self) { try Anchors.clustered(sizes, count: 0) }
    #expect(throws: TensorError.self) { try Anchors.clustered(Tensor.zeros([0, 2]), count: 1) }
    expectBoxError(.value, "sizes are widths and heights above 0, but row 1 is (0.0, 1.0).") {
      _ = try Anchors.clustered(Tensor([[1.0, 2], [0, 1]]), count: 1)
    }
    expectBoxError(.shape, "sizes are (n, 2), a width and a height in each row, but their shape is (2, 3).") {
      _ = try Anchors.clustered(Tensor.ones([2, 3]), count: 1)
    }
  }

  @Test func anchorFile() throws {
    let text = "0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828\n"
    let anchors = try Anchors.parse(text)
    #expect(anchors.shape == [5, 2])
    #expect(anchors.floats()[9] == 9.16828)
    for wrong in ["", "1,2,3", "1,x", "1,-2", "1,inf", "nan,1"] {
      #expect(throws: TensorError.self) { try Anchors.parse(wrong) }
    }
    #expect(
      try Anchors.shapeIoU(Tensor([[2.0, 1], [4, 4]]), Tensor([[1.0, 2]])).floats() == [1 / 3, 0.125])
  }

  // MARK: Windows

  @Test func slidingWindows() throws {
    let window = try SlidingWindow(size: 14, stride: 2)
    #expect(window.count(height: 16, width: 16) == (2, 2))
    #expect(window.count(height: 28, width: 13) == (8, 0))
    #expect(
      try window.boxes(height: 16, width: 16).floats() == [
        0, 0, 14, 14, 2, 0, 16, 14, 0, 2, 14, 16, 2, 2, 16, 16,
      ])
    var random = try RandomState(seed: 1)
    let picture = try random.rand([16, 16, 3])
    let crops = try window.crops(picture)
    #expect(crops.shape == [4, 14, 14, 3])
    #expect(crops.dtype == .float64)
    let part = TensorIndex.range(lower: 2, upper: 16, step: 1)
    #expect(try crops.row(3).isEqual(to: picture.slice([part, part])))
    #expect(try window.map(crops, height: 16, width: 16).shape == [2, 2, 14, 14, 3])
    expectBoxError(.value, "SlidingWindow expects a stride of 1 or more, but 0 came.") {
      _ = try SlidingWindow(size: 3, stride: 0)
    }
    expectBoxError(
      .shape,
      "A window of 14 x 14 is moved over a picture (height, width, channels) that is at least as large, but its "
        + "shape is (13, 20, 3)."
    ) { _ = try window.crops(Tensor.zeros([13, 20, 3])) }
    #expect(throws: TensorError.self) { try window.map(crops, height: 18, width: 16) }
    #expect(throws: (any Error).self) {
      try SlidingWindow(size: 1, stride: 1).boxes(height: .max, width: .max)
    }
  }

  /// The lecture's network: one pass over a larger picture equals all crops.
  @Test func onePassEqualsAllCrops() throws {
    RandomStreams.start(seed: 3)
    let network = Sequential(
      Conv2D(16, 5, activation: .relu), MaxPool2D(2), Flatten(), Dense(40, activation: .relu), Dropout(0.5),
      Dense(4), SoftmaxLayer())
    try network.build(input: [1, 14, 14, 3])
    let whole = try network.convolutional(input: [1, 14, 14, 3])
    var random = try RandomState(seed: 4)
    for (side, positions) in [(14, 1), (16, 2), (28, 8)] {
      let picture = try random.randn([side, side, 3]).asType(.float32)
      let window = try SlidingWindow(size: 14, stride: 2)
      let answers = try window.map(network.predict(window.crops(picture)), height: side, width: side)
      let map = try whole.predict(picture.expandDims(0)).row(0)
      #expect(map.shape == (try Shape([positions, positions, 4])))
      #expect(try map.allClose(answers, relative: 1e-4, absolute: 1e-5))
    }
    expectBoxError(
      .shape,
      "A dense layer can become a convolution when a Flatten stands before it, but here there is none."
    ) {
      _ = try Sequential(GlobalAveragePool2D(), Dense(3)).convolutional(input: [1, 8, 8, 2])
    }
    expectBoxError(
      .shape,
      "convolutional expects the shape of a batch of pictures (n, height, width, channels), but (14, 14, 3) came."
    ) { _ = try network.convolutional(input: [14, 14, 3]) }
  }

  @Test func classFile() {
    #expect(YOLO.classNames(in: "person\r\n traffic light \n\ncar") == ["person", "traffic light", "car"])
  }
}

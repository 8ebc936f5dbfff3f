import Script
import Tensors
import Vision

/// Built-ins for boxes: how well they agree, which of them remain, and the ways to write them.
enum BoxBuiltins {
  static let functions: [Builtin] = overlaps + suppression + forms

  private static let boxes = Builtin.Parameter(
    "boxes", "(n, 4): two opposite corners of each box, x1, y1, x2, y2, in any unit")
  private static let any = Builtin.Parameter("boxes", "(..., 4): four numbers for each box in the last axis")
  private static let scores = Builtin.Parameter("scores", "how sure each box is (n)")
  private static let classes = Builtin.Parameter(
    "classes", default: "nil", "the class of each box (n); boxes of different classes leave each other alone")
  private static let maxBoxes = Builtin.Parameter(
    "maxBoxes", default: "nil", "how many boxes are kept at most; without a number all that remain")

  // MARK: Overlap

  private static let overlaps: [Builtin] = [
    Builtin(
      "iou",
      [
        .init("a", "(..., 4): two opposite corners of each box, x1, y1, x2, y2"),
        .init("b", "the same; the leading axes broadcast together"),
      ],
      "Intersection over union: how well boxes agree, from 0 (they do not overlap) to 1 (they are the same).",
      details: "Of two lists of the same length it is that of each pair; `iouMatrix` compares all with all.",
      examples: [
        .init("iou([2, 1, 4, 3], [1, 2, 3, 4])", "0.14285714285714285"),
        .init("iou([[0, 0, 2, 2], [0, 0, 1, 1]], [0, 0, 2, 2])", "[1.   0.25]"),
      ]
    ) { call in .tensor(try Vision.iou(call.exactTensor(0), call.exactTensor(1))) },
    Builtin(
      "iouMatrix",
      [.init("a", "boxes (n, 4)"), .init("b", "boxes (m, 4)")],
      "The intersection over union of every box of one list with every box of another: (n, m).",
      examples: [
        .init(
          "iouMatrix([[0, 0, 2, 2], [0, 0, 1, 1]], [[0, 0, 2, 2], [5, 5, 6, 6]])",
          "[[1.   0.  ]\n [0.25 0.  ]]")
      ]
    ) { call in .tensor(try Vision.iouMatrix(call.exactTensor(0), call.exactTensor(1))) },
  ]

  // MARK: Suppression

  private static let three = "let boxes = [[0, 0, 10, 10], [1, 1, 10, 10], [20, 20, 30, 30]]\n"

  private static let suppression: [Builtin] = [
    Builtin(
      "nonMaxSuppression",
      [
        boxes, scores,
        .init(
          "iouThreshold", default: "0.5",
          "a box is dropped when its overlap with a better one is above this"),
        .init("scoreThreshold", default: "nil", "boxes whose score is not above it are dropped at once"),
        maxBoxes, classes,
      ],
      "Keeps the best of several boxes that overlap: the places of those that remain, highest score first.",
      details: """
        The box with the highest score is kept, all that overlap it too much are dropped, and so on with the best \
        of those that are left. The result picks boxes and scores: `boxes[kept]`.
        """,
      examples: [
        .init(three + "nonMaxSuppression(boxes, [0.8, 0.9, 0.7])", "[1 2]"),
        .init(three + "nonMaxSuppression(boxes, [0.8, 0.9, 0.7], maxBoxes: 1)", "[1]"),
      ]
    ) { call in
      .tensor(
        try Differentiation.interruptible(call.machine) {
          try Vision.nonMaxSuppression(
            call.boxList(0), scores: call.list(1), iouThreshold: call.double(2, default: 0.5),
            scoreThreshold: call.has(3) ? call.double(3) : nil, maxBoxes: call.has(4) ? call.integer(4) : nil,
            classes: call.has(5) ? call.list(5, .int64) : nil)
        })
    },
    Builtin(
      "softNonMaxSuppression",
      [
        boxes, scores,
        .init(
          "method", default: ".gaussian", choices: ["gaussian", "linear"],
          "how scores fall: times exp(-iou² / sigma), or times 1 - iou above the threshold"),
        .init("sigma", default: "0.5", "for .gaussian: the larger, the less scores fall"),
        .init("iouThreshold", default: "0.5", "for .linear: from which overlap on scores fall"),
        .init("scoreThreshold", default: "0.001", "boxes whose score falls to it are dropped"), maxBoxes,
        classes,
      ],
      "Non-max suppression that lowers the scores of overlapping boxes instead of dropping them.",
      details: """
        A tuple with `kept`, the places of the boxes, and their lowered `scores`. Two objects that stand close \
        together both survive. Source: Bodla et al. 2017.
        """,
      examples: [
        .init(three + "softNonMaxSuppression(boxes, [0.8, 0.9, 0.7]).kept", "[1 2 0]"),
        .init(
          three + "round(softNonMaxSuppression(boxes, [0.8, 0.9, 0.7]).scores * 100)", "[90. 70. 22.]"),
      ]
    ) { call in
      let isLinear = try call.choice(2, default: "gaussian") == "linear"
      let decay: ScoreDecay =
        isLinear
        ? .linear(above: try call.double(4, default: 0.5))
        : .gaussian(sigma: try call.double(3, default: 0.5))
      let found = try Differentiation.interruptible(call.machine) {
        try Vision.softNonMaxSuppression(
          call.boxList(0), scores: call.list(1), decay: decay,
          scoreThreshold: call.double(5, default: 0.001), maxBoxes: call.has(6) ? call.integer(6) : nil,
          classes: call.has(7) ? call.list(7, .int64) : nil)
      }
      return .tuple([.tensor(found.kept), .tensor(found.scores)], labels: ["kept", "scores"])
    },
  ]

  // MARK: Ways to write them

  private static let width = Builtin.Parameter("width", "the picture's columns, in the unit of the boxes")
  private static let height = Builtin.Parameter("height", "its rows")

  private static let forms: [Builtin] = [
    Builtin(
      "boxCorners", [.init("boxes", "(..., 4): x and y of the middle, width and height")],
      "Boxes given by their middles and sizes as corners: x1, y1, x2, y2.",
      examples: [.init("boxCorners([5, 5, 4, 2])", "[3. 4. 7. 6.]")]
    ) { call in .tensor(try Boxes.corners(fromCentres: call.tensor(0))) },
    Builtin(
      "boxCentres", [any],
      "Boxes given by corners as middles and sizes: x, y, width, height.",
      examples: [.init("boxCentres([3, 4, 7, 6])", "[5. 5. 4. 2.]")]
    ) { call in .tensor(try Boxes.centres(fromCorners: call.tensor(0))) },
    Builtin(
      "boxArea", [any], "The areas of boxes given by corners: (..., 4) -> (...).",
      examples: [.init("boxArea([[0, 0, 2, 3], [1, 1, 2, 2]])", "[6. 1.]")]
    ) { call in .tensor(try Boxes.areas(call.tensor(0))) },
    Builtin(
      "swapBoxes", [any],
      "x and y exchanged: x1, y1, x2, y2 becomes y1, x1, y2, x2, as TensorFlow writes boxes, and back.",
      examples: [.init("swapBoxes([1, 2, 3, 4])", "[2 1 4 3]")]
    ) { call in .tensor(try Boxes.swapped(call.tensor(0))) },
    Builtin(
      "scaleBoxes", [any, width, height],
      "Boxes given as shares of a picture, in the unit of its width and height.",
      examples: [.init("scaleBoxes([0.25, 0.5, 0.75, 1.0], 640, 480)", "[160. 240. 480. 480.]")]
    ) { call in .tensor(try Boxes.scaled(call.tensor(0), width: call.double(1), height: call.double(2))) },
    Builtin(
      "clipBoxes", [any, width, height],
      "Boxes cut off where they reach beyond a picture.",
      examples: [.init("clipBoxes([-5, 10, 700, 90], 640, 480)", "[  0.  10. 640.  90.]")]
    ) { call in .tensor(try Boxes.clipped(call.tensor(0), width: call.double(1), height: call.double(2))) },
  ]

  // MARK: Anchors

  static let anchors = Namespace(
    "anchors", "Shapes of boxes that a detector starts from: usual widths and heights.",
    functions: [
      Builtin(
        "clustered",
        [
          .init("sizes", "(n, 2): widths and heights, as `scenes.train.sizes` has them"),
          .init("count", "how many anchors"),
          .init("seed", default: "0", "the same number chooses the same first shapes"),
        ],
        "The usual shapes among many boxes, by k-means with 1 - IoU for a distance.",
        details: """
          A tuple with `anchors` (count, 2), smallest area first, and `meanIoU`, how well each box agrees with its \
          best anchor. Source: Redmon and Farhadi 2017.
          """,
        examples: [
          .init("anchors.clustered([[1, 2], [1, 2], [8, 4]], 2).anchors", "[[1. 2.]\n [8. 4.]]")
        ]
      ) { call in
        let found = try Differentiation.interruptible(call.machine) {
          try Anchors.clustered(
            call.tensor(0), count: call.integer(1), seed: call.integer(2, default: 0))
        }
        return .tuple([.tensor(found.anchors), Value(found.meanIoU)], labels: ["anchors", "meanIoU"])
      },
      Builtin(
        "shapeIoU",
        [.init("sizes", "(n, 2): widths and heights"), .init("anchors", "(k, 2), in the same unit")],
        "How well shapes agree when they have the same middle: (n, k).",
        examples: [.init("anchors.shapeIoU([[1, 2]], [[1, 2], [2, 2]])", "[[1.  0.5]]")]
      ) { call in .tensor(try Anchors.shapeIoU(call.tensor(0), call.tensor(1))) },
      Builtin(
        "parsed", [.init("text", "pairs of width and height between commas")],
        "Anchors from the text of a file such as `yolo_anchors.txt`.",
        examples: [.init("anchors.parsed(\"0.5,0.75, 2,2.5\")", "[[0.5  0.75]\n [2.   2.5 ]]")]
      ) { call in .tensor(try Anchors.parse(call.string(0))) },
    ])
}

extension Call {
  /// The numbers in an argument; those of the language keep their precision.
  func exactTensor(_ index: Int) throws -> Tensor {
    guard let tensor = try Tensor.from(self[index], dtype: self[index].kind == .host ? nil : .float64) else {
      throw mismatch(index, "a tensor or an array of numbers")
    }
    return tensor
  }

  /// A list of numbers, which may have no elements.
  func list(_ index: Int, _ dtype: DType = .float32) throws -> Tensor {
    if let elements = self[index].elements, elements.isEmpty { return try Tensor.zeros([0], dtype) }
    return try tensor(index)
  }
}

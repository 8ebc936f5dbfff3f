import Networks
import Script
import Tensors
import Vision

/// A YOLO detector's grid as programs see it.
final class DetectorValue: HostValue {
  let yolo: YOLO
  /// The names of the classes; empty where they have only numbers.
  let names: [String]

  init(_ yolo: YOLO, names: [String]) {
    self.yolo = yolo
    self.names = names
  }

  var typeName: String { "YOLO" }

  func text() -> String {
    let anchors = yolo.anchors.map { ", \($0.shape[0]) anchors" } ?? ""
    return "YOLO(\(yolo.rows) × \(yolo.columns) cells\(anchors), \(yolo.classes) classes)"
  }

  private static func value(_ call: Call) throws -> DetectorValue {
    try call.host(0, as: DetectorValue.self, expected: "a YOLO detector")
  }

  private static let small = "let yolo = YOLO(3, 3, anchors: [[1, 1], [2, 1]], classes: [\"cat\", \"dog\"])\n"
  private static let width = Builtin.Parameter(
    "width", default: "1", "the picture's columns in the unit of the boxes")
  private static let height = Builtin.Parameter("height", default: "1", "its rows")

  // MARK: Making one

  static let function = Builtin(
    "YOLO",
    [
      .init("rows", "cells down"), .init("columns", "cells across"),
      .init(
        "anchors", default: "nil",
        "(k, 2): widths and heights in cells; without them each cell has one box of any shape"),
      .init("classes", "how many classes there are, or an array of their names"),
    ],
    "A detector that looks once: a grid whose cells answer for the objects with their middle in it.",
    details: """
      Targets are p, bx, by, bh, bw, c1, c2, ... for each cell and anchor: p = 1 where an object is, bx and by its \
      middle within the cell, bh and bw its size in cells. The output of a network is x, y, width, height, \
      confidence and class scores, before sigmoid, exponential and softmax; its last layer has \
      `yolo.outputChannels` channels. `fit(net, (pictures, targets), loss: { yolo.loss($0, $1) })` trains it. \
      Source: Redmon and Farhadi 2017.
      """,
    examples: [.init("YOLO(19, 19, anchors: ones(5, 2), classes: 80).outputChannels", "425")]
  ) { call in
    let isNamed = call[3].isArray
    let names = isNamed ? try call.names(3) : []
    let yolo = try YOLO(
      rows: call.integer(0), columns: call.integer(1), anchors: call.has(2) ? call.tensor(2) : nil,
      classes: isNamed ? names.count : call.integer(3))
    return .host(DetectorValue(yolo, names: names))
  }

  // MARK: Members

  private static func number(
    _ name: String, _ summary: String, _ output: String, _ read: @escaping @Sendable (YOLO) -> Int
  ) -> Builtin {
    Builtin(name, [.init("self")], summary, examples: [.init(small + "yolo.\(name)", output)]) { call in
      Value(read(try value(call).yolo))
    }
  }

  static let table = TypeTable(
    "YOLO", "A detector's grid: makes targets, decodes outputs, finds objects.",
    properties: [
      number("rows", "Cells down.", "3") { $0.rows },
      number("columns", "Cells across.", "3") { $0.columns },
      number("classes", "How many classes there are.", "2") { $0.classes },
      number("outputChannels", "Channels of the network's last layer: anchors times (5 + classes).", "14") {
        $0.outputChannels
      },
      Builtin(
        "anchors", [.init("self")], "Width and height of each anchor in cells; nil without anchors.",
        examples: [.init(small + "yolo.anchors.shape", "[2, 2]")]
      ) { call in try value(call).yolo.anchors.map { .tensor($0) } ?? .none },
    ], methods: [targets, objects, decoded, detections, loss])

  private static let targets = Builtin(
    "targets",
    [
      .init("self"), .init("objects", "labelled boxes of one picture, an array of them, or scenes"), width,
      height,
    ],
    "What the network is to answer: (rows, columns, anchors, 5 + classes), of several pictures with a batch axis.",
    details: """
      An object belongs to the cell in which its middle lies and to the anchor there whose shape fits best. Scenes \
      bring their own width and height. Without anchors the axis of anchors is missing.
      """,
    examples: [
      .init(
        small + "yolo.targets(LabelledBoxes([[10, 10, 20, 20]], [1]), 30, 30)[1, 1, 0]",
        "[1.  0.5 0.5 1.  1.  0.  1. ]")
    ]
  ) { call in
    let yolo = try value(call).yolo
    let scenes = (call[1].hostValue as? ScenesValue)?.scenes
    let width = try call.double(2, default: scenes.map { Double($0.width) } ?? 1)
    let height = try call.double(3, default: scenes.map { Double($0.height) } ?? 1)
    let lists = try call.objectLists(1)
    return .tensor(
      try Differentiation.interruptible(call.machine) {
        if call[1].hostValue is ObjectsValue {
          return try yolo.targets(lists[0], width: width, height: height)
        }
        return try yolo.targets(lists, width: width, height: height)
      })
  }

  private static let objects = Builtin(
    "objects",
    [
      .init("self"), .init("targets", "of one picture, as `targets` gives them"),
      .init("threshold", default: "0.5", "boxes whose p is above it are taken"), width, height,
    ],
    "The objects that one picture's targets speak of: detections, with p for a score.",
    examples: [
      .init(
        small + "let t = yolo.targets(LabelledBoxes([[10, 10, 20, 20]], [1]), 30, 30)\n"
          + "yolo.objects(t, width: 30, height: 30).boxes", "[[10. 10. 20. 20.]]")
    ]
  ) { call in
    let detector = try value(call)
    return .host(
      DetectionsValue(
        try detector.yolo.objects(
          inTargets: call.tensor(1), threshold: call.double(2, default: 0.5),
          width: call.double(3, default: 1), height: call.double(4, default: 1)), names: detector.names))
  }

  private static let decoded = Builtin(
    "decoded",
    [.init("self"), .init("output", "(rows, columns, outputChannels), or a batch of them")],
    "Every box of the grid: a tuple with `boxes`, `confidences` and `classProbabilities`.",
    details: "Boxes are corners as shares of the picture. `filterBoxes` and `detections` choose among them.",
    examples: [
      .init(small + "yolo.decoded(zeros(3, 3, 14)).boxes.shape", "[3, 3, 2, 4]")
    ]
  ) { call in
    let all = try value(call).yolo.decoded(call.tensor(1))
    return .tuple(
      [.tensor(all.boxes), .tensor(all.confidences), .tensor(all.classProbabilities)],
      labels: ["boxes", "confidences", "classProbabilities"])
  }

  private static let detections = Builtin(
    "detections",
    [
      .init("self"), .init("output", "of one picture, or of a batch"),
      .init("threshold", default: "0.6", "boxes are kept whose confidence times probability is above it"),
      .init("iouThreshold", default: "0.5", "from which overlap on the less sure box is dropped"),
      .init("maxBoxes", default: "nil", "how many boxes are kept at most"),
      .init("perClass", default: "true", "whether only boxes of the same class drop each other"), width,
      height,
    ],
    "The objects that a network sees: detections, highest score first; of a batch an array of them.",
    examples: [.init(small + "yolo.detections(zeros(3, 3, 14), threshold: 0.9).count", "0")]
  ) { call in
    let detector = try value(call)
    let output = try call.tensor(1)
    let (threshold, overlap) = (try call.double(2, default: 0.6), try call.double(3, default: 0.5))
    let (most, perClass) = (call.has(4) ? try call.integer(4) : nil, try call.bool(5, default: true))
    let (width, height) = (try call.double(6, default: 1), try call.double(7, default: 1))
    func wrapped(_ found: Detections) -> Value { .host(DetectionsValue(found, names: detector.names)) }
    return try Differentiation.interruptible(call.machine) {
      // A picture's output has three axes, or four with the anchors apart.
      let channels = output.shape.last == detector.yolo.outputChannels
      guard output.rank > (channels ? 3 : 4) else {
        return wrapped(
          try detector.yolo.detections(
            in: output, threshold: threshold, iouThreshold: overlap, maxBoxes: most, perClass: perClass,
            width: width, height: height))
      }
      return .array(
        try detector.yolo.detections(
          inBatch: output, threshold: threshold, iouThreshold: overlap, maxBoxes: most, perClass: perClass,
          width: width, height: height
        ).map(wrapped))
    }
  }

  private static let loss = Builtin(
    "loss",
    [
      .init("self"), .init("output", "(n, rows, columns, outputChannels), as the network gives it"),
      .init("targets", "as `targets` gives them"),
      .init("coordinates", default: "5", "what errors of place and size count"),
      .init("objects", default: "1", "what an object that was not expected counts"),
      .init("noObjects", default: "0.5", "what one that is not there counts"),
      .init("classWeight", default: "1", "what wrong classes count"),
    ],
    "How far a network's output is from the targets, added up over boxes and averaged over pictures.",
    details: "For `fit`: `loss: { yolo.loss($0, $1) }`. Where no object is, only the confidence counts.",
    examples: [
      .init(small + "round(yolo.loss(zeros(1, 3, 3, 14), zeros(1, 3, 3, 2, 7)) * 100)", "624.0")
    ]
  ) { call in
    let yolo = try value(call).yolo
    let weights = YOLOLossWeights(
      coordinates: try call.double(3, default: 5), objects: try call.double(4, default: 1),
      noObjects: try call.double(5, default: 0.5), classes: try call.double(6, default: 1))
    let targets = try call.operand(2).variable
    return try Value.tensor(call.operand(1).applying { try yolo.loss($0, targets, weights: weights) })
  }
}

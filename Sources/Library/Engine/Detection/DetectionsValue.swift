import Display
import Script
import Tensors
import Vision

/// Objects found in one picture, as programs see them.
final class DetectionsValue: HostValue {
  let detections: Detections
  /// The names of the classes; empty where they have only numbers.
  let names: [String]

  init(_ detections: Detections, names: [String] = []) {
    self.detections = detections
    self.names = names
  }

  var typeName: String { "Detections" }
  var count: Int { detections.count }

  func text() -> String {
    let lines = (0..<min(count, 20)).map { "  \(marks[$0].label) at \(place($0))" }
    let more = count > 20 ? ["  … \(count - 20) more"] : []
    return (["Detections(\(count == 1 ? "1 object" : "\(count) objects"))"] + lines + more)
      .joined(separator: "\n")
  }

  private func place(_ index: Int) -> String {
    let numbers = detections.boxes.doubles()[index * 4..<index * 4 + 4]
    return "(" + numbers.map { NumberFormat.significant($0, 3) }.joined(separator: ", ") + ")"
  }

  /// Boxes with class and score.
  var marks: [PictureMark] {
    let (boxes, scores) = (detections.boxes.doubles(), detections.scores.doubles())
    let classes = (try? detections.classes.integers()) ?? []
    return classes.indices.map { index in
      let name = names.indices.contains(classes[index]) ? names[classes[index]] : "class \(classes[index])"
      return PictureMark(
        boxes, at: index, label: "\(name) \(BoxMarks.text(of: scores[index]))", group: classes[index])
    }
  }

  // MARK: Members

  private static func value(_ call: Call) throws -> DetectionsValue {
    try call.host(0, as: DetectionsValue.self, expected: "detections")
  }

  private static let two = "let found = Detections([[0, 0, 4, 4], [0, 0, 4, 5]], [0.9, 0.6], [1, 1])\n"

  static let functions: [Builtin] = [
    Builtin(
      "Detections",
      [
        .init("boxes", "(n, 4): x1, y1, x2, y2"), .init("scores", "how sure each is (n)"),
        .init("classes", "the number of the class of each (n)"),
        .init("names", default: "[]", "the names of the classes"),
      ],
      "Objects found in one picture: boxes, scores and classes.",
      examples: [.init("Detections([[0, 0, 4, 4]], [0.9], [1]).count", "1")]
    ) { call in
      let boxes = try call.boxList(0)
      return .host(
        DetectionsValue(
          try Detections(boxes: boxes, scores: call.list(1), classes: call.list(2, .int64)),
          names: try call.names(3)))
    },
    Builtin(
      "filterBoxes",
      [
        .init("boxes", "(..., 4)"), .init("confidences", "(..., 1): how sure it is that there is an object"),
        .init("classProbabilities", "(..., classes)"),
        .init("threshold", default: "0.6", "boxes are kept whose score is above it"),
      ],
      "The boxes whose best class is likely enough: detections, in their order.",
      details: "The score of a box is its confidence times the probability of its best class.",
      examples: [
        .init(
          "filterBoxes([[0, 0, 4, 4], [1, 1, 2, 2]], [[1.0], [0.5]], [[0.1, 0.9], [0.5, 0.5]]).classes",
          "[1]")
      ]
    ) { call in
      .host(
        DetectionsValue(
          try Detections(
            boxes: call.tensor(0), confidences: call.tensor(1), classProbabilities: call.tensor(2),
            threshold: call.double(3, default: 0.6))))
    },
  ]

  static let table = TypeTable(
    "Detections", "Objects found in one picture; `show(picture, boxes: found)` draws them.",
    properties: [
      Builtin(
        "boxes", [.init("self")], "Their boxes (n, 4): x1, y1, x2, y2.",
        examples: [.init(two + "found.boxes.shape", "[2, 4]")]
      ) { call in .tensor(try value(call).detections.boxes) },
      Builtin(
        "scores", [.init("self")], "How sure each is.", examples: [.init(two + "found.scores", "[0.9 0.6]")]
      ) { call in .tensor(try value(call).detections.scores) },
      Builtin(
        "classes", [.init("self")], "The number of the class of each.",
        examples: [.init(two + "found.classes", "[1 1]")]
      ) { call in .tensor(try value(call).detections.classes) },
      Builtin(
        "count", [.init("self")], "How many there are.", examples: [.init(two + "found.count", "2")]
      ) { call in Value(try value(call).count) },
    ],
    methods: [
      Builtin(
        "suppressed",
        [
          .init("self"),
          .init("iouThreshold", default: "0.5", "from which overlap on the less sure is dropped"),
          .init("maxBoxes", default: "nil", "how many are kept at most"),
          .init("perClass", default: "true", "whether only boxes of the same class drop each other"),
        ],
        "Those that non-max suppression leaves, highest score first.",
        examples: [.init(two + "found.suppressed().count", "1")]
      ) { call in
        let found = try value(call)
        let kept = try Differentiation.interruptible(call.machine) {
          try found.detections.suppressed(
            iouThreshold: call.double(1, default: 0.5), maxBoxes: call.has(2) ? call.integer(2) : nil,
            perClass: call.bool(3, default: true))
        }
        return .host(DetectionsValue(kept, names: found.names))
      },
      Builtin(
        "scaled", [.init("self"), .init("width", "the picture's columns"), .init("height", "its rows")],
        "Boxes given as shares of a picture in its pixels.",
        examples: [.init(two + "found.scaled(10, 10).boxes[0]", "[ 0.  0. 40. 40.]")]
      ) { call in
        let found = try value(call)
        return .host(
          DetectionsValue(
            try found.detections.scaled(width: call.double(1), height: call.double(2)), names: found.names))
      },
    ])
}

extension Call {
  /// Names of classes.
  func names(_ index: Int) throws -> [String] {
    has(index) ? try elements(index).map { try machine.text(of: $0) } : []
  }

  /// Boxes (n, 4), which may be none.
  func boxList(_ index: Int) throws -> Tensor {
    if let elements = self[index].elements, elements.isEmpty { return try Tensor.zeros([0, 4]) }
    return try tensor(index)
  }
}

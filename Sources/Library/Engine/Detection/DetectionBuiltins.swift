import Networks
import Script
import Tensors
import Vision

/// Built-ins for detection: detectors, what they are measured by, and windows moved over pictures.
enum DetectionBuiltins {
  static let functions: [Builtin] =
    BoxBuiltins.functions + DetectionsValue.functions + measures
    + [ObjectsValue.function, DetectorValue.function, WindowValue.function]

  static let namespaces: [Namespace] = [BoxBuiltins.anchors, ScenesValue.namespace]

  static let types: [TypeTable] = [
    DetectionsValue.table, ObjectsValue.table, ScenesValue.table, DetectorValue.table, WindowValue.table,
  ]

  private static let found = Builtin.Parameter(
    "found", "the detections of each picture; keep unlikely ones too, a high threshold cuts the curve short")
  private static let objects = Builtin.Parameter(
    "objects", "what is in each picture, in the same order: labelled boxes or scenes")
  private static let threshold = Builtin.Parameter(
    "iouThreshold", default: "0.5", "from which overlap on a detection is right")
  private static let example = """
    let found = [Detections([[0, 0, 4, 4], [9, 9, 12, 12]], [0.9, 0.8], [0, 0])]
    let objects = [LabelledBoxes([[0, 0, 4, 5], [6, 6, 8, 8]], [0, 0])]

    """

  private static let measures: [Builtin] = [
    Builtin(
      "precisionRecall", [found, objects, .init("class", "the number of the class"), threshold],
      "How precision falls as more of the objects of one class are found.",
      details: """
        A tuple with `recall`, `precision` and `scores`, one entry for each detection from the highest score down, \
        `averagePrecision`, the area under the curve, and `objectCount`. `plot(curve.recall, curve.precision)` \
        draws it. Source: PASCAL VOC, all points.
        """,
      examples: [
        .init(
          example + "let curve = precisionRecall(found, objects, class: 0)\n"
            + "print(curve.recall, curve.precision, curve.averagePrecision)", "[0.5, 0.5] [1.0, 0.5] 0.5")
      ]
    ) { call in
      let curve = try Differentiation.interruptible(call.machine) {
        try Vision.precisionRecall(
          call.detectionLists(0), call.objectLists(1), class: call.integer(2),
          iouThreshold: call.double(3, default: 0.5))
      }
      return .tuple(
        [
          .array(curve.recall), .array(curve.precision), .array(curve.scores),
          curve.averagePrecision.map { Value($0) } ?? .none, Value(curve.objectCount),
        ], labels: ["recall", "precision", "scores", "averagePrecision", "objectCount"])
    },
    Builtin(
      "meanAveragePrecision", [found, objects, .init("classes", "how many classes there are"), threshold],
      "The mean over classes of the average precision, mAP: 1 for a detector that finds everything and no more.",
      details: "A tuple with `mean` and `perClass`; a class of which there are no objects has nil.",
      examples: [
        .init(
          example + "meanAveragePrecision(found, objects, classes: 2)", "(mean: 0.5, perClass: [0.5, nil])")
      ]
    ) { call in
      let result = try Differentiation.interruptible(call.machine) {
        try Vision.meanAveragePrecision(
          call.detectionLists(0), call.objectLists(1), classes: call.integer(2),
          iouThreshold: call.double(3, default: 0.5))
      }
      return .tuple(
        [Value(result.mean), .array(result.perClass.map { $0.map { Value($0) } ?? .none })],
        labels: ["mean", "perClass"])
    },
    Builtin(
      "localizationLoss",
      [
        .init("predictions", "(n, 5 + classes): p, bx, by, bh, bw, c1, ..."),
        .init("targets", "the same shape"),
      ],
      "The loss of classification with localisation: the sum of squares, of which only p counts without object.",
      details: "Where a target has p = 1 all squared differences count, where it has p = 0 only that of p.",
      examples: [
        .init("localizationLoss([[0.5, 9.0, 9.0, 9.0, 9.0, 9.0]], [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]])", "0.25")
      ]
    ) { call in
      let targets = try call.operand(1).variable
      return try Value.tensor(call.operand(0).applying { try Vision.localizationLoss($0, targets) })
    },
  ]
}

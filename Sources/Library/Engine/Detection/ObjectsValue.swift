import Display
import Script
import Tensors
import Vision

/// The objects that are in one picture, as programs see them.
final class ObjectsValue: HostValue {
  let objects: LabelledBoxes
  /// The names of the classes; empty where they have only numbers.
  let names: [String]

  init(_ objects: LabelledBoxes, names: [String] = []) {
    self.objects = objects
    self.names = names
  }

  var typeName: String { "LabelledBoxes" }

  func text() -> String {
    let labels = marks.prefix(12).map(\.label).joined(separator: ", ")
    let count = objects.count == 1 ? "1 object" : "\(objects.count) objects"
    return "LabelledBoxes(\(count)"
      + (labels.isEmpty ? ")" : ": \(labels)\(objects.count > 12 ? ", …" : ""))")
  }

  /// Boxes with their classes.
  var marks: [PictureMark] {
    let boxes = objects.boxes.doubles()
    let classes = (try? objects.classes.integers()) ?? []
    return classes.indices.map { index in
      let label = names.indices.contains(classes[index]) ? names[classes[index]] : "class \(classes[index])"
      return PictureMark(boxes, at: index, label: label, group: classes[index])
    }
  }

  // MARK: Members

  private static func value(_ call: Call) throws -> ObjectsValue {
    try call.host(0, as: ObjectsValue.self, expected: "labelled boxes")
  }

  private static let one = "let objects = LabelledBoxes([[2, 2, 6, 4]], [1], names: [\"cat\", \"dog\"])\n"

  static let function = Builtin(
    "LabelledBoxes",
    [
      .init("boxes", "(n, 4): x1, y1, x2, y2"), .init("classes", "the number of the class of each (n)"),
      .init("names", default: "[]", "the names of the classes"),
    ],
    "The objects that are in one picture: boxes and classes, for `yolo.targets` and `meanAveragePrecision`.",
    examples: [.init(one + "objects", "LabelledBoxes(1 object: dog)")]
  ) { call in
    .host(
      ObjectsValue(
        try LabelledBoxes(boxes: call.boxList(0), classes: call.list(1, .int64)), names: try call.names(2)))
  }

  static let table = TypeTable(
    "LabelledBoxes", "The objects that are in one picture; `show(picture, boxes: objects)` draws them.",
    properties: [
      Builtin(
        "boxes", [.init("self")], "Their boxes (n, 4): x1, y1, x2, y2.",
        examples: [.init(one + "objects.boxes", "[[2. 2. 6. 4.]]")]
      ) { call in .tensor(try value(call).objects.boxes) },
      Builtin(
        "classes", [.init("self")], "The number of the class of each.",
        examples: [.init(one + "objects.classes", "[1]")]
      ) { call in .tensor(try value(call).objects.classes) },
      Builtin(
        "count", [.init("self")], "How many there are.", examples: [.init(one + "objects.count", "1")]
      ) { call in Value(try value(call).objects.count) },
    ])
}

extension Call {
  /// The objects of one picture or of several, one list for each.
  func objectLists(_ index: Int) throws -> [LabelledBoxes] {
    if let scenes = self[index].hostValue as? ScenesValue { return scenes.scenes.objects }
    if let objects = self[index].hostValue as? ObjectsValue { return [objects.objects] }
    guard let elements = self[index].elements else {
      throw mismatch(index, "labelled boxes, or an array with those of each picture")
    }
    return try elements.map { element in
      guard let objects = element.hostValue as? ObjectsValue else {
        throw mismatch(index, "labelled boxes, or an array with those of each picture")
      }
      return objects.objects
    }
  }

  /// The detections of one picture or of several, one list for each.
  func detectionLists(_ index: Int) throws -> [Detections] {
    if let found = self[index].hostValue as? DetectionsValue { return [found.detections] }
    guard let elements = self[index].elements else {
      throw mismatch(index, "detections, or an array with those of each picture")
    }
    return try elements.map { element in
      guard let found = element.hostValue as? DetectionsValue else {
        throw mismatch(index, "detections, or an array with those of each picture")
      }
      return found.detections
    }
  }
}

import Display
import Script
import Synchronization
import Tensors
import Vision

/// Pictures with the boxes and classes of what is in them, as programs see them.
final class ScenesValue: HostValue, Presentable {
  let scenes: LabelledScenes

  init(_ scenes: LabelledScenes) { self.scenes = scenes }

  var typeName: String { "Scenes" }

  func text() -> String {
    let shape = scenes.images.shape.dropFirst().map(String.init).joined(separator: ", ")
    return "Scenes(\(scenes.count) pictures of shape (\(shape)), \(scenes.classes.count) classes: "
      + "\(scenes.classes.prefix(12).joined(separator: ", ")))"
  }

  /// The first pictures with their boxes.
  func bundle(in machine: Machine) throws -> MIMEBundle {
    let shown = min(scenes.count, 4)
    guard shown > 0, PictureDisplay.size(of: try scenes.images.slice([.index(0)]).shape) != nil else {
      return MIMEBundle(text: text())
    }
    var bundle = try PictureDisplay.bundle(
      (0..<shown).map { try scenes.images.slice([.index($0)]) }, titles: [], columns: 2,
      marks: (0..<shown).map { objects($0).marks })
    bundle["text/plain"] = .text(text())
    return bundle
  }

  func objects(_ index: Int) -> ObjectsValue { ObjectsValue(scenes.objects[index], names: scenes.classes) }

  func element(at subscripts: [Subscript]) throws -> Value? {
    guard subscripts.count == 1 else {
      throw ScriptError(.type, "scenes take one index, but got \(subscripts.count)")
    }
    switch subscripts[0] {
    case .ellipsis: return .host(self)
    case .range(let lower, let upper):
      let count = scenes.count
      let first = lower.map { $0 < 0 ? $0 &+ count : $0 } ?? 0
      let end = upper.map { $0 < 0 ? $0 &+ count : $0 } ?? count
      guard first >= 0, first <= end, end <= count else {
        throw ScriptError(.index, "the range reaches beyond the \(count) pictures")
      }
      return .host(ScenesValue(try scenes[first..<end]))
    case .value(let value):
      guard value.isInteger else {
        throw ScriptError(
          .type, "scenes are found by integers and ranges, but this is \(value.describedType)")
      }
      let index = value.asInteger < 0 ? value.asInteger &+ scenes.count : value.asInteger
      guard scenes.objects.indices.contains(index) else {
        throw ScriptError(
          .index,
          "the index \(value.asInteger) is out of range: there are \(scenes.count) pictures, counted from 0")
      }
      return try sample(index)
    }
  }

  private func sample(_ index: Int) throws -> Value {
    .tuple(
      [.tensor(try scenes.images.slice([.index(index)]), isPicture: true), .host(objects(index))],
      labels: ["image", "objects"])
  }

  var iterationCount: Int? { scenes.count }
  func iterationElement(_ index: Int) throws -> Value { try sample(index) }

  // MARK: Members

  private static func value(_ call: Call) throws -> LabelledScenes {
    try call.host(0, as: ScenesValue.self, expected: "scenes").scenes
  }

  private static let few = "let few = scenes.draw(train: 3, test: 0, width: 32).train\n"

  static let table = TypeTable(
    "Scenes",
    "Pictures with the boxes and classes of what is in them; `scenes[0]` is a picture with its objects.",
    properties: [
      Builtin(
        "images", [.init("self")], "The pictures (n, height, width, 3).",
        examples: [.init(few + "few.images.shape", "[3, 32, 32, 3]")]
      ) { call in .host(TensorValue(try value(call).images)) },
      Builtin(
        "objects", [.init("self")], "What is in each picture: an array of labelled boxes, in pixels.",
        examples: [.init(few + "few.objects.count", "3")]
      ) { call in
        let scenes = try call.host(0, as: ScenesValue.self, expected: "scenes")
        return .array(scenes.scenes.objects.indices.map { .host(scenes.objects($0)) })
      },
      Builtin(
        "classes", [.init("self")], "The names of the classes.",
        examples: [.init(few + "few.classes", "[\"pedestrian\", \"car\", \"motorcycle\"]")]
      ) { call in .array(try value(call).classes) },
      Builtin(
        "sizes", [.init("self")], "Widths and heights of all boxes (n, 2): what anchors are found from.",
        examples: [.init(few + "few.sizes.shape[1]", "2")]
      ) { call in .tensor(try value(call).sizes()) },
      Builtin(
        "count", [.init("self")], "How many pictures there are.",
        examples: [.init(few + "few[0..<2].count", "2")]
      ) { call in Value(try value(call).count) },
      Builtin(
        "width", [.init("self")], "Columns of each picture.", examples: [.init(few + "few.width", "32")]
      ) { call in Value(try value(call).width) },
      Builtin(
        "height", [.init("self")], "Rows of each picture.", examples: [.init(few + "few.height", "32")]
      ) { call in Value(try value(call).height) },
    ])

  // MARK: The data set

  /// The usual set, drawn when somebody asks for it first.
  private static let usual = Mutex<(train: LabelledScenes, test: LabelledScenes)?>(nil)

  private static func usual(_ call: Call) throws -> (train: LabelledScenes, test: LabelledScenes) {
    if let known = usual.withLock({ $0 }) { return known }
    let made = try Differentiation.interruptible(call.machine) { try SceneSamples.draw() }
    usual.withLock { $0 = made }
    return made
  }

  static let namespace = Namespace(
    "scenes", "Street scenes drawn by the program, for detection: pedestrians, cars and motorcycles.",
    constants: [
      Builtin(
        "train", [], "800 scenes to learn from, 128 × 128 points.",
        examples: [.init("scenes.train.images.shape", "[800, 128, 128, 3]")]
      ) { call in .host(ScenesValue(try usual(call).train)) },
      Builtin(
        "test", [], "200 other scenes to be tested with.", examples: [.init("scenes.test.count", "200")]
      ) { call in .host(ScenesValue(try usual(call).test)) },
    ],
    functions: [
      Builtin(
        "draw",
        [
          .init("train", default: "800", "scenes to learn from"),
          .init("test", default: "200", "scenes to be tested with"),
          .init("width", default: "128", "columns of each, 32 to 1024"),
          .init("height", default: "width", "rows of each"),
          .init("seed", default: "0", "the same number gives the same scenes"),
        ],
        "Other scenes, or in another size: a tuple with `train` and `test`.",
        details: "Each shows two to seven objects, which partly hide each other. Boxes are in pixels.",
        examples: [
          .init("scenes.draw(train: 2, test: 1, width: 64, height: 48).train.images.shape", "[2, 48, 64, 3]")
        ]
      ) { call in
        let split = try Differentiation.interruptible(call.machine) {
          try SceneSamples.draw(
            train: call.integer(0, default: 800), test: call.integer(1, default: 200),
            width: call.integer(2, default: 128), height: call.has(3) ? call.integer(3) : nil,
            seed: call.integer(4, default: 0))
        }
        return .tuple(
          [.host(ScenesValue(split.train)), .host(ScenesValue(split.test))], labels: ["train", "test"])
      }
    ])
}

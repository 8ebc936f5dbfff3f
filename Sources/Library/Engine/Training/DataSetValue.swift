import Display
import Networks
import Script
import Synchronization
import Tensors
import Vision

/// Samples with what is to be answered for each, as programs see them.
final class DataSetValue: HostValue, Presentable {
  let images: Tensor
  let labels: Tensor
  let classes: [String]

  init(images: Tensor, labels: Tensor, classes: [String]) throws {
    guard images.rank > 0, labels.rank > 0, images.shape[0] == labels.shape[0] else {
      throw ScriptError(
        .shape,
        "a data set has one label for each sample along the first axis, but the samples are \(images.shape) "
          + "and the labels \(labels.shape)")
    }
    self.images = images
    self.labels = labels
    self.classes = classes
  }

  convenience init(_ set: LabelledImages) throws {
    try self.init(images: set.images, labels: set.labels, classes: set.classes)
  }

  var typeName: String { "DataSet" }
  var count: Int { images.shape[0] }

  func text() -> String {
    let sample = images.shape.dropFirst().map(String.init).joined(separator: ", ")
    let names = classes.prefix(12).joined(separator: ", ") + (classes.count > 12 ? ", …" : "")
    return "DataSet(\(count) samples of shape (\(sample))"
      + (classes.isEmpty ? ")" : ", \(classes.count) classes: \(names))")
  }

  /// The first pictures with their classes; text where they are no pictures.
  func bundle(in machine: Machine) throws -> MIMEBundle {
    let shown = min(count, 10)
    guard shown > 0, images.rank == 4, [1, 3].contains(images.shape[3]), images.dtype != .bool,
      labels.rank == 1, let places = try? labels.integers()
    else { return MIMEBundle(text: text()) }
    let titles = places.prefix(shown).map { classes.indices.contains($0) ? classes[$0] : "\($0)" }
    let pictures = try (0..<shown).map { try images.slice([.index($0)]) }
    var bundle = try PictureDisplay.bundle(pictures, titles: titles, columns: 5)
    bundle["text/plain"] = .text(text())
    return bundle
  }

  func element(at subscripts: [Subscript]) throws -> Value? {
    guard subscripts.count == 1 else {
      throw ScriptError(.type, "a data set takes one index, but got \(subscripts.count)")
    }
    switch subscripts[0] {
    case .ellipsis: return .host(self)
    case .range(let lower, let upper): return try part(.range(lower: lower, upper: upper, step: 1))
    case .value(let value):
      if value.isInteger { return try sample(value.asInteger) }
      guard let places = try Tensor.from(value) else {
        throw ScriptError(
          .type, "samples are found by integers, ranges and masks, but this is \(value.describedType)")
      }
      return try part(places.dtype == .bool ? .mask(places) : .gather(places))
    }
  }

  private func part(_ index: TensorIndex) throws -> Value {
    .host(
      try DataSetValue(images: images.slice([index]), labels: labels.slice([index]), classes: classes))
  }

  private func sample(_ index: Int) throws -> Value {
    .tuple(
      [
        Value.tensor(try images.slice([.index(index)]), isPicture: images.rank == 4),
        Value.tensor(try labels.slice([.index(index)])),
      ], labels: ["image", "label"])
  }

  var iterationCount: Int? { count }
  func iterationElement(_ index: Int) throws -> Value { try sample(index) }
}

/// Built-ins for data sets.
enum DataSetBuiltins {
  private static let example =
    "let few = dataSet(zeros(4, 8, 8, 1), [0, 1, 1, 0], classes: [\"cat\", \"dog\"])\n"

  private static func set(_ call: Call) throws -> DataSetValue {
    try call.host(0, as: DataSetValue.self, expected: "a data set")
  }

  static let table = TypeTable(
    "DataSet", "Samples with what is to be answered for each; `data[0..<64]` is a part of it.",
    properties: [
      Builtin(
        "images", [.init("self")], "The samples, along the first axis.",
        examples: [.init(example + "few.images.shape", "[4, 8, 8, 1]")]
      ) { call in .host(TensorValue(try set(call).images)) },
      Builtin(
        "labels", [.init("self")], "What is to be answered for each: the number of its class.",
        examples: [.init(example + "few.labels", "[0 1 1 0]")]
      ) { call in .host(TensorValue(try set(call).labels)) },
      Builtin(
        "classes", [.init("self")], "The names of the classes.",
        examples: [.init(example + "few.classes[few.labels[1]]", "\"dog\"")]
      ) { call in .array(try set(call).classes) },
      Builtin(
        "count", [.init("self")], "How many samples there are.",
        examples: [.init(example + "few[0..<3].count", "3")]
      ) { call in Value(try set(call).count) },
    ])

  static let functions: [Builtin] = [
    Builtin(
      "dataSet",
      [
        .init("images", "the samples, along the first axis"),
        .init("labels", "what is to be answered for each, along the first axis"),
        .init("classes", default: "[]", "the names of the classes"),
      ],
      "Puts samples and their labels together, for `fit` and `evaluate`.",
      examples: [.init("dataSet(zeros(4, 8, 8, 1), [0, 1, 1, 0]).count", "4")]
    ) { call in
      let names = call.has(2) ? try call.elements(2).map { try call.machine.text(of: $0) } : []
      return .host(try DataSetValue(images: call.tensor(0), labels: call.tensor(1), classes: names))
    }
  ]

  // MARK: Digits

  /// The usual set, drawn when somebody asks for it first.
  private static let usual = Mutex<DataSplit?>(nil)

  private static func digits(_ call: Call) throws -> DataSplit {
    if let known = usual.withLock({ $0 }) { return known }
    let made = try Differentiation.interruptible(call.machine) { try Digits.draw() }
    usual.withLock { $0 = made }
    return made
  }

  static let namespaces: [Namespace] = [
    Namespace(
      "digits", "Handwritten digits drawn by the program: 8,000 to learn from and 2,000 to be tested with.",
      constants: [
        Builtin(
          "train", [], "8,000 digits to learn from, 32 × 32 points.",
          examples: [.init("digits.train.images.shape", "[8000, 32, 32, 1]")]
        ) { call in .host(try DataSetValue(digits(call).train)) },
        Builtin(
          "test", [], "2,000 other digits to be tested with.",
          examples: [.init("digits.test.count", "2000")]
        ) { call in .host(try DataSetValue(digits(call).test)) },
      ],
      functions: [
        Builtin(
          "draw",
          [
            .init("train", default: "8000", "digits to learn from"),
            .init("test", default: "2000", "digits to be tested with"),
            .init("size", default: "32", "rows and columns of each"),
            .init("seed", default: "0", "the same number gives the same digits"),
          ],
          "Other digits, or in another size: a tuple with `train` and `test`.",
          examples: [
            .init("digits.draw(train: 20, test: 10, size: 16).train.images.shape", "[20, 16, 16, 1]")
          ]
        ) { call in
          let split = try Differentiation.interruptible(call.machine) {
            try Digits.draw(
              train: call.integer(0, default: 8000), test: call.integer(1, default: 2000),
              size: call.integer(2, default: 32), seed: call.integer(3, default: 0))
          }
          return .tuple(
            [.host(try DataSetValue(split.train)), .host(try DataSetValue(split.test))],
            labels: ["train", "test"])
        }
      ])
  ]
}

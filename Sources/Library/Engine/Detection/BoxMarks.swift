import Display
import Script
import Tensors

/// Boxes, names and scores of a call as marks on pictures.
enum BoxMarks {
  /// `0.87`, as it stands behind a name.
  static func text(of score: Double) -> String {
    guard score.isFinite, abs(score) < 1000 else { return "\(score)" }
    let hundredths = Int((abs(score) * 100).rounded())
    let digits = hundredths % 100
    return "\(score < 0 ? "-" : "")\(hundredths / 100).\(digits < 10 ? "0" : "")\(digits)"
  }

  /// The marks of one picture.
  ///
  /// - Parameters:
  ///   - boxes: Detections, objects of a scene, or (n, 4) of numbers.
  ///   - labels: A name or a number for each box; nil for none.
  ///   - scores: A number for each box; nil for none.
  static func marks(_ boxes: Value, labels: Value?, scores: Value?, _ call: Call) throws -> [PictureMark] {
    if boxes.isNone { return [] }
    var marks: [PictureMark]
    if let found = boxes.hostValue as? DetectionsValue {
      marks = found.marks
    } else if let objects = boxes.hostValue as? ObjectsValue {
      marks = objects.marks
    } else {
      marks = try plain(boxes, call)
    }
    let names = try labels.map { try self.labels($0, marks.count, call) }
    let numbers = try scores.map { try self.scores($0, marks.count, call) }
    guard names != nil || numbers != nil else { return marks }
    for index in marks.indices {
      let parts = [names?[index].text, numbers.map { text(of: $0[index]) }].compactMap { $0 }
      marks[index].label = parts.joined(separator: " ")
      if let group = names?[index].group { marks[index].group = group }
    }
    return marks
  }

  private static func plain(_ value: Value, _ call: Call) throws -> [PictureMark] {
    if let elements = value.elements, elements.isEmpty { return [] }
    guard var tensor = try Tensor.from(value) else {
      throw call.failure("`boxes` are detections or numbers (n, 4), but this is \(value.describedKind)")
    }
    if tensor.rank == 1, tensor.shape[0] == 4 { tensor = try tensor.expandDims(0) }
    guard tensor.rank == 2, tensor.shape[1] == 4, tensor.dtype != .bool else {
      throw ScriptError(
        .shape,
        "`boxes` are (n, 4), a row x1, y1, x2, y2 in pixels for each, but their shape is \(tensor.shape)")
    }
    let numbers = tensor.doubles()
    return (0..<tensor.shape[0]).map { PictureMark(numbers, at: $0) }
  }

  /// What stands on each box, and the number of its colour: equal names have equal ones.
  private static func labels(
    _ value: Value, _ count: Int, _ call: Call
  ) throws -> [(text: String, group: Int)] {
    if let tensor = (value.hostValue as? TensorValue) {
      let numbers = try tensor.tensor.flatten().asType(.int64).integers()
      try require(numbers.count, count, "labels")
      return numbers.map { ("class \($0)", $0) }
    }
    guard let elements = value.elements else {
      throw call.failure("`labels` is an array with a name for each box, but this is \(value.describedKind)")
    }
    try require(elements.count, count, "labels")
    var known: [String: Int] = [:]
    return try elements.map { element in
      if element.isInteger { return ("class \(element.asInteger)", element.asInteger) }
      let text = try call.machine.text(of: element)
      let group = known[text] ?? known.count
      known[text] = group
      return (text, group)
    }
  }

  private static func scores(_ value: Value, _ count: Int, _ call: Call) throws -> [Double] {
    if let elements = value.elements, elements.isEmpty, count == 0 { return [] }
    guard let tensor = try Tensor.from(value) else {
      throw call.failure("`scores` is a number for each box, but this is \(value.describedKind)")
    }
    try require(tensor.elementCount, count, "scores")
    return tensor.doubles()
  }

  private static func require(_ given: Int, _ count: Int, _ name: String) throws {
    guard given == count else {
      throw ScriptError(
        .shape,
        "`show` needs one of `\(name)` for each box, but there \(count == 1 ? "is 1 box" : "are \(count) boxes") "
          + "and \(given) of them")
    }
  }
}

extension PictureMark {
  /// The box with a number in a list of corners.
  init(_ corners: [Double], at index: Int, label: String = "", group: Int = 0) {
    let first = index * 4
    self.init(
      x1: corners[first], y1: corners[first + 1], x2: corners[first + 2], y2: corners[first + 3],
      label: label, group: group)
  }
}

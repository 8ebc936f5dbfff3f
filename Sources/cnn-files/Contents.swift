import Base

/// The element types of the stream, by the names that safetensors gives them.
enum ElementType: String {
  case float32 = "F32"
  case float64 = "F64"
  case int64 = "I64"
  case uint8 = "U8"
  case bool = "BOOL"

  var size: Int {
    switch self {
    case .float32: 4
    case .float64, .int64: 8
    case .uint8, .bool: 1
    }
  }
}

/// What a file holds, gathered before any of its numbers are read; it becomes the header of the stream.
final class Contents {
  struct Item {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// In bytes.
    let length: Int
  }

  private(set) var items: [Item] = []
  private(set) var texts = JSON.Object()
  private(set) var attributes = JSON.Object()
  private(set) var omissions = JSON.Object()
  /// What a Keras 2 file says about the order of its layers.
  var layerNames: JSON?
  var weightNames: JSON?

  private var objects = 0
  private var textBytes = 0

  /// Counts more objects of the file.
  func countObjects(_ count: Int = 1) throws(Problem) {
    let (sum, overflow) = objects.addingReportingOverflow(count)
    objects = sum
    guard !overflow, objects <= Limits.objects else {
      throw Problem("the file holds more than \(Limits.objects) objects")
    }
  }

  /// Counts bytes of text that are about to be read.
  func countText(_ bytes: Int) throws(Problem) {
    let (sum, overflow) = textBytes.addingReportingOverflow(bytes)
    guard bytes >= 0, !overflow, sum <= Limits.text else {
      throw Problem("the file holds more than \(Limits.text >> 20) MB of text")
    }
    textBytes = sum
  }

  /// Adds a tensor; one that cannot be is left out with the reason. Returns whether it was added.
  func add(_ name: String, _ type: ElementType, _ shape: [Int]) throws(Problem) -> Bool {
    try countText(name.utf8.count)
    guard shape.count <= Limits.rank else {
      try omit(name, "it has \(shape.count) axes, and a tensor has at most \(Limits.rank)")
      return false
    }
    var length = type.size
    // A size of 0 must not hide an overflow of the others: strides are computed from all of them.
    for size in shape {
      let (product, overflow) = length.multipliedReportingOverflow(by: max(size, 1))
      guard size >= 0, !overflow else {
        throw Problem("`\(name)` claims more elements than any machine can hold")
      }
      length = product
    }
    if shape.contains(0) { length = 0 }
    items.append(Item(name: name, type: type, shape: shape, length: length))
    return true
  }

  /// Adds a text or a list of texts, already counted.
  func add(_ name: String, text: JSON) throws(Problem) {
    try countText(name.utf8.count)
    texts[name] = text
  }

  func add(attributes found: JSON.Object, of name: String) throws(Problem) {
    guard !found.isEmpty else { return }
    try countText(name.utf8.count)
    attributes[name] = .object(found)
  }

  /// Notes why something was left out.
  func omit(_ name: String, _ reason: String) throws(Problem) {
    try countText(name.utf8.count + reason.utf8.count)
    omissions[name] = .string(reason)
  }

  /// The header: tensors in file order, each with the place of its bytes behind the header.
  func header() throws(Problem) -> JSON {
    var offset = 0
    var tensors: [JSON] = []
    for item in items {
      tensors.append([
        "name": .string(item.name), "dtype": .string(item.type.rawValue),
        "shape": .array(item.shape.map { JSON($0) }), "offset": JSON(offset), "length": JSON(item.length),
      ])
      let (end, overflow) = offset.addingReportingOverflow(item.length)
      guard !overflow else { throw Problem("the file claims more elements than any machine can hold") }
      offset = end
    }
    var header: JSON.Object = [
      "tensors": .array(tensors), "strings": .object(texts), "attributes": .object(attributes),
      "omitted": .object(omissions),
    ]
    header["layer_names"] = layerNames
    header["weight_names"] = weightNames
    return .object(header)
  }

  /// Puts the tensors in another order; `order` holds each position once.
  func reorder(_ order: [Int]) {
    items = order.map { items[$0] }
  }
}

/// A file that has been opened and looked through.
protocol DataSource {
  var contents: Contents { get }
  /// Writes the numbers of a tensor, by its place in `contents.items`, row by row.
  func write(_ index: Int, to output: Output) throws(Problem)
}

import Base
import Tensors

/// What `cnn-files` says about a file, checked as strictly as if the file had written it itself: the
/// program may have been led astray by it.
struct DataFileHeader {
  struct Entry {
    let name: String
    let dtype: DType
    let shape: Shape
  }

  let entries: [Entry]
  let metadata: [String: String]
  /// Of all tensors together.
  let byteCount: Int
  /// Why things were left out, in order.
  let omissions: [(name: String, reason: String)]

  /// - Throws: A `Flaw` for a header that contradicts itself, a shape error for a tensor that cannot be.
  init(_ bytes: [UInt8]) throws {
    guard let json = try? JSON(parsing: bytes), let tensors = json["tensors"]?.arrayValue else {
      throw Flaw(text: "its list of tensors cannot be understood")
    }
    var entries: [Entry] = []
    var names: Set<String> = []
    var end = 0
    for tensor in tensors {
      let entry = try Self.entry(tensor)
      guard names.insert(entry.name).inserted else {
        throw Flaw(text: "two of its tensors have the name `\(entry.name)`")
      }
      let (length, tooLong) = entry.shape.elementCount.multipliedReportingOverflow(by: entry.dtype.size)
      guard !tooLong, tensor["length"]?.intValue == length, tensor["offset"]?.intValue == end else {
        throw Flaw(text: "the size of `\(entry.name)` does not agree with its shape")
      }
      let (sum, overflow) = end.addingReportingOverflow(length)
      guard !overflow else { throw Flaw(text: "it claims more elements than any machine can hold") }
      end = sum
      entries.append(entry)
    }
    self.entries = entries
    byteCount = end
    omissions = (json["omitted"]?.objectValue?.entries ?? []).compactMap { entry in
      entry.value.stringValue.map { (entry.key, $0) }
    }
    metadata = Self.metadata(json, omissions)
  }

  struct Flaw: Error {
    let text: String
  }

  private static let types: [String: DType] = [
    "F32": .float32, "F64": .float64, "I64": .int64, "U8": .uint8, "BOOL": .bool,
  ]

  private static func entry(_ tensor: JSON) throws -> Entry {
    guard let name = tensor["name"]?.stringValue, let type = tensor["dtype"]?.stringValue,
      let dtype = types[type], let sizes = tensor["shape"]?.arrayValue
    else { throw Flaw(text: "one of its tensors is not described in full") }
    let shape = sizes.compactMap(\.intValue)
    guard shape.count == sizes.count else { throw Flaw(text: "the shape of `\(name)` is not one") }
    return Entry(name: name, dtype: dtype, shape: try Shape(shape))
  }

  // MARK: Metadata

  private static func metadata(_ json: JSON, _ omissions: [(name: String, reason: String)]) -> [String:
    String]
  {
    var metadata: [String: String] = [:]
    for (place, attributes) in json["attributes"]?.objectValue?.entries ?? [] {
      for (name, value) in attributes.objectValue?.entries ?? [] {
        metadata[place.isEmpty ? name : "\(place)/\(name)"] = text(value)
      }
    }
    for (name, value) in json["strings"]?.objectValue?.entries ?? [] { metadata[name] = text(value) }
    for (name, reason) in omissions { metadata[name] = "left out: \(reason)" }
    if let layers = json["layer_names"] { metadata["layer_names"] = text(layers) }
    for (layer, names) in json["weight_names"]?.objectValue?.entries ?? [] {
      metadata["\(layer)/weight_names"] = text(names)
    }
    return metadata
  }

  /// A text as it is, anything else as JSON.
  private static func text(_ value: JSON) -> String { value.stringValue ?? value.serialized() }
}

import Base
import Tensors

/// What a safetensors file says about its tensors before their numbers: eight bytes with the length of a JSON
/// object that has type, shape and place of each.
struct SafeTensorsHeader {
  struct Entry {
    let name: String
    let type: StoredType
    /// The type as the file spells it.
    let typeName: String
    let shape: Shape
    /// Where its numbers begin and end, counted from the end of the header.
    let start: Int
    let end: Int
  }

  /// In the order of the header.
  let entries: [Entry]
  let metadata: [String: String]
  /// Where the numbers begin in the file.
  let dataStart: Int
  private let file: FilePlace

  /// The format's own limit.
  private static let lengthLimit = 100_000_000
  private static let metadataKey = "__metadata__"

  func place(_ entry: Entry) -> FilePlace { file.entry(entry.name) }

  init(reading input: ArrayInput) throws {
    file = input.place
    let object = try SafeTensorsHeader.object(of: input)
    dataStart = object.end
    let dataSize = input.size - dataStart
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    for (name, value) in object.members.entries {
      try input.poll()
      if name == SafeTensorsHeader.metadataKey {
        metadata = try SafeTensorsHeader.notes(value, file)
      } else {
        entries.append(try SafeTensorsHeader.entry(name, value, dataSize: dataSize, file.entry(name)))
      }
    }
    self.entries = entries
    self.metadata = metadata
    try SafeTensorsHeader.checkCoverage(entries, dataSize: dataSize, file)
  }

  // MARK: Reading

  /// The members of the header, and where it ends.
  private static func object(of input: ArrayInput) throws -> (members: JSON.Object, end: Int) {
    let place = input.place
    guard input.size >= 8 else {
      throw place.error(
        "is not a safetensors file: it has \(byteText(input.size)), fewer than the length of a header"
      )
    }
    guard let length = try input.bytes(at: 0, count: 8).number(at: 0, bytes: 8), length <= lengthLimit else {
      throw place.error(
        "is not a safetensors file: it does not begin with the length of a header of at most "
          + MemoryBudget.text(lengthLimit))
    }
    guard length <= input.size - 8 else {
      throw place.error(
        "is cut off or is not a safetensors file: its header should have \(byteText(length)), but "
          + "\(byteText(input.size - 8)) came")
    }
    // A header of nothing but small JSON values takes many times its length.
    try place.namingMemory {
      try MemoryBudget.require(length, of: 32, for: "a header of \(byteText(length))")
    }
    let bytes = try input.bytes(at: 8, count: length)
    guard bytes.first == UInt8(ascii: "{") else {
      throw place.error("is not a safetensors file: its header does not begin with `{`")
    }
    do {
      guard let members = try JSON(parsing: bytes).objectValue else {
        throw place.error("has a damaged header: it is not a JSON object")
      }
      return (members, 8 + length)
    } catch let error as JSONError {
      throw place.error("has a damaged header: line \(error.line), column \(error.column): \(error.problem)")
    }
  }

  private static func notes(_ value: JSON, _ place: FilePlace) throws -> [String: String] {
    guard let members = value.objectValue else {
      throw place.error("has a damaged header: \(metadataKey) should be an object of texts")
    }
    var notes: [String: String] = [:]
    for (key, value) in members.entries {
      guard let text = value.stringValue else {
        throw place.error(
          "has a damaged header: \(metadataKey) should hold texts, but \(shownName(key)) is none")
      }
      notes[key] = text
    }
    return notes
  }

  private static func entry(
    _ name: String, _ value: JSON, dataSize: Int, _ place: FilePlace
  ) throws -> Entry {
    guard let typeName = value["dtype"]?.stringValue else {
      throw place.error("has no type: expected a text under \"dtype\" in the header")
    }
    guard let type = elementType(typeName) else {
      throw place.error(
        .type,
        "has the type \(shownName(typeName)); read are F16, BF16, F32, F64, I8 to I64, U8 to U64 and BOOL")
    }
    guard let sizes = numbers(value["shape"]) else {
      throw place.error("has no shape: expected whole numbers, none negative, under \"shape\" in the header")
    }
    guard let offsets = numbers(value["data_offsets"]), offsets.count == 2 else {
      throw place.error("has no place: expected two whole numbers under \"data_offsets\" in the header")
    }
    let (start, end) = (offsets[0], offsets[1])
    guard start <= end, end <= dataSize else {
      throw place.error(
        "should lie from byte \(start) to \(end) of the numbers, but "
          + (start > end
            ? "ends before it begins" : "the file has only \(byteText(dataSize)) of them; it is cut off"))
    }
    let shape = try place.shape(sizes)
    let (bytes, overflow) = shape.elementCount.multipliedReportingOverflow(by: type.size)
    guard !overflow, bytes == end - start else {
      throw place.error(
        "should have \(byteText(end - start)) (byte \(start) to \(end)), but its shape \(shape) "
          + "in type \(typeName) takes \(overflow ? "more than any machine can hold" : byteText(bytes))")
    }
    return Entry(name: name, type: type, typeName: typeName, shape: shape, start: start, end: end)
  }

  /// Checks that the tensors fill the file from the first byte to the last, each beginning where another
  /// ends.
  private static func checkCoverage(_ entries: [Entry], dataSize: Int, _ place: FilePlace) throws {
    var end = 0
    // Of those that begin together the empty ones come first.
    for entry in entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      guard entry.start == end else {
        throw place.entry(entry.name).error(
          entry.start < end
            ? "begins at byte \(entry.start) of the numbers, but another tensor reaches to byte \(end)"
            : "begins at byte \(entry.start) of the numbers, but those from \(end) on belong to no tensor"
        )
      }
      end = entry.end
    }
    guard end == dataSize else {
      throw place.error(
        "has \(byteText(dataSize - end)) after its last tensor that no tensor describes; the file is damaged")
    }
  }

  /// Whole numbers that are not negative; nil for everything else.
  private static func numbers(_ value: JSON?) -> [Int]? {
    guard let elements = value?.arrayValue else { return nil }
    var numbers: [Int] = []
    for element in elements {
      guard case .number(let text) = element, let number = Int(text), number >= 0 else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private static func elementType(_ name: String) -> StoredType? {
    switch name {
    case "F16": .float16
    case "BF16": .bfloat16
    case "F32": .float32
    case "F64": .float64
    case "I8": .int8
    case "I16": .int16
    case "I32": .int32
    case "I64": .int64
    case "U8": .uint8
    case "U16": .uint16
    case "U32": .uint32
    case "U64": .uint64
    case "BOOL": .bool
    default: nil
    }
  }

  // MARK: Writing

  /// The length and the header for tensors whose numbers lie in the given order; padded with spaces, so that
  /// the numbers begin at a multiple of eight.
  static func bytes(
    for tensors: NamedTensors, metadata: [String: String], dataOrder: [Int], _ place: FilePlace
  ) throws -> [UInt8] {
    var starts = [Int](repeating: 0, count: tensors.count)
    var end = 0
    for index in dataOrder {
      starts[index] = end
      end += tensors[index].tensor.byteCount
    }
    var header = JSON.Object()
    if !metadata.isEmpty {
      let notes = metadata.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSON.string($0.value)) }
      header[metadataKey] = .object(JSON.Object(notes))
    }
    for (index, (name, tensor)) in tensors.enumerated() {
      guard name != metadataKey else {
        throw place.error(
          .value, "cannot hold a tensor called \(metadataKey): the format keeps this name for itself")
      }
      header[name] = [
        "dtype": .string(typeName(tensor.dtype)), "shape": .array(tensor.shape.map { JSON($0) }),
        "data_offsets": [JSON(starts[index]), JSON(starts[index] + tensor.byteCount)],
      ]
    }
    var text: [UInt8] = []
    JSON.object(header).write(to: &text)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    guard text.count <= lengthLimit else {
      throw place.error(
        .value,
        "would need a header of \(MemoryBudget.text(text.count)), but the format allows only "
          + MemoryBudget.text(lengthLimit))
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
  }

  private static func typeName(_ type: DType) -> String {
    switch type {
    case .float32: "F32"
    case .float64: "F64"
    case .int64: "I64"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}

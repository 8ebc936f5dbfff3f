import Tensors

/// What stands before the numbers of a `.npy` file: their type, shape and order.
///
/// The format is that of NumPy's `numpy.lib.format`, versions 1.0, 2.0 and 3.0: eight bytes of magic and
/// version, the length of the header, and the header, a Python dictionary as text.
struct NumPyHeader {
  let type: StoredType
  /// The type as the file spells it.
  let description: String
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let shape: Shape

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// A plain array's header takes about a hundred bytes.
  private static let lengthLimit = 1 << 20

  /// Reads the header; the stream then stands before the numbers.
  init(reading stream: some ByteStream) throws {
    let place = stream.place
    let start = try stream.remaining < 10 ? stream.bytes(stream.remaining) : stream.bytes(8)
    guard start.starts(with: NumPyHeader.magic) else { throw NumPyHeader.foreign(start, place) }
    guard start.count == 8 else { throw place.error("is cut off within its header") }
    guard [1, 2, 3].contains(start[6]), start[7] == 0 else {
      throw place.error("is in version \(start[6]).\(start[7]) of NumPy's format; 1.0, 2.0 and 3.0 are read")
    }
    let length = try stream.bytes(start[6] == 1 ? 2 : 4).enumerated().reduce(0) {
      $0 | Int($1.1) << ($1.0 * 8)
    }
    guard length <= NumPyHeader.lengthLimit else {
      throw place.error(
        "has a header of \(byteText(length)), which no array of numbers needs; the file is damaged"
      )
    }
    guard length <= stream.remaining else {
      throw place.error(
        "is cut off: its header should have \(byteText(length)), but \(byteText(stream.remaining)) came"
      )
    }
    var text = NumPyHeaderText(try stream.bytes(length), place)
    let fields = try text.fields()
    (type, isBigEndian) = try NumPyHeader.elementType(fields.description, place)
    description = shownName(fields.description)
    isFortranOrder = fields.isFortranOrder
    shape = try place.shape(fields.shape)
  }

  /// Reads the numbers that follow the header.
  func tensor(from stream: any ByteStream) throws -> Tensor {
    let reader = ElementReader(stream: stream, type: type, isBigEndian: isBigEndian)
    guard isFortranOrder, shape.rank > 1 else { return try reader.tensor(shape, declaredAs: description) }
    // Column by column is row by row of the array with its axes reversed.
    let reversed = try reader.tensor(stream.place.shape(shape.reversed()), declaredAs: description)
    return try stream.place.namingMemory { try reversed.transposed() }
  }

  // MARK: Types

  /// The type that a description such as `<f4` means.
  private static func elementType(
    _ text: String, _ place: FilePlace
  ) throws -> (type: StoredType, isBigEndian: Bool) {
    let order: Character? = text.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    let letters = order == nil ? text[...] : text.dropFirst()
    let type: StoredType? =
      switch letters {
      case "f2": .float16
      case "f4": .float32
      case "f8": .float64
      case "i1": .int8
      case "i2": .int16
      case "i4": .int32
      case "i8": .int64
      case "u1": .uint8
      case "u2": .uint16
      case "u4": .uint32
      case "u8": .uint64
      case "b1", "?": .bool
      default: nil
      }
    if let type { return (type, order == ">") }
    if letters.hasPrefix("O") {
      throw place.error(
        .type,
        "holds Python objects, which can only be read by running code that the file brings; this is not done",
        suggestion: "save plain numbers in Python: np.save(file, array.astype(np.float32))")
    }
    throw place.error(
      .type,
      "holds \(kind(letters.first)) (type \(shownName(text))); read are float16 to float64, int8 to int64, "
        + "uint8 to uint64 and bool", suggestion: "convert it in Python: array.astype(np.float32)")
  }

  private static func kind(_ letter: Character?) -> String {
    switch letter {
    case "c": "complex numbers"
    case "U", "S", "a": "texts"
    case "M", "m": "dates or times"
    case "V": "records or bytes without a meaning"
    case "f": "floats of a size that only some machines have"
    default: "elements of an unknown type"
    }
  }

  /// What a file is that is no `.npy` file.
  private static func foreign(_ start: [UInt8], _ place: FilePlace) -> TensorError {
    if start.isEmpty { return place.error("is empty; a NumPy array was expected") }
    if start.starts(with: Array("PK".utf8)) {
      return place.error("is an archive (.npz) of several arrays; one array (.npy) was expected")
    }
    if start[0] == 0x80, place.entry == nil {
      return place.error("is a Python pickle, which can only be read by running code; this is not done")
    }
    return place.error("is not a NumPy array: it does not begin with the bytes that mark one")
  }
}

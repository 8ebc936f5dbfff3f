import Tensors

/// Reads the text of a NumPy header: a Python dictionary that holds a text, a truth value and a tuple of
/// sizes.
///
///     {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
struct NumPyHeaderText {
  struct Fields {
    var description: String
    var isFortranOrder: Bool
    var shape: [Int]
  }

  private let bytes: [UInt8]
  private let place: FilePlace
  private var offset = 0

  init(_ bytes: [UInt8], _ place: FilePlace) {
    self.bytes = bytes
    self.place = place
  }

  mutating func fields() throws -> Fields {
    var description: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try text()
      try expect(":")
      switch key {
      case "descr" where description == nil: description = try elementDescription()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try truth()
      case "shape" where shape == nil: shape = try sizes()
      default: throw damaged("the key \(shownName(key)) came, which is unknown or came before")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard offset == bytes.count else {
      throw damaged("expected nothing after the closing brace, found \(found)")
    }
    guard let description, let isFortranOrder, let shape else {
      throw damaged("expected the keys \"descr\", \"fortran_order\" and \"shape\", but not all of them came")
    }
    return Fields(description: description, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func elementDescription() throws -> String {
    skipSpace()
    if peek == UInt8(ascii: "[") || peek == UInt8(ascii: "(") {
      throw place.error(
        .type, "holds records with several fields; only arrays of plain numbers are read",
        suggestion: "save each field as an array of its own in Python: np.savez(file, x=array[\"x\"])")
    }
    return try text()
  }

  private mutating func text() throws -> String {
    skipSpace()
    guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw damaged("expected a text in quotes, found \(found)")
    }
    let start = offset + 1
    guard let end = bytes[start...].firstIndex(of: quote) else { throw damaged("a text is not closed") }
    offset = end + 1
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func truth() throws -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where bytes[offset...].starts(with: word.utf8) {
      offset += word.utf8.count
      return value
    }
    throw damaged("expected True or False, found \(found)")
  }

  private mutating func sizes() throws -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !take(")") {
      sizes.append(try size())
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }

  private mutating func size() throws -> Int {
    skipSpace()
    let digits = bytes[offset...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let size = Int(String(decoding: digits, as: UTF8.self)) else {
      throw damaged(
        "expected the size of an axis, found \(digits.isEmpty ? found : "a number beyond 64 bits")")
    }
    offset = digits.endIndex
    // Python 2 marked long integers so.
    if peek == UInt8(ascii: "L") { offset += 1 }
    return size
  }

  // MARK: Bytes

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private var found: String {
    guard let byte = peek else { return "its end" }
    return (0x21...0x7E).contains(byte) ? "`\(Character(Unicode.Scalar(byte)))`" : "the byte \(byte)"
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw damaged("expected `\(character)`, found \(found)") }
  }

  private func damaged(_ problem: String) -> TensorError {
    place.error("has a damaged header (at byte \(offset)): \(problem)")
  }
}

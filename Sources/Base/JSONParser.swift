/// Reads JSON from UTF-8 bytes. Recursion goes as deep as `JSON.depthLimit` and no deeper.
struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0
  private var depth = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSON, JSONError> {
    var parser = JSONParser(bytes)
    do throws(JSONError) { return .success(try parser.document()) } catch { return .failure(error) }
  }

  private mutating func document() throws(JSONError) -> JSON {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw problem("the text starts with a byte order mark, which JSON does not allow")
    }
    let value = try value()
    skipSpace()
    guard offset == bytes.count else {
      throw problem("expected the end of the text after the value, found \(found)")
    }
    return value
  }

  private mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    guard let first = peek else { throw problem("expected a value, found \(found)") }
    switch first {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw problem("expected a value, found \(found)")
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    try descend()
    var object = JSON.Object()
    skipSpace()
    if take(UInt8(ascii: "}")) {
      depth -= 1
      return .object(object)
    }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw problem("expected a key in quotes, found \(found)") }
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw problem("expected `:` after a key, found \(found)") }
      object[key] = try value()
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw problem("expected `,` or `}`, found \(found)") }
      depth -= 1
      return .object(object)
    }
  }

  private mutating func array() throws(JSONError) -> JSON {
    try descend()
    var elements: [JSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) {
      depth -= 1
      return .array(elements)
    }
    while true {
      elements.append(try value())
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw problem("expected `,` or `]`, found \(found)") }
      depth -= 1
      return .array(elements)
    }
  }

  private mutating func descend() throws(JSONError) {
    depth += 1
    guard depth <= JSON.depthLimit else {
      throw problem("nested more than \(JSON.depthLimit) levels deep")
    }
    offset += 1
  }

  private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let length = text.utf8CodeUnitCount
    guard bytes.count - offset >= length,
      (0..<length).allSatisfy({ bytes[offset + $0] == text.utf8Start[$0] })
    else { throw problem("expected a value, found \(found)") }
    offset += length
    return value
  }

  private mutating func number() throws(JSONError) -> String {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    let leadingZero = peek == UInt8(ascii: "0")
    try digits("a digit")
    if leadingZero, offset - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
      throw problem("a number must not start with 0", at: start)
    }
    if take(UInt8(ascii: ".")) { try digits("a digit after the decimal point") }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits("a digit in the exponent")
    }
    return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<offset]), as: UTF8.self)
  }

  private mutating func digits(_ what: String) throws(JSONError) {
    let start = offset
    while let byte = peek, byte &- UInt8(ascii: "0") < 10 { offset += 1 }
    guard offset > start else { throw problem("expected \(what), found \(found)") }
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    offset += 1
    let start = offset
    try skipPlain(from: start)
    if bytes[offset] == UInt8(ascii: "\"") {
      let part = UnsafeBufferPointer(rebasing: bytes[start..<offset])
      offset += 1
      return try text(of: part, at: start).get()
    }
    return try stringWithEscapes(from: start)
  }

  /// Goes to the next quote or backslash.
  private mutating func skipPlain(from start: Int) throws(JSONError) {
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      if byte < 0x20 { throw problem("a string must write control characters as escapes, found \(found)") }
      offset += 1
    }
    throw problem("the text ends inside a string, which starts here", at: start - 1, isCutOff: true)
  }

  private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
    var buffer: [UInt8] = []
    var chunk = start
    while true {
      buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[chunk..<offset]))
      if take(UInt8(ascii: "\"")) {
        return try buffer.withUnsafeBufferPointer { text(of: $0, at: start) }.get()
      }
      offset += 1
      try escape(into: &buffer, stringStart: start)
      chunk = offset
      try skipPlain(from: start)
    }
  }

  private mutating func escape(into buffer: inout [UInt8], stringStart: Int) throws(JSONError) {
    guard let letter = peek else {
      throw problem("the text ends inside a string, which starts here", at: stringStart - 1, isCutOff: true)
    }
    offset += 1
    switch letter {
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(letter)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "u"): buffer.append(contentsOf: UTF8.encode(try escapedScalar()) ?? Self.replacement)
    default:
      offset -= 1
      throw problem("`\\` must be followed by one of \" \\ / b f n r t u, found \(found)")
    }
  }

  private static let replacement = UTF8.encodedReplacementCharacter

  /// The scalar of `\uXXXX` or of two of them that make a surrogate pair.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let replacement: Unicode.Scalar = "\u{FFFD}"
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, bytes.count - offset >= 2, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u")
    else { return replacement }
    let back = offset
    offset += 2
    let second = try hexadecimal()
    guard 0xDC00..<0xE000 ~= second else {
      offset = back
      return replacement
    }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Hex.value(of: byte) else {
        throw problem("`\\u` must be followed by four hexadecimal digits, found \(found)")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private func text(of part: UnsafeBufferPointer<UInt8>, at start: Int) -> Result<String, JSONError> {
    guard let text = String(validating: part, as: UTF8.self) else {
      return .failure(problem("the string that starts here is not valid UTF-8", at: start - 1))
    }
    return .success(text)
  }

  // MARK: Bytes

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }

  /// What stands at the offset, for a message.
  private var found: String {
    guard let byte = peek else { return "the end of the text" }
    if byte < 0x20 || byte == 0x7F { return "the control character 0x\(Hex.encode([byte]))" }
    if byte < 0x80 { return "`\(Character(Unicode.Scalar(byte)))`" }
    let end = min(offset + 4, bytes.count)
    var decoder = UTF8()
    var iterator = bytes[offset..<end].makeIterator()
    if case .scalarValue(let scalar) = decoder.decode(&iterator) { return "`\(Character(scalar))`" }
    return "the byte 0x\(Hex.encode([byte])), which is not UTF-8"
  }

  private func problem(_ text: String, at place: Int? = nil, isCutOff: Bool = false) -> JSONError {
    JSONError(text, at: place ?? offset, in: bytes, isCutOff: isCutOff || offset >= bytes.count)
  }
}

import Base

/// Writes JSON objects straight into bytes, for messages that are sent often.
struct ObjectWriter {
  private(set) var bytes: Bytes

  init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  mutating func object(_ body: (inout ObjectWriter) -> Void) {
    bytes.append(UInt8(ascii: "{"))
    body(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  mutating func object(_ key: String, _ body: (inout ObjectWriter) -> Void) {
    self.key(key)
    object(body)
  }

  mutating func list<Element>(
    _ key: String, _ elements: [Element], _ body: (inout ObjectWriter, Element) -> Void
  ) {
    self.key(key)
    list(elements, body)
  }

  mutating func list<Element>(_ elements: [Element], _ body: (inout ObjectWriter, Element) -> Void) {
    bytes.append(UInt8(ascii: "["))
    for element in elements {
      separate()
      body(&self, element)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func member(_ key: String, _ value: String) {
    self.key(key)
    string(value)
  }

  mutating func member(_ key: String, _ value: Int) {
    self.key(key)
    number(value)
  }

  mutating func member(_ key: String, _ value: Bool) {
    self.key(key)
    plain(value ? "true" : "false")
  }

  mutating func member(_ key: String, _ value: JSON) {
    self.key(key)
    self.value(value)
  }

  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { Self.escape($0, into: &bytes) }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func value(_ value: JSON) { value.write(to: &bytes) }

  mutating func number(_ value: Int) { plain(String(value)) }

  /// Puts a comma where a value follows another one.
  mutating func separate() {
    guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "["),
      last != UInt8(ascii: ":")
    else { return }
    bytes.append(UInt8(ascii: ","))
  }

  private mutating func key(_ key: String) {
    separate()
    string(key)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func plain(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Appends text as it stands between the quotes of a JSON string.
  static func escape(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout Bytes) {
    var plainStart = 0
    for (index, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
      bytes.append(contentsOf: text[plainStart..<index])
      plainStart = index + 1
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x22, 0x5C: bytes.append(byte)
      case 0x0A: bytes.append(UInt8(ascii: "n"))
      case 0x0D: bytes.append(UInt8(ascii: "r"))
      case 0x09: bytes.append(UInt8(ascii: "t"))
      default:
        let digits: StaticString = "0123456789abcdef"
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(digits.utf8Start[Int(byte >> 4)])
        bytes.append(digits.utf8Start[Int(byte & 15)])
      }
    }
    bytes.append(contentsOf: text[plainStart...])
  }
}

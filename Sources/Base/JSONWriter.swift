extension JSON {
  /// The text of the value: compact, or with every element on its own line, indented by `indent` spaces a
  /// level as notebook files are (`indent: 1`). Text other than control characters is written as it is.
  public func serialized(indent: Int? = nil) -> String {
    var bytes: [UInt8] = []
    if let indent {
      write(to: &bytes, layout: Layout(indent: String(repeating: " ", count: indent)))
    } else {
      write(to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// How a JSON text is laid out over lines.
  public struct Layout: Sendable, Equatable {
    /// What is put in front of a line for each level.
    public var indent: String
    /// What starts a line: "\n", or "\r\n" in files that came from Windows.
    public var lineBreak: String
    /// What stands between a key and its value.
    public var colon: String

    public init(indent: String, lineBreak: String = "\n", colon: String = ": ") {
      self.indent = indent
      self.lineBreak = lineBreak
      self.colon = colon
    }
  }

  /// Appends the text, with nothing between its parts.
  public func write(to bytes: inout [UInt8]) {
    switch self {
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object):
      bytes.append(UInt8(ascii: "{"))
      var isFirst = true
      for (key, value) in object.entries {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        Self.write(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    default: writeScalar(to: &bytes)
    }
  }

  /// Appends the text over many lines; `level` says how deep the value itself stands.
  public func write(to bytes: inout [UInt8], layout: Layout, level: Int = 0) {
    func newLine(_ level: Int) {
      bytes.append(contentsOf: layout.lineBreak.utf8)
      for _ in 0..<level { bytes.append(contentsOf: layout.indent.utf8) }
    }
    switch self {
    case .array(let elements) where !elements.isEmpty:
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        newLine(level + 1)
        element.write(to: &bytes, layout: layout, level: level + 1)
      }
      newLine(level)
      bytes.append(UInt8(ascii: "]"))
    case .object(let object) where !object.isEmpty:
      bytes.append(UInt8(ascii: "{"))
      for (index, entry) in object.entries.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        newLine(level + 1)
        Self.write(entry.key, to: &bytes)
        bytes.append(contentsOf: layout.colon.utf8)
        entry.value.write(to: &bytes, layout: layout, level: level + 1)
      }
      newLine(level)
      bytes.append(UInt8(ascii: "}"))
    default: write(to: &bytes)
    }
  }

  private func writeScalar(to bytes: inout [UInt8]) {
    switch self {
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let text): bytes.append(contentsOf: text.utf8)
    case .string(let text): Self.write(text, to: &bytes)
    default: bytes.append(contentsOf: "null".utf8)
    }
  }

  /// Appends a text in quotes: runs that need no escape are copied whole.
  static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var copy = text
    copy.withUTF8 { source in
      var start = 0
      for index in source.indices {
        let byte = source[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index]))
        start = index + 1
        appendEscape(of: byte, to: &bytes)
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start...]))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(contentsOf: Hex.encode([byte]).utf8)
    }
  }
}

import Base

/// Finds where the parts of a JSON text stand, so that one part can be replaced and every other byte kept.
///
/// The bytes must have been read as JSON before: what is not JSON is a broken promise, not an error.
struct JSONSpans {
  let bytes: [UInt8]

  /// The outermost value.
  var root: Range<Int> {
    let start = skipSpace(0)
    return start..<end(of: start)
  }

  /// The values of an object's members; of a key given twice the last, as JSON readers have it.
  func members(of object: Range<Int>) -> [String: Range<Int>] {
    var found: [String: Range<Int>] = [:]
    var offset = skipSpace(object.lowerBound + 1)
    while bytes[offset] != UInt8(ascii: "}") {
      let keyEnd = end(of: offset)
      let key = (try? JSON(parsing: bytes[offset..<keyEnd]))?.stringValue
      let start = skipSpace(skipSpace(keyEnd) + 1)
      let valueEnd = end(of: start)
      if let key { found[key] = start..<valueEnd }
      offset = skipSpace(valueEnd)
      if bytes[offset] == UInt8(ascii: ",") { offset = skipSpace(offset + 1) }
    }
    return found
  }

  /// The elements of an array.
  func elements(of array: Range<Int>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var offset = skipSpace(array.lowerBound + 1)
    while bytes[offset] != UInt8(ascii: "]") {
      let elementEnd = end(of: offset)
      found.append(offset..<elementEnd)
      offset = skipSpace(elementEnd)
      if bytes[offset] == UInt8(ascii: ",") { offset = skipSpace(offset + 1) }
    }
    return found
  }

  /// How the text is laid out, judged by its first lines; nil when it stands on one line.
  var layout: JSON.Layout? {
    let start = root.lowerBound + 1
    guard let lineFeed = bytes[start...].firstIndex(where: { $0 > 0x20 || $0 == 0x0A }),
      bytes[lineFeed] == 0x0A
    else { return nil }
    let key = skipSpace(start)
    let lastLine = bytes[..<key].lastIndex(of: 0x0A) ?? lineFeed
    let indent = String(decoding: bytes[(lastLine + 1)..<key], as: UTF8.self)
    guard bytes[key] == UInt8(ascii: "\"") else { return JSON.Layout(indent: indent) }
    let keyEnd = end(of: key)
    return JSON.Layout(
      indent: indent, lineBreak: bytes[lastLine - 1] == 0x0D ? "\r\n" : "\n",
      colon: String(decoding: bytes[keyEnd..<skipSpace(skipSpace(keyEnd) + 1)], as: UTF8.self))
  }

  private func skipSpace(_ start: Int) -> Int {
    var offset = start
    while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
    return offset
  }

  /// The offset behind the value that starts here.
  private func end(of start: Int) -> Int {
    var offset = start
    var depth = 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset = endOfString(offset)
        if depth == 0 { return offset }
        continue
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        // A number or a word ends where its container does.
        if depth == 0 { return offset }
        depth -= 1
        if depth == 0 { return offset + 1 }
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
        if depth == 0 { return offset }
      default: break
      }
      offset += 1
    }
    return offset
  }

  private func endOfString(_ start: Int) -> Int {
    var offset = start + 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    return offset + 1
  }
}

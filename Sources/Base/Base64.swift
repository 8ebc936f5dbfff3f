/// Bytes as Base64 text (RFC 4648, section 4).
public enum Base64 {
  /// The text, padded and without line breaks.
  public static func encode(_ bytes: [UInt8]) -> String {
    let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    let letters = alphabet.utf8Start
    let size = (bytes.count + 2) / 3 * 4
    return String(unsafeUninitializedCapacity: size) { target in
      bytes.withUnsafeBufferPointer { source in
        var from = 0
        var to = 0
        while from < source.count {
          let left = source.count - from
          let first = UInt32(source[from]) << 16
          let second = left > 1 ? UInt32(source[from + 1]) << 8 : 0
          let third = left > 2 ? UInt32(source[from + 2]) : 0
          let group = first | second | third
          target[to] = letters[Int(group >> 18)]
          target[to + 1] = letters[Int(group >> 12 & 63)]
          target[to + 2] = left > 1 ? letters[Int(group >> 6 & 63)] : UInt8(ascii: "=")
          target[to + 3] = left > 2 ? letters[Int(group & 63)] : UInt8(ascii: "=")
          from += 3
          to += 4
        }
      }
      return size
    }
  }

  /// The bytes, or nil when the text is not Base64. White space is passed over, as notebooks break the
  /// lines; padding may be missing, but not wrong.
  public static func decode(_ text: String) -> [UInt8]? {
    var copy = text
    return copy.withUTF8 { decode($0) }
  }

  private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3 + 3)
    var group: UInt32 = 0
    var letters = 0
    var padding = 0
    for byte in text {
      switch byte {
      case 0x20, 0x0A, 0x0D, 0x09: continue
      case UInt8(ascii: "="): padding += 1
      default:
        guard padding == 0, let value = value(of: byte) else { return nil }
        group = group << 6 | value
        letters += 1
        if letters == 4 {
          result.append(UInt8(truncatingIfNeeded: group >> 16))
          result.append(UInt8(truncatingIfNeeded: group >> 8))
          result.append(UInt8(truncatingIfNeeded: group))
          group = 0
          letters = 0
        }
      }
    }
    guard letters != 1, padding == 0 || (letters > 0 && letters + padding == 4) else { return nil }
    if letters >= 2 { result.append(UInt8(truncatingIfNeeded: letters == 2 ? group >> 4 : group >> 10)) }
    if letters == 3 { result.append(UInt8(truncatingIfNeeded: group >> 2)) }
    return result
  }

  private static func value(of letter: UInt8) -> UInt32? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

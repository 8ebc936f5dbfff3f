/// Bytes as hexadecimal text.
public enum Hex {
  /// Two lower-case digits a byte.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    let digits: StaticString = "0123456789abcdef"
    return String(unsafeUninitializedCapacity: bytes.count * 2) { target in
      var count = 0
      for byte in bytes {
        target[count] = digits.utf8Start[Int(byte >> 4)]
        target[count + 1] = digits.utf8Start[Int(byte & 15)]
        count += 2
      }
      return count
    }
  }

  /// The bytes, or nil when the text is not an even number of hexadecimal digits.
  public static func decode(_ text: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for byte in text.utf8 {
      guard let digit = value(of: byte) else { return nil }
      if let first = high {
        result.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? result : nil
  }

  /// The value of one hexadecimal digit, of either case.
  public static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

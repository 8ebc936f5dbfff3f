/// Finds one text in another, byte by byte, with the table of Knuth, Morris and Pratt: the time grows with the
/// length of both and never with their product.
struct TextSearch {
  private let needle: [UInt8]
  /// For each position, how much of the needle's start also ends there.
  private let fallback: [Int]

  /// `text` must not be empty.
  init(_ text: String) {
    needle = Array(text.utf8)
    var fallback = [Int](repeating: 0, count: needle.count)
    var length = 0
    for index in needle.indices.dropFirst() {
      while length > 0, needle[index] != needle[length] { length = fallback[length - 1] }
      if needle[index] == needle[length] { length += 1 }
      fallback[index] = length
    }
    self.fallback = fallback
  }

  /// The offset in UTF-8 of the first occurrence.
  func first(in text: String, poll: (Int) throws -> Void) throws -> Int? {
    var result: Int?
    try search(text, poll) { offset in
      result = offset
      return false
    }
    return result
  }

  /// The offsets in UTF-8 of all occurrences that do not overlap.
  func all(in text: String, poll: (Int) throws -> Void) throws -> [Int] {
    var result: [Int] = []
    try search(text, poll) { offset in
      result.append(offset)
      return true
    }
    return result
  }

  private func search(_ text: String, _ poll: (Int) throws -> Void, found: (Int) -> Bool) throws {
    var length = 0
    var offset = 0
    for byte in text.utf8 {
      if offset & 0xFFFF == 0xFFFF { try poll(0x3FF) }
      while length > 0, byte != needle[length] { length = fallback[length - 1] }
      if byte == needle[length] { length += 1 }
      offset += 1
      if length == needle.count {
        length = 0
        if !found(offset - needle.count) { return }
      }
    }
  }
}

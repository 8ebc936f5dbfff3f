/// A part of a source text, in UTF-8 offsets.
package struct SourceRange: Hashable, Sendable {
  package var start: Int32
  package var end: Int32

  package init(_ start: Int, _ end: Int) {
    self.start = Int32(clamping: start)
    self.end = Int32(clamping: max(start, end))
  }

  /// The smallest range that holds both.
  package func union(_ other: SourceRange) -> SourceRange {
    SourceRange(Int(min(start, other.start)), Int(max(end, other.end)))
  }
}

/// The code of one cell or file, with the name that errors call it by.
package final class SourceText: Sendable {
  /// "cell 3", "digits.cnn".
  package let name: String
  package let utf8: [UInt8]
  private let lineStarts: [Int]

  package init(_ text: String, name: String) {
    self.name = name
    utf8 = Array(text.utf8)
    var starts = [0]
    for (offset, byte) in utf8.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  package var text: String { String(decoding: utf8, as: UTF8.self) }
  package var lineCount: Int { lineStarts.count }

  /// The line (from 1) and the column (from 1, in characters) of an offset.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    let offset = min(max(offset, 0), utf8.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let before = String(decoding: utf8[lineStarts[low]..<offset], as: UTF8.self)
    return (low + 1, before.count + 1)
  }

  /// The text of a line (from 1) without its line end; empty outside of the source.
  package func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : utf8.count
    if end > start, utf8[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: utf8[start..<end], as: UTF8.self)
  }

  package func text(in range: SourceRange) -> String {
    let start = min(max(Int(range.start), 0), utf8.count)
    let end = min(max(Int(range.end), start), utf8.count)
    return String(decoding: utf8[start..<end], as: UTF8.self)
  }
}

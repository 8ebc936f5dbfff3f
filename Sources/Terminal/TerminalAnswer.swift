/// What a terminal answers when it is asked what it is: `ESC [ ? 62 ; 4 ; 22 c`.
package struct TerminalAnswer: Equatable, Sendable {
  package var attributes: [Int]

  /// Takes the answer out of what was read, which leaves what a person typed; nil while there is none.
  package init?(taking bytes: inout [UInt8]) {
    let start: [UInt8] = [0x1B, UInt8(ascii: "["), UInt8(ascii: "?")]
    for index in bytes.indices where bytes[index...].starts(with: start) {
      let body = index + start.count
      guard
        let end = bytes[body...].firstIndex(where: { !(0x30...0x39).contains($0) && $0 != UInt8(ascii: ";") }
        ),
        bytes[end] == UInt8(ascii: "c")
      else { continue }
      attributes = bytes[body..<end].split(separator: UInt8(ascii: ";"))
        .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
      bytes.removeSubrange(index...end)
      return
    }
    return nil
  }
}

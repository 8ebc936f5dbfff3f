/// One stroke of a key, or one paste.
package enum Key: Equatable, Sendable {
  case text(String)
  case paste(String)
  case control(Character)
  case alt(Character)
  case enter, altEnter, tab, backTab, backspace, altBackspace, delete, escape
  case up, down, left, right, wordLeft, wordRight, home, end, pageUp, pageDown
  /// A sequence that means nothing here.
  case unknown
}

/// Makes keys of the bytes a terminal sends, one byte at a time.
package struct KeyDecoder: Sendable {
  private enum State {
    case ground
    case escape
    case sequence([UInt8])
    /// `ESC O`: a function key.
    case function
    case letter([UInt8], length: Int, alt: Bool)
    case paste
  }

  private var state = State.ground
  private var pasted: [UInt8] = []

  package init() {}

  /// Whether the last byte may be a key by itself or the start of more: an escape.
  package var isWaiting: Bool {
    switch state {
    case .escape, .sequence, .function: true
    case .ground, .letter, .paste: false
    }
  }

  /// What a lone start is when nothing follows it.
  package mutating func flush() -> Key? {
    defer { state = .ground }
    if case .escape = state { return .escape }
    return nil
  }

  package mutating func feed(_ byte: UInt8) -> Key? {
    switch state {
    case .ground: return ground(byte, alt: false)
    case .escape: return afterEscape(byte)
    case .function:
      state = .ground
      return Self.named(final: byte, parameters: [])
    case .sequence(let bytes): return inSequence(bytes, byte)
    case .letter(let bytes, let length, let alt): return inLetter(bytes + [byte], length: length, alt: alt)
    case .paste: return inPaste(byte)
    }
  }

  private mutating func ground(_ byte: UInt8, alt: Bool) -> Key? {
    state = .ground
    switch byte {
    case 0x0D, 0x0A: return alt ? .altEnter : .enter
    case 0x09: return .tab
    case 0x7F, 0x08: return alt ? .altBackspace : .backspace
    case 0x1B:
      state = .escape
      return nil
    case 0x00..<0x20: return .control(Character(Unicode.Scalar(byte + 0x40)).lowercased().first ?? " ")
    case 0x20..<0x7F:
      let character = Character(Unicode.Scalar(byte))
      return alt ? .alt(character) : .text(String(character))
    case 0xC2..<0xF5:
      state = .letter([byte], length: byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4, alt: alt)
      return nil
    default: return .unknown
    }
  }

  private mutating func afterEscape(_ byte: UInt8) -> Key? {
    switch byte {
    case UInt8(ascii: "["):
      state = .sequence([])
      return nil
    case UInt8(ascii: "O"):
      state = .function
      return nil
    case 0x1B: return .escape
    default: return ground(byte, alt: true)
    }
  }

  private mutating func inLetter(_ bytes: [UInt8], length: Int, alt: Bool) -> Key? {
    guard let last = bytes.last, last & 0xC0 == 0x80 else {
      // A letter that was cut off; the byte starts something new.
      return ground(bytes.last ?? 0, alt: false) ?? .unknown
    }
    guard bytes.count == length else {
      state = .letter(bytes, length: length, alt: alt)
      return nil
    }
    state = .ground
    return String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .unknown
  }

  private mutating func inSequence(_ bytes: [UInt8], _ byte: UInt8) -> Key? {
    guard (0x40...0x7E).contains(byte) else {
      // No sequence is this long: something else is sending.
      state = bytes.count < 32 ? .sequence(bytes + [byte]) : .ground
      return nil
    }
    let parameters = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
    if byte == UInt8(ascii: "~"), parameters == [200] {
      state = .paste
      return nil
    }
    state = .ground
    return Self.named(final: byte, parameters: parameters)
  }

  private mutating func inPaste(_ byte: UInt8) -> Key? {
    pasted.append(byte)
    let end: [UInt8] = [0x1B, UInt8(ascii: "["), 0x32, 0x30, 0x31, UInt8(ascii: "~")]
    guard byte == UInt8(ascii: "~"), pasted.suffix(end.count).elementsEqual(end) else { return nil }
    let text = String(decoding: pasted.dropLast(end.count), as: UTF8.self)
    pasted = []
    state = .ground
    return .paste(
      text.split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\r" }.joined(separator: "\n"))
  }

  private static func named(final: UInt8, parameters: [Int]) -> Key {
    // The second parameter tells the modifiers: 3 is Alt, 5 is Ctrl.
    let isModified = parameters.count > 1 && parameters[1] > 2
    let isShifted = parameters.count > 1 && parameters[1] > 1
    switch final {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return isModified ? .wordRight : .right
    case UInt8(ascii: "D"): return isModified ? .wordLeft : .left
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "M"): return .enter
    case UInt8(ascii: "Z"): return .backTab
    case UInt8(ascii: "u") where parameters.first == 13: return isShifted ? .altEnter : .enter
    case UInt8(ascii: "~"):
      switch parameters.first {
      case 1, 7: return .home
      case 4, 8: return .end
      case 3: return .delete
      case 5: return .pageUp
      case 6: return .pageDown
      // Enter with Shift or another key, where the terminal tells it.
      case 27 where parameters.count == 3 && parameters[2] == 13: return .altEnter
      default: return .unknown
      }
    default: return .unknown
    }
  }
}

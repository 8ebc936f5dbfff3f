/// Whole lines from standard input, where it is a pipe, a file or a terminal without cursor keys.
final class LineSource {
  enum Line: Equatable {
    case text(String)
    case end
    case stopped
  }

  private let device: TerminalDevice
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  init(_ device: TerminalDevice) { self.device = device }

  /// The next line without its end. `isStopped` is asked whenever the device is woken.
  func next(unless isStopped: () -> Bool = { false }) -> Line {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        return .text(text(start..<end))
      }
      searched = buffer.count
      if isAtEnd {
        guard start < buffer.count else { return .end }
        defer { start = buffer.count }
        return .text(text(start..<buffer.count))
      }
      if device.waitForInput() == .woken {
        if isStopped() { return .stopped }
        continue
      }
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let count = device.readInput(into: &chunk)
      isAtEnd = count == 0
      buffer.removeSubrange(..<start)
      searched -= start
      start = 0
      buffer.append(contentsOf: chunk[..<count])
      // A terminal may give more after Ctrl-D; the end counts for one question only.
      if isAtEnd, device.isTerminal, buffer.isEmpty {
        isAtEnd = false
        return .end
      }
    }
  }

  private func text(_ range: Range<Int>) -> String {
    let line = buffer[range]
    return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
  }
}

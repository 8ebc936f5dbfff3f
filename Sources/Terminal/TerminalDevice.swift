import Base
import Glibc
import Synchronization

/// The terminal (or pipe) that standard input and output are, with waits that other threads can end.
package final class TerminalDevice: Sendable {
  /// What a wait for input ended with.
  enum Wait {
    case ready, woken, timeOut
  }

  /// Keys can be read one by one and lines be redrawn.
  package let isInteractive: Bool
  /// Somebody may be typing, if only whole lines.
  package let isTerminal: Bool

  private let wakeRead: Int32
  private let wakeWrite: Int32
  /// The settings to go back to, while others are in force; those that were found first are the first.
  private let saved = Mutex<[termios]>([])
  /// What was typed while an answer of the terminal was read.
  private let typedAhead = Mutex<[UInt8]>([])

  package init() {
    isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    isInteractive = isTerminal && !Style.isDumb
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "the system gives no pipe")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (wakeRead, wakeWrite) = (ends[0], ends[1])
  }

  /// Ends a wait that is going on, or the next one; from any thread.
  package func wake() {
    var byte: UInt8 = 0
    _ = Glibc.write(wakeWrite, &byte, 1)
  }

  /// Waits until there is input, for at most so many milliseconds (-1: for ever).
  func waitForInput(milliseconds: Int32 = -1) -> Wait {
    if typedAhead.withLock({ !$0.isEmpty }) { return .ready }
    return wait(STDIN_FILENO, for: Int16(POLLIN), milliseconds: milliseconds)
  }

  /// Whether there is input now; leaves a wake for the next wait.
  var hasInput: Bool {
    if typedAhead.withLock({ !$0.isEmpty }) { return true }
    var waits = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&waits, 1, 0) > 0
  }

  func readInput(into buffer: inout [UInt8]) -> Int {
    let ahead = typedAhead.withLock { ahead in
      defer { ahead.removeFirst(min(ahead.count, buffer.count)) }
      return ahead.prefix(buffer.count)
    }
    if !ahead.isEmpty {
      buffer.replaceSubrange(..<ahead.count, with: ahead)
      return ahead.count
    }
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count >= 0 { return count }
      // A terminal that went away reads as an end.
      if errno != EINTR && errno != EAGAIN { return 0 }
    }
  }

  /// Writes all of a text. Where the reader does not take it, gives up when `isStopped` says so after a wake.
  @discardableResult
  package func write(
    _ text: String, to file: Int32 = STDOUT_FILENO, unless isStopped: () -> Bool = { false }
  ) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        if wait(file, for: Int16(POLLOUT), milliseconds: -1) == .woken, isStopped() { return false }
        // A pipe that is ready takes this much without blocking.
        let size = min(bytes.count - written, Int(PIPE_BUF))
        let count = Glibc.write(file, bytes.baseAddress.map { $0 + written }, size)
        if count > 0 { written += count } else if errno != EINTR && errno != EAGAIN { return false }
      }
      return true
    }
  }

  /// Columns and rows of the screen.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// How many pixels a letter has; nil where the terminal does not say.
  var cellSize: (width: Double, height: Double)? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0,
      size.ws_xpixel > size.ws_col, size.ws_ypixel > size.ws_row
    else { return nil }
    return (Double(size.ws_xpixel) / Double(size.ws_col), Double(size.ws_ypixel) / Double(size.ws_row))
  }

  /// The numbers by which the terminal tells what it is (DA1), of which 4 means sixel; none where it does not
  /// answer soon. What is typed meanwhile is kept.
  func attributes(milliseconds: Int32 = 150) -> [Int] {
    guard isInteractive else { return [] }
    change { $0.c_lflag &= ~tcflag_t(ICANON | ECHO) }
    defer { leaveMode() }
    write("\u{1B}[c")
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 256)
    defer { typedAhead.withLock { [bytes] in $0 += bytes } }
    while wait(STDIN_FILENO, for: Int16(POLLIN), milliseconds: milliseconds) == .ready {
      let count = read(STDIN_FILENO, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk[..<count]
      if let answer = TerminalAnswer(taking: &bytes) { return answer.attributes }
    }
    return []
  }

  // MARK: Settings

  /// Keys come one by one, unechoed, and Ctrl-C is a key.
  func enterKeyMode() {
    change { settings in
      settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
      settings.c_iflag &= ~tcflag_t(ICRNL | INLCR | IXON | ISTRIP | BRKINT)
    }
  }

  /// Whole lines come, unechoed. Signals still come from their keys.
  func enterSecretMode() { change { $0.c_lflag &= ~tcflag_t(ECHO) } }

  /// Goes back to the settings that were in force before.
  func leaveMode() {
    saved.withLock { saved in
      guard var settings = saved.popLast() else { return }
      tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }
  }

  /// Goes back to the settings that were found; from any thread.
  package func restore() {
    saved.withLock { saved in
      guard var settings = saved.first else { return }
      tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
      saved = []
    }
  }

  /// Stops the process as Ctrl-Z does, and comes back with the same settings.
  func suspend() {
    // To this thread, which goes no further then; sent to the process, another thread would take it.
    lend { _ = raise(SIGTSTP) }
  }

  /// Runs something that has the terminal to itself, with the settings that were found.
  func lend<Result>(to body: () -> Result) -> Result {
    var current = termios()
    let isChanged = saved.withLock { saved in
      guard var found = saved.first, tcgetattr(STDIN_FILENO, &current) == 0 else { return false }
      tcsetattr(STDIN_FILENO, TCSADRAIN, &found)
      return true
    }
    defer { if isChanged { tcsetattr(STDIN_FILENO, TCSADRAIN, &current) } }
    return body()
  }

  private func change(_ change: (inout termios) -> Void) {
    saved.withLock { saved in
      var settings = termios()
      guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
      saved.append(settings)
      change(&settings)
      tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }
  }

  private func wait(_ file: Int32, for events: Int16, milliseconds: Int32) -> Wait {
    var waits = [
      pollfd(fd: file, events: events, revents: 0), pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&waits, 2, milliseconds)
    if count == 0 { return .timeOut }
    if count > 0, waits[1].revents != 0 {
      var drain = [UInt8](repeating: 0, count: 64)
      while read(wakeRead, &drain, drain.count) > 0 {}
      return .woken
    }
    return count < 0 ? .woken : .ready
  }
}

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
  /// The settings to go back to, while others are in force.
  private let saved = Mutex<termios?>(nil)

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
    wait(STDIN_FILENO, for: Int16(POLLIN), milliseconds: milliseconds)
  }

  /// Whether there is input now; leaves a wake for the next wait.
  var hasInput: Bool {
    var waits = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&waits, 1, 0) > 0
  }

  func readInput(into buffer: inout [UInt8]) -> Int {
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

  // MARK: Settings

  /// Keys come one by one, unechoed, and Ctrl-C is a key.
  func enterKeyMode() {
    change { settings in
      settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
      settings.c_iflag &= ~tcflag_t(ICRNL | INLCR | IXON | ISTRIP | BRKINT)
    }
  }

  /// Whole lines come, unechoed.
  func enterSecretMode() { change { $0.c_lflag &= ~tcflag_t(ECHO) } }

  /// Goes back to the settings that were found; from any thread.
  package func restore() {
    saved.withLock { saved in
      guard var settings = saved else { return }
      tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
      saved = nil
    }
  }

  /// Stops the process as Ctrl-Z does, and comes back with the same settings.
  func suspend() {
    restore()
    kill(0, SIGTSTP)
    enterKeyMode()
  }

  private func change(_ change: (inout termios) -> Void) {
    saved.withLock { saved in
      var settings = termios()
      guard saved == nil, tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
      saved = settings
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

import CLinux
import Glibc

/// A counter that one thread raises and another one polls.
final class EventDescriptor: Sendable {
  let descriptor: Int32

  init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

  func signal(_ value: UInt64 = 1) {
    var value = value
    _ = write(descriptor, &value, MemoryLayout<UInt64>.size)
  }

  /// Takes what was signalled since the last call.
  @discardableResult
  func drain() -> UInt64 {
    var value: UInt64 = 0
    return read(descriptor, &value, MemoryLayout<UInt64>.size) > 0 ? value : 0
  }
}

/// SIGINT and SIGTERM as something to poll.
struct SignalDescriptor {
  let descriptor: Int32

  /// Keeps both signals from every thread that is started from now on.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    descriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
  }

  /// The signals that came since the last call.
  func take() -> [Int32] {
    var signals: [Int32] = []
    var info = signalfd_siginfo()
    while read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) == MemoryLayout<signalfd_siginfo>.size
    {
      signals.append(Int32(info.ssi_signo))
    }
    return signals
  }
}

/// Watches the process that a front end names in JPY_PARENT_PID, so that no kernel outlives it.
struct ParentWatch {
  private enum Means {
    /// Becomes readable when the process ends.
    case descriptor(Int32)
    /// Asked from time to time, where the system has no process descriptors.
    case directParent(pid_t)
  }

  private let means: Means

  /// Nil when no parent is named, or one that is not above this process: in another process name space
  /// (a container) the number may belong to anybody.
  init?(environment value: String?) {
    guard let value, let parent = pid_t(value), parent > 0, Self.isAncestor(parent) else { return nil }
    let descriptor = pidfd_open(parent, 0)
    if descriptor >= 0 {
      means = .descriptor(descriptor)
    } else if getppid() == parent {
      means = .directParent(parent)
    } else {
      return nil
    }
  }

  var descriptor: Int32? { if case .descriptor(let descriptor) = means { descriptor } else { nil } }

  /// How often `isGone` should be asked, where nothing can be polled.
  var interval: Int? { if case .directParent = means { 1000 } else { nil } }

  var isGone: Bool { if case .directParent(let parent) = means { getppid() != parent } else { false } }

  private static func isAncestor(_ wanted: pid_t) -> Bool {
    var process = getppid()
    // Deeper trees than this do not occur; the bound guards against a tree that changes meanwhile.
    for _ in 0..<64 where process > 0 {
      if process == wanted { return true }
      guard let next = SmallFile.read("/proc/\(process)/stat").flatMap(parent(inStatus:)) else {
        return false
      }
      process = next
    }
    return false
  }

  /// The fourth field; the second one, the name in brackets, may hold anything.
  private static func parent(inStatus text: String) -> pid_t? {
    guard let bracket = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: bracket)...].split(separator: " ")
    return fields.count > 1 ? pid_t(fields[1]) : nil
  }
}

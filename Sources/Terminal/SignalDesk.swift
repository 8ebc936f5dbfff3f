import Glibc
import Session
import Synchronization

/// Takes the signals of the process on the main thread, while the session works on its own.
package final class SignalDesk: Sendable {
  private let device: TerminalDevice
  private let stop = Mutex<(@Sendable () -> Void)?>(nil)

  /// Blocks the signals; to be called before any other thread starts, so that all threads leave them to
  /// the main one.
  package init(_ device: TerminalDevice) {
    self.device = device
    var set = Self.set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The session that Ctrl-C interrupts from now on.
  package func watch(_ session: Session) {
    let interruption = session.interruption
    watch { interruption.interrupt() }
  }

  /// What Ctrl-C calls from now on.
  package func watch(_ stop: @escaping @Sendable () -> Void) { self.stop.withLock { $0 = stop } }

  /// Waits for signals for ever; the compute thread ends the process.
  package func serve() -> Never {
    var set = Self.set
    while true {
      var signal: Int32 = 0
      guard sigwait(&set, &signal) == 0 else { continue }
      switch signal {
      case SIGINT:
        stop.withLock { $0 }?()
        device.wake()
      case SIGWINCH: device.wake()
      default:
        device.restore()
        Self.die(of: signal)
      }
    }
  }

  /// Ends the process as the signal would have, so that shells and scripts see what happened.
  package static func die(of signal: Int32) -> Never {
    Glibc.signal(signal, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    // To this thread alone: one sent to the process would be taken by the thread that waits for signals.
    raise(signal)
    exit(128 + signal)
  }

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH] { sigaddset(&set, signal) }
    return set
  }
}

import Base
import Synchronization

/// How other threads reach a session: to stop what runs, or to ask something while it runs.
package final class Interruption: Sendable {
  package let safepoint = Safepoint()
  /// The execution that runs now, 0 when the session is idle.
  private let running = Mutex<UInt64>(0)

  package init() {}

  package var isRunning: Bool { running.withLock { $0 != 0 } }

  /// Stops the running execution; does nothing when the session is idle.
  package func interrupt() {
    running.withLock { if $0 != 0 { safepoint.raise(.interrupt) } }
  }

  /// Stops an execution if it is the one that runs.
  package func interrupt(_ execution: ExecutionID) {
    running.withLock { if $0 == execution.rawValue { safepoint.raise(.interrupt) } }
  }

  /// Has the host's `serveQuestions` called at the next safepoint; does nothing when the session is idle.
  package func requestService() {
    running.withLock { if $0 != 0 { safepoint.raise(.service) } }
  }

  func begin(_ execution: ExecutionID) { running.withLock { $0 = execution.rawValue } }

  /// After this, nothing that was asked of the execution reaches the next one.
  func end() {
    running.withLock {
      $0 = 0
      safepoint.take([.interrupt, .service, .memory])
    }
  }
}

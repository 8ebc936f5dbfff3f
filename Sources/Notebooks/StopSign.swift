import Session
import Synchronization

/// Tells a run from another thread to end: the cell that runs, and those that would follow.
package final class StopSign: Sendable {
  private struct State {
    var isRaised = false
    var interruption: Interruption?
  }

  private let state = Mutex(State())

  package init() {}

  package var isRaised: Bool { state.withLock { $0.isRaised } }

  package func raise() {
    state.withLock { state in
      state.isRaised = true
      state.interruption?.interrupt()
    }
  }

  /// Whose cells are stopped from now on.
  func watch(_ session: Session) { state.withLock { $0.interruption = session.interruption } }
}

import Glibc
import Session
import Synchronization

/// Interrupts a cell that runs too long.
final class CellTimer: Sendable {
  private struct State {
    var deadline: ContinuousClock.Instant?
    var hasFired = false
    var isOver = false
  }

  private let state = Mutex(State())
  private let limit: Duration

  /// Starts the thread that watches the clock.
  init(limit: Duration, _ interruption: Interruption) {
    self.limit = limit
    _ = ComputeThread { [self] in watch(interruption) }
  }

  func begin() {
    state.withLock { $0 = State(deadline: .now + limit) }
  }

  /// Whether the cell that ends here was stopped.
  func end() -> Bool {
    state.withLock {
      $0.deadline = nil
      return $0.hasFired
    }
  }

  /// Ends the thread.
  func stop() { state.withLock { $0.isOver = true } }

  /// Looks every 20 ms: exact enough for a limit in seconds, and too seldom to be felt.
  private func watch(_ interruption: Interruption) {
    while true {
      usleep(20_000)
      let isOver = state.withLock { state in
        // Under the lock, so that an interrupt cannot reach the next cell.
        if let deadline = state.deadline, deadline <= .now {
          state.deadline = nil
          state.hasFired = true
          interruption.interrupt()
        }
        return state.isOver
      }
      if isOver { return }
    }
  }
}

import Glibc
import Synchronization

/// What was run, in this session and in earlier ones; kept in a file that several kernels may share.
///
/// Nothing is opened before the first use. What is appended is gathered and written by `flush`, which a host
/// calls when nobody waits. A file that cannot be used is told once on stderr; the history of this session is
/// kept in memory then.
package final class History: Sendable {
  /// One numbered cell.
  package struct Entry: Sendable, Equatable {
    package var session: Int
    package var line: Int
    package var input: String
    package var output: String?

    package init(session: Int, line: Int, input: String, output: String? = nil) {
      self.session = session
      self.line = line
      self.input = input
      self.output = output
    }
  }

  private struct State {
    var database: HistoryDatabase?
    var session = 0
    /// What is not written yet; the session number is filled in then.
    var pending: [Entry] = []
  }

  private let file: String?
  private let state = Mutex(State())

  /// Writing waits for a host's quiet moment, but not for more cells than this.
  private static let pendingLimit = 64

  /// `file` is where the history is kept; nil keeps it in memory.
  package init(file: String?) { self.file = file }

  /// The number of this session; at least 1.
  package var currentSession: Int {
    state.withLock { state in
      open(&state)
      return state.session
    }
  }

  package func append(line: Int, input: String) {
    state.withLock { state in
      state.pending.append(Entry(session: 0, line: line, input: input))
      if state.pending.count >= Self.pendingLimit { write(&state) }
    }
  }

  /// Notes what cell `line` of this session showed as its result.
  package func setOutput(line: Int, output: String) {
    state.withLock { state in
      if let index = state.pending.lastIndex(where: { $0.line == line }) {
        state.pending[index].output = output
      } else if let database = state.database {
        database.setOutput(session: state.session, line: line, output: output)
      }
    }
  }

  /// Whether `flush` has something to do.
  package var hasPending: Bool { state.withLock { !$0.pending.isEmpty } }

  package func flush() {
    state.withLock { state in
      if !state.pending.isEmpty { write(&state) }
    }
  }

  /// The last `count` entries, the newest last; with `unique` every input only where it was used last.
  package func tail(_ count: Int, unique: Bool = false) -> [Entry] {
    search(pattern: "*", n: count, unique: unique)
  }

  /// The entries whose input fits a pattern of `*` and `?`, the newest last; the last `n` of them.
  package func search(pattern: String, n: Int? = nil, unique: Bool = false) -> [Entry] {
    state.withLock { state in
      write(&state)
      return state.database?.search(pattern: pattern, limit: n, unique: unique) ?? []
    }
  }

  /// The lines from `start` up to, not including, `stop` of a session. 0 is this session, -1 the one before.
  package func range(session: Int, start: Int, stop: Int? = nil) -> [Entry] {
    state.withLock { state in
      write(&state)
      let (relative, overflows) = state.session.addingReportingOverflow(session)
      let number = session > 0 ? session : overflows ? 0 : relative
      return state.database?.range(session: number, start: start, stop: stop) ?? []
    }
  }

  // MARK: The database

  private func open(_ state: inout State) {
    guard state.database == nil else { return }
    if let file {
      do {
        let database = try HistoryDatabase(file: file)
        state.session = try database.beginSession()
        state.database = database
        return
      } catch {
        Self.complain(
          "the history file \(file) cannot be used (\(error)); this session's history is in memory")
      }
    }
    useMemory(&state)
  }

  private func useMemory(_ state: inout State) {
    do {
      let database = try HistoryDatabase(file: nil)
      let number = try database.beginSession()
      state.session = max(state.session, number)
      state.database = database
    } catch {
      Self.complain("there is no history: \(error)")
    }
  }

  private func write(_ state: inout State) {
    open(&state)
    guard let database = state.database, !state.pending.isEmpty else { return }
    for index in state.pending.indices { state.pending[index].session = state.session }
    do {
      try database.add(state.pending)
    } catch {
      // Somebody else may hold the file for long, or it may be gone or full.
      Self.complain("the history cannot be written (\(error)); from here it is in memory")
      useMemory(&state)
      try? state.database?.add(state.pending)
    }
    state.pending = []
  }

  private static func complain(_ text: String) {
    let line = Array("history: \(text)\n".utf8)
    _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

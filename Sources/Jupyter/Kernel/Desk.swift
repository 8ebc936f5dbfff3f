import Session

/// A request that waits its turn behind the running cell.
struct Job: Sendable {
  enum Work: Sendable {
    case execute(ExecuteRequest)
    case history(HistoryRequest)
    case kernelInfo
  }

  let origin: Origin
  let work: Work
  /// A cell before this one failed after this one had come.
  var isAborted = false

  var isExecution: Bool { if case .execute = work { true } else { false } }
}

/// A question about live values, answered between two steps of a running cell.
struct Question: Sendable {
  enum Subject: Sendable {
    case complete(CompleteRequest)
    case inspect(InspectRequest)
  }

  let origin: Origin
  let subject: Subject
}

/// The compute thread's desk: what the I/O thread lays on it, and what the compute thread is at.
final class Desk: Sendable {
  enum Task {
    case answer(Question)
    case run(Job)
    /// Nothing has come for a while.
    case rest
  }

  private enum Input {
    case notWanted
    case wanted(messageID: String, identities: [Bytes])
    case given(String)
    case unreachable
  }

  private struct State {
    var jobs = Queue<Job>()
    var questions = Queue<Question>()
    /// The job that was taken and is not finished.
    var current: Job?
    var interruption: Interruption?
    var history: History?
    /// The message whose execution is to be interrupted as soon as it runs.
    var interruptTarget: String?
    var lastExecuteArrival: UInt64 = 0
    var input = Input.notWanted
  }

  private let state = Monitor(State())

  /// Cells that were sent in one go arrive within this time of each other.
  private static let burstGap = Monotonic.milliseconds(10)
  private static let longestBurst = Monotonic.milliseconds(50)

  // MARK: The I/O thread's side

  func submit(_ job: Job) {
    state.notifying { state in
      if job.isExecution { state.lastExecuteArrival = job.origin.arrival }
      state.jobs.append(job)
    }
  }

  func ask(_ question: Question) {
    state.notifying { $0.questions.append(question) }
    nudge()
  }

  /// Whether nothing runs or waits to run.
  var isFree: Bool { state.withLock { $0.current == nil && $0.jobs.isEmpty } }

  var history: History? { state.withLock { $0.history } }

  /// Asks the running cell to let questions in; whether some still wait behind one.
  @discardableResult
  func nudge() -> Bool {
    state.withLock { state in
      guard !state.questions.isEmpty, state.current != nil else { return false }
      state.interruption?.requestService()
      return true
    }
  }

  /// Interrupts the cell that runs or is about to. Without one, nothing happens.
  func interrupt() {
    state.withLock { state in
      if let current = state.current {
        state.interruptTarget = current.isExecution ? current.origin.header.messageID : nil
      } else if let next = state.jobs.first, next.isExecution {
        state.interruptTarget = next.origin.header.messageID
      }
    }
    deliverInterrupt()
  }

  /// Interrupts the cell that was meant, once it really runs; whether it has to be tried again.
  @discardableResult
  func deliverInterrupt() -> Bool {
    state.notifying { state in
      guard let target = state.interruptTarget else { return false }
      if let current = state.current, current.origin.header.messageID == target {
        guard let interruption = state.interruption, interruption.isRunning else { return true }
        interruption.interrupt()
        state.interruptTarget = nil
        return false
      }
      if state.jobs.first(where: { $0.origin.header.messageID == target }) != nil { return true }
      state.interruptTarget = nil
      return false
    }
  }

  /// Hands over an answered line; false where nobody asked for it.
  func give(_ line: String, from identities: [Bytes], answering parent: String?) -> Bool {
    state.notifying { state in
      guard case .wanted(let messageID, let asked) = state.input, asked == identities else { return false }
      // Some front ends leave the parent out; one that names another request answers an older question.
      if let parent, parent != messageID, parent.hasPrefix(messageID.prefix { $0 != "_" }) { return false }
      state.input = .given(line)
      return true
    }
  }

  /// The front end that should answer is not there.
  func inputIsUnreachable() {
    state.notifying { state in
      if case .wanted = state.input { state.input = .unreachable }
    }
  }

  /// Makes the compute thread look again whether it is interrupted.
  func notify() { state.notify() }

  // MARK: The compute thread's side

  func open(_ interruption: Interruption, _ history: History) {
    state.withLock { state in
      state.interruption = interruption
      state.history = history
    }
  }

  /// The next thing to do; `rest` when nothing comes until the deadline.
  func next(until deadline: UInt64?) -> Task {
    let task = state.wait(until: deadline) { state -> Task? in
      state.current = nil
      if let question = state.questions.popFirst() { return .answer(question) }
      guard let job = state.jobs.popFirst() else { return nil }
      state.current = job
      return .run(job)
    }
    return task ?? .rest
  }

  func nextQuestion() -> Question? { state.withLock { $0.questions.popFirst() } }

  var hasQuestion: Bool { state.withLock { !$0.questions.isEmpty } }

  /// Gives up all executions that have arrived so far.
  ///
  /// A front end that runs a whole notebook sends the cells one after another without waiting; when the
  /// first fails at once, the rest is still on its way. So this waits until no more have come for a
  /// moment. Nobody can have seen the error yet: its reply is sent afterwards.
  func abortWaitingExecutions() {
    let end = Monotonic.now + Self.longestBurst
    while true {
      let quietFrom = min(state.withLock { $0.lastExecuteArrival } + Self.burstGap, end)
      if Monotonic.now >= quietFrom { break }
      _ = state.wait(until: quietFrom) { _ -> Bool? in nil }
    }
    state.withLock { state in
      state.jobs.updateEach { if $0.isExecution { $0.isAborted = true } }
    }
  }

  func wantInput(messageID: String, identities: [Bytes]) {
    state.withLock { $0.input = .wanted(messageID: messageID, identities: identities) }
  }

  enum InputEvent {
    case line(String)
    case unreachable
    case interrupted
    /// Somebody asks about live values; answer and wait on.
    case question
  }

  func waitForInput(interruptedBy isInterrupted: () -> Bool) -> InputEvent {
    let event = state.wait { state -> InputEvent? in
      if isInterrupted() {
        state.input = .notWanted
        return .interrupted
      }
      switch state.input {
      case .given(let line):
        state.input = .notWanted
        return .line(line)
      case .unreachable:
        state.input = .notWanted
        return .unreachable
      case .wanted, .notWanted: return state.questions.isEmpty ? nil : .question
      }
    }
    return event ?? .interrupted
  }
}

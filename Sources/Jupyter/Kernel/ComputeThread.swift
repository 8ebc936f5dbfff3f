import Base
import Display
import Session

/// The thread that owns the session: runs cells one after another and answers questions between.
final class ComputeThread: SessionHost {
  private let desk: Desk
  private let outbox: Outbox
  private let names: MessageNames
  private let session: Session
  /// The request whose cell runs, and whether its front end takes input.
  private var current: (origin: Origin, request: ExecuteRequest)?

  /// Deep recursion in a cell runs on this stack; only what is touched takes memory.
  static let stackSizes = [512 << 20, 128 << 20, 16 << 20]
  /// How long the kernel is left in peace before the history is written.
  private static let restBeforeWriting = Monotonic.milliseconds(250)

  /// To be called on the thread itself.
  init(desk: Desk, outbox: Outbox, names: MessageNames, configuration: SessionConfiguration) {
    self.desk = desk
    self.outbox = outbox
    self.names = names
    session = Session(configuration)
    desk.open(session.interruption, session.history)
  }

  func run() -> Never {
    while true {
      let deadline = session.history.hasPending ? Monotonic.now + Self.restBeforeWriting : nil
      switch desk.next(until: deadline) {
      case .answer(let question): answer(question)
      case .run(let job): run(job)
      case .rest: session.history.flush()
      }
    }
  }

  private func run(_ job: Job) {
    switch job.work {
    case .execute(let request) where job.isAborted: abort(request, job.origin)
    case .execute(let request): execute(request, job.origin)
    case .kernelInfo: outbox.postAside(KernelAnswers.kernelInfo(to: job.origin))
    case .history(let request):
      let entries = request.entries(of: session.history)
      reply(HistoryReply(entries: entries, withOutput: request.wantsOutput), to: job.origin)
    }
  }

  private func reply(_ content: some MessageContent, to origin: Origin) {
    outbox.postAside(KernelAnswers.exchange(content, with: origin))
  }

  // MARK: Cells

  private func execute(_ request: ExecuteRequest, _ origin: Origin) {
    let started = Timestamp()
    var opening = [OutgoingMessage(publishing: Status.busy, for: origin)]
    if !request.cell.isSilent {
      let count = session.executionCount + (request.cell.storesHistory ? 1 : 0)
      let input = ExecuteInput(code: request.cell.code, executionCount: count)
      opening.append(OutgoingMessage(publishing: input, for: origin))
    }
    outbox.begin(origin, opening)

    current = (origin, request)
    let result = session.execute(request.cell, host: self)
    current = nil

    if let report = result.error {
      if !request.cell.isSilent {
        outbox.post([OutgoingMessage(publishing: ErrorOutput(failure: Failure(report)), for: origin)])
      }
      if request.stopsOnError { desk.abortWaitingExecutions() }
    }
    outbox.finish([
      OutgoingMessage(
        replying: ExecuteReply(outcome: .ran(result)), to: origin, metadata: Self.metadata(started: started)),
      OutgoingMessage(publishing: Status.idle, for: origin),
    ])
  }

  private func abort(_ request: ExecuteRequest, _ origin: Origin) {
    reply(ExecuteReply(outcome: .aborted(executionCount: session.executionCount)), to: origin)
  }

  /// Front ends show from it how long a cell ran.
  private static func metadata(started: Timestamp) -> Bytes {
    var writer = ObjectWriter(capacity: 48)
    writer.object { $0.member("started", started.text) }
    return writer.bytes
  }

  // MARK: Questions

  private func answer(_ question: Question) {
    switch question.subject {
    case .complete(let request):
      let completions = session.completions(in: request.code, at: request.cursor)
      reply(CompleteReply(completions: completions), to: question.origin)
    case .inspect(let request):
      let bundle = session.inspection(of: request.code, at: request.cursor, detail: request.detail)
      reply(InspectReply(bundle: bundle), to: question.origin)
    }
  }

  func serveQuestions() {
    while let question = desk.nextQuestion() { answer(question) }
  }

  // MARK: Outputs

  func emit(_ event: OutputEvent, of execution: ExecutionID) {
    guard let (origin, request) = current, !request.cell.isSilent else { return }
    switch event {
    case .stream(let stream, let text): outbox.write(text, to: stream, for: origin)
    case .display(let bundle, let id):
      post(DisplayData(bundle: bundle, id: id, isUpdate: false), origin)
    case .update(let id, let bundle):
      post(DisplayData(bundle: bundle, id: id, isUpdate: true), origin)
    case .clear(let waits): post(ClearOutput(waits: waits), origin)
    case .result(let bundle):
      post(ExecuteResult(bundle: bundle, executionCount: session.executionCount), origin)
    }
    while outbox.isFull {
      let hasRoom = outbox.waitForRoom { isInterrupted || desk.hasQuestion }
      if hasRoom || isInterrupted { return }
      serveQuestions()
    }
  }

  private func post(_ content: some MessageContent, _ origin: Origin) {
    outbox.post([OutgoingMessage(publishing: content, for: origin)])
  }

  private var isInterrupted: Bool { session.interruption.safepoint.pending.contains(.interrupt) }

  // MARK: Input

  func requestInput(
    prompt: String, isPassword: Bool, of execution: ExecutionID
  ) throws(InputError) -> String {
    guard let (origin, request) = current, request.allowsInput else { throw .unavailable }
    let messageID = names.next()
    desk.wantInput(messageID: messageID, identities: origin.identities)
    outbox.post([
      OutgoingMessage(
        channel: .stdin, route: origin.identities, type: "input_request", messageID: messageID,
        parent: origin.header.bytes,
        content: .json(InputRequest(prompt: prompt, isPassword: isPassword).bytes))
    ])
    while true {
      switch desk.waitForInput(interruptedBy: { isInterrupted }) {
      case .line(let line):
        if line == InputReply.endOfFile { throw .endOfFile }
        return line
      case .unreachable: throw .unavailable
      case .interrupted: throw .interrupted
      case .question: serveQuestions()
      }
    }
  }
}

/// The messages of requests that need no session, or whose answer is there already.
enum KernelAnswers {
  /// A reply with the statuses around it.
  static func exchange(_ content: some MessageContent, with origin: Origin) -> [OutgoingMessage] {
    around(origin, [OutgoingMessage(replying: content, to: origin)])
  }

  static func around(_ origin: Origin, _ messages: [OutgoingMessage]) -> [OutgoingMessage] {
    [OutgoingMessage(publishing: Status.busy, for: origin)] + messages
      + [OutgoingMessage(publishing: Status.idle, for: origin)]
  }

  static func kernelInfo(to origin: Origin) -> [OutgoingMessage] {
    around(
      origin,
      [
        OutgoingMessage(
          channel: origin.channel, route: origin.identities, type: "kernel_info_reply",
          parent: origin.header.bytes, content: .json(KernelInfoReply.content))
      ])
  }
}

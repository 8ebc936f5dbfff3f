import Base
import Glibc
import Session

/// The kernel: an I/O thread, which runs this and owns the sockets, and a compute thread, which owns the session.
final class Kernel {
  private let sockets: Sockets
  private let log: Log
  private let desk = Desk()
  private let outbox = Outbox()
  private let names = MessageNames()
  private let signals: SignalDescriptor
  private let parent: ParentWatch?
  private let crash = CrashReport.install()
  private var reader: MessageReader
  private var deliveries: Deliveries
  private var meter = ResourceMeter()
  private var mustRetryInterrupt = false
  private var isEnding = false

  /// How many messages of one socket are read before the others get their turn.
  private static let messagesPerTurn = 64

  /// Binds the sockets of a connection. To be made before any thread is started: they inherit which
  /// signals are kept from them.
  init(_ connection: inout ConnectionFile, log: Log) throws(TransportError) {
    self.log = log
    signals = SignalDescriptor()
    signal(SIGPIPE, SIG_IGN)
    parent = ParentWatch(environment: getenv("JPY_PARENT_PID").map { String(cString: $0) })
    sockets = try Sockets(&connection)
    let signer = Signer(key: connection.key, scheme: connection.scheme)
    reader = MessageReader(signer: signer)
    deliveries = Deliveries(sockets, Courier(signer: signer, names: names), outbox, desk, log)
  }

  /// Runs until the kernel is told to end, and ends the process.
  func run(_ configuration: SessionConfiguration) -> Never {
    let isStarted = startCompute(configuration) && sockets.startHeartbeat()
    guard isStarted else {
      log.error("the system grants no more threads")
      exit(EXIT_FAILURE)
    }
    outbox.postAside([OutgoingMessage(publishing: Status.starting, for: nil)])
    serve()
    end()
  }

  private func startCompute(_ configuration: SessionConfiguration) -> Bool {
    BackgroundThread.start(stackSizes: ComputeThread.stackSizes) { [desk, outbox, names] in
      ComputeThread(desk: desk, outbox: outbox, names: names, configuration: configuration).run()
    }
  }

  private func serve() {
    var poller = Poller()
    let shell = poller.add(sockets.shell)
    let control = poller.add(sockets.control)
    let stdin = poller.add(sockets.stdin)
    let iopub = poller.add(sockets.iopub)
    let wake = poller.add(descriptor: outbox.wake.descriptor)
    let signal = poller.add(descriptor: signals.descriptor)
    let crashed = poller.add(descriptor: crash.descriptor)
    let orphaned = parent?.descriptor.map { poller.add(descriptor: $0) }

    while !isEnding {
      deliveries.proceed()
      poller.wait(milliseconds: pause())
      if poller.isReady(crashed) { publishCrash() }
      if poller.isReady(iopub) { readSubscriptions() }
      // Before control, so that an interrupt sent after a cell finds it.
      if poller.isReady(shell) { read(sockets.shell, .shell) }
      if poller.isReady(control) { read(sockets.control, .control) }
      if poller.isReady(stdin) { readAnswers() }
      if poller.isReady(signal) { handleSignals() }
      if poller.isReady(wake) { outbox.wake.drain() }
      if let orphaned, poller.isReady(orphaned) { noteOrphaned() }
      if parent?.isGone == true { noteOrphaned() }
      if mustRetryInterrupt { deliverInterrupt() }
    }
  }

  /// How long the I/O thread may sleep, in milliseconds; nil while nothing is to be done by itself.
  private func pause() -> Int? {
    var pauses: [Int] = []
    if let deadline = deliveries.deadline {
      let now = Monotonic.now
      pauses.append(deadline > now ? Int((deadline - now) / 1_000_000) + 1 : 0)
    }
    if mustRetryInterrupt { pauses.append(1) }
    // A question may have come just before its cell could be asked to let it in.
    if desk.nudge() { pauses.append(5) }
    if let interval = parent?.interval { pauses.append(interval) }
    return pauses.min()
  }

  /// Ends the process once the last messages are delivered.
  private func end() -> Never {
    deliveries.finish()
    desk.history?.flush()
    sockets.close()
    // The compute thread may still be at work: nothing it uses may be torn down under it.
    _exit(EXIT_SUCCESS)
  }

  // MARK: Requests

  private func read(_ socket: Socket, _ channel: Channel) {
    for _ in 0..<Self.messagesPerTurn {
      guard let frames = socket.receive() else { return }
      guard let message = open(frames, from: channel) else { continue }
      deliveries.limitHold()
      let origin = Origin(
        channel: channel, identities: message.identities, header: message.header, arrival: Monotonic.now)
      log.debug("\(channel): \(message.header.type) \(message.header.messageID)")
      do {
        try handle(message, origin)
      } catch {
        log.warning("\(channel): \(error)")
        refuse(origin, "BadRequest", error.description)
      }
      if isEnding { return }
    }
  }

  /// A message whose signature fits; anything else is dropped.
  private func open(_ frames: [Bytes], from channel: Channel) -> IncomingMessage? {
    do {
      return try reader.read(frames)
    } catch {
      log.warning("\(channel): a message was dropped: \(error)")
      return nil
    }
  }

  private func handle(_ message: IncomingMessage, _ origin: Origin) throws(WireError) {
    if let subshell = message.header.subshell {
      return refuse(origin, "UnknownSubshell", "there is no subshell \"\(subshell)\"")
    }
    let content = try ContentReader(message)
    switch message.header.type {
    case "execute_request":
      desk.submit(Job(origin: origin, work: .execute(try ExecuteRequest(content))))
    case "complete_request": ask(.complete(try CompleteRequest(content)), origin)
    case "inspect_request": ask(.inspect(try InspectRequest(content)), origin)
    case "history_request":
      desk.submit(Job(origin: origin, work: .history(try HistoryRequest(content))))
    case "kernel_info_request":
      // On the shell it keeps its place behind the cells before it.
      if origin.channel == .shell && !desk.isFree {
        desk.submit(Job(origin: origin, work: .kernelInfo))
      } else {
        outbox.postAside(KernelAnswers.kernelInfo(to: origin))
      }
    case "is_complete_request":
      let request = try IsCompleteRequest(content)
      reply(IsCompleteReply(completeness: Session.completeness(of: request.code)), origin)
    case "comm_info_request": reply(CommInfoReply(), origin)
    case "comm_open":
      let comm = try CommOpen(content)
      log.info("a front end opened a comm for \"\(comm.target)\", which is not offered")
      outbox.postAside(
        KernelAnswers.around(origin, [OutgoingMessage(publishing: CommClose(id: comm.id), for: origin)]))
    case "comm_msg", "comm_close": outbox.postAside(KernelAnswers.around(origin, []))
    case "interrupt_request":
      interrupt()
      reply(InterruptReply(), origin)
    case "shutdown_request": shutDown(try ShutdownRequest(content), origin)
    case "usage_request": reply(UsageReply(usage: meter.look()), origin)
    case let type:
      log.warning("\(origin.channel): a request of unknown type \"\(type)\"")
      outbox.postAside(KernelAnswers.around(origin, []))
    }
  }

  private func reply(_ content: some MessageContent, _ origin: Origin) {
    outbox.postAside(KernelAnswers.exchange(content, with: origin))
  }

  private func refuse(_ origin: Origin, _ name: String, _ problem: String) {
    reply(FailureReply(to: origin.header.type, name: name, message: problem), origin)
  }

  private func ask(_ subject: Question.Subject, _ origin: Origin) {
    desk.ask(Question(origin: origin, subject: subject))
    outbox.notify()
  }

  private func shutDown(_ request: ShutdownRequest, _ origin: Origin) {
    let reply = ShutdownReply(restarts: request.restarts)
    outbox.postAside(
      KernelAnswers.around(
        origin,
        [
          OutgoingMessage(replying: reply, to: origin),
          OutgoingMessage(publishing: reply, for: origin),
        ]))
    isEnding = true
  }

  // MARK: Interrupts and signals

  private func interrupt() {
    desk.interrupt()
    deliverInterrupt()
  }

  private func deliverInterrupt() {
    mustRetryInterrupt = desk.deliverInterrupt()
    outbox.notify()
  }

  private func handleSignals() {
    for signal in signals.take() {
      switch signal {
      case SIGINT: interrupt()
      default:
        log.info("ended by SIGTERM")
        isEnding = true
      }
    }
  }

  private func noteOrphaned() {
    log.info("the process that started the kernel is gone")
    isEnding = true
  }

  private func publishCrash() {
    guard let cause = crash.takeCause() else { return }
    let failure = Failure(name: "KernelCrash", message: cause, traceback: [cause])
    outbox.postAside([OutgoingMessage(publishing: ErrorOutput(failure: failure), for: outbox.running)])
    deliveries.finish()
    crash.acknowledge()
  }

  // MARK: Other sockets

  private func readSubscriptions() {
    while let frames = sockets.iopub.receive() {
      guard let frame = frames.first, frame.first == 1 else { continue }
      deliveries.welcome(Array(frame.dropFirst()))
    }
  }

  private func readAnswers() {
    while let frames = sockets.stdin.receive() {
      guard let message = open(frames, from: .stdin) else { continue }
      guard message.header.type == "input_reply" else {
        log.warning("stdin: a message of unknown type \"\(message.header.type)\"")
        continue
      }
      do {
        let reply = try InputReply(ContentReader(message))
        if !desk.give(reply.value, from: message.identities, answering: message.parentID) {
          log.info("stdin: a line that nobody asked for was dropped")
        }
      } catch {
        log.warning("stdin: \(error)")
      }
    }
  }
}

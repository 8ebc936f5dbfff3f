import CZeroMQ
import Session

/// The I/O thread's half of the way out: takes messages from the outbox and gives them to the sockets.
struct Deliveries {
  private let sockets: Sockets
  private let courier: Courier
  private let outbox: Outbox
  private let desk: Desk
  private let log: Log

  private var backlog = Queue<OutgoingMessage>()
  /// The frames of the backlog's first message, kept while no socket takes them.
  private var firstFrames: [Bytes]?
  /// What was published before anybody listened; nil once somebody does or nobody came in time.
  private var held: Queue<OutgoingMessage>? = Queue()
  private var holdDeadline: UInt64?
  private var stalledSince: UInt64?
  /// A question whose front end is not connected yet.
  private var unasked: (message: OutgoingMessage, deadline: UInt64)?
  private var textDeadline: UInt64?

  private static let holdTime = Monotonic.milliseconds(1000)
  private static let stallTime = Monotonic.milliseconds(10_000)
  private static let stallPause = Monotonic.milliseconds(2)
  private static let askTime = Monotonic.milliseconds(2000)
  private static let askPause = Monotonic.milliseconds(20)

  init(_ sockets: Sockets, _ courier: Courier, _ outbox: Outbox, _ desk: Desk, _ log: Log) {
    self.sockets = sockets
    self.courier = courier
    self.outbox = outbox
    self.desk = desk
    self.log = log
  }

  /// When something has to be done although nothing comes.
  var deadline: UInt64? {
    let now = Monotonic.now
    let stalled = stalledSince.map { _ in now + Self.stallPause }
    let asking = unasked.map { _ in now + Self.askPause }
    return [textDeadline, holdDeadline, stalled, asking].compactMap { $0 }.min()
  }

  /// A request came: from now on subscribers are waited for only a moment longer.
  mutating func limitHold() {
    if held != nil && holdDeadline == nil { holdDeadline = Monotonic.now + Self.holdTime }
  }

  /// Greets a new subscriber; the first one also gets what was published before.
  mutating func welcome(_ subscription: Bytes) {
    let welcome = SubscriberWelcome(subscription: String(decoding: subscription, as: UTF8.self))
    var message = OutgoingMessage(publishing: welcome, for: nil)
    message.route = [subscription]
    _ = sockets.iopub.send(courier.frames(of: message))
    releaseHeld()
  }

  /// Sends everything that the sockets take.
  mutating func proceed(sealingText: Bool = false) {
    let fetched = outbox.take(sealingText: sealingText)
    textDeadline = fetched.deadline
    var released = 0
    for message in fetched.messages {
      // Answers about the kernel itself do not wait behind outputs that somebody does not read.
      if stalledSince != nil, message.channel == .control || message.channel == .stdin {
        released += message.weight
        deliver(message)
      } else {
        backlog.append(message)
      }
    }
    if let holdDeadline, Monotonic.now >= holdDeadline { releaseHeld() }
    retryAsking()
    while let message = backlog.first {
      if message.channel == .iopub, held != nil {
        held?.append(message)
      } else {
        guard deliverFirst(message) else { break }
        released += message.weight
      }
      _ = backlog.popFirst()
    }
    if released > 0 { outbox.release(released) }
  }

  /// Sends what is left without waiting for anybody; the kernel ends.
  mutating func finish() {
    releaseHeld()
    proceed(sealingText: true)
    while let message = backlog.popFirst() { deliver(message) }
  }

  // MARK: Inside

  private mutating func releaseHeld() {
    guard var messages = held else { return }
    held = nil
    holdDeadline = nil
    var released = 0
    var rest = Queue<OutgoingMessage>()
    while let message = messages.popFirst() {
      if rest.isEmpty, case .sent = sockets.iopub.send(courier.frames(of: message)) {
        released += message.weight
      } else {
        rest.append(message)
      }
    }
    if !rest.isEmpty {
      while let message = backlog.popFirst() { rest.append(message) }
      backlog = rest
    }
    if released > 0 { outbox.release(released) }
  }

  /// False when a subscriber's queue is full and the message has to wait.
  private mutating func deliverFirst(_ message: OutgoingMessage) -> Bool {
    guard message.channel == .iopub else {
      deliver(message)
      return true
    }
    let frames = firstFrames ?? courier.frames(of: message)
    guard case .full = sockets.iopub.send(frames) else {
      firstFrames = nil
      stalledSince = nil
      return true
    }
    let now = Monotonic.now
    let since = stalledSince ?? now
    stalledSince = since
    firstFrames = frames
    guard now - since >= Self.stallTime else { return false }
    // One message that may be dropped takes the full queue out of the round until its owner reads again.
    sockets.iopub.set(ZMQ_XPUB_NODROP, 0)
    _ = sockets.iopub.send(frames)
    sockets.iopub.set(ZMQ_XPUB_NODROP, 1)
    log.error("a front end has not read its outputs for 10 s; it misses some, so that the others go on")
    firstFrames = nil
    stalledSince = nil
    return true
  }

  private mutating func deliver(_ message: OutgoingMessage) {
    let frames = courier.frames(of: message)
    switch message.channel {
    case .shell: report(sockets.shell.send(frames), message)
    case .control: report(sockets.control.send(frames), message)
    case .iopub: report(sockets.iopub.send(frames), message)
    case .stdin:
      if case .unroutable = sockets.stdin.send(frames) {
        unasked = (message, Monotonic.now + Self.askTime)
      }
    }
  }

  private func report(_ outcome: Socket.SendOutcome, _ message: OutgoingMessage) {
    switch outcome {
    case .sent: break
    case .full: log.warning("\(message.type) was dropped: the queue is full")
    case .unroutable: log.warning("\(message.type) was dropped: its receiver is gone")
    case .failed(let problem): log.error("\(message.type) could not be sent: \(problem)")
    }
  }

  private mutating func retryAsking() {
    guard let (message, deadline) = unasked else { return }
    guard case .unroutable = sockets.stdin.send(courier.frames(of: message)) else {
      unasked = nil
      return
    }
    guard Monotonic.now >= deadline else { return }
    unasked = nil
    desk.inputIsUnreachable()
  }
}

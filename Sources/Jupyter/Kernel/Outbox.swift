import Session

/// What is to be sent and has not been, in order. The compute thread fills it, the I/O thread empties it.
///
/// Printed text is gathered here: a message goes out when 64 KiB are together, when another output or the
/// end of the cell follows, or a moment after the first text came; later ones at most every 50 ms.
final class Outbox: Sendable {
  private struct State {
    var messages: [OutgoingMessage] = []
    /// Of everything that no socket has taken yet, including what the I/O thread has fetched.
    var weight = 0
    var text: Bytes = []
    var textStream = Stream.stdout
    var textParent = Origin.noParent
    /// When the text is to leave at the latest; nil without text.
    var textDeadline: UInt64?
    var lastTextTime: UInt64 = 0
    /// The I/O thread knows already that there is something to fetch.
    var isSignalled = false
    var isWaitedFor = false
    /// The cell that runs now.
    var running: Origin?
  }

  /// What the I/O thread polls.
  let wake = EventDescriptor()
  private let state = Monitor(State())

  private static let textLimit = 64 << 10
  private static let firstTextDelay = Monotonic.milliseconds(2)
  private static let textInterval = Monotonic.milliseconds(50)
  private static let weightLimit = 8 << 20

  // MARK: The compute thread's side

  /// A cell starts: says so, and that its code is what runs.
  func begin(_ origin: Origin, _ messages: [OutgoingMessage]) {
    append(messages, sealingText: true) { $0.running = origin }
  }

  /// Outputs of the running cell.
  func post(_ messages: [OutgoingMessage]) { append(messages, sealingText: true) { _ in } }

  /// The cell ended.
  func finish(_ messages: [OutgoingMessage]) {
    append(messages, sealingText: true) { $0.running = nil }
  }

  /// Printed text of the running cell.
  func write(_ text: String, to stream: Stream, for origin: Origin) {
    guard !text.isEmpty else { return }
    var text = text
    let mustSignal = state.withLock { state in
      if state.textStream != stream { Self.seal(&state) }
      if state.text.isEmpty {
        state.textStream = stream
        state.textParent = origin.header.bytes
      }
      text.withUTF8 { Self.append($0, to: &state) }
      var mustWake = !state.messages.isEmpty
      if !state.text.isEmpty, state.textDeadline == nil {
        state.textDeadline = max(Monotonic.now + Self.firstTextDelay, state.lastTextTime + Self.textInterval)
        mustWake = true
      }
      return mustWake && Self.signal(&state)
    }
    if mustSignal { wake.signal() }
  }

  var isFull: Bool { state.withLock { $0.weight > Self.weightLimit } }

  /// Waits until half of the limit is free or `givesUp` says so; whether there is room.
  func waitForRoom(unless givesUp: () -> Bool) -> Bool {
    let hasRoom = state.wait { state -> Bool? in
      if state.weight <= Self.weightLimit / 2 { return true }
      state.isWaitedFor = true
      return givesUp() ? false : nil
    }
    return hasRoom ?? true
  }

  // MARK: For any thread

  /// Answers to a request beside the running cell.
  ///
  /// Front ends take the latest status for the kernel's own: after an `idle` that is about this request
  /// alone, one without a parent says that the kernel is still at work.
  func postAside(_ messages: [OutgoingMessage]) {
    append(messages, sealingText: false) { state in
      if state.running != nil {
        state.messages.append(OutgoingMessage(publishing: Status.busy, for: nil))
      }
    }
  }

  /// Makes a thread that waits for room look whether it should give up.
  func notify() { state.notify() }

  /// The request whose cell runs now.
  var running: Origin? { state.withLock { $0.running } }

  // MARK: The I/O thread's side

  /// Everything that can be sent now, and when to come back for text.
  func take(sealingText: Bool = false) -> (messages: [OutgoingMessage], deadline: UInt64?) {
    state.withLock { state in
      state.isSignalled = false
      if let deadline = state.textDeadline, sealingText || Monotonic.now >= deadline { Self.seal(&state) }
      var messages: [OutgoingMessage] = []
      swap(&messages, &state.messages)
      return (messages, state.textDeadline)
    }
  }

  /// Sockets have taken messages of this weight.
  func release(_ weight: Int) {
    let mustNotify = state.withLock { state in
      state.weight -= weight
      guard state.isWaitedFor && state.weight <= Self.weightLimit / 2 else { return false }
      state.isWaitedFor = false
      return true
    }
    if mustNotify { state.notify() }
  }

  // MARK: Inside

  private func append(
    _ messages: [OutgoingMessage], sealingText: Bool, _ change: (inout State) -> Void
  ) {
    let mustSignal = state.withLock { state in
      if sealingText { Self.seal(&state) }
      for message in messages { state.weight += message.weight }
      state.messages.append(contentsOf: messages)
      let before = state.messages.count
      change(&state)
      for message in state.messages[before...] { state.weight += message.weight }
      return Self.signal(&state)
    }
    if mustSignal { wake.signal() }
  }

  /// Whether the I/O thread has to be woken.
  private static func signal(_ state: inout State) -> Bool {
    defer { state.isSignalled = true }
    return !state.isSignalled
  }

  /// Appends text and seals every full message, never inside of a character's bytes.
  private static func append(_ text: UnsafeBufferPointer<UInt8>, to state: inout State) {
    var rest = text[...]
    while state.text.count + rest.count >= textLimit {
      var cut = min(textLimit - state.text.count, rest.count)
      while cut > 0, cut < rest.count, rest[rest.startIndex + cut] & 0xC0 == 0x80 { cut -= 1 }
      state.text.append(contentsOf: rest.prefix(cut))
      rest = rest.dropFirst(cut)
      seal(&state)
    }
    state.text.append(contentsOf: rest)
  }

  private static func seal(_ state: inout State) {
    guard !state.text.isEmpty else { return }
    let message = OutgoingMessage(
      channel: .iopub, type: "stream", parent: state.textParent,
      content: .stream(state.textStream, state.text))
    state.text = []
    state.textDeadline = nil
    state.lastTextTime = Monotonic.now
    state.weight += message.weight
    state.messages.append(message)
  }
}

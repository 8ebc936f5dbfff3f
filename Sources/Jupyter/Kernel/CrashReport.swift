import Glibc

/// Says why the process dies when a bug or a library brings it down: on stderr, and to the front ends.
///
/// A signal handler may hardly do anything, so all that it needs is made beforehand: it writes a ready
/// text, wakes the I/O thread, waits a moment for it to publish the error, and lets the signal have its way.
struct CrashReport {
  private static let causes: [(signal: Int32, text: String)] = [
    (SIGSEGV, "the kernel crashed: it used memory that is not there (SIGSEGV)"),
    (SIGBUS, "the kernel crashed: it used memory that is not there (SIGBUS)"),
    (SIGILL, "the kernel crashed: an assumption inside it was wrong (SIGILL)"),
    (SIGTRAP, "the kernel crashed: an assumption inside it was wrong (SIGTRAP)"),
    (SIGFPE, "the kernel crashed: a forbidden arithmetic operation (SIGFPE)"),
    (SIGABRT, "the kernel crashed: a library gave up (SIGABRT)"),
  ]

  private let event: EventDescriptor

  var descriptor: Int32 { event.descriptor }

  /// Installs the handlers; for the I/O thread, once.
  static func install() -> CrashReport {
    let report = CrashReport(event: EventDescriptor())
    for (signal, text) in causes {
      guard 0..<CrashMemory.count ~= Int(signal) else { continue }
      let line = Bytes("cnn-kernel: \(text)\n".utf8)
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: line.count)
      _ = copy.initialize(from: line)
      crashMemory.lines[Int(signal)] = UnsafeRawBufferPointer(copy)
    }
    crashMemory.event.pointee = report.descriptor
    crashMemory.observer.pointee = pthread_self()
    prepareThread()
    for (signal, _) in causes {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = handleCrash
      action.sa_flags = SA_ONSTACK | Int32(bitPattern: UInt32(SA_RESETHAND))
      sigaction(signal, &action, nil)
    }
    return report
  }

  /// Gives the calling thread a stack for the handler, so that running out of stack is reported too.
  static func prepareThread() {
    let size = 64 << 10
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    sigaltstack(&stack, nil)
  }

  /// What happened, once the event is signalled.
  func takeCause() -> String? {
    let signal = event.drain()
    return Self.causes.first { $0.signal == Int32(truncatingIfNeeded: signal) }?.text
  }

  /// The front ends know.
  func acknowledge() { crashMemory.isPublished.pointee = 1 }
}

/// What the handler uses: fixed memory that exists before any signal comes.
private struct CrashMemory: @unchecked Sendable {
  static let count = 65

  let lines = UnsafeMutableBufferPointer<UnsafeRawBufferPointer>.allocate(capacity: count)
  let event = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  let observer = UnsafeMutablePointer<pthread_t>.allocate(capacity: 1)
  let isPublished = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

  init() {
    lines.initialize(repeating: UnsafeRawBufferPointer(start: nil, count: 0))
    event.initialize(to: -1)
    observer.initialize(to: pthread_t())
    isPublished.initialize(to: 0)
  }
}

private let crashMemory = CrashMemory()

private let handleCrash: @convention(c) (Int32) -> Void = { signal in
  let line = crashMemory.lines[Int(signal)]
  _ = write(STDERR_FILENO, line.baseAddress, line.count)
  if pthread_equal(pthread_self(), crashMemory.observer.pointee) == 0 {
    var value = UInt64(signal)
    _ = write(crashMemory.event.pointee, &value, MemoryLayout<UInt64>.size)
    var rounds = 0
    while rounds < 1000 && crashMemory.isPublished.pointee == 0 {
      usleep(1000)
      rounds += 1
    }
    // Published means handed to ZeroMQ's own thread; give that one a moment too.
    usleep(100_000)
  }
  // The default action is back in place: a trap comes again when this returns, an abort goes on by itself.
  raise(signal)
}

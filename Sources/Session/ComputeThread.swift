import Glibc

/// The thread a session lives on: it has a large stack, so that deep but finite recursion in the language
/// and in the parser ends in a message and not in a crash.
package struct ComputeThread: Sendable {
  /// Address space only; memory is used as the stack grows into it.
  package static let stackSize = 512 << 20

  private let thread: pthread_t

  /// Starts `body` on a new thread. Signals are handled by whoever blocked them: the thread inherits the
  /// mask of the thread that makes it.
  package init(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    precondition(pthread_attr_init(&attributes) == 0, "pthread_attr_init failed")
    defer { pthread_attr_destroy(&attributes) }
    let argument = Unmanaged.passRetained(Start(body: body))
    var thread = pthread_t()
    // A limit on address space (ulimit -v, some containers) may forbid the whole size.
    var size = Self.stackSize
    while true {
      pthread_attr_setstacksize(&attributes, size)
      let failure = pthread_create(
        &thread, &attributes,
        { argument in
          guard let argument else { return nil }
          Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
          return nil
        }, argument.toOpaque())
      if failure == 0 { break }
      size /= 2
      precondition(size >= 1 << 20, "the system gives no thread to compute on (error \(failure))")
    }
    self.thread = thread
  }

  /// Waits until the thread has ended. To be called once, from another thread.
  package func join() { pthread_join(thread, nil) }

  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

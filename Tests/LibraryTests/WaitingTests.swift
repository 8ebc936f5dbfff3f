import Base
import Glibc
import Library
import Script
import Testing

@Suite("Long work can be interrupted", .serialized)
struct WaitingTests {
  @Test(
    "within a moment, and the next cell works",
    arguments: [
      "sleep(60)", "(0..<1_000_000_000).sum()", "(0..<1_000_000_000).count { $0 > 3 }",
      "Array(repeating: 1.5, count: 3_000_000).sorted { $0 < $1 }",
      "(0..<1_000_000_000).forEach { $0 }", "time(repetitions: 1_000_000_000) { 1 }",
      "fit(Sequential(Dense(64), Dense(2)), (rand(640, 32), randint(0, 2, 640)), epochs: 1_000_000)",
      "gradient(at: 1.0) { x in\n while true { x * 2 }\n x }",
    ])
  func interrupt(_ code: String) {
    let sandbox = Sandbox()
    let safepoint = sandbox.safepoint
    let asked = Atomic64()
    let thread = Watch {
      usleep(150_000)
      asked.value = Clock64.nanoseconds()
      safepoint.raise(.interrupt)
    }
    let answer = sandbox.run(code)
    let waited = Clock64.nanoseconds() - asked.value
    thread.join()
    #expect(answer.hasPrefix("Interrupted"))
    #expect(waited < 1_000_000_000)
    #expect(sandbox.run("1 + 1") == "2")
  }
}

/// A number shared with one other thread, which is joined before it is read again.
final class Atomic64: @unchecked Sendable { var value: Int64 = 0 }

enum Clock64 {
  static func nanoseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}

/// A thread that runs one closure.
struct Watch {
  private var thread = pthread_t()

  init(_ body: @escaping @Sendable () -> Void) {
    final class Box {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let argument = Unmanaged.passRetained(Box(body))
    pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, argument.toOpaque())
  }

  func join() { pthread_join(thread, nil) }
}

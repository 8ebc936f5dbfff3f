import Foundation
import Session

/// The one thread on which tests run sessions: with the stack of the real one, and the only one that calls
/// the engine.
final class SessionThread: Sendable {
  static let shared = SessionThread()

  private let jobs = JobQueue()

  private init() {
    let jobs = jobs
    _ = ComputeThread { while true { jobs.next()() } }
  }

  /// Runs the work there and waits for what it returns.
  func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Result {
    let box = Box<Result>()
    let done = DispatchSemaphore(value: 0)
    jobs.add {
      box.value = work()
      done.signal()
    }
    done.wait()
    guard let value = box.value else { preconditionFailure("the work was not done") }
    return value
  }

  /// Written by the one thread before the semaphore is raised, read by the other after it.
  private final class Box<Value>: @unchecked Sendable { var value: Value? }

  private final class JobQueue: @unchecked Sendable {
    private let lock = NSLock()
    private let waiting = DispatchSemaphore(value: 0)
    private var jobs: [@Sendable () -> Void] = []

    func add(_ job: @escaping @Sendable () -> Void) {
      lock.withLock { jobs.append(job) }
      waiting.signal()
    }

    func next() -> @Sendable () -> Void {
      waiting.wait()
      return lock.withLock { jobs.removeFirst() }
    }
  }
}

/// Calls something once, after some time, unless it is cancelled before.
struct Timer {
  private let item: DispatchWorkItem

  init(seconds: Double, _ action: @escaping @Sendable () -> Void) {
    item = DispatchWorkItem(block: action)
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: item)
  }

  func cancel() { item.cancel() }
}

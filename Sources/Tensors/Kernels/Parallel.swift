import CKernels
import Synchronization

/// Work spread over the calling thread's team: the only place where loops of the engine become parallel.
enum Parallel {
  /// Calls `body` with parts of `0..<count`, none smaller than `grain`, and joins what the parts found.
  ///
  /// The parts of a small count run as one, on this thread, because waking the team takes some microseconds.
  @discardableResult
  static func run(_ count: Int, grain: Int, _ body: (Range<Int>) -> Int32) -> Int32 {
    let threads = min(Processor.threadCount, count / max(1, grain))
    guard threads > 1 else { return count > 0 ? body(0..<count) : 0 }
    ComputeThread.current.startTeam()
    return withoutActuallyEscaping(body) { body in
      let job = Job(body)
      cnn_parallel(Int32(threads), count, Unmanaged.passUnretained(job).toOpaque()) { context, begin, end in
        let job = Unmanaged<Job>.fromOpaque(context).takeUnretainedValue()
        job.found.bitwiseOr(job.body(begin..<end), ordering: .relaxed)
      }
      return withExtendedLifetime(job) { job.found.load(ordering: .relaxed) }
    }
  }

  private final class Job {
    let body: (Range<Int>) -> Int32
    let found = Atomic<Int32>(0)
    init(_ body: @escaping (Range<Int>) -> Int32) { self.body = body }
  }
}

import CKernels
import Glibc

/// How much of the machine the engine uses.
public enum Processor {
  /// The threads that computations are spread over: the processors this process may run on, but no more than
  /// the control group's quota pays for. A team larger than the quota is put to sleep in the middle of its work, which costs
  /// tens of times what it gains.
  public static let threadCount: Int = {
    let allowed = Int(cnn_allowed_processors())
    guard let quota = quota() else { return max(1, allowed) }
    return max(1, min(allowed, quota))
  }()

  /// The instruction set of the engine's own loops, for logs: "baseline", "avx2" or "avx512".
  public static var instructionSet: String { String(cString: cnn_kernels().pointee.name) }

  /// The processors' worth of time that the control group grants, rounded up.
  private static func quota() -> Int? {
    if let numbers = numbers(in: "/sys/fs/cgroup/cpu.max"), numbers.count == 2 {
      return rounded(numbers[0], per: numbers[1])
    }
    if let quota = numbers(in: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")?.first,
      let period = numbers(in: "/sys/fs/cgroup/cpu/cpu.cfs_period_us")?.first
    {
      return rounded(quota, per: period)
    }
    return nil
  }

  private static func rounded(_ quota: Int, per period: Int) -> Int? {
    guard quota > 0, period > 0 else { return nil }
    return quota / period + (quota % period > 0 ? 1 : 0)
  }

  /// The whole numbers of a small file; words such as "max" are left out.
  private static func numbers(in path: String) -> [Int]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let text = [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
      count = max(0, read(file, buffer.baseAddress, buffer.count))
    }
    return String(decoding: text, as: UTF8.self).split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
  }
}

import Glibc
import Synchronization

/// What the error of a refused allocation says.
public struct MemoryError: PlainError {
  public let message: String
  public var kind: ErrorKind { .memory }

  public init(_ message: String) {
    self.message = message
  }
}

/// The count of memory that tensors and other large values take.
///
/// Linux hands out more memory than it has and ends the process later, and Swift's own allocation cannot
/// fail gently; so large allocations are counted here and refused before they are made. The limit is 80 % of what the
/// machine has to give when it is first asked for: the free memory, or what the control group leaves.
public enum MemoryBudget {
  private static let counter = Atomic<Int>(0)
  private static let ceiling = Atomic<Int>(available() / 10 * 8)

  /// How many bytes may be in use at once.
  public static var limit: Int { ceiling.load(ordering: .relaxed) }

  /// How many bytes are in use.
  public static var used: Int { counter.load(ordering: .relaxed) }

  /// Sets the limit, for example from a command line.
  public static func configure(limit: Int) {
    ceiling.store(max(0, limit), ordering: .relaxed)
  }

  /// Counts an allocation that is about to be made.
  ///
  /// - Parameters:
  ///   - bytes: Its size.
  ///   - purpose: What it is for, in the user's terms: "a float32 tensor of shape (3, 4)".
  /// - Throws: `MemoryError` when it would pass the limit; nothing is counted then.
  public static func reserve(
    _ bytes: Int, for purpose: @autoclosure () -> String = "this value"
  ) throws(MemoryError) {
    let limit = self.limit
    let before = used
    // What is far too large is not even counted for the moment, so that the counter cannot overflow.
    if bytes >= 0, bytes <= limit {
      let (_, new) = counter.add(bytes, ordering: .relaxed)
      if new <= limit || exemptions.load(ordering: .relaxed) > 0 { return }
      counter.subtract(bytes, ordering: .relaxed)
    }
    if bytes >= 0, bytes <= limit, relieved() { return try reserve(bytes, for: purpose()) }
    throw MemoryError(
      "There is not enough memory for \(purpose()): it needs \(text(bytes)), "
        + "\(text(max(0, before))) of the \(text(limit)) that may be used are taken.")
  }

  private static let relief = Mutex<(@Sendable () -> Bool)?>(nil)
  private static let isRelieving = Atomic<Bool>(false)

  /// Says what gives memory back that could be done without; true when it gave some.
  public static func whenShort(_ relieve: @escaping @Sendable () -> Bool) {
    relief.withLock { $0 = relieve }
  }

  private static func relieved() -> Bool {
    guard !isRelieving.exchange(true, ordering: .acquiringAndReleasing) else { return false }
    defer { isRelieving.store(false, ordering: .releasing) }
    return relief.withLock { $0 }?() ?? false
  }

  private static let exemptions = Atomic<Int>(0)

  /// Refuses nothing that fits the limit by itself while `body` runs: for small steps that must not fail because what
  /// they need was promised earlier.
  public static func exempting<Result>(_ body: () throws -> Result) rethrows -> Result {
    exemptions.add(1, ordering: .relaxed)
    defer { exemptions.subtract(1, ordering: .relaxed) }
    return try body()
  }

  /// Throws what `reserve` would throw for `count` things of `size` bytes, without counting them: for working
  /// memory that Swift's own arrays take and give back within one operation.
  public static func require(
    _ count: Int, of size: Int, for purpose: @autoclosure () -> String = "this value"
  ) throws(MemoryError) {
    let (bytes, overflow) = max(0, count).multipliedReportingOverflow(by: size)
    try reserve(overflow ? Int.max : bytes, for: purpose())
    release(bytes)
  }

  /// Takes an allocation's bytes back.
  public static func release(_ bytes: Int) {
    counter.subtract(bytes, ordering: .relaxed)
  }

  /// A size as people read it: "512 bytes", "1.5 GB".
  public static func text(_ bytes: Int) -> String {
    guard bytes >= 1000 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
    var value = Double(bytes)
    var unit = ""
    for name in ["kB", "MB", "GB", "TB", "PB", "EB"] where value >= 999.5 || unit.isEmpty {
      value /= 1000
      unit = name
    }
    let tenths = (value * 10).rounded()
    return tenths >= 1000 || tenths.truncatingRemainder(dividingBy: 10) == 0
      ? "\(Int(value.rounded())) \(unit)" : "\(tenths / 10) \(unit)"
  }

  // MARK: What the machine has

  private static func available() -> Int {
    var bytes = memoryInfo() ?? 4_000_000_000
    for (limitFile, usageFile) in [
      ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
      ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ] {
      // "max" and absent files mean no limit.
      guard let limit = contents(of: limitFile).flatMap(leadingNumber) else { continue }
      let usage = contents(of: usageFile).flatMap(leadingNumber) ?? 0
      bytes = min(bytes, max(0, limit - usage))
    }
    return bytes
  }

  private static func memoryInfo() -> Int? {
    guard let text = contents(of: "/proc/meminfo") else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      return leadingNumber(String(line.dropFirst("MemAvailable:".count))).map { $0 * 1024 }
    }
    return nil
  }

  private static func leadingNumber(_ text: String) -> Int? {
    Int(text.drop { $0 == " " || $0 == "\t" }.prefix { $0.isNumber })
  }

  private static func contents(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let text = [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
      count = max(0, read(file, buffer.baseAddress, buffer.count))
    }
    return String(decoding: text, as: UTF8.self)
  }
}

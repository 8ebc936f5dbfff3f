import Glibc

/// What the process and the machine use at a moment.
struct ResourceUsage {
  let hostName: String
  /// Of one processor, since the last look; above 100 with several at work.
  let processorPercent: Double
  let residentBytes: Int
  let totalBytes: Int
  let availableBytes: Int
  let processorCount: Int

  var memoryPercent: Double {
    totalBytes > 0 ? Double((totalBytes - availableBytes) * 1000 / totalBytes) / 10 : 0
  }
}

/// Measures how much the process uses between two looks.
struct ResourceMeter {
  private var lastLook = Monotonic.now
  private var lastProcessorTime = Self.processorTime()

  mutating func look() -> ResourceUsage {
    let now = Monotonic.now
    let processorTime = Self.processorTime()
    let elapsed = max(now - lastLook, 1)
    let percent = Double(processorTime &- lastProcessorTime) / Double(elapsed) * 100
    lastLook = now
    lastProcessorTime = processorTime

    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let pages = SmallFile.read("/proc/self/statm")?.split(separator: " ").dropFirst().first.flatMap {
      Int($0)
    }
    let memory = SmallFile.read("/proc/meminfo") ?? ""
    return ResourceUsage(
      hostName: String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
      processorPercent: (percent * 10).rounded() / 10,
      residentBytes: (pages ?? 0) * sysconf(Int32(_SC_PAGESIZE)),
      totalBytes: Self.kilobytes("MemTotal", in: memory) * 1024,
      availableBytes: Self.kilobytes("MemAvailable", in: memory) * 1024,
      processorCount: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// Nanoseconds that all threads worked.
  private static func processorTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  private static func kilobytes(_ name: String, in text: String) -> Int {
    for line in text.split(separator: "\n") where line.hasPrefix("\(name):") {
      return line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
    return 0
  }
}

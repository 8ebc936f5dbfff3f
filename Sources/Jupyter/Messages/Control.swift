import Base
import Glibc

struct InterruptReply: MessageContent {
  var type: String { "interrupt_reply" }

  func write(to writer: inout ObjectWriter) { writer.member("status", "ok") }
}

/// The kernel is to end; with `restarts` another one follows.
struct ShutdownRequest {
  let restarts: Bool

  init(_ content: ContentReader) throws(WireError) { restarts = try content.flag("restart", default: false) }
}

struct ShutdownReply: MessageContent {
  let restarts: Bool

  var type: String { "shutdown_reply" }

  func write(to writer: inout ObjectWriter) {
    writer.member("status", "ok")
    writer.member("restart", restarts)
  }
}

/// What the kernel uses of the machine.
struct UsageReply: MessageContent {
  let usage: ResourceUsage

  var type: String { "usage_reply" }

  func write(to writer: inout ObjectWriter) {
    writer.member("hostname", usage.hostName)
    writer.member("pid", Int(getpid()))
    writer.member("kernel_cpu", JSON(usage.processorPercent))
    writer.member("kernel_memory", usage.residentBytes)
    writer.member("cpu_count", usage.processorCount)
    writer.object("host_virtual_memory") {
      $0.member("total", usage.totalBytes)
      $0.member("available", usage.availableBytes)
      $0.member("used", usage.totalBytes - usage.availableBytes)
      $0.member("percent", JSON(usage.memoryPercent))
    }
  }
}

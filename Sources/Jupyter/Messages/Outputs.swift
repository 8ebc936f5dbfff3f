import Base
import Display
import Session

/// Whether the kernel works on a request.
enum Status: String, MessageContent {
  case starting, busy, idle

  var type: String { "status" }

  func write(to writer: inout ObjectWriter) { writer.member("execution_state", rawValue) }

  private static let allBytes: [Status: Bytes] = Dictionary(
    uniqueKeysWithValues: [Status.starting, .busy, .idle].map { status in
      var writer = ObjectWriter()
      writer.object { status.write(to: &$0) }
      return (status, writer.bytes)
    })

  /// Sent twice for every request, so kept ready.
  var bytes: Bytes { Self.allBytes[self] ?? [] }
}

/// A value shown while a cell runs.
struct DisplayData: MessageContent {
  let bundle: MIMEBundle
  let id: DisplayID?
  /// Whether it takes the place of what was shown under the same id.
  let isUpdate: Bool

  var type: String { isUpdate ? "update_display_data" : "display_data" }

  func write(to writer: inout ObjectWriter) {
    writer.bundle(bundle)
    writer.object("transient") { if let id { $0.member("display_id", id.rawValue) } }
  }
}

/// The value of a cell's last expression.
struct ExecuteResult: MessageContent {
  let bundle: MIMEBundle
  let executionCount: Int

  var type: String { "execute_result" }

  func write(to writer: inout ObjectWriter) {
    writer.member("execution_count", executionCount)
    writer.bundle(bundle)
  }
}

/// Outputs so far are to go; with `waits` only when the next one comes.
struct ClearOutput: MessageContent {
  let waits: Bool

  var type: String { "clear_output" }

  func write(to writer: inout ObjectWriter) { writer.member("wait", waits) }
}

/// The error a cell ended with.
struct ErrorOutput: MessageContent {
  let failure: Failure

  var type: String { "error" }

  func write(to writer: inout ObjectWriter) { failure.write(to: &writer, withStatus: false) }
}

/// Greets a new subscriber, who now knows that nothing will be missed.
struct SubscriberWelcome: MessageContent {
  let subscription: String

  var type: String { "iopub_welcome" }

  func write(to writer: inout ObjectWriter) { writer.member("subscription", subscription) }
}

extension ObjectWriter {
  /// Writes `data` and `metadata` of a bundle.
  mutating func bundle(_ bundle: MIMEBundle, withMetadata: Bool = true) {
    object("data") { writer in
      for (type, content) in bundle.entries {
        switch content {
        case .text(let text): writer.member(type, text)
        case .data(let bytes): writer.member(type, Base64.encode(bytes))
        case .json(let json): writer.member(type, json)
        }
      }
    }
    if withMetadata { member("metadata", .object(bundle.metadata)) }
  }
}

import Base

/// Which comms are open. The kernel offers no targets, so there are none.
struct CommInfoReply: MessageContent {
  var type: String { "comm_info_reply" }

  func write(to writer: inout ObjectWriter) {
    writer.member("status", "ok")
    writer.object("comms") { _ in }
  }
}

/// A front end wants to talk to a target of the kernel.
struct CommOpen {
  let id: String
  let target: String

  init(_ content: ContentReader) throws(WireError) {
    id = try content.text("comm_id")
    target = try content.optionalText("target_name") ?? ""
  }
}

/// Ends a comm, or refuses one whose target nobody knows.
struct CommClose: MessageContent {
  let id: String

  var type: String { "comm_close" }

  func write(to writer: inout ObjectWriter) {
    writer.member("comm_id", id)
    writer.object("data") { _ in }
  }
}

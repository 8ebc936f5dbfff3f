import Session

/// Which socket a message leaves by.
enum Channel: Sendable { case shell, control, stdin, iopub }

/// The request that messages answer: whom to send them and under which header.
struct Origin: Sendable {
  let channel: Channel
  let identities: [Bytes]
  let header: MessageHeader
  let arrival: UInt64

  /// The parent of messages that answer nobody.
  static let noParent = Bytes("{}".utf8)
}

/// One message on its way out, before it has a header and a signature.
struct OutgoingMessage: Sendable {
  enum Content: Sendable {
    case json(Bytes)
    /// Text of a stream, written as JSON by the thread that sends it.
    case stream(Stream, Bytes)

    var size: Int {
      switch self {
      case .json(let bytes), .stream(_, let bytes): bytes.count
      }
    }
  }

  let channel: Channel
  /// The frames before the delimiter: the way back, or the topic on iopub; empty for the usual topic.
  var route: [Bytes] = []
  let type: String
  /// Given where the sender must know it; else the courier makes one.
  var messageID: String?
  let parent: Bytes
  var metadata: Bytes = Origin.noParent
  let content: Content

  /// What the message counts against the limit of the queue.
  var weight: Int { content.size + 256 }
}

extension OutgoingMessage {
  /// A message to everybody who listens.
  init(publishing content: some MessageContent, for origin: Origin?) {
    self.init(
      channel: .iopub, type: content.type, parent: origin?.header.bytes ?? Origin.noParent,
      content: .json(content.bytes))
  }

  /// The reply to a request.
  init(replying content: some MessageContent, to origin: Origin, metadata: Bytes = Origin.noParent) {
    self.init(
      channel: origin.channel, route: origin.identities, type: content.type, parent: origin.header.bytes,
      metadata: metadata, content: .json(content.bytes))
  }
}

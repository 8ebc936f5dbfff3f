import Glibc
import Session
import Synchronization

/// Makes message ids; for any thread.
final class MessageNames: Sendable {
  let session: String
  private let prefix: String
  private let count = Atomic<Int>(0)

  init() {
    session = Unique.identifier()
    prefix = "\(session)_\(getpid())_"
  }

  func next() -> String { prefix + String(count.wrappingAdd(1, ordering: .relaxed).newValue) }
}

/// Puts messages into frames: header, signature, topic.
struct Courier {
  private let signer: Signer
  private let names: MessageNames
  private let topicPrefix: String
  /// The part of a header that never changes.
  private let headerStart: Bytes

  static let protocolVersion = "5.5"

  init(signer: Signer, names: MessageNames) {
    self.signer = signer
    self.names = names
    topicPrefix = "kernel.\(names.session)."
    headerStart = Bytes(
      "{\"session\":\"\(names.session)\",\"username\":\"kernel\",\"version\":\"\(Self.protocolVersion)\","
        .utf8)
  }

  func frames(of message: OutgoingMessage) -> [Bytes] {
    var frames = message.route
    if message.channel == .iopub && frames.isEmpty { frames = [topic(of: message)] }
    frames.append(MessageReader.delimiter)
    let signaturePlace = frames.count
    frames.append([])
    frames.append(header(of: message))
    frames.append(message.parent)
    frames.append(message.metadata)
    frames.append(content(of: message))
    frames[signaturePlace] = signer.signature(of: frames[(signaturePlace + 1)...])
    return frames
  }

  private func topic(of message: OutgoingMessage) -> Bytes {
    if case .stream(let stream, _) = message.content { return Bytes("stream.\(stream.rawValue)".utf8) }
    return Bytes((topicPrefix + message.type).utf8)
  }

  private func header(of message: OutgoingMessage) -> Bytes {
    var bytes = headerStart
    bytes.reserveCapacity(bytes.count + 160)
    bytes.append(contentsOf: "\"msg_id\":\"".utf8)
    bytes.append(contentsOf: (message.messageID ?? names.next()).utf8)
    bytes.append(contentsOf: "\",\"msg_type\":\"".utf8)
    bytes.append(contentsOf: message.type.utf8)
    bytes.append(contentsOf: "\",\"date\":\"".utf8)
    Timestamp().write(to: &bytes)
    bytes.append(contentsOf: "\"}".utf8)
    return bytes
  }

  private func content(of message: OutgoingMessage) -> Bytes {
    switch message.content {
    case .json(let bytes): return bytes
    case .stream(let stream, let text):
      var bytes = Bytes()
      bytes.reserveCapacity(text.count + text.count / 8 + 64)
      bytes.append(contentsOf: "{\"name\":\"\(stream.rawValue)\",\"text\":\"".utf8)
      text.withUnsafeBufferPointer { ObjectWriter.escape($0, into: &bytes) }
      bytes.append(contentsOf: "\"}".utf8)
      return bytes
    }
  }
}

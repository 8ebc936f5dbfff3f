import Base

/// The header of a message that came in.
struct MessageHeader: Sendable {
  let messageID: String
  let type: String
  /// The subshell the message is for; nil for the main shell.
  let subshell: String?
  /// The header's own bytes, which answers carry as their parent.
  let bytes: Bytes
}

/// A message whose signature fits.
struct IncomingMessage {
  /// The way back: one frame for each hop.
  let identities: [Bytes]
  let header: MessageHeader
  fileprivate let parentBytes: Bytes
  fileprivate let contentBytes: Bytes
  let buffers: [Bytes]

  /// The id of the message that this one answers, where it says so.
  var parentID: String? { (try? JSON(parsing: parentBytes))?["msg_id"]?.stringValue }

  func content() throws(WireError) -> JSON.Object {
    do {
      guard case .object(let object) = try JSON(parsing: contentBytes) else {
        throw WireError("the content of \(header.type) is not a JSON object")
      }
      return object
    } catch let error as JSONError {
      throw WireError("the content of \(header.type) is not JSON: \(error.message)")
    } catch let error as WireError {
      throw error
    } catch {
      throw WireError("\(error)")
    }
  }
}

/// Why frames are no message of this connection. Such frames are logged and dropped.
struct WireError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Turns frames into messages: first the number of frames, then the signature, only then the JSON.
struct MessageReader {
  private let signer: Signer
  private var replays = ReplayGuard()

  static let delimiter = Bytes("<IDS|MSG>".utf8)

  init(signer: Signer) { self.signer = signer }

  mutating func read(_ frames: [Bytes]) throws(WireError) -> IncomingMessage {
    guard let delimiter = frames.firstIndex(of: Self.delimiter) else {
      throw WireError("\(frames.count) frames without the delimiter <IDS|MSG>")
    }
    let body = frames[(delimiter + 1)...]
    guard body.count >= 5 else {
      throw WireError("\(body.count) frames after the delimiter, where 5 are the least")
    }
    let signature = body[body.startIndex]
    let parts = body[(body.startIndex + 1)..<(body.startIndex + 5)]
    guard signer.accepts(signature, of: parts) else { throw WireError("the signature is wrong") }
    if signer.isActive, !replays.admits(signature) {
      throw WireError("the signature was used before: a message is sent twice")
    }
    return IncomingMessage(
      identities: Array(frames[..<delimiter]), header: try Self.header(parts[parts.startIndex]),
      parentBytes: parts[parts.startIndex + 1], contentBytes: parts[parts.startIndex + 3],
      buffers: Array(body.dropFirst(5)))
  }

  private static func header(_ bytes: Bytes) throws(WireError) -> MessageHeader {
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw WireError("the header: \(error.message)") }
    guard let messageID = json["msg_id"]?.stringValue, let type = json["msg_type"]?.stringValue else {
      throw WireError("the header has no msg_id or no msg_type")
    }
    return MessageHeader(
      messageID: messageID, type: type, subshell: json["subshell_id"]?.stringValue, bytes: bytes)
  }
}

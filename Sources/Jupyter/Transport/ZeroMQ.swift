import CZeroMQ
import Glibc

/// Bytes of one frame or of one part of a message.
typealias Bytes = [UInt8]

/// Why a socket could not be made or bound.
struct TransportError: Error, CustomStringConvertible {
  let code: Int32
  let description: String

  /// Reads ZeroMQ's error of the calling thread.
  init(_ attempt: String) {
    code = zmq_errno()
    description = "\(attempt): \(String(cString: zmq_strerror(code)))"
  }
}

/// The owner of ZeroMQ's threads.
final class ZeroMQContext: @unchecked Sendable {
  fileprivate let handle: UnsafeMutableRawPointer

  init() throws(TransportError) {
    guard let handle = zmq_ctx_new() else { throw TransportError("cannot start ZeroMQ") }
    self.handle = handle
  }

  /// Makes every blocking call on the context's sockets end. Safe from any thread.
  func shutdown() { zmq_ctx_shutdown(handle) }

  /// Waits until what was sent is on its way, as long as the sockets' linger time allows.
  func terminate() { while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {} }
}

/// One ZeroMQ socket. It belongs to one thread at a time; the heartbeat's is handed over before its thread runs.
final class Socket: @unchecked Sendable {
  enum Kind { case router, xpub }

  enum SendOutcome {
    case sent
    /// A subscriber's queue is full.
    case full
    /// Nobody with that identity is connected.
    case unroutable
    case failed(String)
  }

  fileprivate let handle: UnsafeMutableRawPointer

  /// Frames beyond this size end their connection: a peer without the key must not be able to fill the memory.
  private static let largestFrame: Int64 = 512 << 20

  init(_ kind: Kind, in context: ZeroMQContext) throws(TransportError) {
    guard let handle = zmq_socket(context.handle, kind == .router ? ZMQ_ROUTER : ZMQ_XPUB) else {
      throw TransportError("cannot make a socket")
    }
    self.handle = handle
    var limit = Self.largestFrame
    zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &limit, MemoryLayout<Int64>.size)
  }

  func set(_ option: Int32, _ value: Int32) {
    var value = value
    let status = zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
    precondition(status == 0, "ZeroMQ refuses an option that it documents")
  }

  /// Sets an option whose value comes from the connection file, so that it can be refused.
  func set(_ option: Int32, _ value: String, called name: String) throws(TransportError) {
    guard zmq_setsockopt(handle, option, value, value.utf8.count) == 0 else {
      throw TransportError("cannot use \(name)")
    }
  }

  func bind(_ endpoint: String) throws(TransportError) {
    guard zmq_bind(handle, endpoint) == 0 else { throw TransportError("cannot bind \(endpoint)") }
  }

  /// The address the socket is bound to, with the port that the system chose.
  var endpoint: String {
    var buffer = [CChar](repeating: 0, count: 512)
    var size = buffer.count
    guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &buffer, &size) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The frames of the next message; nil when none waits.
  func receive() -> [Bytes]? {
    var frames: [Bytes] = []
    var message = zmq_msg_t()
    repeat {
      zmq_msg_init(&message)
      defer { zmq_msg_close(&message) }
      while zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) < 0 {
        if zmq_errno() != EINTR { return nil }
      }
      let size = zmq_msg_size(&message)
      frames.append(
        size == 0 ? [] : Bytes(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: size)))
      if zmq_msg_more(&message) == 0 { return frames }
    } while true
  }

  /// Sends the frames as one message, or nothing of it; never waits.
  func send(_ frames: [Bytes]) -> SendOutcome {
    for (index, frame) in frames.enumerated() {
      let flags = index == frames.count - 1 ? ZMQ_DONTWAIT : ZMQ_DONTWAIT | ZMQ_SNDMORE
      while frame.withUnsafeBytes({ zmq_send(handle, $0.baseAddress, $0.count, flags) }) < 0 {
        switch zmq_errno() {
        case EINTR: continue
        case EAGAIN where index == 0: return .full
        case EHOSTUNREACH: return .unroutable
        case let code: return .failed(String(cString: zmq_strerror(code)))
        }
      }
    }
    return .sent
  }

  func close() { zmq_close(handle) }

  /// Sends every message back where it came from until the context shuts down.
  func echo() { zmq_proxy(handle, handle, nil) }
}

/// Waits for several sockets and file descriptors at once.
struct Poller {
  private var items: [zmq_pollitem_t] = []

  /// Adds a socket and returns its place.
  mutating func add(_ socket: Socket) -> Int {
    items.append(zmq_pollitem_t(socket: socket.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
    return items.count - 1
  }

  mutating func add(descriptor: Int32) -> Int {
    items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    return items.count - 1
  }

  /// Waits until something can be read; nil waits for ever.
  mutating func wait(milliseconds: Int?) {
    // An interrupted wait leaves nothing ready, and the caller comes back.
    if zmq_poll(&items, Int32(items.count), milliseconds ?? -1) < 0 {
      for index in items.indices { items[index].revents = 0 }
    }
  }

  func isReady(_ place: Int) -> Bool { items[place].revents != 0 }
}

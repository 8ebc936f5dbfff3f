import CZeroMQ
import Glibc

/// The kernel's five sockets, bound to their addresses.
struct Sockets {
  let context: ZeroMQContext
  let shell: Socket
  let control: Socket
  let stdin: Socket
  let iopub: Socket
  let heartbeat: Socket

  /// How many messages a slow subscriber may be behind before the kernel waits for it.
  private static let subscriberQueue: Int32 = 512
  /// How long messages are still delivered after the kernel has ended, in milliseconds.
  private static let linger: Int32 = 1000
  /// How long a port that is just being given up is waited for, in microseconds and tries.
  private static let bindPause: UInt32 = 20_000
  private static let bindTries = 50

  /// Binds all sockets. Ports that the connection leaves open are chosen and noted in it.
  init(_ connection: inout ConnectionFile) throws(TransportError) {
    let context = try ZeroMQContext()
    self.context = context
    shell = try Self.bound(.router, .shell, &connection, context)
    control = try Self.bound(.router, .control, &connection, context)
    stdin = try Self.bound(.router, .stdin, &connection, context)
    iopub = try Self.bound(.xpub, .iopub, &connection, context)
    heartbeat = try Self.bound(.router, .hb, &connection, context)
  }

  private static func bound(
    _ kind: Socket.Kind, _ channel: ConnectionFile.Channel, _ connection: inout ConnectionFile,
    _ context: ZeroMQContext
  ) throws(TransportError) -> Socket {
    let socket = try Socket(kind, in: context)
    socket.set(ZMQ_LINGER, linger)
    if connection.transport == .tcp && connection.ip.contains(":") { socket.set(ZMQ_IPV6, 1) }
    switch kind {
    case .router:
      // A front end that comes back takes its old identity over, and no reply is dropped for want of room.
      socket.set(ZMQ_ROUTER_HANDOVER, 1)
      socket.set(ZMQ_SNDHWM, 0)
    case .xpub:
      // Every subscriber is welcomed, and a full one makes the kernel wait instead of dropping messages.
      socket.set(ZMQ_XPUB_VERBOSE, 1)
      socket.set(ZMQ_XPUB_NODROP, 1)
      socket.set(ZMQ_SNDHWM, subscriberQueue)
    }
    // A question to a front end that is not there must be noticed.
    if channel == .stdin { socket.set(ZMQ_ROUTER_MANDATORY, 1) }
    if let curve = connection.curve {
      socket.set(ZMQ_CURVE_SERVER, 1)
      try socket.set(ZMQ_CURVE_PUBLICKEY, curve.publicKey, called: "curve_publickey")
      try socket.set(ZMQ_CURVE_SECRETKEY, curve.secretKey, called: "curve_secretkey")
    }
    try bind(socket, to: connection.endpoint(of: channel))
    if connection.leavesOpen(channel) { connection.setPort(of: channel, from: socket.endpoint) }
    return socket
  }

  private static func bind(_ socket: Socket, to endpoint: String) throws(TransportError) {
    for _ in 1..<bindTries {
      do {
        return try socket.bind(endpoint)
      } catch {
        guard error.code == EADDRINUSE else { throw error }
        usleep(bindPause)
      }
    }
    try socket.bind(endpoint)
  }

  /// Answers heartbeats on a thread of its own, whatever the kernel does.
  func startHeartbeat() -> Bool {
    let heartbeat = heartbeat
    return BackgroundThread.start(stackSizes: [256 << 10]) {
      heartbeat.echo()
      heartbeat.close()
    }
  }

  /// Closes everything and waits until the last messages are delivered.
  func close() {
    for socket in [shell, control, stdin, iopub] { socket.close() }
    context.terminate()
  }
}

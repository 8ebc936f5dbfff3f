import Base

/// Where the kernel listens and how its messages are signed: what a front end writes for a kernel it starts.
struct ConnectionFile {
  enum Transport: String { case tcp, ipc }

  /// The kernel's sockets, by their names in the file.
  enum Channel: String, CaseIterable { case shell, iopub, stdin, control, hb }

  /// The key pair that encrypts the sockets, as 40 characters of Z85 each.
  struct Curve {
    let publicKey: String
    let secretKey: String
  }

  let transport: Transport
  let ip: String
  private(set) var ports: [Channel: Int]
  let key: Bytes
  let scheme: SignatureScheme
  let curve: Curve?
  /// Everything that stood in the file, known or not.
  private var object: JSON.Object

  /// A sentence saying what is wrong with a connection file.
  struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  init(path: String) throws(Problem) {
    guard let bytes = SmallFile.bytes(path) else {
      throw Problem("cannot read the connection file \(path)")
    }
    do {
      try self.init(parsing: bytes)
    } catch {
      throw Problem("\(path): \(error)")
    }
  }

  init(parsing bytes: Bytes) throws(Problem) {
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw Problem(error.message) }
    guard case .object(let object) = json else { throw Problem("a connection file holds a JSON object") }
    self.object = object

    let transportName = try Self.text("transport", in: object, default: "tcp")
    guard let transport = Transport(rawValue: transportName) else {
      throw Problem("the transport \"\(transportName)\" is not known; it may be \"tcp\" or \"ipc\"")
    }
    self.transport = transport
    ip = try Self.text("ip", in: object, default: transport == .tcp ? "127.0.0.1" : "kernel-ipc")

    var ports: [Channel: Int] = [:]
    for channel in Channel.allCases {
      let name = "\(channel.rawValue)_port"
      guard let value = object[name] else { throw Problem("\(name) is missing") }
      guard let port = value.intValue ?? value.stringValue.flatMap({ Int($0) }), 0...65535 ~= port else {
        throw Problem("\(name) is a number from 0 to 65535, not \(value.serialized())")
      }
      ports[channel] = port
    }
    self.ports = ports

    key = Bytes(try Self.text("key", in: object, default: "").utf8)
    let schemeName = try Self.text("signature_scheme", in: object, default: "hmac-sha256")
    guard let scheme = SignatureScheme(rawValue: schemeName) else {
      let known = SignatureScheme.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
      throw Problem("the signature scheme \"\(schemeName)\" is not known; it may be \(known)")
    }
    self.scheme = scheme

    let publicKey = try Self.text("curve_publickey", in: object, default: "")
    let secretKey = try Self.text("curve_secretkey", in: object, default: "")
    switch (publicKey.utf8.count, secretKey.utf8.count) {
    case (0, 0): curve = nil
    case (40, 40): curve = Curve(publicKey: publicKey, secretKey: secretKey)
    default: throw Problem("curve_publickey and curve_secretkey are given together, with 40 characters each")
    }
  }

  private static func text(
    _ name: String, in object: JSON.Object, default: String
  ) throws(Problem) -> String {
    guard let value = object[name], !value.isNull else { return `default` }
    guard let text = value.stringValue else { throw Problem("\(name) is a text, not \(value.serialized())") }
    return text
  }

  func endpoint(of channel: Channel) -> String {
    let port = ports[channel] ?? 0
    switch transport {
    case .tcp: return "tcp://\(ip.contains(":") && !ip.hasPrefix("[") ? "[\(ip)]" : ip):\(port)"
    case .ipc: return "ipc://\(ip)-\(port)"
    }
  }

  /// Whether the system is to choose the port.
  func leavesOpen(_ channel: Channel) -> Bool { transport == .tcp && ports[channel] == 0 }

  mutating func setPort(of channel: Channel, from endpoint: String) {
    guard let text = endpoint.split(separator: ":").last, let port = Int(text) else { return }
    ports[channel] = port
    object["\(channel.rawValue)_port"] = JSON(port)
  }

  /// Writes the file again, with the ports that the system chose.
  func write(to path: String) throws(Problem) {
    guard SmallFile.write(Bytes(JSON.object(object).serialized(indent: 1).utf8), to: path, mode: 0o600) else {
      throw Problem("cannot write the chosen ports to the connection file \(path)")
    }
  }
}

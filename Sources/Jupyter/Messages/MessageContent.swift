import Base

/// The content of a message that the kernel sends.
protocol MessageContent {
  /// The message's type: "status", "execute_reply".
  var type: String { get }
  /// Writes the members of the content object.
  func write(to writer: inout ObjectWriter)
}

extension MessageContent {
  var bytes: Bytes {
    var writer = ObjectWriter()
    writer.object { write(to: &$0) }
    return writer.bytes
  }
}

/// Reads the members of a request's content; unknown ones are passed over.
struct ContentReader {
  private let object: JSON.Object
  private let type: String

  init(_ message: IncomingMessage) throws(WireError) {
    object = try message.content()
    type = message.header.type
  }

  init(_ object: JSON.Object, of type: String) {
    self.object = object
    self.type = type
  }

  func text(_ name: String) throws(WireError) -> String {
    guard let text = try optionalText(name) else { throw WireError("\(type) needs \"\(name)\"") }
    return text
  }

  func optionalText(_ name: String) throws(WireError) -> String? {
    guard let value = present(name) else { return nil }
    guard let text = value.stringValue else { throw wrong(name, "a text") }
    return text
  }

  func flag(_ name: String, default: Bool) throws(WireError) -> Bool {
    guard let value = present(name) else { return `default` }
    guard let flag = value.boolValue else { throw wrong(name, "true or false") }
    return flag
  }

  func optionalInteger(_ name: String) throws(WireError) -> Int? {
    guard let value = present(name) else { return nil }
    guard let number = value.intValue else { throw wrong(name, "a whole number") }
    return number
  }

  /// The members of an object whose values are texts.
  func texts(_ name: String) throws(WireError) -> [(name: String, text: String)] {
    guard let value = present(name) else { return [] }
    guard let object = value.objectValue else { throw wrong(name, "an object") }
    var texts: [(name: String, text: String)] = []
    for (key, value) in object.entries {
      guard let text = value.stringValue else { throw wrong("\(name).\(key)", "a text") }
      texts.append((key, text))
    }
    return texts
  }

  private func present(_ name: String) -> JSON? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  private func wrong(_ name: String, _ expected: String) -> WireError {
    WireError("\"\(name)\" of \(type) is \(expected)")
  }
}

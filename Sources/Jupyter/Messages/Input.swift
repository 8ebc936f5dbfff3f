/// Asks the person who sent a cell for a line.
struct InputRequest: MessageContent {
  let prompt: String
  let isPassword: Bool

  var type: String { "input_request" }

  func write(to writer: inout ObjectWriter) {
    writer.member("prompt", prompt)
    writer.member("password", isPassword)
  }
}

/// The line.
struct InputReply {
  let value: String

  /// What front ends send where a terminal would end its input.
  static let endOfFile = "\u{4}"

  init(_ content: ContentReader) throws(WireError) { value = try content.text("value") }
}

import Base
import Display
import Session

/// What can stand at the cursor?
struct CompleteRequest: Sendable {
  let code: String
  /// In Unicode scalars, never outside of the code.
  let cursor: Int

  init(_ content: ContentReader) throws(WireError) {
    code = try content.text("code")
    cursor = Self.cursor(try content.optionalInteger("cursor_pos"), in: code)
  }

  /// A cursor inside of the code, whatever came; without one, its end.
  static func cursor(_ position: Int?, in code: String) -> Int {
    let end = code.unicodeScalars.count
    return min(max(position ?? end, 0), end)
  }
}

struct CompleteReply: MessageContent {
  let completions: Completions

  var type: String { "complete_reply" }

  func write(to writer: inout ObjectWriter) {
    writer.member("status", "ok")
    writer.list("matches", completions.items) { $0.string($1.text) }
    writer.member("cursor_start", completions.start)
    writer.member("cursor_end", completions.end)
    writer.object("metadata") { writer in
      guard !completions.items.isEmpty else { return }
      writer.list("_jupyter_types_experimental", completions.items) { writer, item in
        writer.object {
          $0.member("text", item.text)
          $0.member("type", item.type)
          $0.member("signature", item.signature)
          $0.member("start", completions.start)
          $0.member("end", completions.end)
        }
      }
    }
  }
}

/// What is this, at the cursor?
struct InspectRequest: Sendable {
  let code: String
  let cursor: Int
  let detail: Int

  init(_ content: ContentReader) throws(WireError) {
    code = try content.text("code")
    cursor = CompleteRequest.cursor(try content.optionalInteger("cursor_pos"), in: code)
    detail = try content.optionalInteger("detail_level") ?? 0
  }
}

struct InspectReply: MessageContent {
  /// Nil where nothing is known.
  let bundle: MIMEBundle?

  var type: String { "inspect_reply" }

  func write(to writer: inout ObjectWriter) {
    writer.member("status", "ok")
    writer.member("found", bundle != nil)
    writer.bundle(bundle ?? MIMEBundle())
  }
}

/// Could this code run as it stands?
struct IsCompleteRequest: Sendable {
  let code: String

  init(_ content: ContentReader) throws(WireError) { code = try content.text("code") }
}

struct IsCompleteReply: MessageContent {
  let completeness: Completeness

  var type: String { "is_complete_reply" }

  func write(to writer: inout ObjectWriter) {
    switch completeness {
    case .complete: writer.member("status", "complete")
    case .invalid: writer.member("status", "invalid")
    case .incomplete(let indent):
      writer.member("status", "incomplete")
      writer.member("indent", indent)
    }
  }
}

/// What was run before?
struct HistoryRequest: Sendable {
  enum Access: Sendable {
    case tail(Int)
    case range(session: Int, start: Int, stop: Int?)
    case search(pattern: String, limit: Int?)
  }

  let access: Access
  let wantsOutput: Bool
  let isUnique: Bool

  init(_ content: ContentReader) throws(WireError) {
    let limit = try content.optionalInteger("n").map { max($0, 0) }
    switch try content.optionalText("hist_access_type") ?? "tail" {
    case "tail": access = .tail(limit ?? 10)
    case "range":
      access = .range(
        session: try content.optionalInteger("session") ?? 0,
        start: try content.optionalInteger("start") ?? 0,
        stop: try content.optionalInteger("stop"))
    case "search": access = .search(pattern: try content.optionalText("pattern") ?? "*", limit: limit)
    case let other:
      throw WireError("hist_access_type is \"tail\", \"range\" or \"search\", not \"\(other)\"")
    }
    wantsOutput = try content.flag("output", default: false)
    isUnique = try content.flag("unique", default: false)
  }

  func entries(of history: History) -> [History.Entry] {
    switch access {
    case .tail(let count): history.tail(count, unique: isUnique)
    case .range(let session, let start, let stop): history.range(session: session, start: start, stop: stop)
    case .search(let pattern, let limit): history.search(pattern: pattern, n: limit, unique: isUnique)
    }
  }
}

struct HistoryReply: MessageContent {
  let entries: [History.Entry]
  let withOutput: Bool

  var type: String { "history_reply" }

  func write(to writer: inout ObjectWriter) {
    writer.member("status", "ok")
    writer.list("history", entries) { writer, entry in
      writer.list([0, 1, 2]) { writer, place in
        switch place {
        case 0: writer.number(entry.session)
        case 1: writer.number(entry.line)
        case _ where withOutput:
          let output = entry.output.map { JSON.string($0) } ?? .null
          writer.value(.array([.string(entry.input), output]))
        default: writer.string(entry.input)
        }
      }
    }
  }
}

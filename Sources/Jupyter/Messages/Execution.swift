import Base
import Display
import Session

/// A cell to run.
struct ExecuteRequest: Sendable {
  let cell: Cell
  let allowsInput: Bool
  /// Whether cells that wait behind this one are given up when it fails.
  let stopsOnError: Bool

  init(_ content: ContentReader) throws(WireError) {
    let isSilent = try content.flag("silent", default: false)
    cell = Cell(
      try content.text("code"), storesHistory: try content.flag("store_history", default: !isSilent),
      isSilent: isSilent,
      userExpressions: try content.texts("user_expressions").map { (name: $0.name, code: $0.text) })
    allowsInput = try content.flag("allow_stdin", default: false)
    stopsOnError = try content.flag("stop_on_error", default: true)
  }
}

/// The code that runs now, for all front ends.
struct ExecuteInput: MessageContent {
  let code: String
  let executionCount: Int

  var type: String { "execute_input" }

  func write(to writer: inout ObjectWriter) {
    writer.member("code", code)
    writer.member("execution_count", executionCount)
  }
}

/// How a cell ended.
struct ExecuteReply: MessageContent {
  enum Outcome {
    case ran(ExecutionResult)
    /// Given up because a cell before it failed.
    case aborted(executionCount: Int)
  }

  let outcome: Outcome

  var type: String { "execute_reply" }

  func write(to writer: inout ObjectWriter) {
    switch outcome {
    case .aborted(let count):
      Failure.aborted.write(to: &writer)
      writer.member("execution_count", count)
      writer.object("user_expressions") { _ in }
      writer.member("payload", JSON.array([]))
    case .ran(let result):
      if let report = result.error {
        Failure(report).write(to: &writer)
      } else {
        writer.member("status", "ok")
      }
      writer.member("execution_count", result.executionCount)
      writer.object("user_expressions") { writer in
        for (name, value) in result.userExpressions {
          writer.object(name) { Self.write(value, to: &$0) }
        }
      }
      writer.list("payload", result.pages) { writer, page in
        writer.object {
          $0.member("source", "page")
          $0.bundle(page, withMetadata: false)
          $0.member("start", 0)
        }
      }
    }
  }

  private static func write(_ value: ExecutionResult.Evaluation, to writer: inout ObjectWriter) {
    switch value {
    case .value(let bundle):
      writer.member("status", "ok")
      writer.bundle(bundle)
    case .failure(let report): Failure(report).write(to: &writer)
    }
  }
}

/// The members by which every reply says that something went wrong.
struct Failure {
  let name: String
  let message: String
  let traceback: [String]

  static let aborted = Failure(
    name: "ExecutionAborted", message: "a cell before this one failed, so this one did not run", traceback: []
  )

  init(name: String, message: String, traceback: [String]) {
    self.name = name
    self.message = message
    self.traceback = traceback
  }

  init(_ report: ErrorReport) {
    self.init(name: report.name, message: report.message, traceback: report.traceback)
  }

  func write(to writer: inout ObjectWriter, withStatus: Bool = true) {
    if withStatus { writer.member("status", "error") }
    writer.member("ename", name)
    writer.member("evalue", message)
    writer.list("traceback", traceback) { $0.string($1) }
  }
}

/// The reply to a request that cannot be served.
struct FailureReply: MessageContent {
  let type: String
  let failure: Failure
  /// Execution replies carry it even when nothing ran.
  var executionCount: Int?

  init(to request: String, name: String, message: String) {
    let suffix = "_request"
    type = (request.hasSuffix(suffix) ? String(request.dropLast(suffix.count)) : request) + "_reply"
    failure = Failure(name: name, message: message, traceback: [])
  }

  func write(to writer: inout ObjectWriter) {
    failure.write(to: &writer)
    if let executionCount { writer.member("execution_count", executionCount) }
  }
}

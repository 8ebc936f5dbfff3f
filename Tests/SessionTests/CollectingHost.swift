import Base
import Display
import Session

/// A host that keeps what cells say, as lines, and answers `input` from a list.
final class CollectingHost: SessionHost {
  private(set) var outputs: [OutputEvent] = []
  private var inputs: [String]
  private var output = ""
  private var warnings = ""
  private var results: [String] = []
  private var errors: [String] = []

  init(inputs: [String] = []) { self.inputs = inputs }

  /// What was said, by kind, in lines.
  var channels: [ScriptExpectations.Channel: [String]] {
    var channels: [ScriptExpectations.Channel: [String]] = [:]
    for (channel, lines) in [
      (.output, Self.lines(output)), (.warning, Self.lines(warnings)), (.result, results), (.error, errors),
    ] as [(ScriptExpectations.Channel, [String])] where !lines.isEmpty {
      channels[channel] = lines
    }
    return channels
  }

  func emit(_ event: OutputEvent, of execution: ExecutionID) {
    outputs.append(event)
    switch event {
    case .stream(.stdout, let text): output += text
    case .stream(.stderr, let text): warnings += text
    case .display(let bundle, _), .update(_, let bundle): output += bundle.plainText + "\n"
    case .result(let bundle): results += Self.lines(bundle.plainText)
    case .clear: break
    }
  }

  func requestInput(prompt: String, isPassword: Bool, of execution: ExecutionID) throws(InputError) -> String
  {
    guard !inputs.isEmpty else { throw .unavailable }
    return inputs.removeFirst()
  }

  func finish(_ result: ExecutionResult) {
    guard let report = result.error else { return }
    let message = Self.lines(report.message).joined(separator: " ")
    errors.append("\(report.name): \(message)")
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}

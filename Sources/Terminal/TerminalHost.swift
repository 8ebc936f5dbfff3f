import Base
import Display
import Session

/// The session's host at a terminal, in a pipe or in a script: text out, lines in.
package final class TerminalHost: SessionHost {
  private let device: TerminalDevice
  private let lines: LineSource
  private let editor: LineEditor
  private let safepoint: Safepoint
  /// Whether the value of the last expression is shown.
  private let showsResults: Bool
  private let errorStyle = Style(for: 2)
  private let canRedraw: Bool

  /// A display that may still be replaced, and how many rows of the screen it takes.
  private var replaceable: (id: DisplayID, text: String, rows: Int)?
  /// Whether standard output stands at the start of a line.
  private var isAtLineStart = true

  init(_ device: TerminalDevice, lines: LineSource, safepoint: Safepoint, showsResults: Bool) {
    self.device = device
    self.lines = lines
    self.safepoint = safepoint
    self.showsResults = showsResults
    editor = LineEditor(device)
    canRedraw = device.isInteractive
  }

  package func emit(_ event: OutputEvent, of execution: ExecutionID) {
    switch event {
    case .stream(.stdout, let text): write(text)
    case .stream(.stderr, let text):
      settle()
      device.write(text, to: 2, unless: isStopped)
    case .display(let bundle, let id):
      if let id { show(bundle, id) } else { writeLine(bundle.plainText) }
    case .update(let id, let bundle): update(id, bundle)
    case .result(let bundle): if showsResults { writeLine(bundle.plainText) }
    case .clear: if canRedraw, !isAtLineStart { write("\r\u{1B}[K") }
    }
  }

  /// Says how an execution ended, if not well, and shows the help pages it asked for.
  func finish(_ result: ExecutionResult) {
    settle()
    for page in result.pages { writeLine(page.plainText) }
    guard let report = result.error else { return }
    if !isAtLineStart { write("\n") }
    let text = errorStyle.isColoured ? report.traceback.joined(separator: "\n") : report.plainText
    device.write(text.hasSuffix("\n") ? text : text + "\n", to: 2)
  }

  package func requestInput(
    prompt: String, isPassword: Bool, of execution: ExecutionID
  ) throws(InputError) -> String {
    settle()
    let line = device.isInteractive && !isPassword ? editedLine(prompt) : plainLine(prompt, isPassword)
    isAtLineStart = true
    switch line {
    case .entered(let text): return text
    case .endOfInput: throw .endOfFile
    case .cancelled, .stopped: throw .interrupted
    }
  }

  private func editedLine(_ prompt: String) -> LineEditor.Outcome {
    var history = InputHistory([])
    return editor.read(prompt: Prompt(first: Prompt.Part(prompt)), history: &history, unless: isStopped)
  }

  private func plainLine(_ prompt: String, _ isPassword: Bool) -> LineEditor.Outcome {
    // First of all, so that nothing typed at sight of the prompt is shown.
    if isPassword, device.isTerminal { device.enterSecretMode() }
    write(prompt)
    defer {
      if isPassword, device.isTerminal {
        device.restore()
        device.write("\n")
      }
    }
    switch lines.next(unless: isStopped) {
    case .text(let text): return .entered(text)
    case .end: return .endOfInput
    case .stopped: return .stopped
    }
  }

  private func isStopped() -> Bool { safepoint.pending.contains(.interrupt) }

  // MARK: Output

  private func write(_ text: String) {
    guard let last = text.utf8.last else { return }
    settle()
    isAtLineStart = last == 0x0A
    device.write(text, unless: isStopped)
  }

  private func writeLine(_ text: String) {
    if !isAtLineStart { write("\n") }
    write(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Shows what may be updated. Where a screen cannot be drawn again, only its last state is written, as
  /// soon as something else is.
  private func show(_ bundle: MIMEBundle, _ id: DisplayID) {
    settle()
    let text = bundle.plainText
    if canRedraw { writeLine(text) }
    replaceable = (id, text, rows(of: text))
  }

  private func update(_ id: DisplayID, _ bundle: MIMEBundle) {
    guard let shown = replaceable, shown.id == id else { return }
    let text = bundle.plainText
    // More rows than the screen has cannot be gone back to.
    if canRedraw, shown.rows < device.size.rows {
      device.write("\u{1B}[\(shown.rows)A\r\u{1B}[J" + (text.hasSuffix("\n") ? text : text + "\n"))
    }
    replaceable = (id, text, rows(of: text))
  }

  /// Makes the display that could still be replaced final.
  private func settle() {
    guard let shown = replaceable else { return }
    replaceable = nil
    if !canRedraw { writeLine(shown.text) }
  }

  private func rows(of text: String) -> Int {
    let width = device.size.columns
    return (text.hasSuffix("\n") ? text.dropLast() : text[...])
      .split(separator: "\n", omittingEmptySubsequences: false)
      .reduce(0) { $0 + max(1, (TextWidth.columns(of: $1) + width - 1) / width) }
  }
}

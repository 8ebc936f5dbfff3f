import Session

/// The prompt: reads a cell, runs it, shows what comes of it, until the input ends.
final class Repl {
  private let device: TerminalDevice
  private let session: Session
  private let lines: LineSource
  private let host: TerminalHost
  private let style = Style(for: 1)

  private static let recalled = 1000

  init(_ device: TerminalDevice, session: Session) {
    self.device = device
    self.session = session
    lines = LineSource(device)
    host = TerminalHost(
      device, lines: lines, safepoint: session.interruption.safepoint, showsResults: true)
  }

  /// Returns the exit status: at a terminal 0, from a pipe 1 when any cell failed.
  func run() -> Int32 {
    if device.isTerminal { device.write(Session.banner + "\n") }
    return device.isInteractive ? runEditing() : runReadingLines()
  }

  private func runEditing() -> Int32 {
    let editor = LineEditor(
      device,
      language: LineEditor.Language(
        completeness: { Session.completeness(of: $0) },
        completions: { [session] in session.completions(in: $0, at: $1) }))
    var history = InputHistory(session.history.tail(Self.recalled, unique: true).map(\.input))
    let prompt = Prompt(
      first: Prompt.Part("cnn> ", style: style.prompt), next: Prompt.Part("...> ", style: style.continuation))
    while true {
      switch editor.read(prompt: prompt, history: &history) {
      case .entered(let code):
        guard code.contains(where: { !$0.isWhitespace }) else { continue }
        history.append(code)
        host.finish(session.execute(Cell(code), host: host))
        session.history.flush()
      case .cancelled, .stopped: continue
      case .endOfInput: return 0
      }
    }
  }

  private func runReadingLines() -> Int32 {
    var status: Int32 = 0
    var code = ""
    while true {
      if device.isTerminal { device.write(code.isEmpty ? "cnn> " : "...> ") }
      let line = lines.next()
      if case .text(let text) = line {
        code += code.isEmpty ? text : "\n" + text
        if case .incomplete = Session.completeness(of: code) { continue }
      }
      if code.contains(where: { !$0.isWhitespace }) {
        let result = session.execute(Cell(code), host: host)
        host.finish(result)
        if result.error != nil { status = 1 }
      }
      code = ""
      if line == .end {
        if device.isTerminal { device.write("\n") }
        return device.isTerminal ? 0 : status
      }
    }
  }
}

import Base
import Glibc
import Session

/// The prompt: reads a cell, runs it, shows what comes of it, until the input ends.
final class Repl {
  let device: TerminalDevice
  let session: Session
  let host: TerminalHost
  private let lines: LineSource
  private let style = Style(for: 1)
  /// The code that has run without an error, for `:save`.
  var ran: [String] = []
  /// What was entered last, for `:edit`.
  var lastCode = ""
  /// What the next prompt starts with.
  var nextText = ""

  private static let recalled = 2000

  init(_ device: TerminalDevice, session: Session, folder: PictureFolder?) {
    self.device = device
    self.session = session
    lines = LineSource(device)
    host = TerminalHost(
      device, lines: lines, safepoint: session.interruption.safepoint,
      wishes: TerminalHost.Wishes(showsResults: true, drawsPictures: true, folder: folder))
  }

  /// Returns the exit status: at a terminal 0, from a pipe 1 when any cell failed.
  func run() -> Int32 {
    if device.isTerminal { greet() }
    return device.isInteractive ? runEditing() : runReadingLines()
  }

  private func greet() {
    let banner =
      device.isInteractive ? WordWrap.lines(Session.banner, width: device.size.columns) : [Session.banner]
    device.write(banner.joined(separator: "\n") + "\n")
    if device.isInteractive { host.note("`:help` lists the keys and commands of this prompt.") }
  }

  // MARK: With keys

  private func runEditing() -> Int32 {
    let editor = LineEditor(device, language: language)
    var history = InputHistory(loading: { [session] in
      session.history.tail(Self.recalled, unique: true).map(\.input)
    })
    let prompt = Prompt(
      first: Prompt.Part("cnn> ", style: style.prompt), next: Prompt.Part("...> ", style: style.continuation))
    while true {
      let start = nextText
      nextText = ""
      switch editor.read(prompt: prompt, history: &history, start: start) {
      case .entered(let text):
        guard text.contains(where: { !$0.isWhitespace }) else { continue }
        history.append(text)
        if endsSession(text) { return 0 }
        if let command = PromptCommand(text) {
          if perform(command) == .ends { return 0 }
        } else {
          execute(text)
        }
        session.history.flush()
      case .external(let text): edit(text)
      case .cancelled, .stopped: continue
      case .endOfInput: return 0
      }
    }
  }

  private var language: LineEditor.Language {
    LineEditor.Language(
      completeness: { $0.trimmed.hasPrefix(":") ? .complete : Session.completeness(of: $0) },
      completions: { [session] code, offset in
        guard code.hasPrefix(":"), !code.contains(" ") else {
          return session.completions(in: code, at: offset)
        }
        return Completions(
          start: 1, end: offset,
          items: PromptCommand.names.filter { $0.hasPrefix(code.dropFirst()) }
            .map { Completions.Item(text: $0, type: "command") })
      },
      signature: { [session] in session.signature(in: $0, at: $1) },
      coloring: { $0.hasPrefix(":") ? [] : Session.coloring(of: $0) })
  }

  /// `exit` is what fingers know; where it is a name of the program, it is that.
  private func endsSession(_ text: String) -> Bool {
    let word = text.trimmed
    guard ["exit", "quit", "exit()", "quit()"].contains(word) else { return false }
    return session.inspection(of: String(word.prefix(4)), at: 0, detail: 0) == nil
  }

  // MARK: Line by line

  private func runReadingLines() -> Int32 {
    var status: Int32 = 0
    var code = ""
    while true {
      if device.isTerminal { device.write(code.isEmpty ? "cnn> " : "...> ") }
      let line = lines.next()
      if case .text(let text) = line {
        if code.isEmpty, let command = PromptCommand(text) {
          switch perform(command) {
          case .done: continue
          case .failed:
            status = 1
            continue
          case .ends: return device.isTerminal ? 0 : status
          }
        }
        code += code.isEmpty ? text : "\n" + text
        if case .incomplete = Session.completeness(of: code) { continue }
      }
      if code.contains(where: { !$0.isWhitespace }), !execute(code) { status = 1 }
      code = ""
      if line == .end {
        if device.isTerminal { device.write("\n") }
        return device.isTerminal ? 0 : status
      }
    }
  }

  // MARK: Cells

  /// Runs one cell; whether it did well.
  @discardableResult
  func execute(_ code: String, name: String? = nil) -> Bool {
    lastCode = code
    host.begin()
    // What is typed ahead must not appear in the midst of what the cell shows; the next prompt has it.
    if device.isInteractive { device.enterSecretMode() }
    defer { if device.isInteractive { device.leaveMode() } }
    let result = session.execute(Cell(code, name: name, storesHistory: name == nil), host: host)
    host.finish(result)
    guard result.error == nil else { return false }
    ran.append(code)
    return true
  }
}

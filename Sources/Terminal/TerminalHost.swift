import Base
import Display
import Session

/// The session's host at a terminal, in a pipe or in a script: text and pictures out, lines in.
package final class TerminalHost: SessionHost {
  /// What the person wants shown.
  struct Wishes {
    /// Whether the value of the last expression is shown.
    var showsResults: Bool
    /// Whether pictures are drawn among the letters, where the terminal can.
    var drawsPictures = false
    /// Where pictures are written to.
    var folder: PictureFolder?
  }

  private let device: TerminalDevice
  private let lines: LineSource
  private let editor: LineEditor
  private let safepoint: Safepoint
  private let wishes: Wishes
  let style = Style(for: 1)
  private let errorStyle = Style(for: 2)
  private let canRedraw: Bool
  private lazy var renderer = Renderer(device, style: style, drawsPictures: wishes.drawsPictures && canRedraw)

  /// A display that may still be replaced, with what the screen shows of it: nil where that is not the newest.
  private struct Replaceable {
    var id: DisplayID
    var bundle: MIMEBundle
    var shown: Renderer.Rendition?
  }
  /// Displays that stand at the end of the outputs with nothing between or behind them, in order.
  private var replaceables: [Replaceable] = []
  /// Where the outputs of the running cell have come to.
  private var position = OutputRows()
  /// The outputs are to be cleared when the next one comes.
  private var clearsAtNext = false
  private var hasComplained = false

  init(_ device: TerminalDevice, lines: LineSource, safepoint: Safepoint, wishes: Wishes) {
    self.device = device
    self.lines = lines
    self.safepoint = safepoint
    self.wishes = wishes
    editor = LineEditor(device)
    canRedraw = device.isInteractive
  }

  package func emit(_ event: OutputEvent, of execution: ExecutionID) {
    switch event {
    case .stream(.stdout, let text): write(text)
    case .stream(.stderr, let text): writeError(text)
    case .display(let bundle, let id):
      save(bundle, id)
      if let id { show(bundle, id) } else { show(bundle) }
    case .update(let id, let bundle):
      save(bundle, id)
      update(id, bundle)
    case .result(let bundle):
      guard wishes.showsResults else { return }
      // What stands there already, such as the table of a training, need not be shown twice.
      if replaceables.last?.bundle == bundle { return settle() }
      save(bundle, nil)
      show(bundle)
    case .clear(let waits):
      guard canRedraw else { return }
      clearsAtNext = waits
      if !waits { clear() }
    }
  }

  /// A cell starts at the start of a line.
  func begin() {
    position = OutputRows()
    clearsAtNext = false
  }

  /// Says how an execution ended, if not well, and shows the help pages it asked for.
  func finish(_ result: ExecutionResult) {
    settle()
    for page in result.pages { show(page) }
    if !position.isAtLineStart, canRedraw || result.error != nil { write("\n") }
    guard let report = result.error else { return }
    writeError(report)
  }

  private func writeError(_ report: ErrorReport) {
    var lines = report.plainText.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if errorStyle.isColoured { lines = report.traceback }
    if canRedraw {
      let width = device.size.columns
      lines = lines.flatMap { WordWrap.lines($0, width: width) }
    }
    let text = lines.joined(separator: "\n")
    device.write(text.hasSuffix("\n") ? text : text + "\n", to: 2)
  }

  package func requestInput(
    prompt: String, isPassword: Bool, of execution: ExecutionID
  ) throws(InputError) -> String {
    settle()
    let line = device.isInteractive && !isPassword ? editedLine(prompt) : plainLine(prompt, isPassword)
    position = OutputRows()
    switch line {
    case .entered(let text), .external(let text): return text
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
        device.leaveMode()
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
    guard !text.isEmpty else { return }
    prepare()
    count(text)
    device.write(text, unless: isStopped)
  }

  private func writeError(_ text: String) {
    prepare()
    if canRedraw, errorStyle.isColoured { count(text) }
    device.write(text, to: 2, unless: isStopped)
  }

  /// Writes what takes whole lines, and leaves displays that may be replaced as they are.
  private func put(_ rendition: Renderer.Rendition) {
    if !position.isAtLineStart {
      count("\n")
      device.write("\n", unless: isStopped)
    }
    position.addRows(rendition.rows)
    device.write(rendition.text, unless: isStopped)
  }

  /// Shows a value or a page, as wide as the screen.
  func show(_ bundle: MIMEBundle) {
    prepare()
    put(renderer.render(bundle))
  }

  /// Says something beside the outputs.
  func note(_ text: String) { device.write(style.styled(text, style.quiet) + "\n") }

  /// Says what is wrong with a request, as errors are said.
  func complain(_ text: String) { device.write(text + "\n", to: 2) }

  private func count(_ text: String) {
    guard canRedraw, position.rows != nil else { return position.add(text, width: 80, limit: -1) }
    let size = device.size
    position.add(text, width: size.columns, limit: size.rows)
  }

  private func prepare() {
    settle()
    if clearsAtNext {
      clearsAtNext = false
      clear()
    }
  }

  /// Takes the cell's outputs off the screen, or as much of them as the screen still has.
  private func clear() {
    settle()
    let rows = position.rows ?? .max
    let reach = device.size.rows - 1
    if rows <= reach {
      device.write("\r" + (rows > 0 ? "\u{1B}[\(rows)A" : "") + "\u{1B}[J")
    } else if position.isAtLineStart == false {
      device.write("\r\u{1B}[K")
    }
    position = OutputRows()
  }

  private func save(_ bundle: MIMEBundle, _ id: DisplayID?) {
    guard let folder = wishes.folder else { return }
    do throws(FileError) {
      try folder.write(bundle, id: id?.rawValue)
    } catch {
      if !hasComplained { complain("cnn-repl: \(error.message)") }
      hasComplained = true
    }
  }

  // MARK: Displays that change

  /// Shows what may be updated. Where a screen cannot be drawn again, only its last state is written, as
  /// soon as something else is.
  private func show(_ bundle: MIMEBundle, _ id: DisplayID) {
    if clearsAtNext || !position.isAtLineStart || replaceables.count >= Self.replaceableLimit { prepare() }
    var display = Replaceable(id: id, bundle: bundle)
    if canRedraw {
      let rendition = renderer.render(bundle)
      put(rendition)
      display.shown = rendition
    }
    replaceables.append(display)
  }

  private static let replaceableLimit = 16

  private func update(_ id: DisplayID, _ bundle: MIMEBundle) {
    // What is above other output cannot be reached any more, so it is shown anew.
    guard let index = replaceables.lastIndex(where: { $0.id == id }) else { return show(bundle, id) }
    guard canRedraw, replaceables[index].bundle != bundle else {
      replaceables[index].bundle = bundle
      return
    }
    // The width may have changed since.
    let width = device.size.columns
    let heights = replaceables[index...].map { display in
      display.shown.map { $0.isPicture ? $0.rows : OutputRows.count($0.plain, width: width) } ?? .max
    }
    let limit = device.size.rows
    let height = heights.reduce(0) { $0 < limit && $1 < limit ? $0 + $1 : limit }
    guard height < limit else {
      replaceables[index] = Replaceable(id: id, bundle: bundle)
      return
    }
    var text = height > 0 ? "\u{1B}[\(height)A\r" : "\r"
    if !renderer.eraser.isEmpty, replaceables[index...].contains(where: { $0.shown?.isPicture == true }) {
      for rows in heights { text += renderer.eraser + "\u{1B}[\(rows)B" }
      text += "\u{1B}[\(height)A"
    }
    replaceables[index].bundle = bundle
    replaceables[index].shown = renderer.render(bundle)
    text += "\u{1B}[J" + replaceables[index...].map { $0.shown?.text ?? "" }.joined()
    device.write(text, unless: isStopped)
    position.addRows(replaceables[index...].reduce(0) { $0 + ($1.shown?.rows ?? 0) } - height)
  }

  /// Makes the displays that could still be replaced final.
  private func settle() {
    let last = replaceables
    replaceables = []
    for display in last where display.shown == nil { put(renderer.render(display.bundle)) }
  }
}

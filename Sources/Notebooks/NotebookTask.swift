import Base
import Session

/// One notebook, from reading it to writing what became of it, in a session of its own.
struct NotebookTask {
  /// Larger files are refused unread: their values alone would need several times as much memory.
  private static let maximumBytes = 1_000_000_000

  private let path: String
  private let options: RunOptions
  private let voice: RunVoice
  private let stopSign: StopSign
  private var report: NotebookReport

  init(_ path: String, _ options: RunOptions, _ voice: RunVoice, _ stopSign: StopSign) {
    self.path = path
    self.options = options
    self.voice = voice
    self.stopSign = stopSign
    report = NotebookReport(path: path)
  }

  /// Runs it. Whatever goes wrong is said and kept in the report.
  mutating func run() -> NotebookReport {
    do {
      let bytes = try RegularFile.read(path, maximumBytes: Self.maximumBytes)
      let saved = try Notebook(parsing: bytes, name: path)
      try saved.checkLanguage(name: path)
      if options.checks, !OutputComparison.hasOutputs(saved) {
        throw NotebookError(
          "`\(path)` was saved without outputs, so there is nothing to compare with",
          suggestion: "run it with `--inplace` first, and look at what it gives")
      }
      let warnings = saved.warnings(about: options.parameters)
      for warning in warnings { voice.say("\(path): warning: \(warning)") }
      try run(saved.setting(options.parameters, name: path))
    } catch {
      let plain = error as? any PlainError
      let message = plain?.message ?? "\(error)"
      report.problem = message
      voice.say("cnn-repl: \(message)\(plain?.suggestion.map { "; \($0)" } ?? "")")
    }
    return report
  }

  private mutating func run(_ notebook: Notebook) throws {
    // A folder that cannot be made is better known before an hour of training.
    if let folder = options.outputFolder { try RegularFile.createFolder(folder) }
    let rules = NotebookRunner.Rules(
      allowsErrors: options.allowsErrors, timeout: options.timeout.map { .seconds($0) })
    let runner = NotebookRunner(notebook, rules: rules, stopSign: stopSign) { [voice, path] in
      voice.show($0, path)
    }
    var configuration = SessionConfiguration()
    configuration.workingDirectory = Self.folder(of: path)
    let session = Session(configuration)
    stopSign.watch(session)
    let clock = ContinuousClock.now
    let ending = runner.run(in: session)
    report.seconds = (ContinuousClock.now - clock) / .seconds(1)
    report.cells = runner.reports
    if options.checks { compare(with: notebook, runner.notebook) }
    // Said before it is written: a full disk must not hide what went wrong.
    say(ending)
    var written: [String] = []
    if let destination = options.destination(of: path) {
      try RegularFile.replace(destination, with: runner.notebook.serialized())
      written.append(destination)
    }
    if let page = options.page(of: path) {
      let html = NotebookPage(runner.notebook, title: Self.name(of: path), folder: Self.folder(of: path)).html
      try RegularFile.replace(page, with: Array(html.utf8))
      written.append(page)
    }
    if !written.isEmpty { voice.say("\(path): written to \(written.joined(separator: " and "))") }
  }

  private mutating func compare(with saved: Notebook, _ now: Notebook) {
    for (position, cell) in report.cells.enumerated() {
      guard case .passed = cell.outcome, !saved.cells[cell.index].tags.contains("injected-parameters") else {
        continue
      }
      report.cells[position].differences = OutputComparison.differences(
        saved: saved.cells[cell.index].outputs, now: now.cells[cell.index].outputs,
        tags: saved.cells[cell.index].tags)
    }
  }

  private mutating func say(_ ending: NotebookRunner.Ending) {
    let different = report.cells.filter { !$0.differences.isEmpty }
    for cell in different {
      voice.say("\(path): cell \(cell.number ?? 0) gives other outputs than the saved ones: \(cell.title)")
      for line in cell.differences { voice.say("  \(line)") }
    }
    let time = RunVoice.text(report.seconds)
    switch ending {
    case .finished:
      let count = report.cells.count { $0.number != nil }
      let outcome =
        !options.checks
        ? "" : different.isEmpty ? ", outputs as saved" : ", \(different.count) with other outputs"
      voice.say("\(path): \(count) cells in \(time)\(outcome)")
    case .failed(let cell, let error):
      voice.say("\(path): cell \(cell) failed")
      voice.say(error.plainText)
    case .interrupted(let cell):
      voice.say("\(path): interrupted in cell \(cell)")
      report.isInterrupted = true
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func name(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".ipynb") ? String(name.dropLast(6)) : name
  }
}

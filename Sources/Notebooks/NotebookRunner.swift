import Base
import Display
import Session

/// Runs the code cells of a notebook in order, in one session, and keeps their outputs.
package final class NotebookRunner: SessionHost {
  /// What happened, for whoever watches.
  package enum Progress {
    case began(cell: Int, of: Int)
    case ended(cell: Int, of: Int, seconds: Double, error: ErrorReport?)
  }

  /// How a run ended.
  package enum Ending {
    case finished
    /// A code cell, counted from 1 among those that are run, ended in an error that nobody expected.
    case failed(cell: Int, ErrorReport)
    case interrupted(cell: Int)
  }

  /// How a run may go.
  package struct Rules: Sendable {
    package var allowsErrors = false
    /// The longest that one cell may take.
    package var timeout: Duration?
    /// The most bytes that one cell may put out; a notebook of that size opens in no browser.
    package var outputLimit = 100_000_000

    package init(allowsErrors: Bool = false, timeout: Duration? = nil) {
      self.allowsErrors = allowsErrors
      self.timeout = timeout
    }
  }

  package private(set) var notebook: Notebook
  /// One for each code cell that is not empty.
  package private(set) var reports: [CellReport] = []
  private let rules: Rules
  private let stopSign: StopSign?
  private let progress: (Progress) -> Void
  private var recorder = OutputRecorder()
  private var outputBytes = 0
  private var interruption: Interruption?

  package init(
    _ notebook: Notebook, rules: Rules = Rules(), stopSign: StopSign? = nil,
    progress: @escaping (Progress) -> Void = { _ in }
  ) {
    self.notebook = notebook
    self.rules = rules
    self.stopSign = stopSign
    self.progress = progress
  }

  /// Runs the cells: not the empty ones, not those tagged `skip-execution`. After an unexpected error the
  /// cells that were not reached have no outputs, so that nobody takes those of an earlier run for this one's.
  package func run(in session: Session) -> Ending {
    reports = Self.plan(of: notebook)
    interruption = session.interruption
    let timer = rules.timeout.map { CellTimer(limit: $0, session.interruption) }
    defer { timer?.stop() }
    let positions = reports.indices.filter { reports[$0].number != nil }
    for (done, position) in positions.enumerated() {
      let number = done + 1
      if stopSign?.isRaised == true {
        clear(positions[done...])
        return .interrupted(cell: number)
      }
      progress(.began(cell: number, of: positions.count))
      let clock = ContinuousClock.now
      let outcome = execute(reports[position].index, in: session, timer)
      let seconds = (ContinuousClock.now - clock) / .seconds(1)
      reports[position].seconds = seconds
      progress(.ended(cell: number, of: positions.count, seconds: seconds, error: outcome.error))
      switch outcome {
      case .success, .expected: reports[position].outcome = .passed
      case .failure(let report):
        reports[position].outcome = .failed(report)
        clear(positions[number...])
        return .failed(cell: number, report)
      case .interrupted(let report):
        reports[position].outcome = .failed(report)
        clear(positions[number...])
        return .interrupted(cell: number)
      }
    }
    return .finished
  }

  package func emit(_ event: OutputEvent, of execution: ExecutionID) {
    outputBytes += event.byteCount
    guard outputBytes <= rules.outputLimit else {
      // What there is of them goes too: the notebook must stay one that can be opened.
      recorder.record(.clear(wait: false))
      interruption?.interrupt(execution)
      return
    }
    recorder.record(event)
  }

  package func requestInput(
    prompt: String, isPassword: Bool, of execution: ExecutionID
  ) throws(InputError) -> String { throw .unavailable }

  private enum Outcome {
    case success
    /// An error that is allowed.
    case expected(ErrorReport)
    case failure(ErrorReport)
    case interrupted(ErrorReport)

    var error: ErrorReport? {
      switch self {
      case .success: nil
      case .expected(let report), .failure(let report), .interrupted(let report): report
      }
    }
  }

  private func execute(_ index: Int, in session: Session, _ timer: CellTimer?) -> Outcome {
    recorder.begin(cell: index)
    outputBytes = 0
    timer?.begin()
    let result = session.execute(Cell(notebook.cells[index].source), host: self)
    let isTooLate = timer?.end() ?? false
    let outcome: Outcome
    switch result.outcome {
    case .interrupted(let report) where outputBytes > rules.outputLimit:
      let limit = rules.outputLimit / 1_000_000
      outcome = .failure(report.renamed("OutputError", "the outputs of the cell are larger than \(limit) MB"))
    case .interrupted(let report) where isTooLate:
      outcome = .failure(report.renamed("TimeoutError", "the cell took longer than \(timeoutText)"))
    case .interrupted(let report): outcome = .interrupted(report)
    case .failure(let report):
      let isExpected = rules.allowsErrors || notebook.cells[index].tags.contains("raises-exception")
      outcome = isExpected ? .expected(report) : .failure(report)
    case .success: outcome = .success
    }
    recorder.end(executionCount: result.executionCount, error: outcome.error)
    keepChanges()
    return outcome
  }

  private var timeoutText: String {
    let seconds = (rules.timeout ?? .zero) / .seconds(1)
    return Int(exactly: seconds).map { "\($0) s" } ?? "\(seconds) s"
  }

  private static func plan(of notebook: Notebook) -> [CellReport] {
    var count = 0
    return notebook.cells.enumerated().compactMap { index, cell in
      guard cell.kind == .code, !cell.isBlank else { return nil }
      let isSkipped = cell.tags.contains("skip-execution")
      if !isSkipped { count += 1 }
      return CellReport(
        index: index, number: isSkipped ? nil : count, title: cell.title,
        outcome: isSkipped ? .skipped : .notReached)
    }
  }

  private func keepChanges() {
    for record in recorder.takeChanges() {
      notebook.cells[record.cell].outputs = record.outputs
      notebook.cells[record.cell].executionCount = record.executionCount
    }
  }

  private func clear(_ positions: ArraySlice<Int>) {
    for position in positions {
      notebook.cells[reports[position].index].outputs = []
      notebook.cells[reports[position].index].executionCount = nil
    }
  }
}

extension Notebook.Cell {
  /// Whether there is nothing to run.
  var isBlank: Bool { source.unicodeScalars.allSatisfy(\.properties.isWhitespace) }

  /// The first line that says something.
  var title: String {
    let lines = source.split(whereSeparator: \.isNewline)
    let line = lines.first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return String(line.drop(while: \.isWhitespace).prefix(80))
  }
}

extension ErrorReport {
  /// The same place with another reason: an interrupt says where, whoever interrupted says why.
  fileprivate func renamed(_ name: String, _ message: String) -> ErrorReport {
    ErrorReport(
      name: name, message: message, traceback: ["\(name): \(message)"] + traceback.dropFirst(),
      plainText: ([Substring("\(name): \(message)")] + plainText.split(separator: "\n").dropFirst())
        .joined(separator: "\n"))
  }
}

extension OutputEvent {
  /// Roughly how much room it takes in a notebook.
  fileprivate var byteCount: Int {
    switch self {
    case .stream(_, let text): text.utf8.count
    case .display(let bundle, _), .result(let bundle), .update(_, let bundle):
      bundle.entries.reduce(0) { sum, entry in
        switch entry.content {
        case .text(let text): sum + text.utf8.count
        case .data(let bytes): sum + bytes.count
        case .json: sum + 100
        }
      }
    case .clear: 0
    }
  }
}

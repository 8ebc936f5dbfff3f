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

  package private(set) var notebook: Notebook
  private let allowsErrors: Bool
  private let progress: (Progress) -> Void
  private var recorder = OutputRecorder()

  package init(
    _ notebook: Notebook, allowsErrors: Bool = false, progress: @escaping (Progress) -> Void = { _ in }
  ) {
    self.notebook = notebook
    self.allowsErrors = allowsErrors
    self.progress = progress
  }

  /// The cells that hold code to run: not the empty ones, not those tagged `skip-execution`.
  package var runnableCells: [Int] {
    notebook.cells.indices.filter { index in
      let cell = notebook.cells[index]
      return cell.kind == .code && !cell.tags.contains("skip-execution")
        && cell.source.unicodeScalars.contains { !$0.properties.isWhitespace }
    }
  }

  /// Runs the cells. After an unexpected error the cells that were not reached have no outputs, so that
  /// nobody takes those of an earlier run for this one's.
  package func run(in session: Session) -> Ending {
    let indices = runnableCells
    for (position, index) in indices.enumerated() {
      let number = position + 1
      progress(.began(cell: number, of: indices.count))
      recorder.begin(cell: index)
      let clock = ContinuousClock.now
      let result = session.execute(Cell(notebook.cells[index].source), host: self)
      recorder.end(executionCount: result.executionCount, error: result.error)
      keepChanges()
      let seconds = (ContinuousClock.now - clock) / .seconds(1)
      progress(.ended(cell: number, of: indices.count, seconds: seconds, error: result.error))
      switch result.outcome {
      case .success: continue
      case .interrupted:
        clear(indices[(position + 1)...])
        return .interrupted(cell: number)
      case .failure(let report):
        if allowsErrors || notebook.cells[index].tags.contains("raises-exception") { continue }
        clear(indices[(position + 1)...])
        return .failed(cell: number, report)
      }
    }
    return .finished
  }

  package func emit(_ event: OutputEvent, of execution: ExecutionID) { recorder.record(event) }

  package func requestInput(
    prompt: String, isPassword: Bool, of execution: ExecutionID
  ) throws(InputError) -> String { throw .unavailable }

  private func keepChanges() {
    for record in recorder.takeChanges() {
      notebook.cells[record.cell].outputs = record.outputs
      notebook.cells[record.cell].executionCount = record.executionCount
    }
  }

  private func clear(_ indices: ArraySlice<Int>) {
    for index in indices {
      notebook.cells[index].outputs = []
      notebook.cells[index].executionCount = nil
    }
  }
}

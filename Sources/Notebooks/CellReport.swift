import Session

/// What became of one code cell.
package struct CellReport: Sendable {
  package enum Outcome: Sendable {
    case passed
    case failed(ErrorReport)
    /// Tagged `skip-execution`.
    case skipped
    /// A cell before it ended the run.
    case notReached
  }

  /// Its place among all cells of the notebook, from 0.
  package let index: Int
  /// Its number among the cells that run, from 1; nil for one that is skipped.
  package let number: Int?
  /// The first line of its code.
  package let title: String
  package var outcome: Outcome
  package var seconds = 0.0
  /// How its outputs differ from the saved ones, as lines of text.
  package var differences: [String] = []
}

/// What became of a notebook.
package struct NotebookReport: Sendable {
  package let path: String
  package var cells: [CellReport] = []
  package var seconds = 0.0
  /// Why it could not be run, or what it left could not be written.
  package var problem: String?
  package var isInterrupted = false

  package init(path: String) { self.path = path }

  package var isGood: Bool {
    problem == nil && !isInterrupted
      && cells.allSatisfy { cell in
        guard cell.differences.isEmpty else { return false }
        switch cell.outcome {
        case .passed, .skipped: return true
        case .failed, .notReached: return false
        }
      }
  }
}

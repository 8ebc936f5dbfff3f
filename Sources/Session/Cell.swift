import Base
import Display

/// One piece of code to run, with what the front end wants done around it.
package struct Cell: Sendable {
  package var code: String
  /// Counts in the history and in `[n]`; false for silent runs.
  package var storesHistory: Bool
  /// Runs without outputs: no streams, displays, result or error reports reach the host.
  package var isSilent: Bool
  /// Expressions evaluated after the code, each on its own.
  package var userExpressions: [(name: String, code: String)]
  /// How errors call this cell ("cell 3", "digits.cnn"); nil for "cell <count>".
  package var name: String?

  package init(
    _ code: String, name: String? = nil, storesHistory: Bool = true, isSilent: Bool = false,
    userExpressions: [(name: String, code: String)] = []
  ) {
    self.code = code
    self.name = name
    self.storesHistory = storesHistory && !isSilent
    self.isSilent = isSilent
    self.userExpressions = userExpressions
  }
}

/// An error as a front end shows it.
package struct ErrorReport: Sendable {
  /// The family: "NameError".
  package var name: String
  /// The sentence, without place.
  package var message: String
  /// The whole report, lines without line ends, in ANSI colours.
  package var traceback: [String]
  /// The same without colours, as scripts print it on stderr.
  package var plainText: String

  package init(name: String, message: String, traceback: [String], plainText: String) {
    self.name = name
    self.message = message
    self.traceback = traceback
    self.plainText = plainText
  }
}

/// How one execution ended.
package struct ExecutionResult: Sendable {
  package enum Outcome: Sendable {
    case success
    case failure(ErrorReport)
    case interrupted(ErrorReport)
  }
  /// The value of a user expression, or why it has none.
  package enum Evaluation: Sendable {
    case value(MIMEBundle)
    case failure(ErrorReport)
  }

  package var outcome: Outcome
  /// The number of this cell: `[n]`.
  package var executionCount: Int
  /// Help pages asked for with `name?`.
  package var pages: [MIMEBundle]
  package var userExpressions: [(name: String, value: Evaluation)]

  package init(
    outcome: Outcome, executionCount: Int, pages: [MIMEBundle] = [],
    userExpressions: [(name: String, value: Evaluation)] = []
  ) {
    self.outcome = outcome
    self.executionCount = executionCount
    self.pages = pages
    self.userExpressions = userExpressions
  }

  /// The error the execution ended with, interruption included.
  package var error: ErrorReport? {
    switch outcome {
    case .success: nil
    case .failure(let report), .interrupted(let report): report
    }
  }
}

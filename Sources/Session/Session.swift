import Base
import Display
import Library
import Script

/// One interpreter's life: code in, output events and one result out.
///
/// Made and used on one thread; `interruption`, `history` and `completeness` are for any. It knows nothing of
/// sockets, terminals or notebook files: those are hosts.
package final class Session {
  package static let languageVersion = "0.1.0"
  package static let banner =
    "Swift CNN \(languageVersion): a small language for convolutional networks. `help()` says more."

  package let interruption = Interruption()
  package let history: History
  /// The number of the last cell that counts, 0 at first.
  package private(set) var executionCount = 0

  let machine: Machine
  /// What an editor has asked of functions since code ran last.
  var callees: [[String]: Callee?] = [:]
  private let outputs: OutputDirector
  private var lastExecution: UInt64 = 0
  private var unnumberedCells = 0

  package init(_ configuration: SessionConfiguration) {
    history = History(file: configuration.historyFile)
    if let limit = configuration.memoryLimit { MemoryBudget.configure(limit: limit) }
    machine = Machine(registry: StandardLibrary.registry, safepoint: interruption.safepoint)
    outputs = OutputDirector()
    machine.context = outputs.makeContext(configuration)
    machine.showHelp = { [outputs, unowned machine] value, _ in
      outputs.addPage(try HelpPage.about(value, in: machine).bundle)
    }
    machine.serveQuestions = { [outputs] in outputs.host?.serveQuestions() }
  }

  /// Whether code can run as it stands; needs no session and runs on any thread.
  package static func completeness(of code: String) -> Completeness {
    switch Parser.state(of: code) {
    case .complete: .complete
    case .incomplete(let indent): .incomplete(indent: indent)
    case .invalid: .invalid
    }
  }

  // MARK: Execution

  /// Runs one cell: outputs go to the host as they come, the rest is in the result.
  package func execute(_ cell: Cell, host: SessionHost) -> ExecutionResult {
    lastExecution += 1
    callees = [:]
    let execution = ExecutionID(rawValue: lastExecution)
    interruption.begin(execution)
    defer { interruption.end() }
    outputs.begin(host, execution, isSilent: cell.isSilent)
    defer { outputs.end() }
    if cell.storesHistory {
      executionCount += 1
      history.append(line: executionCount, input: cell.code)
    } else {
      unnumberedCells += 1
    }
    let name = cell.name ?? (cell.storesHistory ? "cell \(executionCount)" : "input")
    var outcome = run(cell.code, name: name, storesResult: cell.storesHistory)
    machine.collectCycles()
    var expressions: [(name: String, value: ExecutionResult.Evaluation)] = []
    if case .success = outcome {
      expressions = cell.userExpressions.map { ($0.name, evaluate($0.code, name: $0.name)) }
    }
    if case .failure(let report) = outcome, report.name == ErrorKind.interrupted.rawValue {
      outcome = .interrupted(report)
    }
    return ExecutionResult(
      outcome: outcome, executionCount: executionCount, pages: outputs.takePages(),
      userExpressions: expressions)
  }

  private func run(_ code: String, name: String, storesResult: Bool) -> ExecutionResult.Outcome {
    let source = SourceText(code, name: name)
    do {
      let value = try value(of: source)
      defer { value.release() }
      if storesResult, !value.isNone { machine.globals.set("_", value.retained()) }
      if let bundle = try Presentation.result(of: value, machine) {
        if storesResult { history.setOutput(line: executionCount, output: bundle.plainText) }
        outputs.emit(.result(bundle))
      }
      return .success
    } catch let error as SyntaxErrors {
      return .failure(ErrorReporter.report(error.diagnostics, in: source))
    } catch {
      return .failure(ErrorReporter.report(ScriptError.wrapping(error)))
    }
  }

  /// Syntax errors of one source, found before anything ran.
  struct SyntaxErrors: Error {
    let diagnostics: [Diagnostic]
  }

  /// Compiles and runs a source; the value is owned by the caller.
  func value(of source: SourceText) throws -> Value {
    let parsed = Parser.parse(source)
    guard parsed.diagnostics.isEmpty else { throw SyntaxErrors(diagnostics: parsed.diagnostics) }
    let compiled = machine.compile(parsed.tree, source: source)
    guard let code = compiled.code else { throw SyntaxErrors(diagnostics: compiled.diagnostics) }
    return try machine.run(code)
  }

  private func evaluate(_ code: String, name: String) -> ExecutionResult.Evaluation {
    let source = SourceText(code, name: name)
    do {
      let value = try value(of: source)
      defer { value.release() }
      return .value(try Presentation.bundle(of: value, machine))
    } catch let error as SyntaxErrors {
      return .failure(ErrorReporter.report(error.diagnostics, in: source))
    } catch {
      return .failure(ErrorReporter.report(ScriptError.wrapping(error)))
    }
  }
}

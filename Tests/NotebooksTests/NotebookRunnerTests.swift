import Base
import Display
import Notebooks
import Session
import Testing

@Suite struct NotebookRunnerTests {
  @Test func runsInOrderAndReports() throws {
    let notebook = try RunThread.notebook([
      ("\n  let a = 1", []), ("", []), ("missing", ["skip-execution"]), ("other", ["raises-exception"]),
      ("a + 1", []),
    ])
    let (runner, ending) = try RunThread.run(notebook)
    guard case .finished = ending else { throw Failure("\(ending)") }
    #expect(runner.reports.map(\.index) == [0, 2, 3, 4])
    #expect(runner.reports.map(\.number) == [1, nil, 2, 3])
    #expect(runner.reports.map(\.title) == ["let a = 1", "missing", "other", "a + 1"])
    #expect(runner.reports.map { Self.word($0.outcome) } == ["passed", "skipped", "passed", "passed"])
    #expect(runner.notebook.cells.map(\.executionCount) == [1, nil, nil, 2, 3])
    #expect(runner.notebook.cells[3].outputs[0]["ename"] == "NameError")
    #expect(runner.notebook.cells[4].outputs[0]["data"]?["text/plain"] == ["2"])
  }

  @Test func anErrorEndsTheRun() throws {
    let (runner, ending) = try RunThread.run(try RunThread.notebook([("1", []), ("x", []), ("2", [])]))
    guard case .failed(cell: 2, let error) = ending else { throw Failure("\(ending)") }
    #expect(error.name == "NameError")
    #expect(runner.reports.map { Self.word($0.outcome) } == ["passed", "failed", "notReached"])
  }

  @Test func aCellThatTakesTooLongIsStopped() throws {
    let notebook = try RunThread.notebook([
      ("print(1)", []), ("while true { }", ["raises-exception"]), ("2", []),
    ])
    let (runner, ending) = try RunThread.run(notebook, .init(allowsErrors: true, timeout: .milliseconds(200)))
    guard case .failed(cell: 2, let error) = ending else { throw Failure("\(ending)") }
    #expect(error.name == "TimeoutError")
    #expect(error.message == "the cell took longer than 0.2 s")
    #expect(error.plainText.hasPrefix("TimeoutError: the cell took longer than 0.2 s\n  cell 2, line 1\n"))
    let output = runner.notebook.cells[1].outputs[0]
    #expect(output["evalue"] == "the cell took longer than 0.2 s")
    #expect(output["traceback"]?[0] == "TimeoutError: the cell took longer than 0.2 s")
    #expect(runner.reports[1].seconds >= 0.2)
  }

  @Test func theClockStartsAnewForEachCell() throws {
    let cells = Array(repeating: ("sleep(0.15)", [String]()), count: 4)
    let (_, ending) = try RunThread.run(try RunThread.notebook(cells), .init(timeout: .milliseconds(400)))
    guard case .finished = ending else { throw Failure("\(ending)") }
  }

  @Test func aFloodOfOutputIsStopped() throws {
    var rules = NotebookRunner.Rules()
    rules.outputLimit = 2_000_000
    let notebook = try RunThread.notebook([("print(1)", []), ("while true { print(\"water\") }", [])])
    let (runner, ending) = try RunThread.run(notebook, rules)
    guard case .failed(cell: 2, let error) = ending else { throw Failure("\(ending)") }
    #expect(error.message == "the outputs of the cell are larger than 2 MB")
    #expect(runner.notebook.cells[0].outputs.count == 1)
    #expect(runner.notebook.cells[1].outputs.map { $0["ename"] } == ["OutputError"])
  }

  @Test func aStopSignEndsItBetweenCells() throws {
    let sign = StopSign()
    sign.raise()
    let (runner, ending) = try RunThread.run(try RunThread.notebook([("1", [])]), .init(), sign)
    guard case .interrupted(cell: 1) = ending else { throw Failure("\(ending)") }
    #expect(runner.notebook.cells[0].executionCount == nil)
  }

  struct Failure: Error {
    init(_ text: String) { Issue.record("\(text)") }
  }

  static func word(_ outcome: CellReport.Outcome) -> String {
    switch outcome {
    case .passed: "passed"
    case .failed: "failed"
    case .skipped: "skipped"
    case .notReached: "notReached"
    }
  }
}

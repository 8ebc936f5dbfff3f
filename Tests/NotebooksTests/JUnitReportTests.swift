import Base
import Notebooks
import Testing

@Suite struct JUnitReportTests {
  /// The report of a run, with its times made equal.
  private func report(_ cells: [(source: String, tags: [String])], path: String = "n<1>.ipynb") throws
    -> NotebookReport
  {
    var report = NotebookReport(path: path)
    report.cells = try RunThread.run(try RunThread.notebook(cells)).runner.reports
    for index in report.cells.indices { report.cells[index].seconds = 0.5 }
    report.seconds = 1.25
    return report
  }

  private func text(_ reports: [NotebookReport]) -> String {
    var junit = JUnitReport()
    for report in reports { junit.add(report) }
    return String(decoding: junit.serialized(), as: UTF8.self)
  }

  @Test func aCaseForEachCell() throws {
    var run = try report([("1", []), ("skip", ["skip-execution"]), ("\"<a>\"", [])])
    run.cells[2].differences = ["text/plain:", "  - <b>"]
    #expect(
      text([run]) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="cnn-repl run" tests="3" failures="1" errors="0" skipped="1" time="1.250">
          <testsuite name="n&lt;1&gt;.ipynb" tests="3" failures="1" errors="0" skipped="1" time="1.250">
            <testcase classname="n&lt;1&gt;.ipynb" name="cell 1: 1" file="n&lt;1&gt;.ipynb" time="0.500"/>
            <testcase classname="n&lt;1&gt;.ipynb" name="skipped cell: skip" file="n&lt;1&gt;.ipynb" time="0.000">
              <skipped message="tagged skip-execution"/>
            </testcase>
            <testcase classname="n&lt;1&gt;.ipynb" name="cell 2: &quot;&lt;a&gt;&quot;" \
        file="n&lt;1&gt;.ipynb" time="0.500">
              <failure type="OutputDifference" message="text/plain:">text/plain:
          - &lt;b&gt;</failure>
            </testcase>
          </testsuite>
        </testsuites>

        """)
    #expect(!run.isGood)
  }

  @Test func errorsAndWhatTheyKeptFromRunning() throws {
    var unread = NotebookReport(path: "b.ipynb")
    unread.problem = "`b.ipynb` is cut off"
    let xml = text([try report([("missing", []), ("1", [])]), unread])
    #expect(xml.contains("tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"1\""))
    #expect(xml.contains("<failure type=\"NameError\" message=\"there is no `missing`\">NameError: "))
    #expect(xml.contains("<skipped message=\"a cell before it ended the run\"/>"))
    #expect(xml.contains("<error type=\"NotebookError\" message=\"`b.ipynb` is cut off\">"))
  }

  @Test func whatIsGood() throws {
    #expect(try report([("1", []), ("x", ["skip-execution"])]).isGood)
    #expect(try !report([("x", [])]).isGood)
    var run = try report([])
    #expect(run.isGood)
    run.isInterrupted = true
    #expect(!run.isGood)
  }
}

import Base
import Display

/// The results of a run in the XML that GitHub, GitLab, Jenkins and pytest's tools read: a suite for each
/// notebook, a case for each code cell.
package struct JUnitReport {
  private static let head = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"

  /// The suites, each as XML with the counts that a file sums up.
  private var suites: [(text: String, counts: Counts)] = []

  private struct Counts {
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0
    var seconds = 0.0

    var attributes: String {
      "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\" "
        + "time=\"\(JUnitReport.text(seconds))\""
    }
  }

  package init() {}

  package mutating func add(_ report: NotebookReport) {
    var counts = Counts(seconds: report.seconds)
    var cases = ""
    let file = Escape.attribute(report.path)
    func add(_ name: String, _ seconds: Double, _ content: String?) {
      counts.tests += 1
      cases += "    <testcase classname=\"\(file)\" name=\"\(Escape.attribute(name))\" file=\"\(file)\" "
      cases += "time=\"\(Self.text(seconds))\""
      cases += content.map { ">\n      \($0)\n    </testcase>\n" } ?? "/>\n"
    }
    for cell in report.cells {
      let name = cell.number.map { "cell \($0): \(cell.title)" } ?? "skipped cell: \(cell.title)"
      switch cell.outcome {
      case .failed(let error):
        counts.failures += 1
        add(name, cell.seconds, Self.element("failure", error.name, error.message, error.plainText))
      case .passed where !cell.differences.isEmpty:
        counts.failures += 1
        let text = cell.differences.joined(separator: "\n")
        add(name, cell.seconds, Self.element("failure", "OutputDifference", cell.differences[0], text))
      case .passed: add(name, cell.seconds, nil)
      case .skipped, .notReached:
        counts.skipped += 1
        var reason = "a cell before it ended the run"
        if case .skipped = cell.outcome { reason = "tagged skip-execution" }
        add(name, 0, "<skipped message=\"\(reason)\"/>")
      }
    }
    if let problem = report.problem {
      counts.errors += 1
      add("notebook", 0, Self.element("error", "NotebookError", problem, problem))
    }
    let suite = "  <testsuite name=\"\(file)\" \(counts.attributes)>\n\(cases)  </testsuite>\n"
    suites.append((suite, counts))
  }

  /// The bytes of the file.
  package func serialized() -> [UInt8] {
    var sum = Counts()
    for (_, counts) in suites {
      sum.tests += counts.tests
      sum.failures += counts.failures
      sum.errors += counts.errors
      sum.skipped += counts.skipped
      sum.seconds += counts.seconds
    }
    let body = suites.map(\.text).joined()
    return Array(
      "\(Self.head)<testsuites name=\"cnn-repl run\" \(sum.attributes)>\n\(body)</testsuites>\n".utf8)
  }

  private static func element(_ tag: String, _ type: String, _ message: String, _ text: String) -> String {
    "<\(tag) type=\"\(Escape.attribute(type))\" message=\"\(Escape.attribute(message))\">"
      + "\(Escape.html(text))</\(tag)>"
  }

  fileprivate static func text(_ seconds: Double) -> String {
    let thousandths = Int(exactly: (seconds * 1000).rounded()) ?? 0
    let fraction = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}

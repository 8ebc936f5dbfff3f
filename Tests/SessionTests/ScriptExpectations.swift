import Foundation

/// A script with what it says of itself in comments:
///
///     print(1 + 1)   // expect: 2
///     // expect warning: text on standard error
///     // expect result: value of a cell's last expression
///     // expect error: NameError: text
///     // input: a line that `input` gets
///     // cell
///
/// `expect` lines match the lines of standard output in order and completely, and so do the others for what
/// they name. A line `// cell` starts a new cell of the same session. A text that ends in `...` matches
/// everything that starts with it.
struct ScriptExpectations {
  enum Channel: String, CaseIterable {
    case output = "expect:"
    case warning = "expect warning:"
    case result = "expect result:"
    case error = "expect error:"
  }

  /// The cells, each with empty lines in front, so that errors name the lines of the file.
  private(set) var cells: [String] = []
  private(set) var inputs: [String] = []
  private(set) var expected: [Channel: [String]] = [:]

  init(_ text: String) {
    var lines: [String] = []
    var skipped = 0
    for (number, line) in text.components(separatedBy: "\n").enumerated() {
      if line.trimmingCharacters(in: .whitespaces) == "// cell" {
        cells.append(Self.cell(lines, after: skipped))
        lines = []
        skipped = number + 1
        continue
      }
      lines.append(line)
      if let input = Self.remark("input:", in: line) { inputs.append(input) }
      for channel in Channel.allCases {
        if let text = Self.remark(channel.rawValue, in: line) { expected[channel, default: []].append(text) }
      }
    }
    cells.append(Self.cell(lines, after: skipped))
  }

  /// What differs from what came, readably; nil when nothing does.
  func difference(from got: [Channel: [String]]) -> String? {
    let parts = Channel.allCases.compactMap { channel -> String? in
      let wanted = expected[channel] ?? []
      let came = got[channel] ?? []
      guard wanted.count != came.count || !zip(wanted, came).allSatisfy(Self.matches) else { return nil }
      let rows = (0..<max(wanted.count, came.count)).map { row -> String in
        let expected = row < wanted.count ? wanted[row] : nil
        let actual = row < came.count ? came[row] : nil
        if let expected, let actual, Self.matches(expected, actual) { return "    \(actual)" }
        return [expected.map { "  - \($0)" }, actual.map { "  + \($0)" }].compactMap { $0 }
          .joined(separator: "\n")
      }
      return "\(channel.rawValue) (- expected, + got)\n" + rows.joined(separator: "\n")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "\n")
  }

  private static func cell(_ lines: [String], after skipped: Int) -> String {
    String(repeating: "\n", count: skipped) + lines.joined(separator: "\n")
  }

  private static func matches(_ expected: String, _ actual: String) -> Bool {
    let actual = actual.trimmingCharacters(in: .whitespaces)
    if expected.hasSuffix("...") { return actual.hasPrefix(expected.dropLast(3)) }
    return expected == actual
  }

  private static func remark(_ name: String, in line: String) -> String? {
    guard let range = line.range(of: "// " + name) else { return nil }
    return line[range.upperBound...].trimmingCharacters(in: .whitespaces)
  }
}

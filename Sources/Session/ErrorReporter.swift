import Base
import Script

/// Turns errors into what front ends show.
enum ErrorReporter {
  /// Several independent errors of one cell are shown one after another; a flood is cut.
  private static let shownDiagnostics = 5

  static func report(_ diagnostics: [Diagnostic], in source: SourceText) -> ErrorReport {
    guard let first = diagnostics.first else { preconditionFailure("a failed compilation has a diagnostic") }
    func lines(_ useColor: Bool) -> [String] {
      let renderer = DiagnosticRenderer(useColor: useColor)
      var lines: [String] = []
      for diagnostic in diagnostics.prefix(shownDiagnostics) {
        if !lines.isEmpty { lines.append("") }
        lines += renderer.render(diagnostic, in: source)
      }
      if diagnostics.count > shownDiagnostics {
        lines.append("... and \(diagnostics.count - shownDiagnostics) more errors")
      }
      return lines
    }
    return ErrorReport(
      name: first.kind.rawValue, message: first.message, traceback: lines(true),
      plainText: lines(false).joined(separator: "\n"))
  }

  static func report(_ error: ScriptError) -> ErrorReport {
    ErrorReport(
      name: error.kind.rawValue, message: error.message,
      traceback: DiagnosticRenderer(useColor: true).render(error),
      plainText: DiagnosticRenderer(useColor: false).render(error).joined(separator: "\n"))
  }
}

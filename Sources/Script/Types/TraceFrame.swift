/// A place that an error passed on its way out.
package struct TraceFrame: Sendable {
  /// Nil for the top level of a cell.
  package let functionName: String?
  package let source: SourceText
  package let range: SourceRange

  package init(functionName: String?, source: SourceText, range: SourceRange) {
    self.functionName = functionName
    self.source = source
    self.range = range
  }
}

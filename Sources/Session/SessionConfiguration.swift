/// What a session is started with.
package struct SessionConfiguration: Sendable {
  /// Relative paths start here; nil for the process's own directory.
  package var workingDirectory: String?
  /// Where the history is kept; nil keeps it in memory.
  package var historyFile: String?
  /// Bytes that values may take together; nil for what the machine can give.
  package var memoryLimit: Int?
  /// The arguments of a script.
  package var arguments: [String]

  package init(
    workingDirectory: String? = nil, historyFile: String? = nil, memoryLimit: Int? = nil,
    arguments: [String] = []
  ) {
    self.workingDirectory = workingDirectory
    self.historyFile = historyFile
    self.memoryLimit = memoryLimit
    self.arguments = arguments
  }
}

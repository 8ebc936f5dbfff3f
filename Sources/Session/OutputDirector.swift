import Base
import Display
import Library

/// Leads what built-ins say to the host of the execution that is running.
final class OutputDirector {
  private(set) var host: SessionHost?
  private var execution = ExecutionID(rawValue: 0)
  private var isSilent = false
  private var pages: [MIMEBundle] = []

  func begin(_ host: SessionHost, _ execution: ExecutionID, isSilent: Bool) {
    self.host = host
    self.execution = execution
    self.isSilent = isSilent
    pages = []
  }

  func end() { host = nil }

  func emit(_ event: OutputEvent) {
    guard !isSilent else { return }
    host?.emit(event, of: execution)
  }

  func addPage(_ page: MIMEBundle) { pages.append(page) }

  func takePages() -> [MIMEBundle] {
    defer { pages = [] }
    return pages
  }

  func makeContext(_ configuration: SessionConfiguration) -> LibraryContext {
    LibraryContext(
      workingDirectory: configuration.workingDirectory, arguments: configuration.arguments,
      write: { [unowned self] text, toStderr in emit(.stream(toStderr ? .stderr : .stdout, text)) },
      display: { [unowned self] bundle, id in emit(.display(bundle, id: id.map { DisplayID(rawValue: $0) }))
      },
      update: { [unowned self] id, bundle in emit(.update(DisplayID(rawValue: id), bundle)) },
      clearOutput: { [unowned self] wait in emit(.clear(wait: wait)) },
      input: { [unowned self] prompt, isPassword in
        guard let host, !isSilent else { throw InputError.unavailable }
        return try host.requestInput(prompt: prompt, isPassword: isPassword, of: execution)
      },
      page: { [unowned self] page in addPage(page) })
  }
}

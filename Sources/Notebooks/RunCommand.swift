import Base
import Glibc
import Session

/// `cnn-repl run`: notebooks without Jupyter, each in a session of its own, one after the other or in
/// processes side by side.
///
/// Everything it says goes to standard error; what cells print goes into the notebook.
package struct RunCommand {
  private let options: RunOptions
  private let stopSign: StopSign
  private let voice = RunVoice()

  package init(_ options: RunOptions, stopSign: StopSign = StopSign()) {
    self.options = options
    self.stopSign = stopSign
  }

  /// How all of it ended.
  package enum Ending: Equatable {
    case success, failure, interrupted
  }

  /// To be called on a compute thread.
  package func run() -> Ending {
    if let file = options.reportFile { return runReporting(to: file) }
    let reports =
      options.jobs > 1 && options.notebooks.count > 1 ? RunCrew(options, voice, stopSign).run() : runInTurn()
    var ending = reports.allSatisfy(\.isGood) ? Ending.success : .failure
    if stopSign.isRaised || reports.contains(where: \.isInterrupted) { ending = .interrupted }
    if options.notebooks.count > 1 { say(reports) }
    if !writeJUnit(reports), ending == .success { ending = .failure }
    return ending
  }

  private func runInTurn() -> [NotebookReport] {
    var reports: [NotebookReport] = []
    for path in options.notebooks {
      reports.append(run(path))
      if stopSign.isRaised { break }
    }
    return reports
  }

  private func run(_ path: String) -> NotebookReport {
    var task = NotebookTask(path, options, voice, stopSign)
    return task.run()
  }

  /// As one process of several: its reader shares this program's format and needs no words.
  private func runReporting(to file: Int32) -> Ending {
    // Helper programs that cells start must not hold it open.
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    // Who asked may be killed: then nobody reads the other end, and nobody wants the result.
    _ = ComputeThread {
      var polled = pollfd(fd: file, events: 0, revents: 0)
      while poll(&polled, 1, -1) < 0, errno == EINTR {}
      _exit(1)
    }
    let report = run(options.notebooks[0])
    var bytes: [UInt8] = []
    report.json.write(to: &bytes)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count > 0 { written += count } else if errno != EINTR { break }
    }
    return report.isInterrupted ? .interrupted : report.isGood ? .success : .failure
  }

  private func say(_ reports: [NotebookReport]) {
    let bad = reports.filter { !$0.isGood }
    let left = options.notebooks.count - reports.count
    var parts = ["\(reports.count - bad.count) of \(options.notebooks.count) notebooks are good"]
    if !bad.isEmpty { parts.append("not good: " + bad.map(\.path).joined(separator: ", ")) }
    if left > 0 { parts.append("\(left) not run") }
    voice.say(parts.joined(separator: "; "))
  }

  private func writeJUnit(_ reports: [NotebookReport]) -> Bool {
    guard let file = options.junitFile else { return true }
    var junit = JUnitReport()
    for report in reports { junit.add(report) }
    do throws(FileError) {
      if let slash = file.lastIndex(of: "/") { try RegularFile.createFolder(String(file[...slash])) }
      try RegularFile.replace(file, with: junit.serialized())
      return true
    } catch {
      voice.say("cnn-repl: \(error.message)")
      return false
    }
  }
}

import Base
import Glibc

/// Runs notebooks in processes side by side, each a program like this one, and gathers their reports.
///
/// Processes and not threads: what one notebook does to the memory or the processor's threads is its own.
struct RunCrew {
  /// A process that has just started may miss an interrupt, so that it is repeated.
  private static let interruptInterval = Duration.milliseconds(500)

  private let options: RunOptions
  private let voice: RunVoice
  private let stopSign: StopSign

  init(_ options: RunOptions, _ voice: RunVoice, _ stopSign: StopSign) {
    self.options = options
    self.voice = voice
    self.stopSign = stopSign
  }

  /// The reports in the order of the notebooks; after an interrupt only of those that were begun.
  func run() -> [NotebookReport] {
    let threads = Self.threads(jobs: options.jobs)
    var waiting = Array(options.notebooks.enumerated())[...]
    var members: [RunMember] = []
    var reports: [Int: NotebookReport] = [:]
    var lastInterrupt: ContinuousClock.Instant?
    while true {
      while members.count < options.jobs, !stopSign.isRaised, let (index, path) = waiting.popFirst() {
        do {
          members.append(try RunMember(index, path, options, threads: threads))
        } catch {
          var report = NotebookReport(path: path)
          report.problem = error.message
          voice.say("cnn-repl: \(error.message)")
          reports[index] = report
        }
      }
      if members.isEmpty { break }
      if stopSign.isRaised, lastInterrupt.map({ .now - $0 > Self.interruptInterval }) ?? true {
        // Each ends its cell and writes what there is.
        lastInterrupt = .now
        for member in members { member.interrupt() }
      }
      read(from: members)
      for member in members where member.isFinished {
        let report = member.end()
        // What a process says itself, it has said; of one that died nobody heard.
        if let death = member.death { voice.say("cnn-repl: \(death)") }
        reports[member.index] = report
      }
      members.removeAll(where: \.isFinished)
    }
    return reports.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Waits until a process says something or ends, and passes on whole lines.
  private func read(from members: [RunMember]) {
    var polled = members.flatMap(\.openFiles).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // Now and then it looks whether it is to stop.
    guard poll(&polled, nfds_t(polled.count), 50) > 0 else { return }
    let ready = Set(polled.filter { $0.revents != 0 }.map(\.fd))
    for member in members {
      for line in member.read(ready) { voice.say(line) }
    }
  }

  /// The processors shared out among the processes.
  private static func threads(jobs: Int) -> Int {
    let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return max(1, count / jobs)
  }
}

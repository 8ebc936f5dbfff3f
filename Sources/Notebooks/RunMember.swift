import Base
import Glibc

/// One process that runs one notebook.
final class RunMember {
  let index: Int
  /// Why the process ended without a report.
  private(set) var death: String?

  private let path: String
  private let process: pid_t
  /// What it says on standard error.
  private var speech: Int32
  private var unfinishedLine: [UInt8] = []
  /// Where its report comes.
  private var reportFile: Int32
  private var report: [UInt8] = []
  private static let reportNumber: Int32 = 3

  /// Starts the process, with so many threads to compute on unless the environment says how many.
  init(_ index: Int, _ path: String, _ options: RunOptions, threads: Int) throws(FileError) {
    self.index = index
    self.path = path
    let (speech, speechEnd) = try Self.pipe(path)
    let reportFile: Int32
    let reportEnd: Int32
    do {
      (reportFile, reportEnd) = try Self.pipe(path)
    } catch {
      Glibc.close(speech)
      Glibc.close(speechEnd)
      throw error
    }
    defer {
      Glibc.close(speechEnd)
      Glibc.close(reportEnd)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, speechEnd, STDERR_FILENO)
    posix_spawn_file_actions_adddup2(&actions, reportEnd, Self.reportNumber)
    // The signals that this process has blocked for its own threads.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let words = ["cnn-repl"] + options.arguments(for: path, reportingTo: Self.reportNumber)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var environment = Self.environment(threads: threads).map { strdup($0) } + [nil]
    defer { for entry in environment { free(entry) } }
    var process: pid_t = 0
    let failure = posix_spawn(
      &process, "/proc/self/exe", &actions, &attributes, &arguments, &environment)
    guard failure == 0 else {
      Glibc.close(speech)
      Glibc.close(reportFile)
      throw FileError("cannot start a process for", path, failure)
    }
    self.process = process
    self.speech = speech
    self.reportFile = reportFile
  }

  /// What to wait for.
  var openFiles: [Int32] { [speech, reportFile].filter { $0 >= 0 } }

  var isFinished: Bool { openFiles.isEmpty }

  /// Reads what has come on the files that are ready; gives the lines that are complete.
  func read(_ ready: Set<Int32>) -> [String] {
    if ready.contains(reportFile), !Self.append(from: reportFile, to: &report) { Self.close(&reportFile) }
    guard ready.contains(speech) else { return [] }
    if !Self.append(from: speech, to: &unfinishedLine) {
      Self.close(&speech)
      if !unfinishedLine.isEmpty { unfinishedLine.append(0x0A) }
    }
    guard let last = unfinishedLine.lastIndex(of: 0x0A) else { return [] }
    let lines = unfinishedLine[..<last].split(separator: 0x0A, omittingEmptySubsequences: false)
    unfinishedLine.removeSubrange(...last)
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  func interrupt() { kill(process, SIGINT) }

  /// Takes leave of the process. To be called when it is finished.
  func end() -> NotebookReport {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    if let json = try? JSON(parsing: report), let report = NotebookReport(json, path: path) { return report }
    let signal = status & 0x7F
    let reason = signal == 0 ? "ended early" : "was ended by the signal \(signal)"
    let hint = signal == SIGKILL ? ", perhaps because the memory was used up" : ""
    let message = "the process that ran `\(path)` \(reason)\(hint)"
    death = message
    var report = NotebookReport(path: path)
    report.problem = message
    report.isInterrupted = signal == SIGINT
    return report
  }

  private static func pipe(_ path: String) throws(FileError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw FileError("cannot start a process for", path, errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func append(from file: Int32, to bytes: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    let count = Glibc.read(file, &chunk, chunk.count)
    if count > 0 { bytes.append(contentsOf: chunk[..<count]) }
    return count > 0 || (count < 0 && errno == EINTR)
  }

  private static func close(_ file: inout Int32) {
    Glibc.close(file)
    file = -1
  }

  private static func environment(threads: Int) -> [String] {
    var all: [String] = []
    var entry = environ
    while let text = entry.pointee {
      all.append(String(cString: text))
      entry += 1
    }
    if !all.contains(where: { $0.hasPrefix("OMP_NUM_THREADS=") }) { all.append("OMP_NUM_THREADS=\(threads)") }
    return all
  }
}

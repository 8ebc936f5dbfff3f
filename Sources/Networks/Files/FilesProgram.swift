import Base
import Glibc
import Tensors

/// The program `cnn-files` at work on one file: started without a shell, read through a pipe, ended when it
/// takes too long or is no longer wanted.
final class FilesProgram {
  /// How messages call the file.
  private let name: String
  private let deadline: Deadline
  /// Called while waiting; what it throws ends the program.
  private let poll: () throws -> Void
  private var process: pid_t?
  private var output: Int32
  private var errors: Int32
  /// The first bytes that came on standard error.
  private var complaint: [UInt8] = []

  /// - Parameters:
  ///   - program: The path of `cnn-files`.
  ///   - memory: How many bytes of address space it may have.
  init(
    _ program: String, reading path: String, named name: String, memory: Int, deadline: Deadline,
    poll: @escaping () throws -> Void
  ) throws {
    self.name = name
    self.deadline = deadline
    self.poll = poll
    let (output, toOutput) = try Self.pipePair()
    let (errors, toErrors): (Int32, Int32)
    do { (errors, toErrors) = try Self.pipePair() } catch {
      close(output)
      close(toOutput)
      throw error
    }
    self.output = output
    self.errors = errors
    defer {
      close(toOutput)
      close(toErrors)
    }
    // The program's own clock ends it even when this process is gone; this one's comes first.
    let seconds = deadline.remainingSeconds + 2
    let arguments = ["read", "--memory", "\(memory)", "--seconds", "\(seconds)", "--", path]
    process = try Self.spawn(program, arguments, output: toOutput, errors: toErrors)
  }

  deinit {
    close(output)
    close(errors)
    if let process {
      kill(process, SIGKILL)
      _ = Self.wait(for: process, options: 0)
    }
  }

  /// Fills the memory with what comes next, all of it.
  func read(into target: UnsafeMutableRawBufferPointer) throws {
    var rest = target
    while !rest.isEmpty {
      try waitForOutput()
      let count = Glibc.read(output, rest.baseAddress, min(rest.count, 1 << 20))
      if count > 0 {
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
      } else if count == 0 {
        try end()
        throw damaged("its reader stopped too early")
      } else if errno != EINTR {
        throw systemError("cannot read from cnn-files")
      }
    }
  }

  /// Sees to it that nothing more comes and that the program says it is content.
  func finish() throws {
    while true {
      try waitForOutput()
      var byte: UInt8 = 0
      let count = Glibc.read(output, &byte, 1)
      if count == 0 { break }
      guard count < 0, errno == EINTR else { throw damaged("its reader wrote more than it announced") }
    }
    try end()
  }

  /// The error for a file that is not what it claims to be.
  func damaged(_ detail: String) -> TensorError {
    TensorError(
      .file, "The file \(name) is damaged: \(Self.plain(detail)).",
      suggestion: "get the file again, from where it came or from the program that wrote it")
  }

  // MARK: Waiting

  /// Comes back when there is output to read or its end; hears complaints, the clock and interruptions
  /// meanwhile.
  private func waitForOutput() throws {
    while true {
      try poll()
      var places = [
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      ]
      let count = Glibc.poll(&places, 2, try pause())
      guard count >= 0 || errno == EINTR else { throw systemError("cannot wait for cnn-files") }
      if places[1].revents != 0 { listen() }
      if places[0].revents != 0 { return }
    }
  }

  /// How long to sleep at most, in milliseconds; throws when the time is over.
  private func pause() throws -> Int32 {
    let left = deadline.remaining
    guard left > 0 else { throw timeOver() }
    return Int32(min(20, max(1, left * 1000)))
  }

  private func timeOver() -> TensorError {
    TensorError(
      .file, "Reading \(name) took longer than the \(deadline.text) that it was given, and was ended.",
      suggestion: "give it more time if the file is very large; a damaged file can also keep its reader busy")
  }

  /// Keeps the first few kilobytes of what the program complains about.
  private func listen() {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(errors, &chunk, chunk.count)
    if count > 0 {
      complaint += chunk.prefix(min(count, 4096 - complaint.count))
    } else if count == 0 {
      // A closed end would be ready for ever; poll skips negative numbers.
      close(errors)
      errors = -1
    }
  }

  // MARK: The end

  /// Waits for the program to end and throws what its end means, unless it is content.
  private func end() throws {
    guard let process else { return }
    while errors >= 0 {
      var place = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
      if Glibc.poll(&place, 1, try pause()) > 0 { listen() }
      try poll()
    }
    while true {
      if let status = Self.wait(for: process, options: WNOHANG) {
        self.process = nil
        if let error = meaning(of: status) { throw error }
        return
      }
      usleep(useconds_t(min(2, try pause()) * 1000))
    }
  }

  private func meaning(of status: Int32) -> TensorError? {
    let signal = status & 0x7F
    if signal == SIGALRM || signal == SIGXCPU { return timeOver() }
    if signal != 0 {
      return damaged("the program that reads it crashed over it (signal \(signal)); nothing else is affected")
    }
    let code = (status >> 8) & 0xFF
    if code == 0 { return nil }
    let line = Self.plain(String(decoding: complaint.prefix { $0 != 0x0A }, as: UTF8.self))
    guard code == 1, !line.isEmpty else {
      return TensorError(
        .file, "The file \(name) cannot be read: cnn-files ended with status \(code).",
        suggestion: "build the programs again, so that they belong to each other")
    }
    return TensorError(.file, "The file \(name) cannot be read: \(line).", suggestion: advice(line))
  }

  /// A text that may come from the file, without the control characters that could play with a terminal.
  static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(300) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private func advice(_ line: String) -> String? {
    if line.contains("damaged") {
      return "get the file again, from where it came or from the program that wrote it"
    }
    if line.contains("neither an HDF5") {
      return "see what kind of file it is; a download that failed often leaves a web page of that name"
    }
    return nil
  }

  private func systemError(_ action: String) -> TensorError {
    TensorError(.file, "The file \(name) cannot be read: \(action): \(String(cString: strerror(errno))).")
  }

  /// The status of a process that has ended; nil while it runs.
  private static func wait(for process: pid_t, options: Int32) -> Int32? {
    var status: Int32 = 0
    while true {
      let found = waitpid(process, &status, options)
      if found == process { return status }
      if found == 0 { return nil }
      // Somebody else has waited for it already; what it wrote says whether it succeeded.
      if errno != EINTR { return 0 }
    }
  }
}

/// A moment by which work must be done.
struct Deadline {
  /// The time that was given, in seconds.
  let limit: Double
  private let end: Double

  init(seconds: Double) {
    limit = seconds
    end = Self.now + seconds
  }

  var remaining: Double { end - Self.now }
  var remainingSeconds: Int { Int(max(0, remaining).rounded(.up)) }
  var text: String {
    let seconds = limit == limit.rounded() ? "\(Int(limit))" : "\(limit)"
    return seconds == "1" ? "1 second" : "\(seconds) seconds"
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

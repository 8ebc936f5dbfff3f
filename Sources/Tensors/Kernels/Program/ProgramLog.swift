import Glibc

/// What developers may see of programs on standard error, by the environment variable CNN_LOG.
enum ProgramLog {
  enum Level: String {
    /// What each program consists of, with the implementations that oneDNN chose.
    case plans
    /// What each step of a program takes, once it is warm.
    case steps
  }

  static let level = getenv("CNN_LOG").flatMap { Level(rawValue: String(cString: $0)) }
  /// The run that is timed.
  static let timedRun = 12

  static func write(_ program: Program) {
    write((["program: \(program.arenaBytes >> 10) kB"] + program.listing).joined(separator: "\n  ") + "\n")
  }

  static func time(_ program: Program, _ count: Int, _ run: (Int) throws -> Void) throws {
    let clock = ContinuousClock()
    var durations: [Duration] = []
    for number in 0..<count {
      let start = clock.now
      try run(number)
      durations.append(clock.now - start)
    }
    let names = program.listing
    var lines = ["steps, in microseconds:"]
    for (name, duration) in zip(names, durations) {
      let parts = duration.components
      let microseconds = parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
      lines.append("\(microseconds)\t\(name)")
    }
    write(lines.joined(separator: "\n  ") + "\n")
  }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }
}

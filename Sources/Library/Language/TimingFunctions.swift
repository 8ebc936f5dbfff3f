import Base
import Glibc
import Script

/// Waiting and measuring.
enum TimingFunctions {
  static let all: [Builtin] = [sleep, time, clock]

  static let sleep = Builtin(
    "sleep", [.init("seconds", "how long, 0 or more")],
    "Waits; an interrupt ends the waiting at once.",
    examples: [.init("sleep(0.01)\nprint(\"rested\")", "rested")]
  ) { call in
    let seconds = try call.double(0)
    guard seconds >= 0 else {
      throw call.failure("`seconds` must be 0 or more, but is \(seconds)", argument: 0)
    }
    let end = Clock.seconds + seconds
    // Waking this often keeps an interrupt well within what a person notices.
    let slice = 0.005
    while true {
      try call.machine.checkpoint()
      let rest = end - Clock.seconds
      if rest <= 0 { return .none }
      Clock.wait(min(rest, slice))
    }
  }

  static let time = Builtin(
    "time",
    [
      .init("repetitions", default: "1", "how many times to run it, at least 1"),
      .init("body", "what to measure, a closure without parameters"),
    ],
    "Runs a closure and gives the time that it took.",
    details: """
      The result prints as a text like `12.3 ms`. With repetitions it is the mean, and `.fastest` and \
      `.slowest` are there too. Durations can be divided: `time { slow() } / time { fast() }` is how many times \
      faster the second one is. What the closure gives back is dropped.
      """,
    examples: [
      .init("let t = time { sleep(0.02) }\nt.milliseconds >= 20", "true"),
      .init("time(repetitions: 3) { 2 + 2 }.repetitions", "3"),
    ]
  ) { call in
    let repetitions = try call.integer(0, default: 1)
    guard repetitions >= 1 else {
      throw call.failure("`repetitions` must be 1 or more, but is \(repetitions)", argument: 0)
    }
    let body = try call.function(1)
    var duration = Duration()
    for round in 0..<repetitions {
      try call.poll(round)
      let start = Clock.seconds
      let result = try call.call(body, [])
      duration.add(Clock.seconds - start)
      result.release()
    }
    return .host(DurationValue(duration))
  }

  static let clock = Builtin(
    "clock", [],
    "The seconds since some fixed moment, for measuring spans.",
    details: "Only differences mean something; the clock never jumps.",
    examples: [.init("let start = clock()\nsleep(0.01)\nclock() - start >= 0.01", "true")]
  ) { _ in Value(Clock.seconds) }
}

/// The system's clock that never jumps.
enum Clock {
  static var seconds: Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }

  /// Waits less than a second; a signal may end it earlier.
  static func wait(_ seconds: Double) {
    var span = timespec(tv_sec: 0, tv_nsec: Int(max(0, min(seconds, 0.999)) * 1e9))
    nanosleep(&span, nil)
  }
}

import Base
import Display
import Script

/// The times of one or more runs.
struct Duration {
  private(set) var repetitions = 0
  private(set) var total = 0.0
  private(set) var fastest = Double.infinity
  private(set) var slowest = 0.0

  mutating func add(_ seconds: Double) {
    repetitions += 1
    total += seconds
    fastest = min(fastest, seconds)
    slowest = max(slowest, seconds)
  }

  var mean: Double { repetitions == 0 ? 0 : total / Double(repetitions) }

  var text: String {
    guard repetitions > 1 else { return Self.text(mean) }
    return
      "\(Self.text(mean)) (mean of \(repetitions); fastest \(Self.text(fastest)), slowest \(Self.text(slowest)))"
  }

  /// Three digits and a unit that suits: `12.3 ms`.
  static func text(_ seconds: Double) -> String {
    let (number, unit) =
      switch seconds.magnitude {
      case 60...: (seconds / 60, "min")
      case 1...: (seconds, "s")
      case 1e-3...: (seconds * 1e3, "ms")
      case 1e-6...: (seconds * 1e6, "µs")
      default: (seconds * 1e9, "ns")
      }
    let decimals = number.magnitude >= 99.95 ? 0 : number.magnitude >= 9.995 ? 1 : 2
    return NumberText.fixed(number, decimals: decimals) + " " + unit
  }
}

/// A duration as programs hold it; in arithmetic it is its mean in seconds.
final class DurationValue: HostValue, NumericContents {
  let duration: Duration
  init(_ duration: Duration) { self.duration = duration }

  var typeName: String { "Duration" }
  func text() -> String { duration.text }

  var numericShape: [Int] { [] }
  func numericValues() -> [Double] { [duration.mean] }

  func binary(_ operation: BinaryOperator, _ other: Value, isReversed: Bool) throws -> Value? {
    guard let number = other.number ?? (other.hostValue as? DurationValue)?.duration.mean else { return nil }
    let (left, right) = isReversed ? (number, duration.mean) : (duration.mean, number)
    switch operation {
    case .add: return Value(left + right)
    case .subtract: return Value(left - right)
    case .multiply: return Value(left * right)
    case .divide: return Value(left / right)
    case .less: return Value(left < right)
    case .lessOrEqual: return Value(left <= right)
    case .greater: return Value(left > right)
    case .greaterOrEqual: return Value(left >= right)
    case .equal: return Value(left == right)
    case .notEqual: return Value(left != right)
    default: return nil
    }
  }
}

/// `t.milliseconds` and the like.
enum DurationMembers {
  static let all: [Builtin] = [
    member("seconds", "The mean duration in seconds.", "time { sleep(0.01) }.seconds >= 0.01", "true") {
      Value($0.mean)
    },
    member(
      "milliseconds", "The mean duration in thousandths of a second.",
      "time { sleep(0.01) }.milliseconds < 5000",
      "true"
    ) { Value($0.mean * 1000) },
    member("total", "All runs together, in seconds.", "time { sleep(0.01) }.total >= 0.01", "true") {
      Value($0.total)
    },
    member(
      "fastest", "The fastest run, in seconds.",
      "let t = time(repetitions: 5) { 1 + 1 }\nt.fastest <= t.slowest", "true"
    ) { Value($0.fastest) },
    member(
      "slowest", "The slowest run, in seconds.",
      "let t = time(repetitions: 5) { 1 + 1 }\nt.slowest >= t.seconds", "true"
    ) { Value($0.slowest) },
    member("repetitions", "How many runs were measured.", "time(repetitions: 5) { 1 + 1 }.repetitions", "5") {
      Value($0.repetitions)
    },
  ]

  private static func member(
    _ name: String, _ summary: String, _ code: String, _ output: String,
    _ read: @escaping @Sendable (Duration) -> Value
  ) -> Builtin {
    Builtin(name, [Call.receiver], summary, examples: [.init(code, output)]) { call in
      read(try call.host(0, as: DurationValue.self, expected: "a duration").duration)
    }
  }
}

import Base
import Display

/// Which of the two text streams an output belongs to.
package enum Stream: String, Sendable {
  case stdout, stderr
}

/// The name under which a displayed value can be updated later.
package struct DisplayID: Hashable, Sendable {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// What a running cell says, in order.
package enum OutputEvent: Sendable {
  case stream(Stream, String)
  case display(MIMEBundle, id: DisplayID?)
  case update(DisplayID, MIMEBundle)
  case clear(wait: Bool)
  case result(MIMEBundle)
}

/// Identifies one execution, so that outputs and interrupts reach the right one.
package struct ExecutionID: Hashable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Who runs a session: the kernel, the terminal or the notebook runner.
///
/// All methods are called on the thread that called `Session.execute`.
package protocol SessionHost: AnyObject {
  /// Takes one output. May block while a queue is full, but must then return soon after `safepoint` is raised.
  func emit(_ event: OutputEvent, of execution: ExecutionID)

  /// Asks the person for a line. Blocks; throws `InputError.unavailable` where nobody can answer,
  /// `.endOfFile` when the person ends the input, and `.interrupted` as soon as the session's safepoint
  /// asks for an interrupt.
  func requestInput(prompt: String, isPassword: Bool, of execution: ExecutionID) throws(InputError) -> String

  /// Called at a safepoint while `Safepoint.Requests.service` is raised: completion and inspection that
  /// waited for the running cell may be answered here.
  func serveQuestions()
}

extension SessionHost {
  package func serveQuestions() {}
}

/// Why a line of input could not be had.
package enum InputError: PlainError {
  case unavailable
  case endOfFile
  case interrupted

  package var kind: ErrorKind { self == .interrupted ? .interrupted : .input }
  package var message: String {
    switch self {
    case .unavailable: "nobody can answer `input` here: this front end does not take input"
    case .endOfFile: "the input ended before a line was typed"
    case .interrupted: "interrupted while waiting for input"
    }
  }
}

import Base
import Networks
import Script
import Tensors

/// What the engine's long work needs from the machine that called it.
enum Differentiation {
  /// Whether a call of `gradient(at:)`, a training step or a network is running code of the program.
  @TaskLocal static var isRunning = false

  /// Runs work of the engine that asks between two steps whether it is to end.
  static func interruptible<Result>(_ machine: Machine, _ work: () throws -> Result) throws -> Result {
    // The check is made and called on the compute thread alone.
    nonisolated(unsafe) let machine = machine
    return try Safepoint.$check.withValue(Safepoint.Check { try machine.checkpoint() }, operation: work)
  }

  /// What is known of a function of the program from earlier gradients of it.
  static func habit(of function: Value) -> RepeatedGradient {
    guard let code = function.functionCode else { return RepeatedGradient() }
    return ComputeContext.value(Habits.self) { Habits() }.habit(of: code)
  }

  /// Functions whose gradients have been asked for on this thread.
  private final class Habits {
    /// Each may hold on to a function that is defined no more.
    private static let capacity = 100
    private var known: [ObjectIdentifier: (code: FunctionCode, habit: RepeatedGradient)] = [:]

    func habit(of code: FunctionCode) -> RepeatedGradient {
      if let found = known[ObjectIdentifier(code)] { return found.habit }
      if known.count >= Habits.capacity { known.removeAll() }
      let made = RepeatedGradient()
      known[ObjectIdentifier(code)] = (code, made)
      return made
    }
  }

  /// Calls a function of the program whose operations are remembered.
  static func run(_ function: Value, _ arguments: [Value], _ call: Call) throws -> Variable {
    let result = try $isRunning.withValue(true) { try call.call(function, arguments) }
    defer { result.release() }
    guard let operand = try Operands.from(result) else {
      throw ScriptError(
        .type,
        "the function of `\(call.builtin.name)` must give a number, but gave \(result.describedKind)",
        suggestion: result.isNone ? "its last line is its value: write the number there" : nil)
    }
    return operand.variable
  }
}

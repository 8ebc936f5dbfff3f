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

import Base
import Script

extension Call {
  /// The first parameter of every method.
  static var receiver: Builtin.Parameter { Builtin.Parameter("self") }

  // MARK: Polling

  /// To be called in every loop over a program's data, with the round's number.
  @inline(__always)
  func poll(_ round: Int) throws {
    if round & 0x3FF == 0x3FF || isRaised { try machine.checkpoint() }
  }

  // MARK: Arguments

  /// Something that can be called.
  func function(_ index: Int) throws -> Value {
    guard self[index].isCallable || self[index].hostValue != nil else {
      throw mismatch(index, "a function or a closure")
    }
    return self[index]
  }

  /// A count or size: an integer that is not negative.
  func count(_ index: Int, default standard: Int? = nil) throws -> Int {
    let count = try integer(index, default: standard)
    guard count >= 0 else {
      throw failure(
        "`\(builtin.parameters[index].name)` cannot be negative, but is \(count)", argument: index)
    }
    return count
  }

  /// The receiver, an array that nobody else holds.
  func uniqueArray(room: Int = 0) throws -> Value {
    guard self[0].isArray else { throw mismatch(0, "an array") }
    if !self[0].isUnique {
      let (size, overflow) = (self[0].elements?.count ?? 0).addingReportingOverflow(room)
      replaceReceiver(try self[0].copiedArray(minimumCapacity: overflow ? .max : size))
    }
    return self[0]
  }

  /// The receiver, a dictionary that nobody else holds.
  func uniqueDictionary() throws -> Value {
    guard self[0].isDictionary else { throw mismatch(0, "a dictionary") }
    if !self[0].isUnique { replaceReceiver(try self[0].copiedDictionary()) }
    return self[0]
  }

  // MARK: Closures

  /// Whether a closure of the program says yes to a value, which is borrowed.
  @inline(__always)
  func isTrue(_ function: Value, _ argument: Value) throws -> Bool {
    let answer = try call(function, argument)
    return answer.kind == .bool ? answer.asBool : try truth(answer)
  }

  /// The same for two values.
  @inline(__always)
  func isTrue(_ function: Value, _ first: Value, _ second: Value) throws -> Bool {
    let answer = try call(function, first, second)
    return answer.kind == .bool ? answer.asBool : try truth(answer)
  }

  /// What an answer that is neither true nor false counts as; takes over one count of it.
  private func truth(_ answer: Value) throws -> Bool {
    defer { answer.release() }
    if let host = answer.hostValue { return try host.truth() }
    throw ScriptError(
      .type, "the closure of `\(builtin.name)` must answer true or false, but gave \(answer.describedKind)")
  }

  /// An index of a program, negative ones from the end, as a position.
  func position(_ index: Int, count: Int, allowsEnd: Bool = false) throws -> Int {
    let given = try integer(index)
    let position = given < 0 ? given &+ count : given
    let end = allowsEnd ? count : count - 1
    guard position >= 0, position <= end else {
      let name = builtin.parameters[index].name
      throw ScriptError(
        .index,
        count == 0 && !allowsEnd
          ? "`\(builtin.name)`: there is no element \(given), the array is empty"
          : "`\(builtin.name)`: `\(name)` is \(given), but it can be 0 to \(end), or -\(count) to -1 from the end",
        argument: index)
    }
    return position
  }

  /// The error for integers whose result does not fit.
  func overflow(_ formula: String) -> ScriptError {
    ScriptError(
      .arithmetic, "the integers overflow: \(formula) does not fit into 64 bits",
      suggestion: "calculate with doubles: `Double(x)`")
  }
}

import Base

extension Heap {
  /// Buffers below this size are not checked one by one; the machine looks at the whole heap now and then.
  private static let uncheckedBytes = 1 << 20

  /// Buffers below this size are not looked at when they are made.
  private static let glancedBytes = 1 << 12

  /// Refuses a large buffer of values before it is asked for.
  package static func checkRoom(elements: Int) throws(ScriptError) {
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: MemoryLayout<Value>.stride)
    try checkRoom(bytes: overflow ? .max : bytes)
  }

  /// Refuses a large allocation before it is asked for.
  package static func checkRoom(bytes: Int) throws(ScriptError) {
    guard bytes > uncheckedBytes else {
      // Many middling buffers, such as an array that holds ever longer copies of itself, count too.
      if bytes > glancedBytes, isOverBudget { throw outOfBudget() }
      return
    }
    let (total, overflow) = bytes.addingReportingOverflow(bytesInUse &+ MemoryBudget.used)
    if overflow || total > MemoryBudget.limit { throw outOfBudget() }
  }

  /// Whether the heap and the tensors together are past what the machine can give.
  static var isOverBudget: Bool { bytesInUse &+ MemoryBudget.used > MemoryBudget.limit }

  static func outOfBudget() -> ScriptError {
    ScriptError(
      .memory,
      "the program's values would need more memory than this machine can give "
        + "(\(megabytes(bytesInUse &+ MemoryBudget.used)) MB in use of \(megabytes(MemoryBudget.limit)) MB)",
      suggestion:
        "does something grow in a loop without end? What the cell had made is freed when it is no longer named"
    )
  }

  private static func megabytes(_ bytes: Int) -> Int { bytes >> 20 }
}

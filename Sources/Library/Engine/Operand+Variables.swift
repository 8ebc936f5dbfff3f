import Networks

extension Operand {
  /// An operation that exists for variables alone; the result for a plain tensor is plain.
  func applying(_ operation: (Variable) throws -> Variable) throws -> any Operand {
    guard let plain else { return try operation(variable) }
    return try operation(Variable(plain)).tensor()
  }
}

import Base
import Tensors

/// Goes back over what was computed and adds up derivatives (reverse-mode differentiation).
enum Tape {
  /// The derivatives of a single number with respect to leaves; nil for a leaf that it does not depend on.
  ///
  /// - Parameter seed: The derivative with respect to `output` itself; 1 where none is given.
  static func gradients(of output: Variable, at leaves: [Node], seed: Tensor? = nil) throws -> [Tensor?] {
    guard let last = output.node, last.isTracked else { return leaves.map { _ in nil } }
    var gradients: [ObjectIdentifier: Tensor] = [:]
    gradients[ObjectIdentifier(last)] = try seed ?? Tensor.ones(output.shape, output.dtype)
    let asked = Set(leaves.map { ObjectIdentifier($0) })
    for node in order(from: last) {
      let key = ObjectIdentifier(node)
      guard let operation = node.operation, let gradient = gradients[key] else { continue }
      // Only leaves are asked for; other gradients are freed as soon as they have been passed on.
      if !asked.contains(key) { gradients[key] = nil }
      try Safepoint.poll()
      let wanted = node.operands.map { $0?.isTracked ?? false }
      let parts = try operation.backward(gradient, node.record(wanted: wanted))
      precondition(parts.count == wanted.count, "\(operation.name) answers for each operand")
      for (operand, part) in zip(node.operands, parts) {
        guard let operand, operand.isTracked, let part else { continue }
        precondition(
          part.shape == operand.spec.shape, "\(operation.name): a gradient has its operand's shape")
        let place = ObjectIdentifier(operand)
        if var sum = gradients.removeValue(forKey: place) {
          try sum += part.asType(operand.spec.dtype)
          gradients[place] = sum
        } else {
          gradients[place] = try part.asType(operand.spec.dtype)
        }
      }
    }
    return leaves.map { gradients[ObjectIdentifier($0)] }
  }

  /// Every node that `last` was computed from, each one before its operands.
  private static func order(from last: Node) -> [Node] {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(last)]
    var found = [last]
    var pending = [last]
    while let node = pending.popLast() {
      for case let operand? in node.operands where seen.insert(ObjectIdentifier(operand)).inserted {
        found.append(operand)
        pending.append(operand)
      }
    }
    return found.sorted { $0.number > $1.number }
  }
}

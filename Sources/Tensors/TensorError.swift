import Base

/// An error of a tensor operation: what was expected, what came, and what to do when that is clear.
public struct TensorError: PlainError, Equatable {
  public let kind: ErrorKind
  public let message: String
  public let suggestion: String?

  public init(_ kind: ErrorKind, _ message: String, suggestion: String? = nil) {
    self.kind = kind
    self.message = message
    self.suggestion = suggestion
  }

  package static func shape(_ message: String, suggestion: String? = nil) -> TensorError {
    TensorError(.shape, message, suggestion: suggestion)
  }
  package static func index(_ message: String, suggestion: String? = nil) -> TensorError {
    TensorError(.index, message, suggestion: suggestion)
  }
  package static func value(_ message: String, suggestion: String? = nil) -> TensorError {
    TensorError(.value, message, suggestion: suggestion)
  }
  package static func type(_ message: String, suggestion: String? = nil) -> TensorError {
    TensorError(.type, message, suggestion: suggestion)
  }
  package static func arithmetic(_ message: String, suggestion: String? = nil) -> TensorError {
    TensorError(.arithmetic, message, suggestion: suggestion)
  }
}

/// "1 element", "3 elements".
package func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
}

/// "first", "second", ... for axes in messages.
package func ordinal(_ index: Int) -> String {
  let names = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
  return names.indices.contains(index) ? names[index] : "\(index + 1)th"
}

/// The axis that `axis` names in a tensor of the given rank; negative ones count from the end.
package func resolvedAxis(_ axis: Int, rank: Int, of operation: String) throws -> Int {
  let resolved = axis < 0 ? axis + rank : axis
  guard resolved >= 0, resolved < rank else {
    throw TensorError.index(
      rank == 0
        ? "\(operation) expects an axis of the tensor, but a single number has no axes, and axis \(axis) came."
        : "\(operation) expects an axis from 0 to \(rank - 1) (or from -\(rank) to -1), since the tensor has "
          + "\(counted(rank, "axis", plural: "axes")), but axis \(axis) came.")
  }
  return resolved
}

/// Several axes, resolved, sorted and without repetition; nil means all of them.
package func resolvedAxes(_ axes: [Int]?, rank: Int, of operation: String) throws -> [Int] {
  guard let axes else { return Array(0..<rank) }
  let resolved = try axes.map { try resolvedAxis($0, rank: rank, of: operation) }.sorted()
  for (a, b) in zip(resolved, resolved.dropFirst()) where a == b {
    throw TensorError.value("\(operation) expects each axis once, but axis \(a) came twice.")
  }
  return resolved
}

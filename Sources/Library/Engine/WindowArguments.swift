import Script
import Tensors

/// Arguments of what slides along sequences and through volumes.
enum WindowArguments {
  static let step = Builtin.Parameter("stride", default: "1", "places between two windows")
  static let steps = Builtin.Parameter(
    "stride", default: "1", "places between two windows: one integer or three")
  static let ends = Builtin.Parameter(
    "padding", default: ".valid", choices: ["valid", "same", "causal"],
    "`.valid` for none, `.same` to keep the length, `.causal` to look only back, a number of places, or "
      + "`[before, after]`")
  static let sides = Builtin.Parameter(
    "padding", default: ".valid", choices: ["valid", "same"],
    "`.valid` for none, `.same` to keep the size, a number of places, or "
      + "`[[front, back], [top, bottom], [left, right]]`")
}

extension Call {
  /// One number for all sides, or three.
  func triple(_ index: Int, default standard: Triple) throws -> Triple {
    guard has(index) else { return standard }
    let numbers = try integers(index)
    switch numbers.count {
    case 1: return Triple(numbers[0])
    case 3: return Triple(depth: numbers[0], height: numbers[1], width: numbers[2])
    default: throw mismatch(index, "one integer, or three for depth, height and width")
    }
  }

  /// Depth, height and width that are at least 1.
  func block(_ index: Int, default standard: Triple = 1) throws -> Triple {
    let triple = try triple(index, default: standard)
    let limits = 1...1_000_000
    guard limits.contains(triple.depth), limits.contains(triple.height), limits.contains(triple.width) else {
      throw failure("`\(builtin.parameters[index].name)` is at least 1, but \(triple) came", argument: index)
    }
    return triple
  }

  /// A length that is at least 1.
  func span(_ index: Int, default standard: Int = 1) throws -> Int {
    let length = try integer(index, default: standard)
    guard (1...1_000_000).contains(length) else {
      throw failure("`\(builtin.parameters[index].name)` is at least 1, but \(length) came", argument: index)
    }
    return length
  }

  /// `.valid`, `.same`, `.causal`, a number of places, or `[before, after]`.
  func ends(_ index: Int) throws -> Padding1D {
    guard has(index) else { return .valid }
    if self[index].isInteger { return .amount(self[index].asInteger) }
    if let ends = self[index].elements, ends.count == 2, ends.allSatisfy(\.isInteger) {
      return .sides(before: ends[0].asInteger, after: ends[1].asInteger)
    }
    switch try choice(index) {
    case "same": return .same
    case "causal": return .causal
    default: return .valid
    }
  }

  /// `.valid`, `.same`, a number of places, or `[[front, back], [top, bottom], [left, right]]`.
  func sides(_ index: Int) throws -> Padding3D {
    guard has(index) else { return .valid }
    if self[index].isInteger { return .amount(self[index].asInteger) }
    if let axes = self[index].elements, axes.count == 3 {
      let numbers = axes.compactMap { axis -> (Int, Int)? in
        guard let ends = axis.elements, ends.count == 2, ends.allSatisfy(\.isInteger) else { return nil }
        return (ends[0].asInteger, ends[1].asInteger)
      }
      if numbers.count == 3 {
        return .sides(
          front: numbers[0].0, back: numbers[0].1, top: numbers[1].0, bottom: numbers[1].1,
          left: numbers[2].0, right: numbers[2].1)
      }
    }
    return try choice(index) == "same" ? .same : .valid
  }
}

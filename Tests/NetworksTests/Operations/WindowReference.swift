import Networks
import Tensors
import Testing

/// A window that slides over any number of axes: convolutions and pools by their definitions, in double precision.
struct WindowReference: Sendable, CustomTestStringConvertible {
  /// What surrounds the input.
  enum Ends: Sendable, Hashable {
    case valid, same, causal
    case amount(Int)
    /// One pair for each axis.
    case sides([[Int]])
  }

  let batch: Int
  /// The axes that the window slides along: one or three.
  let sizes: [Int]
  let channels: Int
  let window: [Int]
  var outputs = 1
  var stride = 1
  var dilation = 1
  var groups = 1
  var ends = Ends.valid

  var testDescription: String {
    "\(batch) x \(sizes) x \(channels), \(outputs) of \(window), stride \(stride), dilation \(dilation), groups "
      + "\(groups), \(ends)"
  }

  var input: Shape { get throws { try Shape([batch] + sizes + [channels]) } }
  var filters: Shape { get throws { try Shape(window + [channels / groups, outputs]) } }

  /// Zeros before each axis, and the length of the output along it.
  private var axes: [(before: Int, out: Int)] {
    sizes.indices.map { axis in
      let span = (window[axis] - 1) * dilation + 1
      let (before, after): (Int, Int)
      switch ends {
      case .valid: (before, after) = (0, 0)
      case .causal: (before, after) = (span - 1, 0)
      case .amount(let p): (before, after) = (p, p)
      case .sides(let sides): (before, after) = (sides[axis][0], sides[axis][1])
      case .same:
        let out = (sizes[axis] + stride - 1) / stride
        let total = max((out - 1) * stride + span - sizes[axis], 0)
        (before, after) = (total / 2, total - total / 2)
      }
      return (before, (sizes[axis] + before + after - span) / stride + 1)
    }
  }

  var spatialOutput: [Int] { axes.map(\.out) }

  /// Calls `body` with every combination of numbers below `limits`.
  private func each(_ limits: [Int], _ body: ([Int]) -> Void) {
    var place = limits.map { _ in 0 }
    guard !limits.contains(0) else { return }
    while true {
      body(place)
      var axis = limits.count - 1
      while axis >= 0, place[axis] + 1 == limits[axis] {
        place[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
      place[axis] += 1
    }
  }

  /// The place of the input under each place of the window; nil for those outside.
  private func under(_ output: [Int], _ tap: [Int]) -> Int? {
    var place = 0
    for (axis, (before, _)) in axes.enumerated() {
      let index = output[axis] * stride + tap[axis] * dilation - before
      guard index >= 0, index < sizes[axis] else { return nil }
      place = place * sizes[axis] + index
    }
    return place
  }

  func convolution(_ x: [Double], _ w: [Double], bias: [Double] = []) -> [Double] {
    let places = sizes.reduce(1, *)
    let each = channels / groups
    var values: [Double] = []
    for sample in 0..<batch {
      self.each(spatialOutput) { output in
        for filter in 0..<outputs {
          let first = filter / (outputs / groups) * each
          var (sum, number) = (bias.isEmpty ? 0 : bias[filter], 0)
          self.each(window) { tap in
            if let place = under(output, tap) {
              for channel in 0..<each {
                sum +=
                  x[(sample * places + place) * channels + first + channel]
                  * w[(number * each + channel) * outputs + filter]
              }
            }
            number += 1
          }
          values.append(sum)
        }
      }
    }
    return values
  }

  func pool(_ x: [Double], largest: Bool) -> [Double] {
    let places = sizes.reduce(1, *)
    var values: [Double] = []
    for sample in 0..<batch {
      each(spatialOutput) { output in
        for channel in 0..<channels {
          var seen: [Double] = []
          each(window) { tap in
            if let place = under(output, tap) {
              seen.append(x[(sample * places + place) * channels + channel])
            }
          }
          values.append(largest ? seen.max() ?? .nan : seen.reduce(0, +) / Double(seen.count))
        }
      }
    }
    return values
  }
}

extension WindowReference {
  var padding1D: Padding1D {
    switch ends {
    case .valid: .valid
    case .same: .same
    case .causal: .causal
    case .amount(let p): .amount(p)
    case .sides(let sides): .sides(before: sides[0][0], after: sides[0][1])
    }
  }

  var padding3D: Padding3D {
    switch ends {
    case .valid, .causal: .valid
    case .same: .same
    case .amount(let p): .amount(p)
    case .sides(let s):
      .sides(
        front: s[0][0], back: s[0][1], top: s[1][0], bottom: s[1][1], left: s[2][0], right: s[2][1])
    }
  }

  private var triple: Triple { Triple(depth: window[0], height: window[1], width: window[2]) }

  func convolve(_ x: Variable, _ filters: Variable, bias: Variable? = nil) throws -> Variable {
    if sizes.count == 1 {
      return try x.conv1d(
        filters, bias: bias, stride: stride, padding: padding1D, dilation: dilation, groups: groups)
    }
    return try x.conv3d(
      filters, bias: bias, stride: Triple(stride), padding: padding3D, dilation: Triple(dilation),
      groups: groups)
  }

  func pool(_ x: Variable, largest: Bool) throws -> Variable {
    if sizes.count == 1 {
      return largest
        ? try x.maxPool1d(window[0], stride: stride, padding: padding1D)
        : try x.averagePool1d(window[0], stride: stride, padding: padding1D)
    }
    return largest
      ? try x.maxPool3d(triple, stride: Triple(stride), padding: padding3D)
      : try x.averagePool3d(triple, stride: Triple(stride), padding: padding3D)
  }
}

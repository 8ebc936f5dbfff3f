import Base
import Tensors

/// How an axis of a picture is resized: each place of the result is a weighted sum of a few places of the
/// original.
struct AxisResampling {
  /// How many places each sum has.
  let taps: Int
  /// The length of the original axis.
  let length: Int
  /// The length of the resized axis.
  let count: Int
  /// The places of the original, `taps` for each place of the result.
  private(set) var places: [Int]
  private(set) var weights: [Double]

  init(from length: Int, to count: Int, _ method: ResizeMethod, alignCorners: Bool) throws {
    self.length = length
    self.count = count
    taps =
      switch method {
      case .nearest: 1
      case .bilinear: 2
      case .bicubic: 4
      }
    try MemoryBudget.require(count, of: taps * 16, for: "the weights of a picture resized to \(count)")
    places = []
    weights = []
    places.reserveCapacity(count * taps)
    weights.reserveCapacity(count * taps)
    let scale = Double(length) / Double(count)
    for index in 0..<count {
      switch method {
      case .nearest:
        // In float32 and in this order: where a middle falls onto a border, TensorFlow's rounding decides.
        let place = ((Float(index) + 0.5) * (Float(length) / Float(count))).rounded(.down)
        append(clamped(Double(place)), 1)
      case .bilinear where alignCorners:
        appendLinear(count > 1 ? Double(index) * Double(length - 1) / Double(count - 1) : 0)
      case .bilinear:
        appendLinear((Double(index) + 0.5) * scale - 0.5)
      case .bicubic:
        appendCubic((Double(index) + 0.5) * scale - 0.5)
      }
    }
  }

  private mutating func append(_ place: Int, _ weight: Double) {
    places.append(place)
    weights.append(weight)
  }

  private func clamped(_ place: Double) -> Int { min(max(Int(place), 0), length - 1) }

  private mutating func appendLinear(_ position: Double) {
    let lower = position.rounded(.down)
    append(clamped(lower), 1 - (position - lower))
    append(clamped(lower + 1), position - lower)
  }

  /// Keys' kernel with a = -0.5. Places outside the picture do not count; the others share their weight.
  private mutating func appendCubic(_ position: Double) {
    let lower = position.rounded(.down)
    let near = (-1...2).map { lower + Double($0) }
    let raw = near.map { place in
      place >= 0 && place < Double(length) ? AxisResampling.keys((position - place).magnitude) : 0
    }
    let sum = raw.reduce(0, +)
    for (place, weight) in zip(near, raw) { append(clamped(place), weight / sum) }
  }

  private static func keys(_ t: Double) -> Double {
    if t < 1 { return (1.5 * t - 2.5) * t * t + 1 }
    return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
  }

  /// The original of shape (outer, length, inner) resized to (outer, count, inner).
  func run<T: FloatingElement>(_ x: Tensor, outer: Int, inner: Int, into shape: Shape, _ type: T.Type) throws
    -> Tensor
  {
    let weights = self.weights.map { T($0) }
    return try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      try x.withUnsafeElements(as: T.self) { x in
        guard let from = x.baseAddress, let to = result.baseAddress, !result.isEmpty else { return }
        var pace = Pace()
        for block in 0..<outer {
          let source = from + block * length * inner
          let target = to + block * count * inner
          for index in 0..<count {
            combine(source, target + index * inner, inner, first: index * taps, weights)
            try pace.advance(inner * taps)
          }
        }
      }
    }
  }

  private func combine<T: FloatingElement>(
    _ source: UnsafePointer<T>, _ target: UnsafeMutablePointer<T>, _ inner: Int, first: Int, _ weights: [T]
  ) {
    let a = source + places[first] * inner
    let wa = weights[first]
    guard taps > 1 else {
      target.update(from: a, count: inner)
      return
    }
    let b = source + places[first + 1] * inner
    let wb = weights[first + 1]
    guard taps > 2 else {
      for k in 0..<inner { target[k] = wa * a[k] + wb * b[k] }
      return
    }
    let c = source + places[first + 2] * inner
    let d = source + places[first + 3] * inner
    let (wc, wd) = (weights[first + 2], weights[first + 3])
    for k in 0..<inner { target[k] = (wa * a[k] + wb * b[k]) + (wc * c[k] + wd * d[k]) }
  }

  /// The way back for derivatives: each place of the original takes its share of every sum that it is in.
  func runTransposed<T: FloatingElement>(
    _ g: Tensor, outer: Int, inner: Int, into shape: Shape, _ type: T.Type
  ) throws -> Tensor {
    let weights = self.weights.map { T($0) }
    return try Tensor(shape: shape) { (result: UnsafeMutableBufferPointer<T>) in
      result.update(repeating: 0)
      try g.withUnsafeElements(as: T.self) { g in
        guard let from = g.baseAddress, let to = result.baseAddress, !g.isEmpty else { return }
        var pace = Pace()
        for block in 0..<outer {
          let target = to + block * length * inner
          for index in 0..<count {
            let source = from + (block * count + index) * inner
            for tap in (index * taps)..<(index * taps + taps) where weights[tap] != 0 {
              let place = target + places[tap] * inner
              let weight = weights[tap]
              for k in 0..<inner { place[k] += weight * source[k] }
            }
            try pace.advance(inner * taps)
          }
        }
      }
    }
  }
}

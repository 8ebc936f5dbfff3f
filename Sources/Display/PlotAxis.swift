import Glibc

/// One axis: which numbers it spans, where they stand on it, and which are written beside it.
struct PlotAxis {
  struct Tick: Equatable {
    var value: Double
    var label: String
  }

  let scale: Plot.Scale
  let lower: Double
  let upper: Double
  let ticks: [Tick]

  /// An axis of numbers. `isWhole`: only whole numbers are written (epochs).
  init(_ range: ClosedRange<Double>, scale: Plot.Scale, tickCount: Int, isWhole: Bool = false) {
    self.scale = scale
    lower = range.lowerBound
    upper = range.upperBound
    ticks =
      scale == .logarithmic
      ? Self.logarithmicTicks(range, count: tickCount)
      : Self.linearTicks(range, count: tickCount, isWhole: isWhole)
  }

  /// An axis of names, each in the middle of its own unit.
  init(names: [String]) {
    scale = .linear
    lower = -0.5
    upper = Double(max(names.count, 1)) - 0.5
    ticks = names.enumerated().map { Tick(value: Double($0.offset), label: $0.element) }
  }

  /// Where a number stands: 0 at the lower end, 1 at the upper, NaN where it has no place.
  func place(_ value: Double) -> Double {
    guard scale == .logarithmic else { return (value - lower) / (upper - lower) }
    return value > 0 ? (log10(value) - log10(lower)) / (log10(upper) - log10(lower)) : .nan
  }

  private static func linearTicks(_ range: ClosedRange<Double>, count: Int, isWhole: Bool) -> [Tick] {
    let span = range.upperBound - range.lowerBound
    var step = niceStep(span / Double(max(count, 1)))
    if isWhole && step != step.rounded() { step = step < 1 ? 1 : niceStep(step * 1.5) }
    guard step > 0, step.isFinite, span / step < 100 else { return [] }
    let tolerance = span * 1e-9
    var ticks: [Double] = []
    var value = (range.lowerBound / step - 1e-9).rounded(.up) * step
    while value <= range.upperBound + tolerance, ticks.count < 100 {
      // Not "-0" or "1e-17".
      ticks.append(value.magnitude < step * 1e-6 ? 0 : value)
      let next = ((value / step).rounded() + 1) * step
      if next <= value { break }
      value = next
    }
    let most = ticks.map(\.magnitude).max() ?? 0
    return ticks.map { Tick(value: $0, label: label($0, step: step, most: most)) }
  }

  /// 1, 2, 2.5 or 5 times a power of ten, the next above.
  private static func niceStep(_ rough: Double) -> Double {
    guard rough > 0, rough.isFinite else { return 0 }
    let power = pow(10, floor(log10(rough)))
    guard power > 0, power.isFinite else { return 0 }
    for factor in [1, 2, 2.5, 5] where factor * power >= rough * 0.999 { return factor * power }
    return 10 * power
  }

  private static func label(_ value: Double, step: Double, most: Double) -> String {
    if value == 0 { return "0" }
    if most >= 1e15 || most < 1e-3 { return scientific(value) }
    let units: [(size: Double, name: String)] = [(1e12, " T"), (1e9, " G"), (1e6, " M")]
    for unit in units where most >= unit.size {
      return decimals(value / unit.size, step: step / unit.size) + unit.name
    }
    return decimals(value, step: step)
  }

  private static func decimals(_ value: Double, step: Double) -> String {
    var places = 0
    var scaled = step
    while places < 12, (scaled - scaled.rounded()).magnitude > 1e-6 * scaled {
      scaled *= 10
      places += 1
    }
    let text = NumberFormat.fixed(value.magnitude, places)
    let digits =
      places == 0 && value.magnitude < 1e15 ? NumberFormat.grouped(Int(value.magnitude.rounded())) : text
    return (value < 0 ? "−" : "") + digits
  }

  /// `2×10⁻⁴`.
  private static func scientific(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    var exponent = Int(floor(log10(value.magnitude) + 1e-9))
    var factor = value.magnitude / pow(10, Double(exponent))
    if !factor.isFinite || factor == 0 { return NumberFormat.significant(value, 3) }
    if factor >= 9.9995 {
      factor /= 10
      exponent += 1
    }
    let sign = value < 0 ? "−" : ""
    let power = "10" + superscript(exponent)
    let digits = NumberFormat.significant(factor, 4)
    return digits == "1" ? sign + power : "\(sign)\(digits)×\(power)"
  }

  private static func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (number < 0 ? "⁻" : "")
      + String(String(number.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }

  private static func logarithmicTicks(_ range: ClosedRange<Double>, count: Int) -> [Tick] {
    let first = Int(floor(log10(range.lowerBound) + 1e-9))
    let last = Int(ceil(log10(range.upperBound) - 1e-9))
    let decades = max(last - first, 1)
    let everyDecade = max((decades + count - 1) / max(count, 1), 1)
    // Few decades have room for numbers between.
    let factors: [Double] = decades * 3 <= count + 2 ? [1, 2, 5] : [1]
    var ticks: [Tick] = []
    for exponent in Swift.stride(from: first, through: last, by: everyDecade) {
      for factor in factors {
        let value = factor * pow(10, Double(exponent))
        guard value >= range.lowerBound * 0.999999, value <= range.upperBound * 1.000001 else { continue }
        let isPlain = (-3...4).contains(exponent)
        ticks.append(
          Tick(
            value: value,
            label: isPlain ? decimals(value, step: pow(10, Double(exponent))) : scientific(value)))
      }
    }
    return ticks
  }
}

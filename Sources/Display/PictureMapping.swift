import Pictures

/// Numbers seen as pictures.
package enum PictureMapping {
  /// What a number means as brightness or colour.
  package enum Scale: Sendable, Equatable {
    /// 0 is black, 255 is white.
    case bytes
    /// 0 is black, 1 is white.
    case unit
    /// The least number is black, the greatest white.
    case normalised
    /// These two are black and white.
    case range(Double, Double)
    /// Blue below zero, white at zero, orange above: edge maps. Grey pictures only.
    case signed
    /// `signed` where a grey picture has negative numbers, `unit` where all lie in 0...1, `bytes` where all lie
    /// in 0...255, else `normalised`.
    case automatic
  }

  /// A picture from `height * width * channels` numbers, row by row; nil when they are not so many, when there
  /// are not 1, 3 or 4 channels, or when a side is 0.
  package static func picture(
    values: [Double], width: Int, height: Int, channels: Int = 1, scale: Scale = .automatic
  ) -> PixelBuffer? {
    guard channels == 1 || channels == 3 || channels == 4 else { return nil }
    let scale = scale == .automatic ? chosenScale(values, channels) : scale
    let (lower, upper): (Double, Double)
    switch scale {
    case .bytes: (lower, upper) = (0, 255)
    case .unit: (lower, upper) = (0, 1)
    case .range(let low, let high): (lower, upper) = (low, high)
    case .signed where channels == 1: return signed(values, width, height)
    case .normalised, .signed, .automatic: (lower, upper) = bounds(values)
    }
    let span = upper / 2 - lower / 2
    let samples = values.map { value -> UInt8 in
      let place = span != 0 ? (value / 2 - lower / 2) / span : (value > 0 ? 1 : 0)
      return place.isNaN ? 0 : UInt8((min(max(place, 0), 1) * 255).rounded())
    }
    return try? PixelBuffer(width: width, height: height, channels: channels, samples: samples)
  }

  /// What `automatic` means for these numbers.
  package static func chosenScale(_ values: [Double], _ channels: Int) -> Scale {
    let (least, most) = bounds(values)
    if least < 0 { return channels == 1 ? .signed : .normalised }
    if most <= 1 { return .unit }
    return most <= 255 ? .bytes : .normalised
  }

  private static func bounds(_ values: [Double]) -> (Double, Double) {
    var least = Double.infinity
    var most = -Double.infinity
    for value in values where value.isFinite {
      least = min(least, value)
      most = max(most, value)
    }
    return least <= most ? (least, most) : (0, 1)
  }

  private static func signed(_ values: [Double], _ width: Int, _ height: Int) -> PixelBuffer? {
    colored(values, width, height, Shading(values, isSigned: true))
  }

  /// The cells of a heat map, one pixel each; grey where there is no number.
  static func picture(of map: HeatMap, _ shading: Shading) -> PixelBuffer? {
    let missing = map.rows * map.columns - map.values.count
    guard missing >= 0 else { return nil }
    return colored(map.values + [Double](repeating: .nan, count: missing), map.columns, map.rows, shading)
  }

  private static func colored(_ values: [Double], _ width: Int, _ height: Int, _ shading: Shading)
    -> PixelBuffer?
  {
    var samples: [UInt8] = []
    samples.reserveCapacity(values.count * 3)
    for value in values {
      let color = shading.color(of: value) ?? Color(hex: 0xBDBDBD)
      samples.append(color.red)
      samples.append(color.green)
      samples.append(color.blue)
    }
    return try? PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }
}

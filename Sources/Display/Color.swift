import Glibc

/// An opaque colour of the sRGB space.
package struct Color: Sendable, Equatable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colour `#RRGGBB`.
  package init(hex: UInt32) {
    self.init(
      UInt8(truncatingIfNeeded: hex >> 16), UInt8(truncatingIfNeeded: hex >> 8),
      UInt8(truncatingIfNeeded: hex))
  }

  package static let white = Color(255, 255, 255)
  package static let black = Color(0, 0, 0)
  /// Titles and names.
  package static let ink = Color(hex: 0x22252A)
  /// Numbers along axes, notes.
  package static let softInk = Color(hex: 0x5A6068)
  /// Axes.
  package static let axis = Color(hex: 0x9AA0A6)
  /// Grid lines: there when looked for.
  package static let grid = Color(hex: 0xE8EAED)

  /// As HTML and SVG write it.
  package var hex: String {
    func digits(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    return "#\(digits(red))\(digits(green))\(digits(blue))"
  }

  /// The share of white light it gives, 0 to 1 (WCAG 2).
  package var luminance: Double {
    func linear(_ byte: UInt8) -> Double { Color.linearLight[Int(byte)] }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Black or white, whichever has the greater contrast on this colour: at least 4.5 by WCAG 2.
  package var contrastingInk: Color { luminance > 0.179 ? .black : .white }

  /// The colour between two, at a share of the way.
  package func mixed(with other: Color, share: Double) -> Color {
    let share = min(max(share, 0), 1)
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * share).rounded())
    }
    return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }

  private static let linearLight: [Double] = (0...255).map { byte in
    let value = Double(byte) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }
}

/// Colours that people with any kind of colour vision can tell apart.
package enum Palette {
  /// For series, in this order: the eight of Okabe and Ito (2008), the darker ones first and yellow, which is
  /// faint on white, last.
  package static let series: [Color] = [
    Color(hex: 0x0072B2), Color(hex: 0xD55E00), Color(hex: 0x009E73), Color(hex: 0xCC79A7),
    Color(hex: 0xE69F00), Color(hex: 0x56B4E9), Color(hex: 0x000000), Color(hex: 0xF0E442),
  ]

  /// The colour of the series with this number; they begin again after eight.
  package static func series(_ index: Int) -> Color { series[Int(index.magnitude % UInt(series.count))] }
}

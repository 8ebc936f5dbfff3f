/// Colours for numbers from 0 to 1.
///
/// Both coloured maps keep their order for every kind of colour vision and in grey print: brightness runs one
/// way in `sequential`, and away from white on both sides in `diverging`.
package struct ColorMap: Sendable {
  /// Colours at equal distances.
  private let stops: [Color]

  package init(_ stops: [Color]) {
    precondition(stops.count >= 2, "a colour map needs two colours")
    self.stops = stops
  }

  /// Black to white.
  package static let grey = ColorMap([.black, .white])

  /// White to dark blue, for numbers of one sign.
  package static let sequential = ColorMap(
    [0xFFFFFF, 0xE3EEF8, 0xC1DAEE, 0x93C0E0, 0x5E9FCC, 0x3279B3, 0x155592, 0x08336A].map { Color(hex: $0) })

  /// Blue over white to orange, for numbers of both signs; white is zero.
  package static let diverging = ColorMap(
    [
      0x0A3F75, 0x2669A8, 0x5C9BD1, 0x9FC8E8, 0xD6E8F5, 0xFFFFFF, 0xFDE5CC, 0xF9BF85, 0xEC8E3C, 0xC96410,
      0x8C3F04,
    ].map { Color(hex: $0) })

  /// The colour at a place; places outside 0...1 get the end's colour.
  package func color(at place: Double) -> Color {
    guard place.isFinite else { return place > 0 ? stops[stops.count - 1] : stops[0] }
    let position = min(max(place, 0), 1) * Double(stops.count - 1)
    let index = min(Int(position), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], share: position - Double(index))
  }
}

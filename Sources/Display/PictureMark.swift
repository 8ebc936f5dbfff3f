/// A box around something in a picture, with words.
package struct PictureMark: Sendable, Equatable {
  /// In pixels of the picture, from its upper left corner.
  package var left, top, right, bottom: Double
  /// What stands on the box; may be empty.
  package var label: String
  /// Boxes with the same number have the same colour.
  package var group: Int

  /// - Parameters: Any two opposite corners.
  package init(x1: Double, y1: Double, x2: Double, y2: Double, label: String = "", group: Int = 0) {
    (left, right) = (min(x1, x2), max(x1, x2))
    (top, bottom) = (min(y1, y2), max(y1, y2))
    self.label = label
    self.group = group
  }

  var isDrawable: Bool { [left, top, right, bottom].allSatisfy(\.isFinite) }
}

/// Draws the boxes of one picture.
///
/// Frames have a light edge on both sides, so that each colour is seen on dark and bright ground; words stand
/// on a ground of the frame's colour, in black or white, whichever reads better. Names go where they hide
/// neither the picture's border nor another name, as far as there is room.
struct MarkArtist {
  /// Where the picture is shown.
  let area: Drawing.Rectangle
  /// CSS pixels for a pixel of the picture.
  let scale: (x: Double, y: Double)
  private let (columns, rows): (Double, Double)
  private let textSize: Double
  private var taken: [Drawing.Rectangle] = []

  /// More boxes than this are not drawn.
  static let limit = 500
  /// Names would hide pictures that are shown smaller than this.
  static let narrowest = 120.0

  init(area: Drawing.Rectangle, columns: Int, rows: Int) {
    self.area = area
    (self.columns, self.rows) = (Double(max(columns, 1)), Double(max(rows, 1)))
    scale = (area.width / self.columns, area.height / self.rows)
    textSize = area.width < 300 ? 9 : area.width < 400 ? 10.5 : 12
  }

  /// The frames, the first on top, and all names over them.
  mutating func shapes(_ marks: [PictureMark]) -> [Drawing.Shape] {
    let shown = marks.filter(isSeen).prefix(Self.limit).map { ($0, frame($0)) }
    var shapes: [Drawing.Shape] = []
    for (mark, frame) in shown.reversed() {
      shapes.append(.rectangle(frame, fill: nil, stroke: Drawing.Stroke(.white, width: 4)))
      shapes.append(
        .rectangle(frame, fill: nil, stroke: Drawing.Stroke(Palette.series(mark.group), width: 2)))
    }
    if area.width >= Self.narrowest {
      for (mark, frame) in shown where !mark.label.isEmpty { shapes += name(mark, frame) }
    }
    return [.clipped(area, shapes)]
  }

  private func isSeen(_ mark: PictureMark) -> Bool {
    mark.isDrawable && mark.left < columns && mark.right > 0 && mark.top < rows && mark.bottom > 0
  }

  /// Where a box is shown, its lines wholly inside of the picture.
  private func frame(_ mark: PictureMark) -> Drawing.Rectangle {
    func place(_ value: Double, _ first: Double, _ scale: Double, _ length: Double) -> Double {
      min(max(first + value * scale, first + 1.5), first + length - 1.5)
    }
    let x = place(mark.left, area.x, scale.x, area.width)
    let y = place(mark.top, area.y, scale.y, area.height)
    return Drawing.Rectangle(
      x: x, y: y, width: place(mark.right, area.x, scale.x, area.width) - x,
      height: place(mark.bottom, area.y, scale.y, area.height) - y)
  }

  private mutating func name(_ mark: PictureMark, _ frame: Drawing.Rectangle) -> [Drawing.Shape] {
    let text = TextMetrics.fitted(mark.label, size: textSize, isBold: true, room: area.width - 8)
    let width = TextMetrics.width(text, size: textSize, isBold: true) + 8
    let height = textSize + 5
    let color = Palette.series(mark.group)
    guard !text.isEmpty, let tag = room(width, height, frame) else { return [] }
    taken.append(tag)
    return [
      .rectangle(tag, fill: color, stroke: Drawing.Stroke(.white, width: 0.75)),
      .text(
        Drawing.Text(
          text, at: Drawing.Point(tag.x + 4, tag.bottom - 4), size: textSize, color: color.contrastingInk,
          isBold: true)),
    ]
  }

  /// A free place for a name: above the box, then inside at its top, then below it, each from the left or the
  /// right corner; in a crowd the one that hides least of other names.
  private func room(_ width: Double, _ height: Double, _ frame: Drawing.Rectangle) -> Drawing.Rectangle? {
    let rows = [frame.y - height, frame.y + 1, frame.bottom, frame.bottom - height - 1]
    let columns = [frame.x - 1, frame.right + 1 - width]
    var best: (tag: Drawing.Rectangle, hidden: Double)?
    for y in rows where y >= area.y - 0.5 && y + height <= area.bottom + 0.5 {
      for x in columns {
        let x = min(max(x, area.x), area.right - width)
        let tag = Drawing.Rectangle(x: x, y: y, width: width, height: height)
        let hidden = taken.reduce(0) { $0 + $1.shared(with: tag) }
        if hidden == 0 { return tag }
        if best.map({ hidden < $0.hidden }) ?? true { best = (tag, hidden) }
      }
    }
    return best?.tag
  }
}

extension Drawing.Rectangle {
  /// The area that lies in both.
  fileprivate func shared(with other: Drawing.Rectangle) -> Double {
    max(0, min(right, other.right) - max(x, other.x)) * max(0, min(bottom, other.bottom) - max(y, other.y))
  }
}

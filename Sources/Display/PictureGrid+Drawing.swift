import Pictures

extension PictureGrid {
  /// How large the pictures are shown and how many stand in a row.
  struct Layout {
    var columns: Int
    /// The most room of one picture.
    var cellWidth: Double
    var cellHeight: Double
    /// Stated by the user: then pictures are stretched to it.
    var isFixed: Bool

    /// The size of a picture in its cell: as it is if that fits, shrunk if larger, and grown by a whole factor
    /// if it is tiny, so that its pixels are seen as even squares.
    func size(of picture: PixelBuffer) -> (width: Double, height: Double) {
      let (width, height) = (Double(picture.width), Double(picture.height))
      let factor = min(cellWidth / width, cellHeight / height)
      if isFixed { return (cellWidth, max(height * cellWidth / width, 1)) }
      if factor <= 1 { return (max(width * factor, 1), max(height * factor, 1)) }
      // What is large enough to be read stays as it is.
      let whole = max(width, height) >= 160 ? 1 : max(factor.rounded(.down), 1)
      return (width * whole, height * whole)
    }
  }

  static let gap = 14.0
  /// The width of a notebook's page on a small screen, where JupyterLab cuts off what is wider.
  static let pageWidth = 800.0

  var layout: Layout {
    let count = max(min(items.count, Self.limit), 1)
    let target: Double =
      switch count {
      case 1: 800
      case 2: 290
      case 3: 255
      case 4...8: 189
      case 9...24: 121
      default: 76
      }
    let fitting = max(Int((Self.pageWidth + Self.gap) / ((width ?? target) + Self.gap)), 1)
    let rows = (count + fitting - 1) / fitting
    // Rows of equal length where the number is free.
    let inRow = min(max(columns ?? (count + rows - 1) / rows, 1), count)
    let room = (Self.pageWidth - Self.gap * Double(inRow - 1)) / Double(inRow)
    let isTiny = items.prefix(count).allSatisfy { max($0.picture.width, $0.picture.height) < 160 }
    // Names on boxes need room.
    let hasMarks = items.prefix(count).contains { !$0.marks.isEmpty }
    let single: Double = isTiny ? (hasMarks ? 400 : 260) : 800
    let free =
      count == 1 ? single : hasMarks ? room : min(room, max(target, isTiny ? 0 : min(room, 290)))
    if let width {
      let fixed = min(max(width, 8), max(room, 8))
      return Layout(columns: inRow, cellWidth: fixed, cellHeight: fixed * 4, isFixed: true)
    }
    return Layout(
      columns: inRow, cellWidth: max(free, 16),
      cellHeight: count == 1 ? single : max(free, 16) * 1.5,
      isFixed: false)
  }

  /// All pictures and their titles on one card.
  package func drawing() -> Drawing {
    let layout = layout
    let shown = Array(items.prefix(Self.limit))
    let sizes = shown.map { layout.size(of: $0.picture) }
    let padding = 12.0
    let hasTitles = shown.contains { $0.title != nil }
    let hasNotes = shown.contains { $0.note != nil }
    let titleSize = layout.cellWidth < 100 ? 10.0 : 12
    // A title may be wider than its picture: columns have the room of the wider of the two, within the page.
    let wanted = zip(shown, sizes).map { item, size in
      let texts = [
        TextMetrics.width(item.title ?? "", size: titleSize), TextMetrics.width(item.note ?? "", size: 10.5),
      ]
      return max(size.width, min(texts.max() ?? 0, max(layout.cellWidth, size.width)))
    }
    let columnWidth = wanted.max() ?? layout.cellWidth
    var drawing = Drawing(width: 0, height: 0, alternativeText: alternativeText ?? text)
    var y = padding
    if let title {
      drawing.add(title, at: padding, y + 12, size: 13.5, isBold: true)
      y += 24
    }
    let pictures = EmbeddedPicture.fitting(
      zip(shown, sizes).map { $0.picture.limited(width: $1.width * 2, height: $1.height * 2) })
    for start in stride(from: 0, to: shown.count, by: layout.columns) {
      let row = start..<min(start + layout.columns, shown.count)
      let height = row.map { sizes[$0].height }.max() ?? 0
      let top = y + (hasTitles ? titleSize + 8 : 0)
      for index in row {
        let x = padding + Double(index - start) * (columnWidth + Self.gap)
        let area = Drawing.Rectangle(x: x, y: top, width: sizes[index].width, height: sizes[index].height)
        let grows = area.width > Double(shown[index].picture.width) * 1.5
        if let title = shown[index].title {
          let text = TextMetrics.fitted(title, size: titleSize, room: columnWidth)
          drawing.add(text, at: x, y + titleSize, size: titleSize)
        }
        drawing.add(.picture(pictures[index], area, showsPixels: grows))
        // A hair line, so that white pictures end somewhere.
        drawing.add(.rectangle(area, fill: nil, stroke: Drawing.Stroke(.grid, width: 0.75)))
        if !shown[index].marks.isEmpty {
          var artist = MarkArtist(
            area: area, columns: shown[index].picture.width, rows: shown[index].picture.height)
          for shape in artist.shapes(shown[index].marks) { drawing.add(shape) }
        }
        if let note = shown[index].note {
          let text = TextMetrics.fitted(note, size: 10.5, room: columnWidth)
          drawing.add(text, at: x, area.bottom + 14, size: 10.5, color: .softInk)
        }
      }
      y = top + height + (hasNotes ? 18 : 0) + Self.gap
    }
    y -= Self.gap
    if items.count > shown.count {
      drawing.add("… and \(items.count - shown.count) more", at: padding, y + 18, size: 11, color: .softInk)
      y += 22
    }
    drawing.height = y + padding
    let used = Double(min(layout.columns, max(shown.count, 1)))
    let heading = title.map { TextMetrics.width($0, size: 13.5, isBold: true) } ?? 0
    drawing.width = max(used * columnWidth + (used - 1) * Self.gap, heading) + 2 * padding
    return drawing
  }
}

import Base
import Pictures

/// One picture, or several in rows, with titles.
package struct PictureGrid: Sendable {
  package struct Item: Sendable {
    package var picture: PixelBuffer
    package var title: String?
    /// A line below the picture.
    package var note: String?
    /// Boxes on the picture, the most important first.
    package var marks: [PictureMark] = []
    package init(_ picture: PixelBuffer, title: String? = nil, note: String? = nil) {
      self.picture = picture
      self.title = title
      self.note = note
    }
  }

  package var items: [Item]
  /// Pictures in a row; nil for a number that suits them.
  package var columns: Int?
  package var title: String?
  /// How wide one picture is shown, in CSS pixels; nil for a width that suits them.
  package var width: Double?
  package var alternativeText: String?

  package init(
    _ items: [Item], columns: Int? = nil, title: String? = nil, width: Double? = nil,
    alternativeText: String? = nil
  ) {
    self.items = items
    self.columns = columns
    self.title = title
    self.width = width
    self.alternativeText = alternativeText
  }

  package init(_ picture: PixelBuffer, title: String? = nil) { self.init([Item(picture, title: title)]) }

  /// More pictures than this are counted, not shown.
  package static let limit = 400

  package var bundle: MIMEBundle {
    if let item = items.first, items.count == 1, title == nil, item.title == nil, item.note == nil,
      item.marks.isEmpty
    {
      return bundle(of: item.picture)
    }
    return drawing().bundle(text: text)
  }

  /// A single picture without words needs no card and no drawing library.
  private func bundle(of picture: PixelBuffer) -> MIMEBundle {
    let size = layout.size(of: picture)
    let grows = size.width > Double(picture.width)
    var shown = picture.limited(width: size.width * 2, height: size.height * 2)
    if grows, let grown = try? picture.resized(width: Int(size.width), height: Int(size.height), by: .nearest)
    {
      shown = grown
    }
    var frame = Drawing(
      width: size.width, height: size.height, background: nil, alternativeText: alternativeText ?? text)
    let embedded = EmbeddedPicture.fitting([grows ? picture : shown])
    let area = Drawing.Rectangle(x: 0, y: 0, width: size.width, height: size.height)
    for picture in embedded { frame.add(.picture(picture, area, showsPixels: grows)) }
    var bundle = MIMEBundle()
    bundle["image/svg+xml"] = .text(frame.svg())
    // A photo of twice the size would only be shrunk again to keep the file small.
    let isPhoto = EmbeddedPicture.photo(shown) != nil
    let exact = isPhoto ? shown.limited(width: size.width, height: size.height) : shown
    if let png = EmbeddedPicture.png(exact) {
      bundle["image/png"] = .data(png)
      bundle.setSize(
        of: "image/png", width: size.width, height: size.height, alternativeText: frame.alternativeText)
    }
    bundle["text/plain"] = .text(text)
    return bundle
  }

  /// `picture of 640 x 480 pixels, RGB` for one; a line for each of several.
  package var text: String {
    if items.isEmpty { return "no pictures" }
    if items.count == 1, let item = items.first {
      return
        ([title, item.title].compactMap { $0 }
        + [Self.description(item.picture), item.note, Self.description(item.marks)].compactMap { $0 })
        .joined(separator: ": ")
    }
    var lines = [title ?? "\(items.count) pictures"]
    for item in items.prefix(40) {
      lines.append(
        "  "
          + [item.title, Self.description(item.picture), item.note, Self.description(item.marks)]
          .compactMap { $0 }.joined(separator: ": "))
    }
    if items.count > 40 { lines.append("  … and \(items.count - 40) more") }
    return lines.joined(separator: "\n")
  }

  /// `3 boxes: car 0.91, car 0.88, pedestrian 0.62`, with as many names as a line has room for; nil without
  /// boxes.
  static func description(_ marks: [PictureMark]) -> String? {
    guard !marks.isEmpty else { return nil }
    var text = marks.count == 1 ? "1 box" : "\(marks.count) boxes"
    var room = 36
    for (index, mark) in marks.enumerated() where !mark.label.isEmpty {
      room -= TextWidth.columns(mark.label) + 2
      guard room >= 0 else { return index == 0 ? text : text + ", …" }
      text += (index == 0 ? ": " : ", ") + mark.label
    }
    return text
  }

  static func description(_ picture: PixelBuffer) -> String {
    let kinds = ["grey", "grey and alpha", "RGB", "RGBA"]
    let kind = kinds.indices.contains(picture.channels - 1) ? kinds[picture.channels - 1] : ""
    return "picture of \(picture.width) × \(picture.height) pixels, \(kind)"
  }
}

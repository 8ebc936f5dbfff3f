import Display

/// Makes of a bundle what this terminal, pipe or file shows of it.
final class Renderer {
  /// What is written, which ends a line.
  struct Rendition {
    var text: String
    /// The same without colours, to be measured again when the width has changed.
    var plain: String
    var rows: Int
    var isPicture = false
  }

  private let device: TerminalDevice
  private let colors: ResultColors
  /// Found out at the first picture.
  private lazy var screen: PictureScreen? =
    drawsPictures
    ? PictureScreen(
      isColoured: colors.style.isColoured, answersSixel: { [device] in device.attributes().contains(4) })
    : nil
  private let drawsPictures: Bool

  init(_ device: TerminalDevice, style: Style, drawsPictures: Bool) {
    self.device = device
    self.drawsPictures = drawsPictures
    colors = ResultColors(style: style)
  }

  var eraser: String { screen?.eraser ?? "" }

  func render(_ bundle: MIMEBundle) -> Rendition {
    if let drawn = picture(of: bundle) { return drawn }
    var plain = device.isTerminal ? bundle.text(columns: device.size.columns) : bundle.plainText
    if !plain.hasSuffix("\n") { plain += "\n" }
    let rows = device.isInteractive ? OutputRows.count(plain, width: device.size.columns) : 0
    return Rendition(text: colors.painted(plain, of: bundle), plain: plain, rows: rows)
  }

  /// A plot in letters says more than one in coarse blocks; a photo has no letters that say it.
  private func picture(of bundle: MIMEBundle) -> Rendition? {
    guard drawsPictures, bundle.pictureFile != nil, let screen,
      screen.showsPixels || bundle.fittedText == nil, let picture = bundle.pixels
    else { return nil }
    let size = device.size
    let cell = device.cellSize ?? (8, 16)
    guard
      let drawn = screen.draw(
        picture, columns: size.columns, rows: max(size.rows - 3, 1), cellWidth: cell.width,
        cellHeight: cell.height)
    else { return nil }
    let caption = screen.showsPixels ? "" : caption(of: bundle)
    return Rendition(
      text: drawn.text + colors.style.styled(caption, colors.style.quiet), plain: "",
      rows: drawn.rows + (caption.isEmpty ? 0 : OutputRows.count(caption, width: size.columns)),
      isPicture: true)
  }

  /// What the picture says in letters, which blocks are too coarse for.
  private func caption(of bundle: MIMEBundle) -> String {
    let lines = bundle.plainText.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix(Self.captionLines).joined(separator: "\n") + "\n"
  }

  private static let captionLines = 6
}

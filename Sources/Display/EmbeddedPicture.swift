import Base
import Pictures

/// Pictures as files inside outputs, kept small: a notebook server passes on about a megabyte a second.
enum EmbeddedPicture {
  /// Most bytes of the `image/png` of an output.
  static let pngBudget = 700_000
  /// Most bytes of all pictures inside an SVG.
  static let svgBudget = 400_000

  /// The picture as a `data:` link: JPEG for photos, else PNG.
  static func link(_ picture: PixelBuffer) -> String? {
    if let photo = photo(picture) { return "data:image/jpeg;base64,\(Base64.encode(photo))" }
    guard let png = try? picture.encodedAsPNG() else { return nil }
    return "data:image/png;base64,\(Base64.encode(png))"
  }

  /// The picture as JPEG if it is large and so full of detail that PNG would be several times larger.
  static func photo(_ picture: PixelBuffer) -> [UInt8]? {
    let pixels = picture.width * picture.height
    guard pixels > 60_000, !picture.hasAlpha, let jpeg = try? picture.encodedAsJPEG(quality: 90) else {
      return nil
    }
    return jpeg.count * 16 > pixels ? jpeg : nil
  }

  /// The picture as PNG within the budget, shrunk as far as that needs.
  static func png(
    _ picture: PixelBuffer, _ compression: PNGCompression? = nil, budget: Int = pngBudget
  ) -> [UInt8]? {
    var picture = picture
    for _ in 0..<6 {
      let automatic = picture.width * picture.height > 500_000 ? PNGCompression.fast : .balanced
      guard let png = try? picture.encodedAsPNG(compression ?? automatic) else { return nil }
      if png.count <= budget { return png }
      let factor = (Double(budget) / Double(png.count)).squareRoot() * 0.94
      picture = picture.shrunk(by: factor)
    }
    return nil
  }

  /// The same pictures, shrunk together until their links fit into the budget.
  static func fitting(_ pictures: [PixelBuffer], budget: Int = svgBudget) -> [PixelBuffer] {
    var pictures = pictures
    for _ in 0..<6 {
      let size = pictures.reduce(0) { $0 + estimatedBytes($1) }
      if size <= budget { return pictures }
      let factor = (Double(budget) / Double(size)).squareRoot() * 0.94
      pictures = pictures.map { $0.width * $0.height > 4096 ? $0.shrunk(by: factor) : $0 }
    }
    return pictures
  }

  private static func estimatedBytes(_ picture: PixelBuffer) -> Int {
    if let photo = photo(picture) { return photo.count }
    return (try? picture.encodedAsPNG(.fast).count) ?? picture.samples.count
  }
}

extension PixelBuffer {
  /// The picture with its sides multiplied by a factor below one.
  func shrunk(by factor: Double) -> PixelBuffer {
    guard factor > 0, factor < 1 else { return self }
    let columns = max(Int(Double(width) * factor), 1)
    let rows = max(Int(Double(height) * factor), 1)
    return (try? resized(width: columns, height: rows)) ?? self
  }

  /// The picture, shrunk to at most so many pixels along a row and column.
  func limited(width limit: Double, height heightLimit: Double) -> PixelBuffer {
    shrunk(by: min(limit / Double(width), heightLimit / Double(height)))
  }
}

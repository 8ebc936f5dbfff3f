import Base
import Pictures

/// A picture's pixels for a screen that is told each of them.
package struct ScreenPicture: Sendable, Equatable {
  package var width: Int
  package var height: Int
  /// Four bytes for each pixel, row by row: red, green, blue, alpha.
  package var samples: [UInt8]
  /// How large it wants to be shown, in CSS pixels of which a letter has about 8 × 17.
  package var shownWidth: Double
  package var shownHeight: Double

  package init(width: Int, height: Int, samples: [UInt8], shownWidth: Double, shownHeight: Double) {
    self.width = width
    self.height = height
    self.samples = samples
    self.shownWidth = shownWidth
    self.shownHeight = shownHeight
  }
}

extension MIMEBundle {
  /// The picture files of the bundle by their ending: `png`, `jpg`.
  package var pictureFile: (ending: String, bytes: [UInt8])? {
    for (type, ending) in [("image/png", "png"), ("image/jpeg", "jpg")] {
      if case .data(let bytes)? = self[type] { return (ending, bytes) }
    }
    return nil
  }

  /// The pixels of the bundle's picture; nil where there is none.
  package var pixels: ScreenPicture? {
    guard let file = pictureFile, let picture = try? Picture.decode(file.bytes, named: "the picture").rgba()
    else { return nil }
    func stated(_ side: String) -> Double? {
      let sizes = metadata[file.ending == "png" ? "image/png" : "image/jpeg"]
      return sizes?.objectValue?[side]?.doubleValue.flatMap { $0.isFinite && $0 >= 1 ? $0 : nil }
    }
    return ScreenPicture(
      width: picture.width, height: picture.height, samples: picture.samples,
      shownWidth: stated("width") ?? Double(picture.width),
      shownHeight: stated("height") ?? Double(picture.height))
  }
}

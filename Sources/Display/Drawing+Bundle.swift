import Base
import Pictures

extension Drawing {
  /// The drawing as SVG and PNG beside a text. The PNG has twice the pixels that its stated size asks for, as
  /// far as that keeps it small.
  package func bundle(text: String) -> MIMEBundle {
    var bundle = MIMEBundle()
    bundle["image/svg+xml"] = .text(svg())
    if let pixels = rendered(), let png = EmbeddedPicture.png(pixels, holdsPictures ? nil : .drawing) {
      bundle["image/png"] = .data(png)
      bundle.setSize(of: "image/png", width: width, height: height, alternativeText: alternativeText)
    }
    bundle["text/plain"] = .text(text)
    return bundle
  }
}

extension Drawing {
  /// Whether it shows pictures, which need another compression than lines and letters.
  private var holdsPictures: Bool {
    func isPicture(_ shape: Shape) -> Bool {
      switch shape {
      case .picture: true
      case .clipped(_, let shapes): shapes.contains(where: isPicture)
      default: false
      }
    }
    return shapes.contains(where: isPicture)
  }
}

extension MIMEBundle {
  /// States how large a picture is to be shown, and what it shows.
  mutating func setSize(of type: String, width: Double, height: Double, alternativeText: String) {
    metadata[type] = .object([
      "width": JSON(Int(max(width.rounded(), 1))), "height": JSON(Int(max(height.rounded(), 1))),
      "alt": .string(alternativeText),
    ])
  }
}

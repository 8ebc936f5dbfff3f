import Base
import Pictures

/// Compares pictures as somebody who looks at them: pixel by pixel, with room for edges that are drawn with
/// another rounding.
enum PictureComparison {
  /// How far one sample may be off, of 255.
  static let sampleTolerance = 64
  /// How far all samples of a channel may be off on average.
  static let meanTolerance = 0.5

  /// How two pictures, given as Base64 of PNG or JPEG files, differ; nil when they look the same.
  static func difference(_ saved: String, _ now: String) -> String? {
    if saved == now { return nil }
    let pictures: [PixelBuffer]
    do {
      pictures = try [(saved, "the saved picture"), (now, "the new picture")].map { text, name in
        guard let bytes = Base64.decode(text) else {
          throw NotebookError("\(name) is not written in Base64")
        }
        return try Picture.decode(bytes, named: name)
      }
    } catch {
      return (error as? any PlainError)?.message ?? "\(error)"
    }
    return difference(pictures[0], pictures[1])
  }

  static func difference(_ saved: PixelBuffer, _ now: PixelBuffer) -> String? {
    guard saved.width == now.width, saved.height == now.height else {
      return "the picture had \(saved.width) x \(saved.height) pixels and has \(now.width) x \(now.height)"
    }
    let pixels = saved.width * saved.height
    var sums = [0, 0, 0, 0]
    var farthest = 0
    var changed = 0
    for pixel in 0..<pixels {
      var isChanged = false
      for channel in 0..<4 {
        let distance = abs(sample(saved, pixel, channel) - sample(now, pixel, channel))
        sums[channel] += distance
        farthest = max(farthest, distance)
        isChanged = isChanged || distance > 0
      }
      if isChanged { changed += 1 }
    }
    let mean = Double(sums.max() ?? 0) / Double(pixels)
    guard farthest > sampleTolerance || mean > meanTolerance else { return nil }
    let share = (Double(changed) / Double(pixels) * 1000).rounded() / 10
    return "the pictures differ in \(changed) of \(pixels) pixels (\(share) %), by up to \(farthest) of 255"
  }

  /// A sample as if the picture had red, green, blue and alpha.
  private static func sample(_ picture: PixelBuffer, _ pixel: Int, _ channel: Int) -> Int {
    let start = pixel * picture.channels
    switch (picture.channels, channel) {
    case (1, 3), (3, 3): return 255
    case (1, _), (2, 0...2): return Int(picture.samples[start])
    case (2, _): return Int(picture.samples[start + 1])
    default: return Int(picture.samples[start + channel])
    }
  }
}

/// A picture in memory: rows from top to bottom, pixels from left to right, the channels of a pixel side by
/// side, one byte each.
///
/// One channel is grey, two are grey and alpha, three are red, green and blue, four have alpha as well. Alpha
/// is straight (not multiplied into the colours); 255 is opaque.
///
/// ```swift
/// let dot = try PixelBuffer(width: 1, height: 1, channels: 3, samples: [255, 0, 0])
/// dot.grey().samples      // [76]
/// ```
public struct PixelBuffer: Sendable, Equatable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Bytes in a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
  public let channels: Int
  /// All bytes; the byte of channel `c` of pixel `x`, `y` is at `(y * width + x) * channels + c`.
  public private(set) var samples: [UInt8]

  /// A picture made of the given bytes.
  ///
  /// - Throws: `PictureError` (a value error) when a side is not between 1 and 1,000,000, when there are not
  ///   1 to 4 channels, or when `samples` does not have `width * height * channels` bytes.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) throws(PictureError) {
    let count = try Self.checkedCount(width: width, height: height, channels: channels)
    guard samples.count == count else {
      throw .value(
        "a picture of \(width) x \(height) pixels with \(channels) channels needs "
          + "\(width) * \(height) * \(channels) = \(count) bytes, but \(samples.count) were given")
    }
    self.init(unchecked: samples, width: width, height: height, channels: channels)
  }

  /// A picture in which every byte is the same.
  ///
  /// - Throws: `PictureError` (a value error) when a side is not between 1 and 1,000,000 or when there are
  ///   not 1 to 4 channels.
  public init(width: Int, height: Int, channels: Int, filledWith byte: UInt8 = 0) throws(PictureError) {
    let count = try Self.checkedCount(width: width, height: height, channels: channels)
    self.init(
      unchecked: [UInt8](repeating: byte, count: count), width: width, height: height, channels: channels)
  }

  /// For the room's own code, where the sizes fit by construction.
  init(unchecked samples: [UInt8], width: Int, height: Int, channels: Int) {
    precondition(samples.count == width * height * channels, "a picture's bytes do not fit its size")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// Whether the pixels have an alpha channel.
  public var hasAlpha: Bool { channels == 2 || channels == 4 }

  /// The byte of one channel of one pixel; the position must lie inside the picture.
  public subscript(x: Int, y: Int, channel: Int) -> UInt8 {
    get { samples[index(x, y, channel)] }
    set { samples[index(x, y, channel)] = newValue }
  }

  /// Gives the bytes for fast writing. The buffer cannot change its length.
  public mutating func withSamples<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try samples.withUnsafeMutableBufferPointer { buffer throws(Failure) in try body(buffer) }
  }

  private func index(_ x: Int, _ y: Int, _ channel: Int) -> Int {
    precondition(
      x >= 0 && x < width && y >= 0 && y < height && channel >= 0 && channel < channels,
      "a position outside the picture")
    return (y * width + x) * channels + channel
  }

  static func checkedCount(width: Int, height: Int, channels: Int) throws(PictureError) -> Int {
    guard (1...4).contains(channels) else {
      throw .value(
        "a picture has 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGBA) channels, not \(channels)")
    }
    let sides = 1...1_000_000
    guard sides.contains(width), sides.contains(height) else {
      throw .value("the sides of a picture are between 1 and 1,000,000 pixels, not \(width) x \(height)")
    }
    // At most 4e12: cannot overflow.
    let count = width * height * channels
    guard count <= PictureLimits.standard.maximumBytes else {
      throw .value(
        "a picture of \(width) x \(height) pixels with \(channels) channels would need "
          + "\(count / 1_000_000) MB; the limit is \(PictureLimits.standard.maximumBytes / 1_000_000) MB")
    }
    return count
  }
}

/// How large a picture may be before it is refused unread.
public struct PictureLimits: Sendable {
  /// Most bytes of a file.
  public var maximumFileBytes: Int
  /// Most pixels of a picture.
  public var maximumPixels: Int
  /// Most bytes of the decoded pixels.
  public var maximumBytes: Int

  public init(maximumFileBytes: Int, maximumPixels: Int, maximumBytes: Int) {
    self.maximumFileBytes = maximumFileBytes
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
  }

  /// 256 MB of file, 100 million pixels, 512 MB of decoded bytes: any camera's photo fits, a small file that
  /// swells to gigabytes does not.
  public static let standard = PictureLimits(
    maximumFileBytes: 256_000_000, maximumPixels: 100_000_000, maximumBytes: 512_000_000)
}

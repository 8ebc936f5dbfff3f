import Base

/// What a picture file says of itself before its pixels.
public struct PictureInformation: Sendable, Equatable {
  public let format: PictureFormat
  /// Pixels in a row, as stored: before the orientation is applied.
  public let width: Int
  /// Rows, as stored.
  public let height: Int
  /// The channels that reading it gives.
  public let channels: Int
  /// Bits of a sample in the file; pixels are always read to 8 bit.
  public let bitDepth: Int
  /// How it must be turned to be seen upright.
  public let orientation: Orientation

  /// The bytes of the pixels, unless they are too many.
  func checkedByteCount(
    _ limits: PictureLimits, bytesPerPixel: Int, named name: String
  ) throws(PictureError) -> Int {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= limits.maximumPixels else {
      throw .file(
        "\(name) is too large: \(width) x \(height) pixels; pictures of up to "
          + "\(limits.maximumPixels / 1_000_000) million pixels are read")
    }
    let (bytes, overflows) = pixels.multipliedReportingOverflow(by: bytesPerPixel)
    guard !overflows, bytes <= limits.maximumBytes else {
      throw .file(
        "\(name) is too large: its \(width) x \(height) pixels would need \(bytes / 1_000_000) MB; "
          + "the limit is \(limits.maximumBytes / 1_000_000) MB")
    }
    // Twice: turning a photo upright makes a second buffer.
    let free = max(MemoryBudget.limit - MemoryBudget.used, 0)
    guard bytes <= free / 2 else {
      throw PictureError(
        .memory,
        "there is not enough memory to read \(name): its \(width) x \(height) pixels need "
          + "\(MemoryBudget.text(bytes)), and \(MemoryBudget.text(free)) are free")
    }
    return bytes
  }
}

/// Reading and writing picture files.
public enum Picture {
  /// Reads a PNG or JPEG file; which of the two is told by its content.
  ///
  /// Grey stays one channel and colour three, with one more where the file has transparency. Palettes become
  /// colours, 16-bit samples are rounded to 8 bit, ink colours (CMYK) become RGB, and a photo is turned the way
  /// the camera was held.
  ///
  /// ```swift
  /// let house = try Picture.read("house.png")
  /// print(house.width, house.height, house.channels)      // 640 480 3
  /// ```
  ///
  /// - Parameters:
  ///   - path: the file as the system knows it; `~` is not expanded. Only regular files are opened.
  ///   - name: how messages call it; the path when nil.
  ///   - limits: what is refused unread.
  ///   - safepoint: looked at between rows; decoding ends when it asks for an interrupt.
  /// - Throws: `PictureError` (a file error) that says what is wrong with the file.
  public static func read(
    _ path: String, named name: String? = nil, limits: PictureLimits = .standard, safepoint: Safepoint? = nil
  ) throws(PictureError) -> PixelBuffer {
    let bytes = try load(path, name, limits)
    return try decode(bytes, named: name ?? path, limits: limits, safepoint: safepoint)
  }

  /// Reads a picture from the bytes of a PNG or JPEG file. See `read` for what becomes of them.
  ///
  /// - Throws: `PictureError` (a file error) that says what is wrong with the bytes.
  public static func decode(
    _ bytes: [UInt8], named name: String, limits: PictureLimits = .standard, safepoint: Safepoint? = nil
  ) throws(PictureError) -> PixelBuffer {
    switch PictureFormat(magic: bytes) {
    case .png:
      return try bytes.withUnsafeBufferPointer { buffer throws(PictureError) in
        try PNGDecoder(buffer, named: name, limits: limits).decode(limits, safepoint)
      }
    case .jpeg: return try JPEGDecoder(bytes, named: name).decode(limits)
    case nil: throw PictureFormat.unknown(bytes, name)
    }
  }

  /// What a file says of its picture, without decoding the pixels.
  ///
  /// - Throws: `PictureError` (a file error) as `read` does.
  public static func information(_ path: String, named name: String? = nil) throws(PictureError)
    -> PictureInformation
  {
    let bytes = try load(path, name, .standard)
    let name = name ?? path
    switch PictureFormat(magic: bytes) {
    case .png:
      return try bytes.withUnsafeBufferPointer { buffer throws(PictureError) in
        try PNGDecoder(buffer, named: name, limits: .standard).information
      }
    case .jpeg: return try JPEGDecoder(bytes, named: name).information
    case nil: throw PictureFormat.unknown(bytes, name)
    }
  }

  /// Writes a picture as PNG or JPEG, as the ending of the file name says. The file appears whole or not at all.
  ///
  /// - Parameters:
  ///   - picture: what to write.
  ///   - path: where; an existing file is replaced.
  ///   - name: how messages call it; the path when nil.
  ///   - quality: of a JPEG, 1 to 100.
  ///   - safepoint: looked at between rows; writing ends, with nothing written, when it asks for an interrupt.
  /// - Throws: `PictureError`: a value error when the name has no such ending or the quality is out of range, a
  ///   file error when it cannot be written.
  public static func write(
    _ picture: PixelBuffer, to path: String, named name: String? = nil, quality: Int = 92,
    safepoint: Safepoint? = nil
  ) throws(PictureError) {
    let bytes: [UInt8]
    switch PictureFormat(fileName: path) {
    case .png: bytes = try picture.encodedAsPNG(safepoint: safepoint)
    case .jpeg: bytes = try picture.encodedAsJPEG(quality: quality)
    case nil:
      throw .value(
        "a picture is written as PNG or JPEG, but \(quoted(name ?? path)) ends in neither .png nor .jpg",
        suggestion: "give it a name such as \(quoted(withEnding(name ?? path)))")
    }
    try PictureFile.write(bytes, to: path, named: name ?? path)
  }

  /// The name with `.png` in place of its ending.
  private static func withEnding(_ name: String) -> String {
    let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    let dot = name[start...].lastIndex(of: ".") ?? name.endIndex
    return (dot > start ? name[..<dot] : name[...]) + ".png"
  }

  private static func load(
    _ path: String, _ name: String?, _ limits: PictureLimits
  ) throws(PictureError) -> [UInt8] {
    try PictureFile.read(
      path, named: name ?? path, limit: limits.maximumFileBytes, proposing: [".png", ".jpg", ".jpeg"])
  }
}

import CTurboJPEG

/// Reads JPEG pictures through TurboJPEG, which reports errors by return codes.
struct JPEGDecoder {
  /// Owns TurboJPEG's state.
  private final class Engine {
    let handle: tjhandle

    init?() {
      guard let handle = tjInitDecompress() else { return nil }
      self.handle = handle
    }

    deinit { tjDestroy(handle) }

    /// What it last complained of.
    var complaint: String {
      guard let text = tjGetErrorStr2(handle) else { return "the reason is not known" }
      return String(cString: text)
    }
  }

  private let engine: Engine
  private let bytes: [UInt8]
  private let name: String
  private let markers: JPEGMarkers
  private var width: Int32 = 0
  private var height: Int32 = 0
  private var subsampling: Int32 = 0
  private var colourSpace: Int32 = 0

  init(_ bytes: [UInt8], named name: String) throws(PictureError) {
    guard let engine = Engine() else {
      throw PictureError(.memory, "there is not enough memory to read \(name)")
    }
    self.engine = engine
    self.bytes = bytes
    self.name = name
    markers = JPEGMarkers(bytes)
    let status = bytes.withUnsafeBufferPointer { buffer in
      tjDecompressHeader3(
        engine.handle, buffer.baseAddress, UInt(buffer.count), &width, &height, &subsampling, &colourSpace)
    }
    guard status == 0, width > 0, height > 0 else {
      throw .file("\(name) is a damaged JPEG picture: \(engine.complaint)")
    }
  }

  var information: PictureInformation {
    let isGrey = colourSpace == Int32(TJCS_GRAY.rawValue)
    return PictureInformation(
      format: .jpeg, width: Int(width), height: Int(height), channels: isGrey ? 1 : 3,
      bitDepth: markers.bitDepth, orientation: markers.orientation)
  }

  func decode(_ limits: PictureLimits) throws(PictureError) -> PixelBuffer {
    let isInk = colourSpace == Int32(TJCS_CMYK.rawValue) || colourSpace == Int32(TJCS_YCCK.rawValue)
    let information = information
    let channels = isInk ? 4 : information.channels
    let count = try information.checkedByteCount(limits, bytesPerPixel: channels, named: name)
    let format = isInk ? TJPF_CMYK : channels == 1 ? TJPF_GRAY : TJPF_RGB
    var pixels = [UInt8](repeating: 0, count: count)
    let status = pixels.withUnsafeMutableBufferPointer { target in
      bytes.withUnsafeBufferPointer { source in
        tjDecompress2(
          engine.handle, source.baseAddress, UInt(source.count), target.baseAddress, width, 0, height,
          Int32(format.rawValue), TJFLAG_LIMITSCANS)
      }
    }
    if status != 0 { try judge() }
    let picture =
      isInk
      ? rgb(fromInk: pixels, isInverted: markers.isAdobe)
      : PixelBuffer(unchecked: pixels, width: Int(width), height: Int(height), channels: channels)
    return picture.oriented(markers.orientation)
  }

  /// Decides whether a complaint matters: a few stray bytes between segments do not, missing ones do.
  private func judge() throws(PictureError) {
    let reason = engine.complaint
    if tjGetErrorCode(engine.handle) == Int32(TJERR_WARNING.rawValue) {
      if reason.contains("remature end") {
        throw .file("\(name) is incomplete: the file ends before all of its pixels")
      }
      if !reason.hasPrefix("Corrupt JPEG data") || reason.contains("extraneous bytes") { return }
    }
    throw .file("\(name) is a damaged JPEG picture: \(reason)")
  }

  /// Colours from the four printing inks, the way screens without a colour profile show them.
  private func rgb(fromInk pixels: [UInt8], isInverted: Bool) -> PixelBuffer {
    let count = Int(width) * Int(height)
    let flip: UInt8 = isInverted ? 0 : 255
    let colours = [UInt8](unsafeUninitializedCapacity: count * 3) { target, written in
      for pixel in 0..<count {
        let paper = UInt32(pixels[pixel * 4 + 3] ^ flip)
        for channel in 0..<3 {
          let light = UInt32(pixels[pixel * 4 + channel] ^ flip)
          target[pixel * 3 + channel] = UInt8(truncatingIfNeeded: (light &* paper &+ 127) / 255)
        }
      }
      written = count * 3
    }
    return PixelBuffer(unchecked: colours, width: Int(width), height: Int(height), channels: 3)
  }
}

import Base
import CSpng
import Glibc

/// Reads PNG pictures through libspng, row by row, so that a long decoding can be interrupted.
struct PNGDecoder {
  /// Owns libspng's state.
  private final class Engine {
    let context: OpaquePointer

    init?() {
      guard let context = spng_ctx_new(0) else { return nil }
      self.context = context
    }

    deinit { spng_ctx_free(context) }
  }

  private let engine: Engine
  private let name: String
  private let header: spng_ihdr
  private let hasTransparency: Bool
  private let orientation: Orientation

  /// Reads the header. `bytes` must stay where they are for the decoder's life.
  init(_ bytes: UnsafeBufferPointer<UInt8>, named name: String, limits: PictureLimits) throws(PictureError) {
    guard let engine = Engine() else {
      throw PictureError(.memory, "there is not enough memory to read \(name)")
    }
    self.engine = engine
    self.name = name
    let context = engine.context
    // Compressed texts and profiles may swell too.
    spng_set_chunk_limits(context, limits.maximumFileBytes, 64_000_000)
    spng_set_crc_action(context, Int32(SPNG_CRC_ERROR.rawValue), Int32(SPNG_CRC_DISCARD.rawValue))
    var header = spng_ihdr()
    var status = spng_set_png_buffer(context, bytes.baseAddress, bytes.count)
    if status == 0 { status = spng_get_ihdr(context, &header) }
    self.header = header
    var transparency = spng_trns()
    hasTransparency = status == 0 && spng_get_trns(context, &transparency) == 0
    var exif = spng_exif()
    if status == 0, spng_get_exif(context, &exif) == 0, let data = exif.data {
      orientation = EXIF.orientation(tiff: UnsafeRawBufferPointer(start: data, count: exif.length))
    } else {
      orientation = .upright
    }
    guard status == 0 else { throw Self.error(status, name) }
  }

  var information: PictureInformation {
    let colours: Int
    switch UInt32(header.color_type) {
    case SPNG_COLOR_TYPE_GRAYSCALE.rawValue: colours = hasTransparency ? 2 : 1
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA.rawValue: colours = 2
    case SPNG_COLOR_TYPE_TRUECOLOR_ALPHA.rawValue: colours = 4
    default: colours = hasTransparency ? 4 : 3
    }
    return PictureInformation(
      format: .png, width: Int(header.width), height: Int(header.height), channels: colours,
      bitDepth: Int(header.bit_depth), orientation: orientation)
  }

  func decode(_ limits: PictureLimits, _ safepoint: Safepoint?) throws(PictureError) -> PixelBuffer {
    let information = information
    let channels = information.channels
    // What libspng is asked for: the channels wanted, or RGBA where it has no such form.
    let isDeep = header.bit_depth == 16
    let format: spng_format
    let stored: Int
    switch (isDeep, hasTransparency, channels) {
    case (true, true, _): (format, stored) = (SPNG_FMT_RGBA16, 4)
    case (true, false, _): (format, stored) = (SPNG_FMT_PNG, channels)
    case (false, _, 1): (format, stored) = (SPNG_FMT_G8, 1)
    case (false, true, 2): (format, stored) = (SPNG_FMT_RGBA8, 4)
    case (false, false, 2): (format, stored) = (SPNG_FMT_PNG, 2)
    case (false, _, 3): (format, stored) = (SPNG_FMT_RGB8, 3)
    default: (format, stored) = (SPNG_FMT_RGBA8, 4)
    }
    let count = try information.checkedByteCount(
      limits, bytesPerPixel: stored * (isDeep ? 2 : 1), named: name)
    var pixels = [UInt8](repeating: 0, count: count)
    try decodeRows(into: &pixels, as: format, safepoint)
    if isDeep { pixels = Self.rounded(pixels) }
    if stored == 4 && channels == 2 { pixels = Self.greyAndAlpha(pixels) }
    return PixelBuffer(
      unchecked: pixels, width: information.width, height: information.height, channels: channels
    ).oriented(orientation)
  }

  private func decodeRows(
    into pixels: inout [UInt8], as format: spng_format, _ safepoint: Safepoint?
  ) throws(PictureError) {
    let rowLength = pixels.count / Int(header.height)
    let flags = Int32(SPNG_DECODE_TRNS.rawValue | SPNG_DECODE_PROGRESSIVE.rawValue)
    var status = spng_decode_image(engine.context, nil, 0, Int32(format.rawValue), flags)
    while status == 0 {
      if safepoint?.pending.contains(.interrupt) == true { throw .interrupted("reading \(name)") }
      var row = spng_row_info()
      status = spng_get_row_info(engine.context, &row)
      if status != 0 { break }
      let start = Int(row.row_num) * rowLength
      status = pixels.withUnsafeMutableBytes { buffer in
        spng_decode_row(engine.context, buffer.baseAddress.map { $0 + start }, rowLength)
      }
    }
    guard status == Int32(SPNG_EOI.rawValue) else { throw Self.error(status, name) }
    // The checksum of the last pixels is read only now. A missing end mark does no harm.
    status = spng_decode_chunks(engine.context)
    if status == Int32(SPNG_ECHUNK_CRC.rawValue) { throw Self.error(status, name) }
  }

  /// 16-bit samples, in the machine's byte order, to 8 bit.
  private static func rounded(_ deep: [UInt8]) -> [UInt8] {
    deep.withUnsafeBytes { bytes in
      (0..<bytes.count / 2).map { index in
        let value = UInt32(bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        return UInt8(truncatingIfNeeded: (value &* 255 &+ 32_767) / 65_535)
      }
    }
  }

  private static func greyAndAlpha(_ rgba: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: rgba.count / 2) { target, written in
      for pixel in 0..<rgba.count / 4 {
        target[pixel * 2] = rgba[pixel * 4]
        target[pixel * 2 + 1] = rgba[pixel * 4 + 3]
      }
      written = rgba.count / 2
    }
  }

  private static func error(_ status: Int32, _ name: String) -> PictureError {
    let ended = [
      SPNG_IO_EOF.rawValue, numericCast(SPNG_EOF.rawValue), numericCast(SPNG_EIDAT_TOO_SHORT.rawValue),
    ]
    if ended.contains(status) {
      return .file("\(name) is incomplete: the file ends before all of its pixels")
    }
    switch spng_errno(status) {
    case SPNG_EMEM: return PictureError(.memory, "there is not enough memory to read \(name)")
    case SPNG_ECHUNK_CRC:
      return .file("\(name) is a damaged PNG picture: the checksum of a part does not fit its content")
    case SPNG_EIDAT_STREAM, SPNG_EZLIB, SPNG_EFILTER:
      return .file("\(name) is a damaged PNG picture: its compressed pixels cannot be unpacked")
    case SPNG_EWIDTH, SPNG_EHEIGHT, SPNG_EOVERFLOW:
      return .file("\(name) is a damaged PNG picture: its header states a side of 0 or of too many pixels")
    default:
      let reason = spng_strerror(status).map { String(cString: $0) } ?? "error \(status)"
      return .file("\(name) is a damaged PNG picture: \(reason)")
    }
  }
}

import Base
import CSpng
import Glibc

/// How much time goes into making a PNG file small.
public enum PNGCompression: Sendable {
  /// For pictures that are shown once: about twice as fast, a little larger.
  case fast
  case balanced
  /// For plots and other drawings with plain areas: rows are not filtered, which is faster and smaller there.
  case drawing
  /// For files that are kept.
  case smallest

  fileprivate var level: Int32 {
    switch self {
    case .fast: 1
    case .balanced: 3
    case .drawing: 4
    case .smallest: 9
    }
  }

  fileprivate var filters: spng_filter_choice {
    switch self {
    case .fast: SPNG_FILTER_CHOICE_UP
    case .drawing: SPNG_FILTER_CHOICE_NONE
    case .balanced, .smallest: SPNG_FILTER_CHOICE_ALL
    }
  }
}

extension PixelBuffer {
  /// The picture as a PNG file, with the same channels and no loss.
  ///
  /// - Parameters:
  ///   - compression: how much time goes into making it small.
  ///   - safepoint: looked at between rows; encoding ends when it asks for an interrupt.
  /// - Throws: `PictureError` (a memory error) when the memory for it cannot be had.
  public func encodedAsPNG(
    _ compression: PNGCompression = .balanced, safepoint: Safepoint? = nil
  ) throws(PictureError) -> [UInt8] {
    guard let context = spng_ctx_new(Int32(SPNG_CTX_ENCODER.rawValue)) else { throw noMemory }
    defer { spng_ctx_free(context) }
    var header = spng_ihdr()
    header.width = UInt32(width)
    header.height = UInt32(height)
    header.bit_depth = 8
    header.color_type = UInt8(colourType.rawValue)
    spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1)
    spng_set_option(context, SPNG_IMG_COMPRESSION_LEVEL, compression.level)
    spng_set_option(context, SPNG_FILTER_CHOICE, Int32(compression.filters.rawValue))
    var status = spng_set_ihdr(context, &header)
    if status == 0 {
      let flags = Int32(SPNG_ENCODE_PROGRESSIVE.rawValue | SPNG_ENCODE_FINALIZE.rawValue)
      status = spng_encode_image(context, nil, 0, Int32(SPNG_FMT_PNG.rawValue), flags)
    }
    let rowLength = width * channels
    for row in 0..<height where status == 0 {
      if safepoint?.pending.contains(.interrupt) == true { throw .interrupted("writing a picture") }
      status = samples.withUnsafeBytes { bytes in
        spng_encode_row(context, bytes.baseAddress.map { $0 + row * rowLength }, rowLength)
      }
    }
    if status == Int32(SPNG_EOI.rawValue) { status = 0 }
    guard status == 0 else {
      if spng_errno(status) == SPNG_EMEM { throw noMemory }
      let reason = spng_strerror(status).map { String(cString: $0) } ?? "error \(status)"
      throw .value("the picture cannot be written as PNG: \(reason)")
    }
    var length = 0
    guard let data = spng_get_png_buffer(context, &length, &status) else { throw noMemory }
    defer { free(data) }
    return Array(UnsafeRawBufferPointer(start: data, count: length))
  }

  private var noMemory: PictureError {
    PictureError(.memory, "there is not enough memory to write a PNG picture of \(width) x \(height) pixels")
  }

  private var colourType: spng_color_type {
    switch channels {
    case 1: SPNG_COLOR_TYPE_GRAYSCALE
    case 2: SPNG_COLOR_TYPE_GRAYSCALE_ALPHA
    case 3: SPNG_COLOR_TYPE_TRUECOLOR
    default: SPNG_COLOR_TYPE_TRUECOLOR_ALPHA
    }
  }
}

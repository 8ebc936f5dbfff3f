import CTurboJPEG

extension PixelBuffer {
  /// The picture as a JPEG file. Transparent pixels are laid over white, because JPEG has no alpha.
  ///
  /// - Parameter quality: 1 (small) to 100 (faithful). From 90 on colours keep their full resolution.
  /// - Throws: `PictureError` (a value error) when the quality is out of range or a side is over 65,500 pixels,
  ///   the most that JPEG can have.
  public func encodedAsJPEG(quality: Int = 92) throws(PictureError) -> [UInt8] {
    guard (1...100).contains(quality) else {
      throw .value("the quality of a JPEG picture is between 1 and 100, not \(quality)")
    }
    guard width <= 65_500, height <= 65_500 else {
      throw .value(
        "a JPEG picture has at most 65,500 pixels along a side, this one is \(width) x \(height)",
        suggestion: "PNG can be larger")
    }
    let flat = hasAlpha ? (channels == 2 ? grey() : rgb()) : self
    guard let handle = tjInitCompress() else {
      throw PictureError(.memory, "there is not enough memory to write a JPEG picture")
    }
    defer { tjDestroy(handle) }
    var data: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    defer { tjFree(data) }
    let isGrey = flat.channels == 1
    let subsampling = isGrey ? TJSAMP_GRAY : quality >= 90 ? TJSAMP_444 : TJSAMP_420
    let status = flat.samples.withUnsafeBufferPointer { buffer in
      tjCompress2(
        handle, buffer.baseAddress, Int32(width), 0, Int32(height),
        Int32((isGrey ? TJPF_GRAY : TJPF_RGB).rawValue), &data, &size, Int32(subsampling.rawValue),
        Int32(quality), TJFLAG_ACCURATEDCT)
    }
    guard status == 0, let data else {
      let reason = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "the reason is not known"
      throw .value("the picture cannot be written as JPEG: \(reason)")
    }
    return Array(UnsafeBufferPointer(start: data, count: Int(size)))
  }
}

extension PixelBuffer {
  /// The picture in grey, one channel: `0.299 R + 0.587 G + 0.114 B` (the luma of ITU-R BT.601, which Pillow
  /// and OpenCV use as well, rounded as Pillow does). Transparent pixels are laid over white first.
  public func grey() -> PixelBuffer {
    switch channels {
    case 1: self
    case 2: mapped(to: 1) { from, to in to[0] = overWhite(from[0], alpha: from[1]) }
    case 3: mapped(to: 1) { from, to in to[0] = luma(from[0], from[1], from[2]) }
    default:
      mapped(to: 1) { from, to in
        to[0] = luma(
          overWhite(from[0], alpha: from[3]), overWhite(from[1], alpha: from[3]),
          overWhite(from[2], alpha: from[3]))
      }
    }
  }

  /// The picture with three channels. Transparent pixels are laid over white.
  public func rgb() -> PixelBuffer {
    switch channels {
    case 1:
      mapped(to: 3) { from, to in
        to[0] = from[0]
        to[1] = from[0]
        to[2] = from[0]
      }
    case 2:
      mapped(to: 3) { from, to in
        let grey = overWhite(from[0], alpha: from[1])
        to[0] = grey
        to[1] = grey
        to[2] = grey
      }
    case 3: self
    default:
      mapped(to: 3) { from, to in
        to[0] = overWhite(from[0], alpha: from[3])
        to[1] = overWhite(from[1], alpha: from[3])
        to[2] = overWhite(from[2], alpha: from[3])
      }
    }
  }

  /// The picture with four channels; opaque where it had no alpha.
  public func rgba() -> PixelBuffer {
    switch channels {
    case 1:
      mapped(to: 4) { from, to in
        to[0] = from[0]
        to[1] = from[0]
        to[2] = from[0]
        to[3] = 255
      }
    case 2:
      mapped(to: 4) { from, to in
        to[0] = from[0]
        to[1] = from[0]
        to[2] = from[0]
        to[3] = from[1]
      }
    case 3:
      mapped(to: 4) { from, to in
        to[0] = from[0]
        to[1] = from[1]
        to[2] = from[2]
        to[3] = 255
      }
    default: self
    }
  }

  /// Turns each pixel into one with `count` channels.
  @inline(__always)
  private func mapped(
    to count: Int, _ convert: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
  ) -> PixelBuffer {
    let pixels = width * height
    let converted = samples.withUnsafeBufferPointer { from in
      [UInt8](unsafeUninitializedCapacity: pixels * count) { to, written in
        if let source = from.baseAddress, let target = to.baseAddress {
          for pixel in 0..<pixels { convert(source + pixel * channels, target + pixel * count) }
        }
        written = pixels * count
      }
    }
    return PixelBuffer(unchecked: converted, width: width, height: height, channels: count)
  }
}

@inline(__always)
private func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
  UInt8(
    truncatingIfNeeded: (UInt32(red) &* 19595 &+ UInt32(green) &* 38470 &+ UInt32(blue) &* 7471 &+ 0x8000)
      >> 16)
}

@inline(__always)
private func overWhite(_ value: UInt8, alpha: UInt8) -> UInt8 {
  let sum = UInt32(value) &* UInt32(alpha) &+ 255 &* (255 &- UInt32(alpha))
  return UInt8(truncatingIfNeeded: (sum &+ 127) / 255)
}

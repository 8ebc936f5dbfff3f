/// How a camera was held, as EXIF numbers it: what must be done to the stored pixels to see the scene upright.
public enum Orientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored = 2
  case rotatedHalf = 3
  case mirroredVertically = 4
  case transposed = 5
  case needsClockwise = 6
  case transversed = 7
  case needsCounterclockwise = 8
}

extension PixelBuffer {
  /// Left and right exchanged.
  public func flippedHorizontally() -> PixelBuffer {
    rearranged(width, height, origin: width - 1, stepX: -1, stepY: width)
  }

  /// Top and bottom exchanged.
  public func flippedVertically() -> PixelBuffer {
    rearranged(width, height, origin: (height - 1) * width, stepX: 1, stepY: -width)
  }

  /// Turned by 180 degrees.
  public func rotatedHalf() -> PixelBuffer {
    rearranged(width, height, origin: width * height - 1, stepX: -1, stepY: -width)
  }

  /// Turned by 90 degrees to the right.
  public func rotatedClockwise() -> PixelBuffer {
    rearranged(height, width, origin: (height - 1) * width, stepX: -width, stepY: 1)
  }

  /// Turned by 90 degrees to the left.
  public func rotatedCounterclockwise() -> PixelBuffer {
    rearranged(height, width, origin: width - 1, stepX: width, stepY: -1)
  }

  /// Rows and columns exchanged, like the transpose of a matrix.
  public func transposed() -> PixelBuffer {
    rearranged(height, width, origin: 0, stepX: width, stepY: 1)
  }

  /// The picture as it should be seen, given the orientation its file states.
  public func oriented(_ orientation: Orientation) -> PixelBuffer {
    switch orientation {
    case .upright: self
    case .mirrored: flippedHorizontally()
    case .rotatedHalf: rotatedHalf()
    case .mirroredVertically: flippedVertically()
    case .transposed: transposed()
    case .needsClockwise: rotatedClockwise()
    case .transversed:
      rearranged(height, width, origin: width * height - 1, stepX: -width, stepY: -1)
    case .needsCounterclockwise: rotatedCounterclockwise()
    }
  }

  /// Reads the pixels along another walk: pixel (x, y) of the result is the source's pixel number
  /// `origin + x * stepX + y * stepY`.
  private func rearranged(
    _ newWidth: Int, _ newHeight: Int, origin: Int, stepX: Int, stepY: Int
  ) -> PixelBuffer {
    let moved = samples.withUnsafeBufferPointer { from in
      [UInt8](unsafeUninitializedCapacity: samples.count) { to, written in
        var next = 0
        for y in 0..<newHeight {
          var pixel = origin + y * stepY
          for _ in 0..<newWidth {
            for channel in 0..<channels { to[next + channel] = from[pixel * channels + channel] }
            next += channels
            pixel += stepX
          }
        }
        written = next
      }
    }
    return PixelBuffer(unchecked: moved, width: newWidth, height: newHeight, channels: channels)
  }
}

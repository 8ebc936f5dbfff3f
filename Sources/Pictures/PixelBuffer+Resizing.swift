/// How a picture of another size gets its pixels.
public enum Resampling: Sendable {
  /// `area` along a side that shrinks, `bilinear` along one that grows.
  case automatic
  /// The pixel whose centre is nearest; keeps hard edges, best for showing tiny pictures large.
  case nearest
  /// The weighted mean of the two nearest pixels along each side.
  case bilinear
  /// The mean over the area that the new pixel covers; best for shrinking.
  case area
}

extension PixelBuffer {
  /// The picture at another size. Colours are weighted by their alpha, so transparent pixels do not bleed.
  ///
  /// - Throws: `PictureError` (a value error) when a side is not between 1 and 1,000,000 or the picture would
  ///   need more than 512 MB.
  public func resized(
    width newWidth: Int, height newHeight: Int, by method: Resampling = .automatic
  ) throws(PictureError) -> PixelBuffer {
    let count = try Self.checkedCount(width: newWidth, height: newHeight, channels: channels)
    if newWidth == width && newHeight == height { return self }
    let columns = ResamplingWeights(from: width, to: newWidth, method)
    let rows = ResamplingWeights(from: height, to: newHeight, method)
    let resampled = [UInt8](unsafeUninitializedCapacity: count) { target, written in
      samples.withUnsafeBufferPointer { source in
        if method == .nearest {
          pickNearest(source, into: target, columns: columns, rows: rows)
        } else {
          blend(source, into: target, columns: columns, rows: rows)
        }
      }
      written = count
    }
    return PixelBuffer(unchecked: resampled, width: newWidth, height: newHeight, channels: channels)
  }

  /// The part of the picture whose upper left corner is at `x`, `y`.
  ///
  /// - Throws: `PictureError` (a value error) when the part does not lie inside the picture.
  public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) throws(PictureError)
    -> PixelBuffer
  {
    guard newWidth > 0, newHeight > 0, x >= 0, y >= 0, x < width, y < height,
      newWidth <= width - x, newHeight <= height - y
    else {
      throw .value(
        "a part of \(newWidth) x \(newHeight) pixels at (\(x), \(y)) does not lie inside a picture of "
          + "\(width) x \(height) pixels")
    }
    var part: [UInt8] = []
    part.reserveCapacity(newWidth * newHeight * channels)
    for row in y..<(y + newHeight) {
      let start = (row * width + x) * channels
      part.append(contentsOf: samples[start..<(start + newWidth * channels)])
    }
    return PixelBuffer(unchecked: part, width: newWidth, height: newHeight, channels: channels)
  }

  private func pickNearest(
    _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>,
    columns: ResamplingWeights, rows: ResamplingWeights
  ) {
    var next = 0
    for row in rows.starts {
      for column in columns.starts {
        let pixel = (row * width + column) * channels
        for channel in 0..<channels { target[next + channel] = source[pixel + channel] }
        next += channels
      }
    }
  }

  /// Sums the source rows of each new row first, then along it: needs memory for two rows only.
  private func blend(
    _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>,
    columns: ResamplingWeights, rows: ResamplingWeights
  ) {
    let rowLength = width * channels
    var sums = [Float](repeating: 0, count: rowLength)
    var next = 0
    for newRow in 0..<rows.starts.count {
      for i in 0..<rowLength { sums[i] = 0 }
      for tap in 0..<rows.counts[newRow] {
        let weight = rows.weights[rows.offsets[newRow] + tap]
        let start = (rows.starts[newRow] + tap) * rowLength
        if hasAlpha {
          addWeightedByAlpha(source, start: start, weight: weight, to: &sums)
        } else {
          for i in 0..<rowLength { sums[i] += weight * Float(source[start + i]) }
        }
      }
      for newColumn in 0..<columns.starts.count {
        var pixel = SIMD4<Float>.zero
        for tap in 0..<columns.counts[newColumn] {
          let weight = columns.weights[columns.offsets[newColumn] + tap]
          let start = (columns.starts[newColumn] + tap) * channels
          for channel in 0..<channels { pixel[channel] += weight * sums[start + channel] }
        }
        if hasAlpha {
          let alpha = pixel[channels - 1]
          if alpha > 0 { for channel in 0..<(channels - 1) { pixel[channel] *= 255 / alpha } }
        }
        for channel in 0..<channels {
          target[next + channel] = UInt8(min(max(pixel[channel].rounded(), 0), 255))
        }
        next += channels
      }
    }
  }

  private func addWeightedByAlpha(
    _ source: UnsafeBufferPointer<UInt8>, start: Int, weight: Float, to sums: inout [Float]
  ) {
    let colours = channels - 1
    for column in 0..<width {
      let pixel = column * channels
      let alpha = Float(source[start + pixel + colours])
      for channel in 0..<colours {
        sums[pixel + channel] += weight * Float(source[start + pixel + channel]) * alpha / 255
      }
      sums[pixel + colours] += weight * alpha
    }
  }
}

/// Which old pixels a new one is made of, along one side.
private struct ResamplingWeights {
  /// The first old pixel of each new one.
  var starts: [Int] = []
  /// How many old pixels it takes.
  var counts: [Int] = []
  /// Where its weights begin.
  var offsets: [Int] = []
  var weights: [Float] = []

  init(from old: Int, to new: Int, _ method: Resampling) {
    let ratio = Double(old) / Double(new)
    let shrinks = new < old
    for position in 0..<new {
      offsets.append(weights.count)
      switch method {
      case .nearest:
        add(first: min(Int((Double(position) + 0.5) * ratio), old - 1), [1])
      case .area where shrinks, .automatic where shrinks:
        addArea(from: Double(position) * ratio, to: Double(position + 1) * ratio, old: old)
      default:
        let centre = min(max((Double(position) + 0.5) * ratio - 0.5, 0), Double(old - 1))
        let first = min(Int(centre), max(old - 2, 0))
        let fraction = Float(centre - Double(first))
        add(first: first, old == 1 ? [1] : [1 - fraction, fraction])
      }
    }
  }

  private mutating func add(first: Int, _ taps: [Float]) {
    starts.append(first)
    counts.append(taps.count)
    weights.append(contentsOf: taps)
  }

  private mutating func addArea(from start: Double, to end: Double, old: Int) {
    let first = min(Int(start), old - 1)
    let last = max(first, min(Int(end.rounded(.up)) - 1, old - 1))
    let taps = (first...last).map { pixel in
      Float((min(end, Double(pixel + 1)) - max(start, Double(pixel))) / (end - start))
    }
    add(first: first, taps)
  }
}

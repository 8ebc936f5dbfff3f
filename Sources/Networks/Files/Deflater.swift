import CZlib

/// Packs a stream piece by piece.
final class Deflater {
  private let output: ArrayOutput
  /// zlib remembers where its state lies, so it stays at one place.
  private let state: UnsafeMutablePointer<z_stream>
  private let packed: UnsafeMutableBufferPointer<UInt8>

  init(_ output: ArrayOutput) throws {
    self.output = output
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    packed = .allocate(capacity: 1 << 16)
    // A negative window size means no header, as within zip archives.
    let result = deflateInit2_(
      state, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else {
      throw output.place.error(.memory, "cannot be compressed: there is not enough memory")
    }
  }

  deinit {
    deflateEnd(state)
    state.deallocate()
    packed.deallocate()
  }

  /// Packs bytes; they are no more than 32 bits can count.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    // zlib does not write to its input, though its declaration lets it.
    state.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    state.pointee.avail_in = UInt32(bytes.count)
    try pack(Z_NO_FLUSH)
  }

  func finish() throws { try pack(Z_FINISH) }

  private func pack(_ flush: Int32) throws {
    repeat {
      state.pointee.next_out = packed.baseAddress
      state.pointee.avail_out = UInt32(packed.count)
      // With room for output it cannot fail.
      _ = deflate(state, flush)
      let count = packed.count - Int(state.pointee.avail_out)
      try output.write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(packed)[..<count]))
    } while state.pointee.avail_out == 0
  }
}

import CZlib

/// Unpacks a deflated stream piece by piece.
final class Inflater {
  private let source: FileRange
  /// zlib remembers where its state lies, so it stays at one place.
  private let state: UnsafeMutablePointer<z_stream>
  private let packed: UnsafeMutableBufferPointer<UInt8>
  private var hasEnded = false

  init(_ source: FileRange) throws {
    self.source = source
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    packed = .allocate(capacity: 1 << 16)
    // A negative window size means no header, as within zip archives.
    guard inflateInit2_(state, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw source.place.error(.memory, "cannot be unpacked: there is not enough memory")
    }
  }

  deinit {
    inflateEnd(state)
    state.deallocate()
    packed.deallocate()
  }

  /// Fills the whole buffer; it is no larger than 32 bits can count.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    let missing = try unpack(into: buffer)
    guard missing == 0 else {
      throw source.place.error("is damaged: it unpacks to fewer bytes than the archive's directory says")
    }
  }

  /// Checks that the stream ends where it should.
  func finish() throws {
    let more = try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { try unpack(into: $0) == 0 }
    guard !more else {
      throw source.place.error("is damaged: it unpacks to more bytes than the archive's directory says")
    }
    let left = source.remaining + Int(state.pointee.avail_in)
    guard left == 0 else {
      throw source.place.error("is damaged: \(byteText(left)) came after the end of its compressed stream")
    }
  }

  /// Fills the buffer as far as the stream goes, and returns how many bytes are missing.
  private func unpack(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    state.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_out = UInt32(buffer.count)
    try source.input.poll()
    while !hasEnded, state.pointee.avail_out > 0 {
      if state.pointee.avail_in == 0, source.remaining > 0 {
        let count = min(packed.count, source.remaining)
        try source.read(
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(packed)[..<count]))
        state.pointee.next_in = packed.baseAddress
        state.pointee.avail_in = UInt32(count)
      }
      switch inflate(state, Z_NO_FLUSH) {
      case Z_OK: continue
      // Nothing went on, for there is nothing to unpack; what zlib still held has been given out before.
      case Z_BUF_ERROR where source.remaining > 0: continue
      case Z_BUF_ERROR: throw source.place.error("is damaged: its compressed stream does not end")
      case Z_STREAM_END: hasEnded = true
      case Z_MEM_ERROR: throw source.place.error(.memory, "cannot be unpacked: there is not enough memory")
      default:
        let reason = state.pointee.msg.map { ": \(String(cString: $0))" } ?? ""
        throw source.place.error("is damaged: its compressed stream cannot be unpacked\(reason)")
      }
    }
    return Int(state.pointee.avail_out)
  }
}
